"""`powerup forecast`: every visit of a period."""

from datetime import date

import click

from powerup.commands.kit.group import WrongUse
from powerup.commands.kit.options import DAY, as_of_option, json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_notes, print_table
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.readings.forecast import VISIT_MEMBERS, Forecast, visit_document
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import Reader, text


@click.command("forecast")
@tenant_argument
@click.option("--contract", metavar="NO", help="Only this contract.")
@click.option("--from", "since", type=DAY, required=True, help="First planned date, inclusive.")
@click.option("--to", "until", type=DAY, required=True, help="Last planned date, inclusive.")
@as_of_option
@click.option("--ics", "as_calendar", is_flag=True, help="Answer as an iCalendar file, for people's calendars.")
@json_option
@pass_surroundings
def forecast_command(
    surroundings: Surroundings,
    tenant: str,
    contract: str | None,
    since: date,
    until: date,
    as_of: date | None,
    as_calendar: bool,
    as_json: bool,
) -> None:
    """Show every visit planned in a period, whatever its state, past ones too."""
    if until < since:
        raise WrongUse(
            text("--to {until} lies before --from {since}.", until=until.isoformat(), since=since.isoformat())
        )
    if as_calendar and as_json:
        raise WrongUse(text("Choose --ics or --json, not both."))
    now = surroundings.clock()
    with surroundings.parts() as parts, parts.database.read() as connection:
        found = tenant_of(connection, parts, tenant)
        around = circumstances_of(connection, found, now, as_of)
        visits = Forecast(connection, around).visits_with_contracts(since, until, contract)
    prefix = around.configuration.settings.number_prefix
    if as_calendar:
        from powerup.files.visit_calendar import visit_calendar  # loads icalendar, which nothing else here needs

        reader = Reader(found.locale)
        click.echo(visit_calendar(found.id, found.name, visits, reader, prefix, now), nl=False)
        return
    rows = [visit_document(visit, prefix) for _, visit in visits]
    notes = [surroundings.reader.say(note) for note in around.notes]
    if as_json:
        print_json({"rows": rows, "notes": notes})
    else:
        print_notes(notes)
        print_table(VISIT_MEMBERS, rows, surroundings.reader)
