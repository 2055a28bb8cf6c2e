"""contract.terminate: an early end, with a last day and a reason (rules: Actions)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from marshmallow import fields

from powerup.actions.contract.not_ended import check_not_ended
from powerup.actions.kit.action import Action, Style
from powerup.actions.kit.answer import FieldProblem, InvalidInput, invalid
from powerup.actions.kit.change import Change
from powerup.actions.kit.host_questions import HostQuestions
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import ExistingOrders, given_up, open_orders, with_rows
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, Termination
from powerup.contracts.days import A_DAY
from powerup.contracts.effects_of_change import effects_of
from powerup.contracts.notice import regular_last_day
from powerup.contracts.series import agreed_end
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, Reason
from powerup.documents.schema import Choice, Code, Day, DocumentSchema
from powerup.texts import Text, text


@dataclass(frozen=True, slots=True)
class TerminateInput:
    """last_day is the last day on which visits may be planned, inclusive."""

    last_day: date
    reason: str | None = None
    remark: str = ""
    existing_orders: ExistingOrders = ExistingOrders.KEEP


class TerminateSchema(DocumentSchema):
    """Input of contract.terminate."""

    makes = TerminateInput

    last_day = Day(required=True, metadata={"label": text("Last day")})
    reason = Code(allow_none=True, metadata={"label": text("Reason"), "choices": "reasons", "empty": text("none")})
    remark = fields.String(metadata={"label": text("Remark"), "format": "text"})
    existing_orders = Choice(
        ExistingOrders, metadata={"label": text("Work orders after it"), "default": ExistingOrders.KEEP.value}
    )


def questions(scene: ActionScene, wanted: TerminateInput) -> HostQuestions:
    """The present status of the work orders that would be taken back."""
    if wanted.existing_orders is ExistingOrders.KEEP:
        return HostQuestions()
    return HostQuestions(work_orders=open_orders(_later(scene.contract_situation, wanted.last_day)))


def by_the_rules(scene: ActionScene, readable: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """What is wrong with the reason while no last day could be loaded."""
    try:
        check_reason(readable.get("reason"), scene.configuration)
    except InvalidInput as refusal:
        return refusal.problems
    return ()


def decide(scene: ActionScene, wanted: TerminateInput) -> Change:
    """Visits planned after the last day are withheld; work orders after it are kept or taken back."""
    before = scene.contract_situation
    contract = before.contract
    _check(scene, contract, wanted)
    given = given_up(
        _later(before, wanted.last_day), Reason.TERMINATED, wanted.existing_orders, scene.readings.work_orders
    )
    termination = Termination(wanted.last_day, wanted.reason, wanted.remark)
    ended = replace(contract, termination=termination, version=contract.version + 1)
    after = replace(before, contract=ended, ledger=with_rows(before.ledger, given.ledger))
    return Change(
        text("Contract {number} ends on {last_day}.", number=contract.number, last_day=wanted.last_day),
        effects_of(before, after, scene.today, given.effects, wanted.last_day + A_DAY),
        contract=ended,
        ledger=given.ledger,
        at_host=given.at_host,
        warnings=_warnings(contract, wanted.last_day, scene.today),
    )


def needed(configuration: TenantConfiguration) -> tuple[str, ...]:
    """The reason, where the tenant wants one."""
    return ("reason",) if configuration.settings.reason_required else ()


ACTION = Action(
    "contract.terminate",
    text("Terminate early"),
    decide,
    TerminateSchema,
    style=Style.DANGER,
    questions=questions,
    possible=check_not_ended,
    by_the_rules=by_the_rules,
    needed=needed,
)


def _later(situation: ContractSituation, last_day: date) -> list[LedgerVisit]:
    return [visit for visit in situation.ledger.values() if visit.planned_date > last_day]


def _check(scene: ActionScene, contract: Contract, wanted: TerminateInput) -> None:
    check_not_ended(scene)
    if wanted.last_day < contract.start:
        raise invalid(
            "/input/last_day",
            "before_start",
            text("The last day lies before the start, {start}.", start=contract.start),
        )
    end = agreed_end(contract)
    if end and wanted.last_day >= end:
        raise invalid(
            "/input/last_day",
            "not_before_end",
            text("The contract already ends on {end}; an early end lies before that.", end=end),
        )
    check_reason(wanted.reason, scene.configuration)


def check_reason(reason: str | None, configuration: TenantConfiguration) -> None:
    """Raises InvalidInput for a reason that is not on the tenant's list, and for none where one is required."""
    known = [entry.code for entry in configuration.reasons]
    if reason is None and configuration.settings.reason_required:
        names = [entry.name for entry in configuration.reasons]
        raise invalid("/input/reason", "required", text("Choose a reason: {reasons}.", reasons=names))
    if reason is not None and reason not in known:
        raise invalid(
            "/input/reason",
            "unknown_reason",
            text("There is no reason {reason}. Choose one of: {reasons}.", reason=reason, reasons=known),
        )


def _warnings(contract: Contract, last_day: date, today: date) -> tuple[Text, ...]:
    """Earlier than the terms allow is possible, and said (rules: Terms)."""
    regular = regular_last_day(contract, today)
    if regular is None or last_day >= regular:
        return ()
    return (
        text("This is early: with the agreed notice the contract ends on {regular} at the earliest.", regular=regular),
    )
