"""One cycle for one tenant: renew, retract, generate, send, reconcile, report (architecture: How a work order comes to
be)."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any

from structlog.contextvars import bound_contextvars

from powerup.contracts.calendar import calendar_of
from powerup.contracts.configuration import Mode, TenantConfiguration
from powerup.contracts.host_profile import HostProfile
from powerup.errors import PowerupError
from powerup.outsmart.call_limits import CallLimits
from powerup.outsmart.errors import Decision, InvalidApiAddress, OutsmartError, TokenRefused
from powerup.outsmart.host import Host
from powerup.store.cycle_reports import CycleReports
from powerup.store.database import Database
from powerup.store.errors import EncryptionKeyError, LeaseLostError, StoreUnavailableError
from powerup.store.host_profiles import HostProfiles
from powerup.store.marks import marked_by
from powerup.store.tenants import CycleOutcome, Environment, Tenant, Tenants
from powerup.sync.following.cards_changed import tell_of_cards
from powerup.sync.following.finish_runs import finish_runs, readings_asked_for
from powerup.sync.following.reconcile import reconcile
from powerup.sync.kit.context import Cycle, Tally, Wish, looks_up_all
from powerup.sync.kit.facts import HostFacts, codes_named
from powerup.sync.kit.lease import HeldLease, take_lease
from powerup.sync.kit.open_orders import OpenOrders
from powerup.sync.kit.pace import AFTER_FAILURES, Pace
from powerup.sync.kit.put_aside import passed_over
from powerup.sync.kit.report import CycleReport, kept_report, report_of
from powerup.sync.kit.sieve import Sieve
from powerup.sync.ordering.change_cap import waiting_attention
from powerup.sync.ordering.generate import generate
from powerup.sync.ordering.hindrances import keep_and_tell, look_again
from powerup.sync.ordering.look_up import look_up
from powerup.sync.ordering.reschedule import reschedule
from powerup.sync.ordering.restored import recover_withheld
from powerup.sync.ordering.retract import retract
from powerup.sync.ordering.send import send
from powerup.sync.process.failed_visits import failed_by_now, failures_told, tell_of_failures
from powerup.sync.process.next_cycle import next_cycle_at
from powerup.sync.terms.keep_terms import keep_terms
from powerup.sync.terms.send_reminders import send_reminders
from powerup.tenants.standstill import why_resting
from powerup.tenants.tell_host import raise_attention
from powerup.tenants.today import today_of
from powerup.texts import Reader, Text, sentence_of, text
from powerup.timing import Clock, Jitter

OpenHost = Callable[[Tenant], AbstractContextManager[Host]]
"""Opens the client of a tenant's host; it is closed after the cycle."""


class NotTheDayError(PowerupError):
    """A cycle was asked to work for another day than today where that would make real work orders."""

    def __init__(self) -> None:
        super().__init__(text("A day can only be given with a dry run, or for a tenant of the sandbox environment."))


