"""`powerup worker`: runs cycles beside others, on as many machines as wanted (architecture: Many machines)."""

import click

from powerup.app import begin_to_run_on
from powerup.commands.clock_check import refuse_wrong_clock
from powerup.commands.cycles import cycles_of
from powerup.commands.group import WrongUse
from powerup.commands.metrics import metrics_option, serving_metrics
from powerup.commands.stopping import until_told_to_stop
from powerup.commands.surroundings import Surroundings, pass_surroundings
from powerup.parts import Parts
from powerup.sync.clock_watch import ClockWatch
from powerup.sync.runner import Runner

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
            "Workers share their work by PostgreSQL; on SQLite run `powerup timer`, or `powerup serve` alone."
        )
    with surroundings.parts() as parts, until_told_to_stop(), serving_metrics(parts, metrics_bind):
        refuse_wrong_clock(parts)
        begin_to_run_on()
        click.echo("The worker runs. Ctrl-C ends it, once its cycles have ended.", err=True)
        _work(parts, concurrency)


def _work(parts: Parts, concurrency: int) -> None:
    from powerup.sync.worker import SWEEPS_PER_LEASE, Worker  # its queue is only there with the extra `postgres`

    settings = parts.settings
    Worker(
        database=parts.database,
        runner=Runner(cycles_of(parts), parts.measures, ClockWatch(parts.database, parts.clock)),
        environment=settings.environment,
        clock=parts.clock,
        address=settings.database_url,
        concurrency=concurrency,
        sweep_seconds=min(settings.tick_seconds, settings.lease_seconds / SWEEPS_PER_LEASE),
    ).run()
