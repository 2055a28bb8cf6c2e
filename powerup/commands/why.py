"""`powerup why`: one line for each visit of a date, or one line why there is none."""

from datetime import date
from typing import Any

import click

from powerup.actions.forecast import situations, visit_document
from powerup.actions.why_line import why_line
from powerup.commands.circumstances import circumstances_of
from powerup.commands.options import DAY, as_of_option, json_option, tenant_argument
from powerup.commands.output import print_json
from powerup.commands.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.contracts.why import Why, why


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
    lines = [reader.say(why_line(answer)) for answer in answers]
    if as_json:
        prefix = around.configuration.settings.number_prefix
        rows = [
            _document(answer, contract, prefix) | {"line": line} for answer, line in zip(answers, lines, strict=True)
        ]
        print_json({"rows": rows})
    else:
        for line in lines:
            click.echo(line)


def _document(answer: Why, contract: str, number_prefix: str) -> dict[str, Any]:
    if answer.visit is None:
        return {
            "contract": contract,
            "date": answer.day,
            "state": None,
            "reason": answer.absence.value if answer.absence else None,
            "before": answer.before,
            "after": answer.after,
        }
    return visit_document(answer.visit, number_prefix) | {
        "date": answer.day,
        "shift": answer.shift.value if answer.shift else None,
        "window_before": answer.window_before,
        "window_after": answer.window_after,
        "days_in_advance": answer.lead.days if answer.lead else None,
        "moved": answer.moved,
        "covered_by": str(answer.covered_by) if answer.covered_by else None,
    }
