"""`powerup visits`: the visits of a period, and what buttons do to one."""

from datetime import date

import click

from powerup.commands.act import act_on_visit
from powerup.commands.kit.group import WrongUse
from powerup.commands.kit.options import DAY, json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_notes, print_table
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.contracts.visit import VisitState
from powerup.readings.forecast import Forecast
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import text

_IN_A_TABLE = ("planned_date", "id", "customer", "customer_name", "object_name", "state", "reason", "workorder_no")


@click.group()
def visits() -> None:
    """Visits of a period, and what can be done to one."""


@visits.command("list")
@tenant_argument
@click.option("--from", "since", type=DAY, required=True, help="First planned date, inclusive.")
@click.option("--to", "until", type=DAY, required=True, help="Last planned date, inclusive.")
@click.option("--contract", metavar="NO", help="Only this contract.")
@click.option("--customer", metavar="NO", help="Only contracts of this customer, by debtor number.")
@click.option("--state", "states", multiple=True, type=click.Choice([each.value for each in VisitState]))
@json_option
@pass_surroundings
def list_(
    surroundings: Surroundings,
    tenant: str,
    since: date,
    until: date,
    contract: str | None,
    customer: str | None,
    states: tuple[str, ...],
    as_json: bool,
) -> None:
    """List the visits planned in a period with their ids, whatever their state."""
    if until < since:
        raise WrongUse(
            text("--to {until} lies before --from {since}.", until=until.isoformat(), since=since.isoformat())
        )
    with surroundings.parts() as parts, parts.database.read() as connection:
        found = tenant_of(connection, parts, tenant)
        around = circumstances_of(connection, found, surroundings.clock())
        planned = Forecast(connection, around)
        listed = planned.visits(since, until, contract, customer=customer)
        chosen = [visit for visit in listed if not states or visit.state.value in states]
        rows = [row | {"id": str(visit.key)} for row, visit in zip(planned.rows(chosen), chosen, strict=True)]
    notes = [surroundings.reader.say(note) for note in around.notes]
    if as_json:
        print_json({"rows": rows, "notes": notes})
        return
    print_notes(notes)
    print_table(_IN_A_TABLE, rows, surroundings.reader)


visits.add_command(act_on_visit)
