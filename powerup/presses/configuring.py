"""Changing what a tenant has configured, whichever entrance it comes by (rules: Settle, then change).

A document is read into the present configuration, what it changes is found out and shown, and then it is done. Pages
ask for a confirmation where contracts are touched; it is bound to exactly what was shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from powerup.actions.contract.apply_terms import Touched, apply_terms, touched_by_terms
from powerup.actions.form.template_form import template_flaws
from powerup.actions.kit.answer import Confirmation, FieldProblem
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.confirmation import Shown
from powerup.actions.kit.flaw_words import flaw_in_words
from powerup.actions.kit.latest_words import passed_by
from powerup.actions.kit.request import Actor, Request, Target, TargetType
from powerup.contracts.calendar import Calendar
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.effects import Effects
from powerup.documents.configuration import configuration_document, merge_configuration
from powerup.documents.errors import InvalidDocumentError
from powerup.errors import PowerupError
from powerup.files.table import mapping_flaws
from powerup.presses.press import Presses
from powerup.store.turns import take_turn
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.tenants.closed_effects import ClosedContract, closed_at_customers, closed_in_words, orders_staying
from powerup.tenants.configuration_difference import Difference, differences
from powerup.tenants.configure import CONFIGURE, PrefixUsedError, check_prefix, configure
from powerup.tenants.consumer_warnings import consumer_warnings
from powerup.tenants.latest_passed import PassedOf, passed_by_configuration, passed_of_contracts
from powerup.texts import Text, in_a_row, text

_SHOWN = Shown(Effects())
"""On single visits: a confirmation is bound to the whole document, and to the contracts that were shown."""


class ConfigurationRefused(PowerupError):
    """A document that is not taken, with every flaw by its pointer in the document."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        self.problems = tuple(problems)
        self.sentence = in_a_row(
            text("{pointer}: {flaw}", pointer=each.pointer or "/", flaw=each.message) for each in problems
        )
        super().__init__(str(self.sentence))


class LatestDatesPassed(PowerupError):
    """A document by which visits pass their latest dates, and nobody has confirmed that."""

    def __init__(self, passed: Sequence[PassedOf]) -> None:
        self.passed = tuple(passed)
        self.sentences = tuple(passed_of_contracts(self.passed))
        super().__init__(str(in_a_row(self.sentences)))


@dataclass(frozen=True, slots=True)
class PlannedConfiguration:
    """What a document would change. touched are the contracts that carry other terms than the list has by then under
    their code, where the document speaks of terms; closed what becomes of contracts whose customers have other closed
    days; passed the latest dates that visits pass by it, and
    passed_by_terms those that they pass where the contracts are given the changed terms; warnings do not stop it."""

    before: TenantConfiguration
    after: TenantConfiguration
    differences: Sequence[Difference]
    touched: Sequence[Touched] = ()
    warnings: Sequence[Text] = ()
    passed: Sequence[PassedOf] = ()
    passed_by_terms: Sequence[PassedOf] = ()
    closed: Sequence[ClosedContract] = ()

    @property
    def schedules_otherwise(self) -> bool:
        """Whether visits of any contract that are not ordered yet may come on other days."""
        return self.before.schedules_otherwise(self.after)

    @property
    def touches_contracts(self) -> bool:
        """Whether contracts may become otherwise by it, or be left as they were agreed."""
        customers = self.before.calendar.closed_otherwise(self.after.calendar)
        return bool(self.touched) or bool(customers) or self.schedules_otherwise

    @property
    def shown(self) -> dict[str, Any]:
        """All that a person is shown of it before they confirm."""
        return {
            "before": configuration_document(self.before),
            "after": configuration_document(self.after),
            "contracts": [
                [each.before.number, each.before.version, each.after.end, each.change.effects.counts()]
                for each in self.touched
            ],
            "closed": [[each.contract, each.effects.counts(), len(each.staying)] for each in self.closed],
            "passed": [
                [each.contract, date_.plan, date_.object, date_.day, date_.comes_on]
                for each in (*self.passed, *self.passed_by_terms)
                for date_ in each.dates
            ],
        }


def plan_configuration(
    connection: Connection, around: TenantCircumstances, document: Any, actor: Actor
) -> PlannedConfiguration:
    """What a document would change, its absent parts staying as they are; nothing is written.

    Raises ConfigurationRefused.
    """
    return _with_touched(connection, around, _wanted(connection, around, document), document, actor)


def change_configuration(
    connection: Connection,
    around: TenantCircumstances,
    document: Any,
    actor: Actor,
    now: datetime,
    *,
    to_contracts: bool = False,
    passing_latest: bool,
) -> PlannedConfiguration:
    """Take over a document, in the transaction that is given; to_contracts gives changed terms to the contracts that
    carry them otherwise. passing_latest: somebody has confirmed that visits pass their latest dates by it. now is
    aware. Raises ConfigurationRefused, LatestDatesPassed."""
    planned = _wanted(connection, around, document)
    if not passing_latest:
        _check_latest(_with_touched(connection, around, planned, document, actor), to_contracts=to_contracts)
    configure(connection, around, planned.after, actor, now)
    planned = _with_touched(connection, around, planned, document, actor)  # what was due is settled by now
    if to_contracts:
        apply_terms(connection, around, planned.touched, now)
    return planned


def _check_latest(planned: PlannedConfiguration, *, to_contracts: bool) -> None:
    passed = [*planned.passed, *(planned.passed_by_terms if to_contracts else ())]
    if passed:
        raise LatestDatesPassed(passed)


