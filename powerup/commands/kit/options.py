"""Options and arguments that several commands share."""

from datetime import date
from typing import Any

import click

from powerup.commands.kit.group import Finding
from powerup.contracts.days import EARLIEST_DAY, LATEST_DAY, is_usable
from powerup.texts import Text, text


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

passing_latest_option = click.option(
    "--pass-latest-dates", "passing_latest", is_flag=True, help="Do it though visits pass their latest date by it."
)


def latest_dates_passed(said: Text) -> Finding:
    """The error of what would let visits pass their latest dates, and was not confirmed."""
    return Finding(text("Nothing was done: latest dates are passed. {said} --pass-latest-dates does it.", said=said))
