"""`powerup worker`: runs cycles beside others, on as many machines as wanted (architecture: Many machines)."""

import click

from powerup.commands.kit.clock_check import refuse_wrong_clock
from powerup.commands.kit.group import WrongUse
from powerup.commands.kit.metrics import metrics_option, serving_metrics
from powerup.commands.kit.stopping import leave_in_time, until_told_to_stop
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings
from powerup.parts import begin_to_run_on
from powerup.texts import text

_MOST_AT_ONCE = 16
"""Each cycle takes up to two connections to the database."""


@click.command("worker")
@click.option(
    "--concurrency",
    type=click.IntRange(1, _MOST_AT_ONCE),
    default=4,
    show_default=True,
    help="Tenants worked on at once.",
)
@metrics_option
@pass_surroundings
def worker(surroundings: Surroundings, concurrency: int, metrics_bind: str | None) -> None:
    """Run cycles of tenants that are due, together with other workers. For PostgreSQL."""
    if not surroundings.settings().database_url.startswith("postgres"):
        raise WrongUse(
            text("Workers share their work by PostgreSQL; on SQLite run `powerup timer`, or `powerup serve` alone.")
        )
    if surroundings.settings().pooled:
        raise WrongUse(
            text(
                "Workers listen for their work, which a pooler in transaction mode does not pass on: give them the "
                "address of PostgreSQL itself, without POWERUP_DATABASE_POOLER."
            )
        )
    with surroundings.parts() as parts, until_told_to_stop(), serving_metrics(parts, metrics_bind):
        refuse_wrong_clock(parts)
        work = parts.worker(concurrency)
        begin_to_run_on()
        surroundings.say(text("The worker runs. Ctrl-C ends it, once its cycles have ended."), err=True)
        work.run(leave_in_time)
