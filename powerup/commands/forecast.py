"""`powerup forecast`: every visit of a period."""

from datetime import date
from pathlib import Path

import click

from powerup.commands.kit.group import WrongUse
from powerup.commands.kit.options import DAY, as_of_option, json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_notes, print_table, write_file
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.readings.forecast import Forecast
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import Reader, counted, text

_IN_A_TABLE = (
    "planned_date",
    "contract",
    "customer",
    "customer_name",
    "plan",
    "object",
    "object_name",
    "nominal_date",
    "moved_from",
    "generation_date",
    "deadline",
    "latest_date",
    "state",
    "reason",
    "workorder_no",
)
"""What people look for first comes first."""


@click.command("forecast")
@tenant_argument
@click.option("--contract", metavar="NO", help="Only this contract.")
@click.option("--customer", metavar="NO", help="Only contracts of this customer, by debtor number.")
@click.option("--from", "since", type=DAY, required=True, help="First planned date, inclusive.")
@click.option("--to", "until", type=DAY, required=True, help="Last planned date, inclusive.")
@as_of_option
@click.option("--ics", "as_calendar", is_flag=True, help="Answer as an iCalendar file, for people's calendars.")
@click.option(
    "--xlsx", "sheet", type=click.Path(dir_okay=False, path_type=Path), help="Write it into this spreadsheet."
)
@json_option
@pass_surroundings
def forecast_command(
    surroundings: Surroundings,
    tenant: str,
    contract: str | None,
    customer: str | None,
    since: date,
    until: date,
    as_of: date | None,
    as_calendar: bool,
    sheet: Path | None,
    as_json: bool,
) -> None:
    """Show every visit planned in a period, whatever its state, past ones too."""
    if until < since:
        raise WrongUse(
            text("--to {until} lies before --from {since}.", until=until.isoformat(), since=since.isoformat())
        )
    if as_calendar + as_json + (sheet is not None) > 1:
        raise WrongUse(text("Choose one of --ics, --xlsx and --json."))
    now = surroundings.clock()
    with surroundings.parts() as parts, parts.database.read() as connection:
        found = tenant_of(connection, parts, tenant)
        around = circumstances_of(connection, found, now, as_of)
        listed = Forecast(connection, around)
        visits = listed.visits_with_contracts(since, until, contract, customer=customer)
        rows = [] if as_calendar else listed.rows([visit for _, visit in visits])
    if as_calendar:
        from powerup.files.visit_calendar import visit_calendar  # loads icalendar, which nothing else here needs

        reader, prefix = Reader(found.locale), around.configuration.settings.number_prefix
        click.echo(visit_calendar(found.id, found.name, visits, reader, prefix, now), nl=False)
        return
    notes = [surroundings.reader.say(note) for note in around.notes]
    if as_json:
        print_json({"rows": rows, "notes": notes})
        return
    print_notes(notes)
    if sheet is None:
        print_table(_IN_A_TABLE, rows, surroundings.reader)
        return
    from powerup.files.visit_sheet import visit_sheet  # loads openpyxl, which nothing else here needs

    write_file(sheet, visit_sheet(rows, Reader(found.locale)))
    surroundings.say(counted("{number} visit is in {file}.", "{number} visits are in {file}.", len(rows), file=sheet))
