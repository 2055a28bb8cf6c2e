"""Options and arguments that several commands share."""

from datetime import date
from typing import Any

import click

from powerup.contracts.days import EARLIEST_DAY, LATEST_DAY, is_usable


class Day(click.ParamType[date]):
    """A date as 2027-01-31."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date of a text; fails with what was expected."""
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2027-01-31.", param, ctx)
        if not is_usable(day):
            self.fail(f"{value} is not from {EARLIEST_DAY} to {LATEST_DAY}.", param, ctx)
        return day


DAY = Day()

json_option = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")

tenant_argument = click.argument("tenant")

as_of_option = click.option(
    "--as-of", type=DAY, metavar="DATE", help="Stand-in for today (default: the tenant's own today)."
)
