"""`powerup audit`: the invariant, proved for one tenant."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from powerup.commands.kit.group import FINDING, WrongUse
from powerup.commands.kit.options import as_of_option, json_option
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import Surroundings, find_tenant, pass_surroundings
from powerup.contracts.visit import VisitState
from powerup.outsmart.errors import InvalidApiAddress, OutsmartError
from powerup.parts import Parts
from powerup.store.errors import UnknownZoneError
from powerup.store.tenants import Tenant, Tenants, TenantState
from powerup.sync.proof.audit import AuditReport, audit
from powerup.sync.proof.differences import Difference
from powerup.tenants.today import today_of
from powerup.texts import Reader, Text, counted, sentence_of, text

_OF_ALL = ("tenant", "name", "ok", "due", "host", "differences", "error")


@click.command("audit")
@click.argument("tenant", required=False)
@click.option("--all", "every", is_flag=True, help="All tenants of this server that are active.")
@as_of_option
@json_option
@pass_surroundings
@click.pass_context
def audit_command(
    context: click.Context,
    surroundings: Surroundings,
    tenant: str | None,
    every: bool,
    as_of: date | None,
    as_json: bool,
) -> None:
    """Compare contracts, ledger and host: what is due is written once, and is at the host once. Exit code 1 if not."""
    if bool(tenant) == every:
        raise WrongUse(text("Name one TENANT, or --all."))
    with surroundings.parts() as parts:
        if tenant:
            document = _audited(parts, surroundings, find_tenant(parts, tenant), as_of)
        else:
            rows = [_told(parts, surroundings, each, as_of) for each in _active(parts)]
            document = {"ok": all(row["ok"] for row in rows), "rows": rows}
    if as_json:
        print_json(document)
    elif tenant:
        _show(document, surroundings)
    else:
        print_table(_OF_ALL, [_short(row) for row in document["rows"]], surroundings.reader)
    if not document["ok"]:
        context.exit(FINDING)


def _audited(parts: Parts, surroundings: Surroundings, tenant: Tenant, as_of: date | None) -> dict[str, Any]:
    with parts.open_host(tenant) as host:
        report = audit(parts.database, host, tenant, as_of or today_of(tenant, surroundings.clock()))
    return audit_document(report, surroundings.reader)


def _told(parts: Parts, surroundings: Surroundings, tenant: Tenant, as_of: date | None) -> dict[str, Any]:
    """The audit of one among many: a host that does not answer is a finding, and the others go on."""
    named = {"tenant": tenant.id, "name": tenant.name}
    try:
        return named | _audited(parts, surroundings, tenant, as_of) | {"error": None}
    except (OutsmartError, InvalidApiAddress, UnknownZoneError) as error:
        unknown: dict[str, Any] = {"today": None, "due": None, "ledger": {}, "host": None}
        return named | {"ok": False, **unknown, "differences": [], "error": surroundings.reader.say(sentence_of(error))}


def _short(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"ok": text("yes") if row["ok"] else text("NO"), "differences": len(row["differences"])}


def _active(parts: Parts) -> list[Tenant]:
    with parts.database.read() as connection:
        tenants = Tenants(connection).all()
    served = parts.settings.environment
    return [each for each in tenants if each.environment is served and each.state is TenantState.ACTIVE]


def audit_document(report: AuditReport, reader: Reader) -> dict[str, Any]:
    """The outcome as JSON values (architecture: What others may rely on)."""
    return {
        "ok": report.ok,
        "today": report.today,
        "due": report.due,
        "ledger": dict(report.ledger),
        "host": report.host,
        "differences": [_difference_document(difference, reader) for difference in report.differences],
    }


def _difference_document(difference: Difference, reader: Reader) -> dict[str, Any]:
    return {
        "kind": difference.kind.value,
        "contract": difference.contract,
        "visit": str(difference.visit) if difference.visit else None,
        "workorder_no": difference.workorder_no,
        "host_row_id": difference.host_row_id,
        "message": reader.say(difference.words),
    }


def _show(document: dict[str, Any], surroundings: Surroundings) -> None:
    surroundings.say(audit_outcome(document["ok"], document["today"]))
    surroundings.say(what_was_compared(document["due"], document["ledger"], document["host"]))
    if document["differences"]:
        columns = ("kind", "contract", "visit", "workorder_no", "message")
        print_table(columns, document["differences"], surroundings.reader)


def audit_outcome(ok: bool, day: date) -> Text:
    """Whether an audit found that all agrees."""
    return text("Audit of {day}: good.", day=day) if ok else text("Audit of {day}: NOT good.", day=day)


def what_was_compared(due: int, ledger: Mapping[str, int], at_host: int) -> Text:
    """How much an audit looked at: visits that are due, rows of the ledger by state, our orders at the host."""
    return counted(
        "{number} visit due; ledger: {states}; at the host of ours: {host}.",
        "{number} visits due; ledger: {states}; at the host of ours: {host}.",
        due,
        states=[text("{number} {state}", number=number, state=VisitState(state)) for state, number in ledger.items()]
        or text("empty"),
        host=at_host,
    )
