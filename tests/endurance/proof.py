"""What has to hold after everything went wrong: asked of the hosts, of the database, and of `powerup audit`."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from powerup.contracts.visit import Visit, VisitState
from powerup.parts import Parts
from powerup.readings.forecast import Forecast
from powerup.store.contracts import Contracts
from powerup.store.tenants import Tenant, Tenants
from powerup.tenants.circumstances import circumstances_of
from tests.endurance.firms import FIRST_DAY, LAST_DAY, Firm
from tests.endurance.fleet import Fleet

_WITHOUT_ORDER = (VisitState.WITHHELD, VisitState.FAILED)
_LONGEST_LEAD = timedelta(days=31)


def what_is_wrong(parts: Parts, fleet: Fleet, firms: Sequence[Firm]) -> list[str]:
    """A sentence for each thing that is not as it has to be."""
    problems = []
    with ThreadPoolExecutor(len(firms)) as asking:
        for about in asking.map(lambda firm: _about(parts, fleet, firm), firms):
            problems += about
    return problems


def tenant_of(parts: Parts, firm: Firm) -> Tenant:
    """The firm as the power-up knows it."""
    with parts.database.read() as connection:
        return Tenants(connection).find(firm.server.marketplace.book.firm().id)


def _about(parts: Parts, fleet: Fleet, firm: Firm) -> list[str]:
    tenant = tenant_of(parts, firm)
    seen = [*_twice(firm), *_effects(parts, tenant, firm), *_visits(parts, tenant, firm), *_audit(fleet, tenant)]
    return [f"{tenant.name}: {problem}" for problem in [*firm.problems, *seen]]


def _twice(firm: Firm) -> Iterator[str]:
    for number, count in firm.twice().items():
        yield f"the host has {count} work orders {number}"


def _effects(parts: Parts, tenant: Tenant, firm: Firm) -> Iterator[str]:
    """Whether every webhook that was answered has its effect, once."""
    with parts.database.read() as connection:
        stored = {contract.number: contract.name for contract in Contracts(connection, tenant.id).all()}
    for name, number in firm.created.items():
        if stored.pop(number, None) != name:
            yield f"contract {number}, {name}, was answered as created and is not there"
    for number, name in stored.items():
        yield f"contract {number}, {name}, is there and nobody was told"
    if tenant.sandbox_today != firm.server.host.calendar.today():
        yield f"it is {firm.server.host.calendar.today()} at the host and {tenant.sandbox_today} here"


def _visits(parts: Parts, tenant: Tenant, firm: Firm) -> Iterator[str]:
    """Whether every visit that is due has its work order at the host, or a reason why it has none."""
    with parts.database.read() as connection:
        around = circumstances_of(connection, tenant, parts.clock())
        found = Forecast(connection, around).visits(FIRST_DAY, LAST_DAY + _LONGEST_LEAD)
    today = firm.server.host.calendar.today()
    at_host = firm.server.host.orders.number_counts()
    for visit in found:
        if visit.generation_date <= today and not _is_settled(visit, at_host):
            yield f"visit {visit.key} is {visit.state.value} and has neither work order nor reason"


def _is_settled(visit: Visit, at_host: dict[str, int]) -> bool:
    written = visit.written
    if visit.state in _WITHOUT_ORDER:
        return bool(visit.reason or (written and written.refusal))
    return written is not None and at_host.get(written.workorder_no or "") == 1


def _audit(fleet: Fleet, tenant: Tenant) -> Iterator[str]:
    answer = fleet.run("audit", tenant.id, "--json")
    if answer.returncode == 0 and json.loads(answer.stdout)["ok"]:
        return
    try:
        yield from (f"audit: {each['message']}" for each in json.loads(answer.stdout)["differences"])
    except ValueError:
        yield f"audit: {answer.stdout}{answer.stderr}"
