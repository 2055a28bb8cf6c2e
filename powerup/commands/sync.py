"""`powerup sync`: one cycle of a tenant, now."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import click

from powerup.commands.kit.clock_check import refuse_wrong_clock
from powerup.commands.kit.group import FINDING, WrongUse
from powerup.commands.kit.options import DAY, json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table, show_members
from powerup.commands.kit.surroundings import Surroundings, find_tenant, pass_surroundings
from powerup.contracts.visit import LedgerVisit, Visit
from powerup.readings.forecast import VISIT_MEMBERS, Forecast
from powerup.store.tenants import Environment
from powerup.sync.kit.context import Wish
from powerup.sync.kit.lease import TenantBusyError
from powerup.sync.kit.report import CycleReport
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import Reader, text

_LOOKS_PER_SECOND = 5


@click.command("sync")
@tenant_argument
@click.option("--dry-run", is_flag=True, help="Say what the cycle would do; do nothing.")
@click.option("--as-of", type=DAY, metavar="DATE", help="Work for this day: with --dry-run, or in the sandbox.")
@click.option(
    "--wait", type=click.FloatRange(0), metavar="SECONDS", help="Wait for a running cycle (default: a lease)."
)
@click.option("--release", is_flag=True, help="Let orders through that wait because they are more than change_cap.")
@json_option
@pass_surroundings
@click.pass_context
def sync(
    context: click.Context,
    surroundings: Surroundings,
    tenant: str,
    dry_run: bool,
    as_of: date | None,
    wait: float | None,
    release: bool,
    as_json: bool,
) -> None:
    """Run one cycle now: order what is due, look at what has become of the rest. Exit code 1 when a visit failed."""
    with surroundings.parts() as parts:
        found = find_tenant(parts, tenant)
        if as_of and not dry_run and found.environment is not Environment.SANDBOX:
            raise WrongUse(text("--as-of is for --dry-run, or for tenants of the sandbox environment."))
        if not dry_run:
            refuse_wrong_clock(parts)
        wish = Wish(by_person=True, release=release, dry_run=dry_run, today=as_of)
        patience = parts.settings.lease_seconds if wait is None else wait
        report = _run_patiently(lambda: parts.cycles().run(found.id, wish), patience)
        with parts.database.read() as connection:
            around = circumstances_of(connection, found, surroundings.clock(), as_of)
            rows = Forecast(connection, around).rows([_visit(row) for row in report.rows])
    _show(report, rows, surroundings.reader, dry_run, as_json)
    if report.ended_early:
        surroundings.say(text("Error: {sentence}", sentence=report.ended_early), err=True)
    if report.failed or report.ended_early:
        context.exit(FINDING)


def _run_patiently(run: Callable[[], CycleReport], wait_seconds: float) -> CycleReport:
    """Run the cycle; while another one runs, wait for it that long. Raises TenantBusyError."""
    until = time.monotonic() + wait_seconds
    while True:
        try:
            return run()
        except TenantBusyError:
            if time.monotonic() >= until:
                raise
            time.sleep(1 / _LOOKS_PER_SECOND)


def _show(report: CycleReport, rows: Sequence[Mapping[str, Any]], reader: Reader, dry_run: bool, as_json: bool) -> None:
    document = report_document(report)
    if as_json:
        print_json(document | ({"rows": rows} if dry_run else {}))
        return
    if rows:
        print_table(VISIT_MEMBERS, rows, reader, text("What the cycle would do"))
    show_members(document, reader)


def report_document(report: CycleReport) -> dict[str, Any]:
    """The counts of one cycle (architecture: What others may rely on)."""
    return {
        "today": report.today,
        "ordered": report.ordered,
        "withheld": dict(report.withheld),
        "failed": report.failed,
        "retracted": report.retracted,
        "status_changes": report.status_changes,
        "released": {
            "contracts": report.released_contracts,
            "orders": report.released.orders,
            "missed": report.released.missed,
        },
        "calls": report.calls,
        "seconds": round(report.seconds, 3),
        "ended_early": report.ended_early,
        "attention": list(report.attention),
    }


def _visit(row: LedgerVisit) -> Visit:
    return Visit(row.key, row.planned_date, row.generation_date, row.deadline, row.state, row.reason, row)
