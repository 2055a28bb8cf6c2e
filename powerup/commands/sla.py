"""`powerup sla`: open work orders under a corrective contract, and how long there is left."""

import click

from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.readings.sla_overview import SlaOverview
from powerup.tenants.circumstances import circumstances_of

_SHOWN = (
    "workorder_no",
    "contract",
    "priority",
    "response_deadline",
    "resolution_deadline",
    "state",
    "time_left",
)


@click.command("sla")
@tenant_argument
@json_option
@pass_surroundings
def sla(surroundings: Surroundings, tenant: str, as_json: bool) -> None:
    """Show open work orders under a corrective contract, the most urgent first, with the time that is left."""
    with surroundings.parts() as parts, parts.database.read() as connection:
        found = tenant_of(connection, parts, tenant)
        rows = SlaOverview(connection, circumstances_of(connection, found, surroundings.clock())).rows()
    rows = [row | {"time_left": in_hours(row["time_left_minutes"])} for row in rows]
    if as_json:
        print_json({"rows": rows})
    else:
        print_table(_SHOWN, rows, surroundings.reader)


def in_hours(minutes: int | None) -> str | None:
    """Minutes as people read them, such as 3:05, or -0:40 for what is over."""
    if minutes is None:
        return None
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else ''}{hours}:{rest:02}"