def touched_document(touched: Touched, *, applied: bool) -> dict[str, Any]:
    """A contract that is touched, as JSON values; applied says that it was given the changed terms."""
    return {
        "contract": touched.before.number,
        "terms": touched.request.input["terms"],
        "applied": applied,
        "end": touched.before.end.isoformat() if touched.before.end else None,
        "new_end": touched.after.end.isoformat() if touched.after.end else None,
        "counts": touched.change.effects.counts(),
    }


def _wanted(connection: Connection, around: TenantCircumstances, document: Any) -> PlannedConfiguration:
    try:
        wanted = merge_configuration(around.configuration, document)
    except InvalidDocumentError as error:
        raise ConfigurationRefused(
            [FieldProblem(each.pointer, each.code, flaw_in_words(each)) for each in error.errors]
        ) from error
    try:
        check_prefix(connection, around, wanted)
    except PrefixUsedError as error:
        raise ConfigurationRefused([FieldProblem("/settings/number_prefix", "used", error.sentence)]) from error
    if flaws := [
        FieldProblem(f"/mappings/{place}", "unknown_column", flaw)
        for place, mapping in enumerate(wanted.mappings)
        for flaw in mapping_flaws(mapping)
    ]:
        raise ConfigurationRefused(flaws)
    if flaws := template_flaws(wanted, around.configuration):
        raise ConfigurationRefused(flaws)
    found = differences(around.configuration, wanted)
    passed = passed_by_configuration(connection, around, wanted)
    closed = closed_at_customers(connection, around, wanted)
    told = (*passed_of_contracts(passed), *closed_in_words(closed, orders_staying(connection, around, wanted)))
    return PlannedConfiguration(around.configuration, wanted, found, warnings=told, passed=passed, closed=closed)


def _with_touched(
    connection: Connection, around: TenantCircumstances, planned: PlannedConfiguration, document: Any, actor: Actor
) -> PlannedConfiguration:
    """With the contracts that a change of the terms touches; nobody's when the document is about something else."""
    if "terms" not in document:
        return planned
    changed = replace(around, configuration=planned.after, calendar=Calendar(planned.after.calendar))
    touched = touched_by_terms(connection, changed, actor)
    by_terms = [
        PassedOf(each.before.number, dates) for each in touched if (dates := passed_by(each.scene, each.change))
    ]
    warnings = (*planned.warnings, *passed_of_contracts(by_terms), *consumer_warnings(planned.after.terms))
    return replace(planned, touched=touched, warnings=warnings, passed_by_terms=by_terms)


@dataclass(frozen=True, slots=True)
class ConfigurationAnswer:
    """How a change ended: refused for its problems, shown to be confirmed (`needs_confirmation`), or done.

    planned is what it did, or would do; shown_anew says that what was confirmed is not what it would do now.
    """

    planned: PlannedConfiguration | None = None
    problems: Sequence[FieldProblem] = ()
    confirmation: Confirmation | None = None
    shown_anew: bool = False


@dataclass(frozen=True, slots=True)
class ConfigurationPress:
    """One press. confirmation is the token that came with what was shown, empty at first; to_contracts is said with it,
    and gives changed terms to the contracts that were shown."""

    document: Any
    actor: Actor
    confirmation: str = ""
    to_contracts: bool = False

    def request(self, tenant_id: str, planned: PlannedConfiguration) -> Request:
        """The press as a confirmation is bound to it."""
        return Request(
            CONFIGURE,
            Target(TargetType.TENANT, tenant_id),
            self.actor,
            planned.shown,
            confirmation=self.confirmation or None,
        )


@dataclass(frozen=True, slots=True)
class Configurations:
    """Where people change what a tenant has configured."""

    presses: Presses

    def press(self, tenant_id: str, press: ConfigurationPress, now: datetime) -> ConfigurationAnswer:
        """Do it; where contracts are touched and that was not confirmed as it is now, only say what it would do. now is
        aware."""
        try:
            if not press.confirmation:
                with self.presses.database.read() as connection:
                    if (shown := self._to_be_confirmed(connection, tenant_id, press, now)) is not None:
                        return shown
            with self.presses.database.write() as connection:
                take_turn(connection, f"configuration {tenant_id}")
                if (shown := self._to_be_confirmed(connection, tenant_id, press, now)) is not None:
                    return shown
                _, around = tenant_in_circumstances(connection, tenant_id, now, open_tokens=False)
                done = change_configuration(
                    connection,
                    around,
                    press.document,
                    press.actor,
                    now,
                    to_contracts=press.to_contracts,
                    passing_latest=True,
                )
                return ConfigurationAnswer(done)
        except ConfigurationRefused as refused:
            return ConfigurationAnswer(problems=refused.problems)

    def _to_be_confirmed(
        self, connection: Connection, tenant_id: str, press: ConfigurationPress, now: datetime
    ) -> ConfigurationAnswer | None:
        """What has to be confirmed first; None where nothing has to, or it was."""
        _, around = tenant_in_circumstances(connection, tenant_id, now, open_tokens=False)
        planned = plan_configuration(connection, around, press.document, press.actor)
        request, confirmations = press.request(tenant_id, planned), self.presses.confirmations
        if not planned.touches_contracts or confirmations.confirms(request, None, _SHOWN, now):
            return None
        token = confirmations.issue(request, None, _SHOWN, now)
        return ConfigurationAnswer(planned, confirmation=token, shown_anew=bool(press.confirmation))
