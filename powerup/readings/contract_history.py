"""What was done to a contract and its visits, by whom and why, from its audit trail (rules: Actions)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy import Connection

from powerup.actions.catalogue import find_action
from powerup.actions.contract import note
from powerup.actions.form.contract_form import ContractForm, PlanForm, TemplateForm
from powerup.actions.kit.closed_words import range_in_words
from powerup.actions.kit.labels import VALUE_LABELS
from powerup.actions.visit import assign
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract
from powerup.contracts.visit import Reason, VisitState
from powerup.documents.closed_days import closed_ranges_of
from powerup.documents.materials import materials_of
from powerup.documents.words import period_from_text
from powerup.readings.contract_facts import materials_in_words
from powerup.readings.employee_names import employee_called
from powerup.readings.period_words import period_in_words
from powerup.readings.price_words import price_changes
from powerup.store.audit_trail import AuditLine, AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.errors import UnknownContractError
from powerup.store.host_names import HostNames
from powerup.store.tenants import Tenant
from powerup.texts import Reader, Text, text

MOST_VISITS_NAMED = 10

_OTHER_ACTIONS: Mapping[str, Text] = {
    "contract.import": text("Import"),
    "contract.undo_import": text("Import undone"),
    "tenant.rename_customer": text("New debtor number"),
    "tenant.rename_object": text("New object code"),
}

_THROUGH: Mapping[str, Text] = {
    "webhook": text("button at the host"),
    "command": text("command"),
    "api": text("other software"),
    "panel": text("page"),
    "timer": text("by itself"),
}

_MEMBERS: Mapping[str, Text] = {
    "last_day": text("Last day"),
    "reason": text("Reason"),
    "remark": text("Remark"),
    "pauses": text("Pauses"),
    "replaced_objects": text("Replaced objects"),
    "renewals": text("Renewals"),
    "restarted_from": text("Restarted from"),
    "restarted_as": text("Restarted as"),
    "goes_on_from": text("Goes on from"),
    "deleted_on": text("Deleted on"),
    "counts_from": text("Rule counts from"),
    "objects_from": text("Objects count from"),
}
"""What the members of a contract's document are called that stand in no form."""

_NOT_TOLD = frozenset({"version", "visits", "contract_no", "entered_on"})


@dataclass(frozen=True, slots=True)
class WhyItStands:
    """Why and by whom a contract was ended or is paused; each empty where nobody said it or it is not known."""

    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class TrailNames:
    """What the codes of an audit trail are called: why contracts end, and employees by number."""

    reasons: Mapping[str, str] = field(default_factory=dict)
    employees: Mapping[str, str] = field(default_factory=dict)


def trail_names(connection: Connection, tenant_id: str, configuration: TenantConfiguration) -> TrailNames:
    """Those of a tenant, on a connection that a transaction of Database has given."""
    return TrailNames(reasons_by_code(configuration), HostNames(connection, tenant_id).of_employees())


def reasons_by_code(configuration: TenantConfiguration) -> dict[str, str]:
    """What a tenant calls the reasons for which contracts end."""
    return {reason.code: reason.name for reason in configuration.reasons}


class ContractHistory:
    """The audit trail of the contracts of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._trail = AuditTrail(connection, tenant_id)
        self._contracts = Contracts(connection, tenant_id)

    def lines(self, number: str) -> list[AuditLine]:
        """All lines about the contract of that number and its visits, the oldest first. Raises UnknownContractError."""
        if self._contracts.get(number) is None:
            raise UnknownContractError(number)
        return self._trail.of_contract(number)

    def why_they_stand(
        self, contracts: Sequence[Contract], configuration: TenantConfiguration, today: date
    ) -> dict[str, WhyItStands]:
        """Of those that were ended early or are paused on a day: why, and who did it, by the contract's number."""
        concerned = [each for each in contracts if each.termination or each.pause_on(today)]
        names = reasons_by_code(configuration)
        doers = self._trail.who_ended_or_paused([each.number for each in concerned])
        return {each.number: _why_it_stands(each, names, doers.get(each.number, {}), today) for each in concerned}


def _why_it_stands(contract: Contract, names: Mapping[str, str], doers: Mapping[str, str], today: date) -> WhyItStands:
    """The early end comes before a pause, which ends with it."""
    if contract.termination:
        said = [
            names.get(contract.termination.reason or "", contract.termination.reason or ""),
            contract.termination.remark,
        ]
        return WhyItStands(": ".join(filter(None, said)), doers.get("ended", ""))
    pause = contract.pause_on(today)
    return WhyItStands(pause.reason if pause else "", doers.get("paused", ""))


def history_document(line: AuditLine, tenant: Tenant, reader: Reader, names: TrailNames) -> dict[str, Any]:
    """A line as JSON values: when in the tenant's zone, who, by which entrance, and what changed, in words too."""
    return {
        "at": line.at.astimezone(tenant.zone).isoformat(timespec="seconds"),
        "by": line.actor_name,
        "role": line.role,
        "source": line.source,
        "action": line.action,
        "target": line.target_id,
        "input": line.input,
        "before": line.before,
        "after": line.after,
        "changes": [reader.say(each) for each in changes_in_words(line, names)],
    }


def action_in_words(line: AuditLine) -> Text:
    """What was pressed or done."""
    action = find_action(line.action)
    if action is not None:
        return action.label
    return _OTHER_ACTIONS.get(line.action) or text("{words}", words=line.action)


def through_in_words(line: AuditLine) -> Text:
    """By which entrance it came."""
    return _THROUGH.get(line.source) or text("{words}", words=line.source)


