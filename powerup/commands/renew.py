"""`powerup contracts renew`: contracts that run out and renew by hand, all at once."""

from datetime import date, timedelta
from typing import Any

import click

from powerup.actions.contract.renew_in_bulk import BulkRenewal, renew_in_bulk
from powerup.commands.kit.group import FINDING, Finding
from powerup.commands.kit.options import DAY, json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, pass_surroundings, tenant_of
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import Reader, text

SOON = timedelta(days=30)


@click.command("renew")
@tenant_argument
@click.option("--due-by", type=DAY, metavar="DATE", help="Those that end by this day (default: in 30 days).")
@click.option("--dry-run", is_flag=True, help="Say what would be renewed; renew nothing.")
@json_option
@pass_surroundings
@click.pass_context
def renew(
    context: click.Context, surroundings: Surroundings, tenant: str, due_by: date | None, dry_run: bool, as_json: bool
) -> None:
    """Renew the contracts that run out soon and whose terms renew by hand."""
    with surroundings.parts() as parts:
        now = surroundings.clock()
        with parts.database.read() if dry_run else parts.database.write() as connection:
            found = tenant_of(connection, parts, tenant)
            around = circumstances_of(connection, found, now)
            if around.suspended and not dry_run:
                raise Finding(
                    text("Tenant {tenant} is suspended: contracts can be looked at, not changed.", tenant=found.name)
                )
            day = due_by or around.today + SOON
            renewals = renew_in_bulk(connection, around, day, OPERATOR, now, writing=not dry_run)
    reader = surroundings.reader
    rows = [_document(each, reader) for each in renewals]
    if as_json:
        print_json({"dry_run": dry_run, "rows": rows})
    else:
        title = text("Would be renewed") if dry_run else text("Renewed")
        print_table(("contract", "end", "new_end", "problem"), rows, reader, title)
    if any(each.change is None for each in renewals):
        context.exit(FINDING)


def _document(renewal: BulkRenewal, reader: Reader) -> dict[str, Any]:
    change = renewal.change
    return {
        "contract": renewal.contract.number,
        "end": renewal.contract.end,
        "new_end": change.contract.end if change and change.contract else None,
        "counts": change.effects.counts() if change else {},
        "problem": reader.say(renewal.refusal) if renewal.refusal else None,
    }
