"""One order per address where the objects of one order lie at several (rules: Generation, Several addresses)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from powerup.actions.contract.call_off import balance
from powerup.contracts.changed_rules import last_nominal_dates
from powerup.contracts.contract import Contract, ContractType, ReplacedObject, Schedule, Spread, YearlyOrders
from powerup.contracts.invoicing import lines_of_visits
from powerup.contracts.latest import latest_dates
from powerup.contracts.price import Price, PricePer
from powerup.contracts.reasons import reason_against
from powerup.contracts.recurrence import Unit
from powerup.contracts.schedule import due, visits, wake_on
from powerup.contracts.settling import after_settling
from powerup.contracts.several_addresses import split_by_address, with_present_objects
from powerup.contracts.situation import ContractSituation
from powerup.contracts.succession import restarted, taken_over
from powerup.contracts.terms import Period, PeriodUnit
from powerup.contracts.transitions import held_by_hand, left_out, not_possible, retracting, taken_back, withheld
from powerup.contracts.visit import AT_HOST, Doubt, LedgerVisit, Reason, VisitKey, VisitState, visit_key
from powerup.contracts.why import why
from powerup.contracts.work_address import work_address
from tests.contracts.cycles import DUTCH, SETTINGS, TEMPLATE, contract, days_in_advance, key, plan, situation, written

START = date(2026, 3, 1)
DAY = date(2026, 3, 10)
PLACES = {"CV-1": "A", "CV-2": "B", "CV-3": "B"}
OF_ALL = contract(plan(month_day=10), start=START, objects=("CV-1", "CV-2", "CV-3"))


def due_visit(**fields: object) -> LedgerVisit:
    return replace(written(DAY, VisitState.ORDERING, workorder_no="C1042-A-20260310-ALL"), **fields)  # type: ignore[arg-type]


def split(of: Contract = OF_ALL, visit: LedgerVisit | None = None, **places: str) -> list[LedgerVisit]:
    known = PLACES | {code.replace("_", "-"): place for code, place in places.items()}
    return split_by_address(of, visit or due_visit(), lambda code: known.get(code, ""), "C")


def carried(parts: Iterable[LedgerVisit]) -> dict[str, tuple[str, ...]]:
    return {part.key.object: part.carries for part in parts}


def test_each_address_has_its_own_order_with_its_own_number() -> None:
    parts = split()
    assert carried(parts) == {"@A": ("CV-1",), "@B": ("CV-2", "CV-3")}
    assert [part.workorder_no for part in parts] == ["C1042-A-20260310-ALL.aA", "C1042-A-20260310-ALL.aB"]
    assert [str(part.key) for part in parts] == ["1042:A:2026-03-10:@A", "1042:A:2026-03-10:@B"]
    assert visit_key("1042:A:2026-03-10:@B") == parts[1].key


def test_objects_without_a_known_address_go_with_the_contracts_own() -> None:
    assert carried(split(CV_3="")) == {"@": ("CV-3",), "@A": ("CV-1",), "@B": ("CV-2",)}
    own = replace(OF_ALL, address="A")
    assert carried(split(own, CV_3="")) == {"@A": ("CV-1", "CV-3"), "@B": ("CV-2",)}


def test_one_address_is_one_order_as_ever() -> None:
    assert split(CV_1="B") == [due_visit()]
    assert split(CV_1="", CV_2="", CV_3="") == [due_visit()]


@pytest.mark.parametrize(
    "whole",
    [
        due_visit(doubt=Doubt.LOST),
        due_visit(state=VisitState.ORDERED, host_row_id=7),
        due_visit(try_number=2),
        due_visit(state=VisitState.FAILED, attempts=1, refusal="refused"),
        written(DAY, VisitState.PLANNED),
        written(DAY, VisitState.ORDERING, object_code="CV-1"),
    ],
)
def test_what_was_sent_or_is_not_to_be_sent_stays_as_it_is(whole: LedgerVisit) -> None:
    assert split(visit=whole) == [whole]


def test_a_plan_that_floats_keeps_one_order_since_the_next_counts_from_it() -> None:
    floating = replace(OF_ALL, plans=(plan(month_day=10, schedule=Schedule.FLOATING),))
    assert split(floating) == [due_visit()]
    assert split(replace(OF_ALL, order_per_object=True)) == [due_visit()]


def test_a_date_that_is_split_is_not_computed_again_and_the_next_one_is_whole() -> None:
    of = situation(OF_ALL, split())
    found = visits(of, DAY, date(2026, 4, 30), DAY)
    assert [(visit.key.object, visit.planned_date.month) for visit in found] == [("@A", 3), ("@B", 3), ("", 4)]
    assert due(of, DAY) == []
    assert wake_on(of, DAY) == date(2026, 4, 10)


def test_what_was_taken_back_is_ordered_again_address_by_address() -> None:
    first, second = split()
    back = taken_back(retracting(first, Reason.CHANGED))
    assert [row.key.object for row in due(situation(OF_ALL, [back, second]), DAY)] == ["@A"]


def test_one_address_can_be_skipped_or_moved_and_the_other_comes() -> None:
    first, second = (written(DAY, VisitState.PLANNED, object_code=each, carries=(code,)) for each, code in _two())
    skipped = left_out(visits(situation(OF_ALL, [first]), DAY, DAY, START)[0], Reason.SKIPPED)
    assert [row.key.object for row in due(situation(OF_ALL, [skipped, second]), DAY)] == ["@B"]
    of_first = visits(situation(OF_ALL, [first, second]), DAY, DAY, START)[0]
    to = date(2026, 3, 20)
    held = replace(held_by_hand(of_first), planned_date=to, generation_date=to, deadline=to, pinned=True)
    assert [row.key.object for row in due(situation(OF_ALL, [held, second]), DAY)] == ["@B"]
    assert [row.key.object for row in due(situation(OF_ALL, [held]), to)] == ["@A"]


def test_a_moved_address_takes_no_other_objects_off_the_day_it_comes_to() -> None:
    april = date(2026, 4, 10)
    first, second = split()
    here = replace(first, state=VisitState.ORDERED, planned_date=april, pinned=True)
    of_april = visits(situation(OF_ALL, [here, second]), april, april, DAY)
    assert [(visit.key.object, visit.state) for visit in of_april] == [("@A", "ordered"), ("", "planned")]
    both = [replace(each, state=VisitState.ORDERED, planned_date=april, pinned=True) for each in (first, second)]
    reasons = {visit.key.object: visit.reason for visit in visits(situation(OF_ALL, both), april, april, DAY)}
    assert reasons == {"": Reason.COVERED, "@A": None, "@B": None}


def test_a_smaller_visit_is_covered_where_all_its_objects_have_a_larger_one() -> None:
    of = replace(OF_ALL, plans=(plan(month_day=10, rank=2), plan("B", month_day=11, rank=1)), overlap_days=3)
    first, second = split()

    def smaller(rows: Iterable[LedgerVisit]) -> Reason | None:
        (found,) = [each for each in visits(situation(of, rows), DAY, date(2026, 3, 20), DAY) if each.key.plan == "B"]
        return found.reason

    assert smaller([first, second]) is Reason.COVERED
    assert smaller([first, withheld(second, Reason.SKIPPED)]) is None


def test_why_names_no_order_of_the_same_date_as_the_one_that_stands_for_it() -> None:
    first, second = split()
    gone = withheld(first, Reason.COVERED)
    answers = {
        each.visit.key.object: each.covered_by
        for each in why(situation(OF_ALL, [gone, second]), DAY, DAY)
        if each.visit
    }
    assert answers == {"@A": None, "@B": None}


def test_the_work_is_where_the_objects_are_now_else_where_the_date_was_split_for() -> None:
    assert work_address(OF_ALL, ["A"], "A") == "A"
    assert work_address(OF_ALL, ["C"], "A") == "C"
    assert work_address(replace(OF_ALL, address="X"), ["B", "C"], "A") == "A"
    assert work_address(replace(OF_ALL, address="X"), [""], "") == "X"


def test_an_object_that_comes_later_goes_with_an_order_that_is_still_to_be_sent() -> None:
    sent, waiting = split()
    sent = replace(sent, state=VisitState.ORDERED, host_row_id=1, attempts=1)
    more = replace(OF_ALL, objects=(*OF_ALL.objects, "CV-4"))
    assert carried(with_present_objects(more, [sent, waiting], {"CV-4": "A"}.__getitem__)) == {
        "@B": ("CV-2", "CV-3", "CV-4")
    }
    both = split()
    assert carried(with_present_objects(more, both, {"CV-4": "B"}.__getitem__)) == {"@B": ("CV-2", "CV-3", "CV-4")}
    assert with_present_objects(more, [sent], {"CV-4": "A"}.__getitem__) == []


def test_an_object_in_the_place_of_another_is_carried_by_the_order_of_that_one() -> None:
    newer = ReplacedObject("CV-1", "CV-9", START)
    of = replace(OF_ALL, objects=("CV-1", "CV-9", "CV-2", "CV-3"), replaced=(newer,))
    assert carried(with_present_objects(of, split(), PLACES.__getitem__)) == {"@A": ("CV-9",)}


def test_an_order_whose_objects_all_left_the_contract_waits_for_none_of_the_others() -> None:
    of = replace(OF_ALL, objects=("CV-2", "CV-3"))
    first, second = split()
    assert with_present_objects(of, [first, second], PLACES.__getitem__) == []
    assert [reason_against(of, each, ContractSituation(of, DUTCH, SETTINGS).facts) for each in (first, second)] == [
        Reason.OBJECT_RETIRED,
        None,
    ]


def test_a_visit_called_off_counts_once_in_the_balance_whatever_its_addresses() -> None:
    yearly = Contract(
        *("1042", "CV-ketel", ContractType.YEARLY, "1001", START, START, TEMPLATE),
        objects=OF_ALL.objects,
        yearly=YearlyOrders(4, Spread.CALL_OFF),
    )
    assert balance(yearly, split(), DAY, "") == 3
    assert balance(yearly, [withheld(each, Reason.SKIPPED) for each in split()], DAY, "") == 4


def test_a_price_per_visit_is_asked_once_whatever_its_addresses() -> None:
    priced = replace(OF_ALL, price=Price(Decimal(100), START, per=PricePer.VISIT))
    days = (date(2026, 3, 12), date(2026, 4, 2))
    first, second = (
        replace(part, state=VisitState.COMPLETED, completed_on=day) for part, day in zip(split(), days, strict=True)
    )
    march = list(lines_of_visits(priced, [first], [first, second]))
    assert [(line.key, line.first) for line in march] == [("1042:A:2026-03-10:", days[0])]
    assert list(lines_of_visits(priced, [second], [first, second])) == []


def test_a_latest_date_counts_from_a_date_only_when_all_its_orders_are_done() -> None:
    of = replace(OF_ALL, plans=(plan(unit=Unit.YEAR, latest_after=Period(12, PeriodUnit.MONTH), anchor=DAY),))
    rows = [replace(part, state=VisitState.COMPLETED, completed_on=DAY) for part in split()]
    whole = replace(rows[1], completed_on=date(2026, 3, 20))
    assert latest_dates(situation(of, [rows[0], whole]), date(2026, 4, 1))[0].since == DAY
    half = replace(rows[1], state=VisitState.IN_PROGRESS, completed_on=None)
    assert not latest_dates(situation(of, [rows[0], half]), date(2026, 4, 1))[0].done


def test_the_last_date_of_a_plan_counts_for_all_objects_also_where_it_was_split() -> None:
    assert last_nominal_dates(OF_ALL, OF_ALL.plans[0], split(), DAY) == {"": DAY}


def test_a_restart_takes_over_each_order_of_a_date_and_forgets_none() -> None:
    ended = replace(OF_ALL, end=date(2026, 3, 5))
    first, second = split()
    stays = replace(first, state=VisitState.ORDERED, host_row_id=1, attempts=1)
    old = situation(ended, [stays, withheld(second, Reason.CONTRACT_ENDED)])
    new = restarted(ended, "1043", date(2026, 3, 6), None, date(2026, 3, 5))
    rows = {row.key.object: row for row in taken_over(old, new, [], date(2026, 3, 5))}
    assert carried(rows.values()) == {"@A": ("CV-1",), "@B": ("CV-2", "CV-3")}
    assert (rows["@A"].covered_by, rows["@B"].state) == ("1042", VisitState.PLANNED)
    coming = visits(replace(situation(new), ledger={row.key: row for row in rows.values()}), DAY, DAY, DAY)
    assert [(visit.key.object, visit.reason) for visit in coming] == [("@A", Reason.COVERED), ("@B", None)]


def _two() -> tuple[tuple[str, str], ...]:
    return ("@A", "CV-1"), ("@B", "CV-2")


@dataclass
class _Firm:
    """A contract with its ledger, and a host where objects get other addresses; what is sent is kept."""

    now: ContractSituation
    places: dict[str, str]
    sent: Counter[str] = field(default_factory=Counter)
    keys: dict[VisitKey, set[str]] = field(default_factory=dict)

    def cycle(self, today: date, *, host_lacks_something: bool) -> None:
        rows = due(self.now, today)
        self.now = after_settling(self.now, rows, today)
        self._split()
        for row in list(self._rows(VisitState.ORDERING, VisitState.FAILED)):
            self._write([self._send(row, host_lacks_something=host_lacks_something)])
        self._check(today)

    def _split(self) -> None:
        """As the sync does right before it sends."""
        of, address_of = self.now.contract, lambda code: self.places[code]
        for row in list(self._rows(VisitState.ORDERING, VisitState.FAILED)):
            parts = split_by_address(of, row, address_of, "C")
            if parts != [row]:
                assert not any(each.whole == row.key for each in self.now.ledger if each != row.key)
                self.now = replace(self.now, ledger={k: v for k, v in self.now.ledger.items() if k != row.key})
                self._write(parts)
        for parts in self._by_date().values():
            self._write(with_present_objects(of, parts, address_of))

    def _send(self, row: LedgerVisit, *, host_lacks_something: bool) -> LedgerVisit:
        of = self.now.contract
        reason = reason_against(of, row, self.now.facts)
        if reason is not None:
            return withheld(row, reason)
        if host_lacks_something:
            return not_possible(row, "lacks", None)  # type: ignore[arg-type]
        beside = self._by_date().get(row.key.whole, [row])
        all_of_them = {code for part in beside for code in of.carried_by(part)}
        assert all_of_them.issuperset(of.objects_on(row.planned_date)), "an object is forgotten"
        number = self.sent.total() + 1
        self.sent[str(row.key)] += 1
        return replace(row, state=VisitState.ORDERED, host_row_id=number, attempts=1, workorder_no=f"C{number}")

    def _check(self, today: date) -> None:
        for whole, parts in self._by_date().items():
            keys = {part.key.object for part in parts}
            assert self.keys.setdefault(whole, keys) == keys, "a third order"
            assert whole not in self.now.ledger
            standing = [code for part in parts if part.state in AT_HOST for code in part.carries]
            assert len(standing) == len(set(standing)), "an object is visited twice"
        assert due(self.now, today) == []

    def take_back(self, today: date) -> None:
        orders = [row for row in self._rows(VisitState.ORDERED) if row.planned_date >= today]
        self._write(taken_back(retracting(row, Reason.CHANGED)) for row in orders)

    def press(self, what: str, number: int, today: date) -> None:
        coming = [
            each
            for each in visits(self.now, today, today + timedelta(days=40), today)
            if each.state is VisitState.PLANNED
        ]
        if not coming:
            return
        visit = coming[number % len(coming)]
        if what == "skip":
            self._write([left_out(visit, Reason.SKIPPED)])
        else:
            to = today + timedelta(days=number)
            held = replace(held_by_hand(visit), planned_date=to, generation_date=to, deadline=to)
            self._write([replace(held, pinned=True, asked_for=True)])

    def _rows(self, *states: VisitState) -> Iterator[LedgerVisit]:
        return (row for row in self.now.ledger.values() if row.state in states)

    def _by_date(self) -> Mapping[VisitKey, list[LedgerVisit]]:
        found: dict[VisitKey, list[LedgerVisit]] = {}
        for row in self.now.ledger.values():
            if row.key.address is not None:
                found.setdefault(row.key.whole, []).append(row)
        return found

    def _write(self, rows: Iterable[LedgerVisit]) -> None:
        self.now = replace(self.now, ledger={**self.now.ledger, **{row.key: row for row in rows}})


_CODES = ("CV-1", "CV-2", "CV-3", "CV-4")
_EVENTS = st.one_of(
    st.tuples(st.just("place"), st.sampled_from(_CODES), st.sampled_from(("A", "B", "C", ""))),
    st.tuples(st.just("objects"), st.sets(st.sampled_from(_CODES), min_size=1).map(sorted)),
    st.tuples(st.sampled_from(("skip", "move")), st.integers(0, 20)),
    st.tuples(st.just("take back")),
    st.tuples(st.just("lacks"), st.booleans()),
)


_AT_TWO = {"CV-1": "A", "CV-2": "B", "CV-3": "B", "CV-4": "C"}


@settings(deadline=None, max_examples=20)
@example(_AT_TWO, 7, [[("lacks", True)], [], [("objects", list(_CODES))], [("lacks", False)]])
@example(_AT_TWO, 7, [[], [], [("place", "CV-3", "C"), ("take back",)], []])
@given(
    st.fixed_dictionaries({code: st.sampled_from(("A", "B", "")) for code in _CODES}),
    st.integers(0, 20),
    st.lists(st.lists(_EVENTS, max_size=2), min_size=8, max_size=16),
)
def test_no_object_is_visited_twice_or_forgotten_whatever_addresses_change_and_when(
    places: dict[str, str], lead: int, steps: list[list[tuple[object, ...]]]
) -> None:
    of = contract(plan(month_day=10), start=START, objects=_CODES[:3], lead=days_in_advance(lead))
    firm, today, lacks = _Firm(situation(of), dict(places)), START, False
    for events in steps:
        for name, *given_ in events:
            match name, *given_:
                case "place", str(code), str(place):
                    firm.places[code] = place
                case "objects", list(codes):
                    firm.now = replace(firm.now, contract=replace(firm.now.contract, objects=tuple(codes)))
                case "take back":
                    firm.take_back(today)
                case "lacks", bool(now):
                    lacks = now
                case str(press), int(number):
                    firm.press(press, number, today)
        firm.cycle(today, host_lacks_something=lacks)
        today += timedelta(days=7)


def test_the_property_is_about_dates_that_were_split() -> None:
    firm = _Firm(situation(contract(plan(month_day=10), start=START, objects=_CODES[:2])), {"CV-1": "A", "CV-2": "B"})
    firm.cycle(date(2026, 3, 10), host_lacks_something=False)
    firm.places["CV-2"] = "C"
    firm.cycle(date(2026, 3, 10), host_lacks_something=False)
    assert firm.sent == {"1042:A:2026-03-10:@A": 1, "1042:A:2026-03-10:@B": 1}
    firm.cycle(date(2026, 4, 10), host_lacks_something=False)
    assert str(key(date(2026, 4, 10))) not in firm.sent
    assert firm.sent["1042:A:2026-04-10:@C"] == 1