def changes_in_words(line: AuditLine, names: TrailNames) -> Iterator[Text]:
    """What is otherwise than before: of the contract member by member, and the visits that were touched."""
    entered = line.input or {}
    if line.action == note.ACTION.id:
        yield text("{words}", words=entered.get("text"))
    if line.action == assign.ACTION.id:
        yield from (
            text("{name}: {after}", name=_LABELS[name], after=_said(name, entered.get(name), names))
            for name in ("employee", "start_time")
            if name == "employee" or entered.get(name)
        )
    reason = entered.get("reason")
    before, after = line.before or {}, line.after or {}
    if line.before is not None and line.after is not None:
        yield from _differences(before, after, names)
    if isinstance(reason, str) and reason and before.get("reason") == after.get("reason"):
        yield text("{name}: {after}", name=_MEMBERS["reason"], after=names.reasons.get(reason, reason))
    yield from _of_visits(before.get("visits") or {}, after.get("visits") or {})


_NOTHING = (None, "")
"""An empty remark is told neither as entered nor as taken out."""


def _differences(before: Mapping[str, Any], after: Mapping[str, Any], names: TrailNames) -> Iterator[Text]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if name in _NOT_TOLD or old == new or (old in _NOTHING and new in _NOTHING):
            continue
        match name:
            case "template":
                yield from _of_members(old or {}, new or {}, names)
            case "price":
                yield from price_changes(old, new)
            case "plans":
                yield from _of_plans(old or [], new or [], names)
            case _:
                yield _difference(name, old, new, names)


def _of_members(before: Mapping[str, Any], after: Mapping[str, Any], names: TrailNames) -> Iterator[Text]:
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield _difference(name, before.get(name), after.get(name), names)


def _of_plans(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], names: TrailNames
) -> Iterator[Text]:
    old, new = ({plan["name"]: plan for plan in plans} for plans in (before, after))
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            yield text("Visit plan {plan} is gone", plan=name)
        elif name not in old:
            yield text("Visit plan {plan} is new", plan=name)
        else:
            for change in _of_members(old[name], new[name], names):
                yield text("Visit plan {plan}: {change}", plan=name, change=change)


def _difference(name: str, before: Any, after: Any, names: TrailNames) -> Text:
    called = _LABELS.get(name) or text("{words}", words=name)
    return text(
        "{name}: {before} → {after}", name=called, before=_said(name, before, names), after=_said(name, after, names)
    )


def _said(name: str, value: Any, names: TrailNames) -> object:
    if value and name == "latest_after":
        return _length(value)
    if value and name == "reason":
        return names.reasons.get(value, value)
    if value and name == "employee":
        return employee_called(value, names.employees)
    return _value(value)


def _length(value: str) -> Text:
    """A length of time in words."""
    return period_in_words(period_from_text(value))


def _of_visits(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Text]:
    touched = [visit for visit in dict.fromkeys([*before, *after]) if before.get(visit) != after.get(visit)]
    for visit in touched[:MOST_VISITS_NAMED]:
        yield text(
            "Visit {visit}: {before} → {after}",
            visit=visit,
            before=_standing(before.get(visit)),
            after=_standing(after.get(visit)),
        )
    if len(touched) > MOST_VISITS_NAMED:
        yield text("and {more} more", more=len(touched) - MOST_VISITS_NAMED)


def _standing(written: Sequence[str | None] | None) -> Text:
    if not written or written[0] is None:
        return text("–")
    state, reason = VisitState(written[0]), written[1]
    if reason is None:
        return text("{state}", state=state)
    return text("{state} ({reason})", state=state, reason=Reason(reason))


def _value(value: Any) -> object:
    """A value as people read it: dates as dates, choices by their labels, nothing as a dash."""
    match value:
        case None | "" | []:
            return text("–")
        case bool():
            return text("yes") if value else text("no")
        case str():
            return VALUE_LABELS.get(value) or _as_date(value)
        case list():
            return [_value(each) for each in value]
        case dict() if {"from", "until", "name"} <= value.keys():
            return range_in_words(*closed_ranges_of([value]))
        case dict() if {"from", "until"} <= value.keys():
            return _pause(value)
        case dict() if {"old", "new", "from"} <= value.keys():
            return text("{old} by {new} from {day}", old=value["old"], new=value["new"], day=_as_date(value["from"]))
        case dict() if {"code", "number"} <= value.keys():
            return materials_in_words(materials_of([value]))
        case dict():
            return ", ".join(f"{name} {each}" for name, each in value.items()) or text("–")
        case _:
            return value


def _pause(pause: Mapping[str, Any]) -> Text:
    words = text("{since} to {until}", since=_as_date(pause["from"]), until=_value(pause["until"]))
    if pause.get("every_year"):
        words = text("{paused}, every year", paused=words)
    return text("{period} ({reason})", period=words, reason=pause["reason"]) if pause.get("reason") else words


def _as_date(value: str) -> object:
    try:
        return date.fromisoformat(value) if len(value) == len("2027-01-31") else value
    except ValueError:
        return value


def _labels(schema: Schema) -> dict[str, Text]:
    return {
        name: field.metadata["label"]
        for name, field in schema.load_fields.items()
        if "label" in field.metadata and not isinstance(field, fields.Nested)
    }


_LABELS: Mapping[str, Text] = {
    **_labels(PlanForm()),
    **_labels(TemplateForm()),
    **_labels(ContractForm()),
    **_MEMBERS,
}
"""What the members are called: as in the form, and those that no form has."""
