"""`powerup why`: one line for each visit of a date, or one line why there is none."""

from datetime import date
from typing import Any

import click

from powerup.commands.forecast import COLUMNS
from powerup.commands.kit.options import DAY, as_of_option, json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_notes
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.contracts.why import Why, why
from powerup.readings.forecast import situations, visit_document
from powerup.readings.why_line import rule_of, why_line
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import Reader


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
        situation = next(situations(connection, around, contract))
    answers = why(situation, day, around.today)
    reader = surroundings.reader(found)
    prefix = around.configuration.settings.number_prefix
    notes = [reader.say(note) for note in around.notes]
    if as_json:
        print_json({"rows": [_document(answer, contract, prefix, reader) for answer in answers], "notes": notes})
    else:
        print_notes(notes)
        for answer in answers:
            click.echo(reader.say(why_line(answer)))


def _document(answer: Why, contract: str, number_prefix: str, reader: Reader) -> dict[str, Any]:
    """Every answer has the same members; those of a visit are null where there is none."""
    visit = visit_document(answer.visit, number_prefix) if answer.visit else dict.fromkeys(COLUMNS)
    if answer.absence:
        visit |= {"contract": contract, "reason": answer.absence.value}
    lead, pause = answer.lead, answer.pause
    return visit | {
        "date": answer.day,
        "rule": reader.say(rule_of(answer)) if answer.visit else None,
        "schedule": answer.schedule,
        "shift": answer.shift,
        "window_before": answer.window_before,
        "window_after": answer.window_after,
        "days_in_advance": lead.days if lead else None,
        "days_in_advance_unit": lead.unit if lead else None,
        "moved": answer.moved,
        "covered_by": str(answer.covered_by) if answer.covered_by else None,
        "pause": {"from": pause.start, "until": pause.until} if pause else None,
        "before": answer.before,
        "after": answer.after,
        "line": reader.say(why_line(answer)),
    }
