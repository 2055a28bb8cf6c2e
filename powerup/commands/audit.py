"""`powerup audit`: the invariant, proved for one tenant."""

from datetime import date
from typing import Any

import click

from powerup.commands.group import FINDING
from powerup.commands.options import as_of_option, json_option, tenant_argument
from powerup.commands.output import print_json, print_table
from powerup.commands.surroundings import Surroundings, find_tenant, open_host, pass_surroundings
from powerup.sync.audit import AuditReport, audit
from powerup.sync.differences import Difference
from powerup.sync.pace import today_of
from powerup.texts import Reader


@click.command("audit")
@tenant_argument
@as_of_option
@json_option
@pass_surroundings
@click.pass_context
def audit_command(
    context: click.Context, surroundings: Surroundings, tenant: str, as_of: date | None, as_json: bool
) -> None:
    """Compare contracts, ledger and host: what is due is written once, and is at the host once. Exit code 1 if not."""
    with surroundings.parts() as parts:
        found = find_tenant(parts, tenant)
        with open_host(parts, found) as host:
            report = audit(parts.database, host, found, as_of or today_of(found, surroundings.clock()))
    document = audit_document(report, surroundings.reader(found))
    if as_json:
        print_json(document)
    else:
        _show(document)
    if not report.ok:
        context.exit(FINDING)


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


def _show(document: dict[str, Any]) -> None:
    states = ", ".join(f"{number} {state}" for state, number in document["ledger"].items()) or "empty"
    click.echo(f"audit: {'ok' if document['ok'] else 'NOT OK'} on {document['today']}")
    click.echo(f"{document['due']} visits due; ledger: {states}; {document['host']} of our work orders at the host")
    if document["differences"]:
        print_table(("kind", "contract", "visit", "workorder_no", "message"), document["differences"])
