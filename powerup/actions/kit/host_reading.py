"""Reading at the host what an action needs to know, before anything is written: all at once, and within a time."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any, Generic, TypeVar

from powerup.actions.kit.answer import NotPossible
from powerup.actions.kit.host_questions import AddressKey, HostQuestions, HostReadings
from powerup.outsmart.errors import HostUnavailable, OutsmartError
from powerup.outsmart.host import Host
from powerup.outsmart.readers import HostReaders
from powerup.outsmart.records import WorkOrder, WorkOrderStatus
from powerup.texts import text

LONGER_SECONDS = 1.0
"""So much longer than the reading a call may last: else what ran out of time could be taken for what failed."""


_SINGLE_READS = 30
"""Up to so many work orders are read singly; more are looked for in the host's open lists first, which hold those of
everybody."""


_SINGLE_RECORDS = 5
"""Up to so many customers, objects or addresses are read singly; more in one call for all that the host has of their
kind."""


_OPEN = (WorkOrderStatus.KLAARGEZET, WorkOrderStatus.OPGEHAALD)
"""Compleet grows without end where nobody settles, so what is completed is read singly."""


_Code = TypeVar("_Code", str, int, AddressKey)


_Result = TypeVar("_Result")


_Record = TypeVar("_Record")


class HostSlow(NotPossible):
    """The host had not answered all in time; it may yet."""

    def __init__(self) -> None:
        super().__init__(text("The host is slow at the moment. Nothing was changed; try again in a minute."))


class HostSilent(NotPossible):
    """The host gave no usable answer; it may when it is asked again."""

    def __init__(self) -> None:
        super().__init__(text("The host does not answer at the moment. Nothing was changed; try again in a minute."))


def read_at_host(
    host: Host, questions: HostQuestions, within_seconds: float, readers: HostReaders, tenant_id: str
) -> HostReadings:
    """The answers to the questions, read several at once by the readers, in the turns of the tenant; within_seconds is
    for all of them together.

    A call that is under way when the time is over is left to end by itself. Raises HostSlow when the time is over,
    HostSilent when the host gives no usable answer, and NotPossible when it refuses, in its own words.
    """
    if questions == HostQuestions():
        return HostReadings()
    try:
        with _asking(readers, tenant_id, within_seconds) as asking:
            found = _readings(host, questions, asking)
    except HostSlow:
        readers.was_slow(tenant_id)
        raise
    except HostUnavailable as error:
        raise HostSilent from error
    except OutsmartError as error:
        raise NotPossible(
            text("The host refused to say what is needed: {words}. Nothing was changed.", words=error.host_words)
        ) from error
    readers.was_quick(tenant_id)
    return found


class _Asking:
    """The calls that are made for one action, and the moment by which they must have been answered."""

    def __init__(self, readers: HostReaders, tenant_id: str, until: float) -> None:
        self._readers = readers
        self._tenant_id = tenant_id
        self._until = until
        self._asked: list[Future[Any]] = []

    def ask(self, read: Callable[..., _Result], *which: object) -> Future[_Result]:
        """Have it read beside the others."""
        future = self._readers.read(self._tenant_id, read, *which)
        self._asked.append(future)
        return future

    def each(self, codes: Iterable[_Code], read: Callable[[_Code], _Result]) -> dict[_Code, Future[_Result]]:
        """Have a record read for each code."""
        return {code: self.ask(read, code) for code in codes}

    def wait(self) -> None:
        """Until all is answered. Raises the first failure as soon as there is one, and HostSlow when time is over."""
        done, unanswered = wait(self._asked, max(self._until - monotonic(), 0.0), FIRST_EXCEPTION)
        failures = [error for future in done if (error := future.exception())]
        if failures and monotonic() < self._until:
            raise failures[0]
        if failures or unanswered:
            raise HostSlow

    def give_up(self) -> None:
        """Begin none of the calls any more that have not begun."""
        for future in self._asked:
            future.cancel()


@contextmanager
def _asking(readers: HostReaders, tenant_id: str, within_seconds: float) -> Iterator[_Asking]:
    asking = _Asking(readers, tenant_id, monotonic() + within_seconds)
    try:
        yield asking
    finally:
        asking.give_up()


def _readings(host: Host, questions: HostQuestions, asking: _Asking) -> HostReadings:
    relations = _Kind(host.relation, host.relations, lambda each: each.debtor_number).ask(questions.relations, asking)
    objects = _Kind(host.object, host.objects, lambda each: each.code).ask(questions.objects, asking)
    addresses = _Kind(lambda key: host.address(*key), host.addresses, lambda each: (each.debtor_number, each.code)).ask(
        questions.addresses, asking
    )
    contacts = {key: asking.ask(host.contact_person, *key) for key in questions.contacts}
    employees = asking.ask(_employees, host) if questions.employees else None
    projects = _codes(questions.projects, lambda: (p.code for p in host.projects()), asking)
    priorities = _codes(questions.priorities, lambda: (p.code for p in host.priorities()), asking)
    types = _codes(questions.work_types, lambda: (t.name for t in host.work_types() if t.active), asking)
    methods = _codes(questions.payment_methods, lambda: (p.description for p in host.payment_methods()), asking)
    materials = _codes(questions.materials, lambda: (m.code for m in host.materials()), asking)
    forms = _codes(questions.forms, lambda: (f.name for f in host.forms()), asking)
    work_orders = _work_orders(host, questions.work_orders, asking)
    asking.wait()
    return HostReadings(
        relations=relations(),
        objects=objects(),
        addresses=frozenset(key for key, found in addresses().items() if found),
        contacts=frozenset(key for key, found in _results(contacts).items() if found),
        work_orders=work_orders,
        employees=employees.result() if employees else None,
        projects=projects.result() if projects else None,
        priorities=priorities.result() if priorities else None,
        work_types=types.result() if types else None,
        payment_methods=methods.result() if methods else None,
        forms=forms.result() if forms else None,
        materials=materials.result() if materials else None,
    )


@dataclass(frozen=True, slots=True)
class _Kind(Generic[_Code, _Record]):
    """How the records of one kind are read: one by its code, all of them, and what the code of each is."""

    one: Callable[[_Code], _Record | None]
    all: Callable[[], Iterable[_Record]]
    code_of: Callable[[_Record], _Code]

    def ask(self, codes: Iterable[_Code], asking: _Asking) -> Callable[[], dict[_Code, _Record | None]]:
        """Have them read; what is given tells what was found, once all is answered."""
        wanted = list(dict.fromkeys(codes))
        if len(wanted) <= _SINGLE_RECORDS:
            return partial(_results, asking.each(wanted, self.one))
        listed = asking.ask(self._of_list, frozenset(wanted))
        return lambda: dict.fromkeys(wanted) | listed.result()

    def _of_list(self, wanted: frozenset[_Code]) -> dict[_Code, _Record | None]:
        found: dict[_Code, _Record | None] = {}
        for each in self.all():
            if (code := self.code_of(each)) in wanted:
                found.setdefault(code, each)
        return found


def _employees(host: Host) -> dict[str, str]:
    return {each.number: each.name for each in host.employees() if each.active}


def _codes(wanted: bool, read: Callable[[], Iterable[str]], asking: _Asking) -> Future[frozenset[str]] | None:
    return asking.ask(lambda: frozenset(read())) if wanted else None


def _results(futures: dict[_Code, Future[_Result]]) -> dict[_Code, _Result]:
    return {code: future.result() for code, future in futures.items()}


def _work_orders(host: Host, row_ids: tuple[int, ...], asking: _Asking) -> dict[int, WorkOrder | None]:
    """The work orders; of many only those are read singly that the open lists do not have."""
    wanted = set(row_ids)
    found: dict[int, WorkOrder | None] = {}
    if len(wanted) > _SINGLE_READS:
        lists = [asking.ask(_of_list, host, status, wanted) for status in _OPEN]
        asking.wait()
        found = {order.row_id: order for each in lists for order in each.result()}
    rest = asking.each(sorted(wanted - found.keys()), lambda row_id: host.work_order(row_id=row_id))
    asking.wait()
    return found | _results(rest)


def _of_list(host: Host, status: WorkOrderStatus, wanted: set[int]) -> list[WorkOrder]:
    return [listed.whole() for listed in host.work_orders(status) if listed.row_id in wanted]
