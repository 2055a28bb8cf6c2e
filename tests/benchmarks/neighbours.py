"""Whether tenants whose host is dead make the others late: 200 tenants, 20 of them at a host that takes connections and
never answers, beside the 180 others alone.

The first round is the one in which nobody knows yet that those hosts are dead; from the next one on they back off, and
when they are tried again they have threads of their own. Seconds are those until the last of the others was
done, of the later rounds the median.
"""

import logging
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime, timedelta
from itertools import count
from statistics import median
from time import perf_counter
from typing import cast

from powerup.monitoring.logs import configure_logging
from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.host import Host
from powerup.parts import set_loaded_code_aside
from powerup.store.database import Database
from powerup.store.tenants import Environment, Tenant, Tenants
from powerup.sync.kit.pace import Pace
from powerup.sync.process.cycle import Cycles
from powerup.sync.process.timer import Timer
from tests.benchmarks._host_double import HostDouble
from tests.benchmarks._workload import NOW, add_tenant, databases

TENANTS, DEAD, ROUNDS = 200, 20, 6
TIMEOUT_SECONDS = 1.0


def run() -> dict[str, object]:
    """Seconds of each round for the tenants whose host answers, with and without the dead ones beside them."""
    configure_logging(logging.ERROR)
    set_loaded_code_aside()
    figures: dict[str, object] = {"tenants": TENANTS, "dead": DEAD, "timeout_seconds": TIMEOUT_SECONDS}
    for dead in (0, DEAD):
        with databases() as opened, _black_hole() as address:
            for name, database in opened.items():
                rounds = _measured(database, dead, address)
                kind = f"{name}_seconds_beside_{dead}_dead"
                figures |= {f"{kind}_first": rounds[0], f"{kind}_later": round(median(rounds[1:]), 3)}
    return figures


def _measured(database: Database, dead: int, address: str) -> list[float]:
    for number in range(TENANTS - DEAD):
        add_tenant(database, tenant_id=f"well_{number}")
    for number in range(dead):
        add_tenant(database, address, tenant_id=f"dead_{number}")

    def open_host(tenant: Tenant) -> AbstractContextManager[Host]:
        if tenant.api_url == address:
            return OutsmartClient(address, "token", "software token", timeout_seconds=TIMEOUT_SECONDS, read_retries=0)
        return nullcontext(cast(Host, HostDouble([])))

    moments = (NOW + timedelta(hours=hour) for hour in count(1))
    now = NOW

    def clock() -> datetime:
        return now

    timer = Timer(database, Cycles(database, open_host, "benchmark", clock, lambda: 0.5, Pace()), Environment.SANDBOX)
    rounds = []
    for now in (next(moments) for _ in range(ROUNDS)):
        rounds.append(_round(timer, now))
        _wake_all(database, now)
    timer.close()
    return rounds


def _round(timer: Timer, now: datetime) -> float:
    """Seconds until every tenant whose host answers has had its cycle; the others' may go on after that."""
    begun, ended = perf_counter(), []
    cycles = timer.tick(now)
    for cycle in cycles:
        cycle.add_done_callback(lambda done: ended.append((perf_counter(), done.result())))
    for cycle in cycles:
        cycle.result()
    return round(max(at for at, report in ended if report and not report.ended_early) - begun, 3)


def _wake_all(database: Database, now: datetime) -> None:
    with database.write() as connection:
        for tenant in Tenants(connection).all():
            Tenants(connection).reconcile_soon(tenant.id, now)


@contextmanager
def _black_hole() -> Iterator[str]:
    """The address of a host that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/openapi/8/"