@dataclass(frozen=True, slots=True)
class Cycles:
    """Runs the cycles of all tenants. owner names this worker in the leases that it takes."""

    database: Database
    open_host: OpenHost
    owner: str
    clock: Clock
    jitter: Jitter
    pace: Pace
    limits: CallLimits = field(default_factory=CallLimits)

    def run(self, tenant_id: str, wish: Wish) -> CycleReport:
        """One cycle of the tenant, now. What the host did not allow is told in the report, and done later.

        Raises TenantBusyError while another worker has the tenant, LeaseLostError when one took it over meanwhile,
        StoreError, and NotTheDayError.
        """
        if wish.dry_run:
            return self._run(tenant_id, wish, None)
        with (
            take_lease(self.database, tenant_id, self.owner, self.clock, self.pace.lease_seconds) as lease,
            bound_contextvars(tenant=tenant_id, cycle=lease.fence),
        ):
            return self._run(tenant_id, wish, lease)

    def _run(self, tenant_id: str, wish: Wish, lease: HeldLease | None) -> CycleReport:
        try:
            with self.database.read() as connection:
                tenant = Tenants(connection).get(tenant_id)
                configuration = Tenants(connection).configuration(tenant_id)
                profile = HostProfiles(connection, tenant_id).profile()
        except EncryptionKeyError:
            self._raise_alarm_over_key(tenant_id, lease)
            raise
        if wish.today and not wish.dry_run and tenant.environment is not Environment.SANDBOX:
            raise NotTheDayError
        tally = Tally(self.clock(), wish.today or today_of(tenant, self.clock()))
        wish = replace(wish, dry_run=wish.dry_run or configuration.settings.mode is Mode.DRY_RUN)
        try:
            outcome = self._work(tenant, configuration, profile, wish, lease, tally)
        except (LeaseLostError, StoreUnavailableError):
            raise  # nothing may be written now, or nothing can be
        except Exception as error:
            tally.failure = type(error).__name__
            tally.ended_early = text("The cycle failed; the log of the server says why.")
            self._end(lease, tenant, tally, self._after_failure(tenant, tally, for_good=False))
            raise
        return self._end(lease, tenant, tally, outcome)

    def _raise_alarm_over_key(self, tenant_id: str, lease: HeldLease | None) -> None:
        """No key opens the tenant's tokens: it waits, untouched, until the right key is there again."""
        if lease is None:
            return
        with lease.write() as connection:
            tenant = Tenants(connection).get(tenant_id, open_tokens=False)
            tally = Tally(self.clock(), today_of(tenant, self.clock()))
            tally.ended_early = text("The server has no key that opens this tenant's tokens. Ask its operator.")
            Tenants(connection).finish_cycle(tenant_id, self._after_failure(tenant, tally, for_good=False))

    def _work(
        self,
        tenant: Tenant,
        configuration: TenantConfiguration,
        profile: HostProfile,
        wish: Wish,
        lease: HeldLease | None,
        tally: Tally,
    ) -> CycleOutcome:
        """All steps, as far as the tenant and the host allow."""
        tally.ended_early = why_resting(tenant, configuration.settings.mode)
        if tally.ended_early:
            return CycleOutcome(self.clock() + self.pace.reconcile_every, attention=tenant.attention)
        self.limits.allow(tenant.id, configuration.settings.calls_per_minute)
        try:
            with self.open_host(tenant) as host:
                cycle = Cycle(
                    database=self.database,
                    lease=lease,
                    tenant=tenant,
                    settings=configuration.settings,
                    profile=profile,
                    calendar=calendar_of(configuration.calendar),
                    host=host,
                    facts=HostFacts(
                        host,
                        lambda: marked_by(self.database, tenant.id),
                        lambda: codes_named(self.database, tenant.id),
                        configuration.settings.reference_field,
                        in_comment_too=profile.loses_reference(configuration.settings),
                    ),
                    open_orders=OpenOrders(host, Sieve(self.database, tenant.id, looks_up_all(tenant, self.clock()))),
                    clock=self.clock,
                    pace=self.pace,
                    limits=self.limits,
                    wish=wish,
                    tally=tally,
                )
                return _take_steps(cycle)
        except (OutsmartError, InvalidApiAddress) as error:
            tally.ended_early = _in_words(tenant, error)
            tally.failure = type(error).__name__
            for_good = isinstance(error, InvalidApiAddress) or error.decision is Decision.STOP
            return self._after_failure(tenant, tally, for_good=for_good)

    def _after_failure(self, tenant: Tenant, tally: Tally, *, for_good: bool) -> CycleOutcome:
        """The tenant backs off; for good, until a person mends it, where no cycle can succeed before that."""
        failures = tenant.consecutive_failures + 1
        next_at = None if for_good else self.clock() + AFTER_FAILURES.after(failures, self.jitter)
        attention = Reader(tenant.locale).say(tally.ended_early) if tally.ended_early else None
        return CycleOutcome(next_at, failures, attention)

    def _end(self, lease: HeldLease | None, tenant: Tenant, tally: Tally, outcome: CycleOutcome) -> CycleReport:
        now = self.clock()
        tally.told += failures_told(self.database, tenant.id, tally)
        report = report_of(tally, tenant, now, lease.fence if lease else None)
        if lease is not None:
            with lease.write() as connection:
                Tenants(connection).finish_cycle(tenant.id, outcome)
                CycleReports(connection, tenant.id).add(kept_report(report, lease.fence))
                tell_of_cards(connection, tenant.id, tally.changed, now)
                if _is_news(outcome, tenant, tally):
                    raise_attention(connection, tenant.id, _raised(outcome.attention), now)
                tell_of_failures(connection, tenant, tally, now)
        return report


