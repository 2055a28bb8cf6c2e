"""Reading at the host what an action needs to know, before anything is written, and within three seconds."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

from powerup.actions.answer import NotPossible
from powerup.actions.change import HostReadings
from powerup.outsmart.errors import HostUnavailable, OutsmartError
from powerup.outsmart.host import Host
from powerup.outsmart.records import WorkOrder, WorkOrderStatus
from powerup.texts import text

WITHIN_SECONDS = 3.0
"""How long an action may wait for the host before it is refused (rules: Actions)."""

_SINGLE_READS = 4
"""Up to so many work orders are read singly; more are looked for in the host's open lists first."""

_Code = TypeVar("_Code", str, int)
_Record = TypeVar("_Record")


@dataclass(frozen=True, slots=True)
class HostQuestions:
    """What to read: codes to look up one by one, whether the lists of choices are needed, and work orders by row id."""

    relations: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    work_orders: tuple[int, ...] = ()
    employees: bool = False
    projects: bool = False
    priorities: bool = False
    work_types: bool = False
    payment_methods: bool = False


def read_at_host(host: Host, questions: HostQuestions) -> HostReadings:
    """The answers to the questions; the host's client ends a call that is not answered in time.

    Raises NotPossible when the host does not answer in time or refuses, in its own words.
    """
    patient = _Patience(monotonic() + WITHIN_SECONDS)
    try:
        return HostReadings(
            relations=patient.each(questions.relations, host.relation),
            objects=patient.each(questions.objects, host.object),
            work_orders=_work_orders(host, questions.work_orders, patient),
            employees=_codes(questions.employees, lambda: (e.number for e in host.employees() if e.active), patient),
            projects=_codes(questions.projects, lambda: (p.code for p in host.projects()), patient),
            priorities=_codes(questions.priorities, lambda: (p.code for p in host.priorities()), patient),
            work_types=_codes(questions.work_types, lambda: (t.name for t in host.work_types() if t.active), patient),
            payment_methods=_codes(
                questions.payment_methods, lambda: (p.description for p in host.payment_methods()), patient
            ),
        )
    except HostUnavailable as error:
        raise NotPossible(
            text("The host does not answer at the moment. Nothing was changed; try again in a minute.")
        ) from error
    except OutsmartError as error:
        raise NotPossible(
            text("The host refused to say what is needed: {words}. Nothing was changed.", words=error.host_words)
        ) from error


class _Patience:
    """The three seconds, over all calls together."""

    def __init__(self, until: float) -> None:
        self._until = until

    def check(self) -> None:
        if monotonic() > self._until:
            raise NotPossible(text("The host is slow at the moment. Nothing was changed; try again in a minute."))

    def each(self, codes: Iterable[_Code], read: Callable[[_Code], _Record]) -> dict[_Code, _Record]:
        found = {}
        for code in codes:
            self.check()
            found[code] = read(code)
        return found


def _codes(wanted: bool, read: Callable[[], Iterable[str]], patient: _Patience) -> frozenset[str] | None:
    if not wanted:
        return None
    patient.check()
    return frozenset(read())


def _work_orders(host: Host, row_ids: Collection[int], patient: _Patience) -> dict[int, WorkOrder | None]:
    if len(row_ids) <= _SINGLE_READS:
        return patient.each(row_ids, lambda row_id: host.work_order(row_id=row_id))
    wanted = set(row_ids)
    found: dict[int, WorkOrder | None] = {}
    for status in (WorkOrderStatus.KLAARGEZET, WorkOrderStatus.OPGEHAALD, WorkOrderStatus.COMPLEET):
        patient.check()
        found.update({order.row_id: order for order in host.work_orders(status) if order.row_id in wanted})
    rest = sorted(wanted - found.keys())
    return found | patient.each(rest, lambda row_id: host.work_order(row_id=row_id))
