"""`kills`: serve, timers and workers are killed at random moments through a year, with hosts that go wrong; afterwards
no work order may be there twice, and none may be missing (architecture: Proof)."""

import random
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select, update

from powerup.contracts.visit import VisitState
from powerup.documents.configuration import merge_configuration
from powerup.parts import Parts, build_parts
from powerup.settings import own_keys, read_settings
from powerup.store.contracts import Contracts
from powerup.store.database import upgrade
from powerup.store.errors import StoreUnavailableError
from powerup.store.ledger import Ledger
from powerup.store.tables import tenants
from powerup.store.tenants import Tenants
from powerup.store.traffic_tables import outbox, runs
from powerup.sync.kit.context import Wish
from tests.endurance.firms import CONFIGURATION, LAST_DAY, Firm, day_at, faults, open_firms
from tests.endurance.fleet import Fleet, environ_of
from tests.endurance.proof import tenant_of, what_is_wrong
from tests.postgres import PostgresServer

_FIRMS = 3
_TIMEOUT_SECONDS = 1.0
_MOST_SECONDS_BETWEEN = 1.5
_LOOKS_FOR_A_CYCLE_SECONDS = 0.5
_QUIET_WITHIN_SECONDS = 60
_DATABASE_AWAY = ("The database cannot be used now", "ConnectorException")
"""In the words of the product and of its queue."""

_COMMANDS = {
    "sqlite": [["serve"], ["timer"], ["timer"]],
    "postgresql": [["serve"], *[["worker", "--concurrency", "2"]] * 3],
}