def _take_steps(cycle: Cycle) -> CycleOutcome:
    tally = cycle.tally
    try:
        tally.failed_before = failed_by_now(cycle)
        tally.readings = readings_asked_for(cycle)
        look_up(cycle)
        if not cycle.wish.dry_run:
            reschedule(cycle)
            keep_terms(cycle)
        retract(cycle)
        look_again(cycle)
        generate(cycle)
        if cycle.looks_up_all and not cycle.wish.dry_run:
            recover_withheld(cycle)
        send(cycle)
        found_before = len(tally.attention), len(tally.told)
        reconcile(cycle)
        tally.attention += passed_over(cycle.host.put_aside)
        tally.found = [*tally.attention[found_before[0] :], *tally.told[found_before[1] :]]
        if tally.woken and not cycle.wish.dry_run:
            generate(cycle)
            send(cycle)
        if not cycle.wish.dry_run:
            finish_runs(cycle)
            send_reminders(cycle)
    finally:
        tally.calls = cycle.host.calls
    keep_and_tell(cycle)
    waiting = waiting_attention(cycle)
    if waiting:  # what waits already was told when it began; how much that is by now changes with the days
        (tally.attention if tally.newly_held else tally.told).append(waiting)
    found = "\n".join(cycle.say(each) for each in tally.found) or None
    return CycleOutcome(
        next_cycle_at(cycle),
        attention=_attention(cycle),
        reconciled_at=tally.reconciled_at,
        found_at_host=found,
        completed_compared_at=tally.completed_compared_at,
    )


def _attention(cycle: Cycle) -> str | None:
    """What a person should look at; what only the comparison with the host finds stays until the next one."""
    told = [cycle.say(each) for each in (*cycle.tally.attention, *cycle.tally.told)]
    if cycle.tally.reconciled_at is None and cycle.tenant.found_at_host:
        told += cycle.tenant.found_at_host.split("\n")
    return "\n".join(dict.fromkeys(told)) or None


def _is_news(outcome: CycleOutcome, tenant: Tenant, tally: Tally) -> bool:
    """Whether a person is needed for something of which the host was not told before."""
    needs_a_person = outcome.next_cycle_at is None or tally.attention
    if not needs_a_person or outcome.attention is None:
        return False
    told = {Reader(tenant.locale).say(each) for each in tally.told} | {*(tenant.attention or "").split("\n")}
    return not told.issuperset(outcome.attention.split("\n"))


def _raised(words: str | None) -> Mapping[str, Any]:
    """What the host is told of the tenant as a whole."""
    return {"message": words, "kind": "tenant", "number": 1, "contracts": [], "visits": []}


def _in_words(tenant: Tenant, error: OutsmartError | InvalidApiAddress) -> Text:
    """What stopped the cycle; where no host brings new tokens, also how they are entered."""
    if isinstance(error, TokenRefused) and tenant.host_tenant_id is None:
        return text("{words} Command: powerup tenant token {tenant}", words=sentence_of(error), tenant=tenant.id)
    return sentence_of(error)
