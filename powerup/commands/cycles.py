"""`powerup cycles`: what the last cycles of a tenant did, or one of them in detail."""

from datetime import date, datetime
from typing import Any

import click

from powerup.commands.kit.group import Finding, WrongUse
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table, show_members
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.readings.cycle_list import CYCLE_MEMBERS, CycleList
from powerup.texts import Reader, text

_IN_A_LINE = CYCLE_MEMBERS[:-1]
_MOST = 10_000


@click.command("cycles")
@tenant_argument
@click.argument("cycle", required=False)
@click.option("--last", type=click.IntRange(1, _MOST), default=20, show_default=True, help="So many, the newest first.")
@json_option
@pass_surroundings
def cycles(surroundings: Surroundings, tenant: str, cycle: str | None, last: int, as_json: bool) -> None:
    """Show what the last cycles of TENANT did, or one CYCLE in detail: by its number, a moment or a day."""
    with surroundings.parts() as parts, parts.database.read() as connection:
        kept = CycleList(connection, tenant_of(connection, parts, tenant))
        if cycle is None:
            rows = kept.latest(last)
        else:
            document = _one(kept, cycle)
    if cycle is not None:
        print_json(document) if as_json else show_members(document, surroundings.reader)
    elif as_json:
        print_json({"rows": rows})
    else:
        print_table(_IN_A_LINE, [_in_a_line(row, surroundings.reader) for row in rows], surroundings.reader)


def _one(kept: CycleList, wanted: str) -> dict[str, Any]:
    found = kept.numbered(int(wanted)) if wanted.isascii() and wanted.isdigit() else kept.at(_moment(wanted))
    if found is None:
        raise Finding(text("No cycle {cycle} is kept; they are for 90 days.", cycle=wanted))
    return found


def _moment(wanted: str) -> datetime | date:
    try:
        return date.fromisoformat(wanted)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(wanted)
    except ValueError:
        raise WrongUse(
            text("{cycle} is neither a cycle's number nor a moment such as 2027-01-31T08:00.", cycle=repr(wanted))
        ) from None


def _in_a_line(row: dict[str, Any], reader: Reader) -> dict[str, Any]:
    withheld = ", ".join(f"{number} {reader.code(reason)}" for reason, number in row["withheld"].items())
    return row | {"withheld": withheld}
