"""`powerup forecast`: every visit of a period."""

from datetime import date

import click

from powerup.actions.forecast import forecast, visit_document
from powerup.commands.circumstances import circumstances_of
from powerup.commands.group import WrongUse
from powerup.commands.options import DAY, as_of_option, json_option, tenant_argument
from powerup.commands.output import print_json, print_table
from powerup.commands.surroundings import Surroundings, pass_surroundings, tenant_of

COLUMNS = (
    "contract",
    "plan",
    "object",
    "nominal_date",
    "planned_date",
    "generation_date",
    "deadline",
    "state",
    "reason",
    "workorder_no",
)


@click.command("forecast")
@tenant_argument
@click.option("--contract", metavar="NO", help="Only this contract.")
@click.option("--from", "since", type=DAY, required=True, help="First planned date, inclusive.")
@click.option("--to", "until", type=DAY, required=True, help="Last planned date, inclusive.")
@as_of_option
@json_option
@pass_surroundings
def forecast_command(
    surroundings: Surroundings,
    tenant: str,
    contract: str | None,
    since: date,
    until: date,
    as_of: date | None,
    as_json: bool,
) -> None:
    """Show every visit planned in a period, whatever its state, past ones too."""
    if until < since:
        raise WrongUse(f"--to {until} lies before --from {since}.")
    with surroundings.parts() as parts, parts.database.read() as connection:
        found = tenant_of(connection, parts, tenant)
        around = circumstances_of(connection, found, surroundings.clock(), as_of)
        visits = forecast(connection, around, since, until, contract)
    prefix = around.configuration.settings.number_prefix
    rows = [visit_document(visit, prefix) for visit in visits]
    if as_json:
        print_json({"rows": rows})
    else:
        print_table(COLUMNS, rows)