@dataclass(frozen=True, slots=True)
class Run:
    """What to run. database is `sqlite` or `postgresql`; seed decides who is killed when, and what the hosts do.

    power_cuts end the database server itself, PostgreSQL only.
    """

    database: str
    kills: int
    seed: int
    power_cuts: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. kills_in_a_cycle are those of a process that held a lease at that moment."""

    database: str
    seed: int
    kills: int
    kills_in_a_cycle: int
    power_cuts: int
    contracts: int
    cycles: int
    orders: int
    seconds: float
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def run_kills(run: Run) -> Outcome:
    """Do it all, in a directory that is thrown away."""
    begun = time.monotonic()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="powerup-kills-")))
        postgres = stack.enter_context(PostgresServer(durable=run.power_cuts > 0)) if run.database != "sqlite" else None
        address = postgres.create_database() if postgres else f"sqlite:///{home / 'powerup.db'}"
        key = own_keys(home / "data")["POWERUP_LISTING_KEYS"]
        firms = stack.enter_context(open_firms(home, _FIRMS, key, run.seed))
        environ = _environ(home, address, firms)
        upgrade(address)
        parts = build_parts(read_settings(environ))
        stack.callback(parts.close)
        fleet = stack.enter_context(Fleet(home, environ, _COMMANDS[run.database]))
        year = Year(run, parts, fleet, firms, postgres)
        year.live_through()
        problems = [*_quiet(parts, firms), *fleet.stop(), *fleet.errors(_DATABASE_AWAY if run.power_cuts else ())]
        _last_cycles(parts, firms)
        return Outcome(
            database=run.database,
            seed=run.seed,
            kills=fleet.kills,
            kills_in_a_cycle=year.kills_in_a_cycle,
            power_cuts=year.power_cuts,
            contracts=sum(len(firm.created) for firm in firms),
            cycles=_cycles(parts),
            orders=sum(len(firm.server.host.orders.all()) for firm in firms),
            seconds=round(time.monotonic() - begun, 1),
            problems=problems + what_is_wrong(parts, fleet, firms),
        )


def _environ(home: Path, address: str, firms: Sequence[Firm]) -> dict[str, str]:
    """Settings with short waits: the real clock is what such a run costs."""
    return environ_of(home, address, firms) | {
        "POWERUP_TICK_SECONDS": "0.3",
        "POWERUP_LEASE_SECONDS": "3",
        "POWERUP_RECONCILE_MINUTES": "0.05",
        "POWERUP_HOST_TIMEOUT_SECONDS": str(_TIMEOUT_SECONDS),
    }


@dataclass(slots=True)
class Year:
    """A year of all firms, through which processes are killed and the power is cut."""

    run: Run
    parts: Parts
    fleet: Fleet
    firms: Sequence[Firm]
    postgres: PostgresServer | None
    kills_in_a_cycle: int = 0
    power_cuts: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    def live_through(self) -> None:
        """Install, let the year go by while everything goes wrong, and let the last day come when nothing does."""
        _wait_until(lambda: _listens(self.parts), "serve to listen")
        for firm in self.firms:
            firm.install(self.parts.settings.base_url)
            _configure(self.parts, firm)
            firm.let_go_wrong(faults(_TIMEOUT_SECONDS))
        with ThreadPoolExecutor(len(self.firms) + 1) as lives:
            living = [lives.submit(self._live, firm) for firm in self.firms]
            living.append(lives.submit(shorten_waits, self.parts, self._over))
            try:
                self._strike()
            finally:
                self._over.set()
        for each in living:
            each.result()
        for firm in self.firms:
            firm.server.host.faults.clear()
            firm.live(LAST_DAY, share=1.0)

    def _live(self, firm: Firm) -> None:
        """Time goes on as the strikes do: the year is over when the last one has been."""
        today = None
        while not self._over.wait(0.2):
            share = (self.fleet.kills + self.power_cuts) / (self.run.kills + self.run.power_cuts)
            if today != day_at(share):
                today = day_at(share)
                firm.live(today, share=0.3 + share)

    def _strike(self) -> None:
        chance = random.Random(self.run.seed)
        strikes = [self._kill] * self.run.kills + [self._cut_power] * self.run.power_cuts
        chance.shuffle(strikes)
        for strike in strikes:
            time.sleep(chance.uniform(0.1, _MOST_SECONDS_BETWEEN))
            strike(chance)

    def _kill(self, chance: random.Random) -> None:
        """Kill one process, every other time one that is in a cycle; now and then one that is only starting."""
        place = chance.randrange(len(self.fleet.commands))
        if chance.random() < 0.9:  # else none would ever come to work on a machine that is slow to start them
            _wait_until(lambda: len(self.fleet.working()) >= len(self.fleet.commands) - 1, "the processes to run")
            place = chance.choice(self.fleet.working() or [place])
        if chance.random() < 0.5:
            place = self._place_in_a_cycle(chance, otherwise=place)
        self.kills_in_a_cycle += place in self._places_in_a_cycle()
        self.fleet.kill(place)

    def _cut_power(self, chance: random.Random) -> None:
        """Cut the power of the database while a cycle runs, if one does soon."""
        self._place_in_a_cycle(chance, otherwise=0)
        if self.postgres is None:
            raise ValueError("Only PostgreSQL has a server whose power could be cut.")
        self.postgres.cut_power()
        self.power_cuts += 1

    def _place_in_a_cycle(self, chance: random.Random, otherwise: int) -> int:
        until = time.monotonic() + _LOOKS_FOR_A_CYCLE_SECONDS
        while time.monotonic() < until:
            if places := self._places_in_a_cycle():
                time.sleep(chance.uniform(0.0, 0.1))
                return chance.choice(places)
            time.sleep(0.01)
        return otherwise

    def _places_in_a_cycle(self) -> list[int]:
        """The places of the processes that hold a lease now."""
        with self.parts.database.read() as connection:
            owners = connection.scalars(select(tenants.c.lease_owner).where(tenants.c.lease_owner.is_not(None))).all()
        places = {self.fleet.place_of(int(owner.rpartition(":")[2])) for owner in owners}
        return sorted(place for place in places if place is not None)


def shorten_waits(parts: Parts, over: threading.Event) -> None:
    """Let tenants that back off, and what a killed process held, go on after a second, as if their wait were over."""
    while not over.wait(1.0):
        with suppress(StoreUnavailableError), parts.database.write() as connection:
            for held in (runs, outbox):
                waiting = held.c.next_attempt_at.is_not(None)
                connection.execute(update(held).where(waiting).values(next_attempt_at=parts.clock()))
            failing = connection.scalars(select(tenants.c.id).where(tenants.c.consecutive_failures > 0)).all()
            for tenant_id in failing:
                Tenants(connection).restart_cycles(tenant_id, parts.clock())


def _quiet(parts: Parts, firms: Sequence[Firm]) -> list[str]:
    """Wait until the processes themselves have settled everything that can be settled without a person."""
    over = threading.Event()
    with ThreadPoolExecutor(1) as waits:
        waits.submit(shorten_waits, parts, over)
        try:
            _wait_until(lambda: not any(firm.waits() for firm in firms), "the presses to end")
            _wait_until(lambda: not any(_is_busy(parts, firm) for firm in firms), "the processes to settle everything")
        except TimeoutError as error:
            return [str(error), *(line for firm in firms for line in _unsettled(parts, firm))]
        finally:
            over.set()
    return []


def _is_busy(parts: Parts, firm: Firm) -> bool:
    tenant = tenant_of(parts, firm)
    with parts.database.read() as connection:
        in_hand = Ledger(connection, tenant.id).in_states([VisitState.ORDERING, VisitState.RETRACTING], limit=1)
        return bool(in_hand or Contracts(connection, tenant.id).due(LAST_DAY, limit=1))


def _unsettled(parts: Parts, firm: Firm) -> Iterator[str]:
    """What a firm is still waiting for, in words for whoever looks into it."""
    tenant = tenant_of(parts, firm)
    with parts.database.read() as connection:
        ledger = Ledger(connection, tenant.id)
        for visit in ledger.in_states([VisitState.ORDERING, VisitState.RETRACTING], limit=3):
            yield f"{tenant.id}: {visit}"
        due = Contracts(connection, tenant.id).due(LAST_DAY, limit=3)
    yield f"{tenant}, due: {[contract.number for contract in due]}"


def _last_cycles(parts: Parts, firms: Sequence[Firm]) -> None:
    """A person asks for a cycle of each firm: the visits that the hosts refused are tried again."""
    for firm in firms:
        parts.cycles().run(tenant_of(parts, firm).id, Wish(by_person=True))


def _cycles(parts: Parts) -> int:
    """How many cycles were begun: each took its lease with a number of its own."""
    with parts.database.read() as connection:
        return int(connection.scalar(select(func.sum(tenants.c.fence))) or 0)


def _configure(parts: Parts, firm: Firm) -> None:
    tenant = tenant_of(parts, firm)
    with parts.database.write() as connection:
        present = Tenants(connection).configuration(tenant.id)
        Tenants(connection).save_configuration(tenant.id, merge_configuration(present, CONFIGURATION))


def _listens(parts: Parts) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", parts.settings.port)) == 0


def _wait_until(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + _QUIET_WITHIN_SECONDS
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError(f"Waited {_QUIET_WITHIN_SECONDS} seconds for {what}.")
        time.sleep(0.2)
