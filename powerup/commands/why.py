"""`powerup why`: one line for each visit of a date, or one line why there is none."""

from datetime import date

import click

from powerup.commands.kit.options import DAY, as_of_option, json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_notes
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.readings.why_answers import WhyAnswers, why_document
from powerup.readings.why_line import why_line
from powerup.tenants.circumstances import circumstances_of


@click.command("why")
@tenant_argument
@click.argument("contract")
@click.argument("day", type=DAY, metavar="DATE")
@as_of_option
@json_option
@pass_surroundings
def why_command(
    surroundings: Surroundings, tenant: str, contract: str, day: date, as_of: date | None, as_json: bool
) -> None:
    """Say why CONTRACT has a visit on DATE (its nominal or planned date), or why it has none."""
    with surroundings.parts() as parts, parts.database.read() as connection:
        found = tenant_of(connection, parts, tenant)
        around = circumstances_of(connection, found, surroundings.clock(), as_of)
        answers = WhyAnswers(connection, around).about(contract, day)
    reader = surroundings.reader
    prefix = around.configuration.settings.number_prefix
    notes = [reader.say(note) for note in around.notes]
    if as_json:
        print_json({"rows": [why_document(answer, contract, prefix, reader) for answer in answers], "notes": notes})
    else:
        print_notes(notes)
        for answer in answers:
            click.echo(reader.say(why_line(answer)))
