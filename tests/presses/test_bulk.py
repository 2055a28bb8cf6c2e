"""Many presses as one: found out in turns, shown as one, done once each, what changed meanwhile left out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest

from powerup.actions.kit.answer import InvalidInput, NotPossible
from powerup.actions.kit.request import Actor, Target, TargetType
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.visit import VisitState
from powerup.presses import bulk as pressing_in_bulk
from powerup.presses.bulk import SHOWN_FOR, Bulks, BulkWork
from powerup.presses.bulk_actions import BULK_ACTIONS, find_bulk_action
from powerup.presses.entrance import Entrance
from powerup.sandbox.faults import Fault, FaultName
from powerup.store.bulk_runs import BulkPress, BulkPressState, BulkRun, BulkRuns, BulkState
from powerup.store.contracts import Contracts
from powerup.store.ledger import Ledger
from powerup.store.tenants import Environment, Tenants
from powerup.sync.kit.context import Wish
from powerup.texts import text
from powerup.webhooks.background.housekeeping import forget_what_is_over
from tests.actions.scenes import FORM
from tests.presses.office import COLLEAGUE, PAGE, PLANNER, RELATION, VIEWER, Office

PAUSE = {"from": "2027-01-04", "until": "2027-01-08", "reason": "Winterstop"}
DONE, SHOWN, LEFT_OUT, FAILED = (
    BulkPressState.DONE,
    BulkPressState.SHOWN,
    BulkPressState.LEFT_OUT,
    BulkPressState.FAILED,
)


@dataclass
class Bulk:
    """One bulk run of the office, and what works on it."""

    office: Office
    id: str
    whose: Actor = PLANNER

    @property
    def bulks(self) -> Bulks:
        return Bulks(self.office.presses, self.office.house.clock)

    @property
    def run(self) -> BulkRun:
        found = self.bulks.find(self.office.tenant_id, self.whose, self.id)
        assert found is not None
        return found

    @property
    def presses(self) -> list[BulkPress]:
        with self.office.house.parts.database.read() as connection:
            return BulkRuns(connection, self.office.tenant_id).presses(self.id, limit=9999)

    @property
    def states(self) -> Mapping[BulkPressState, int]:
        return Counter(press.state for press in self.presses)

    def go_on(self, work: BulkWork | None = None) -> "Bulk":
        """All turns until a person is asked, or all is done."""
        while (work or work_of(self.office)).take_turn():
            pass
        return self

    def confirmed(self) -> "Bulk":
        assert self.run.state is BulkState.SHOWN
        assert self.bulks.confirm(self.office.tenant_id, self.run)
        return self


def work_of(office: Office, entrance: Entrance = PAGE, **others: Any) -> BulkWork:
    return BulkWork(office.presses, Environment.SANDBOX, office.house.clock, {entrance.name: entrance}, **others)


def begin(
    office: Office,
    action: str,
    targets: Sequence[Target],
    entered: Mapping[str, Any],
    *,
    actor: Actor = PLANNER,
    intent_id: str | None = None,
) -> Bulk:
    wanted = find_bulk_action(action)
    assert wanted is not None
    bulks = Bulks(office.presses, office.house.clock)
    began = bulks.begin(office.tenant_id, actor, wanted, entered, targets, locale="nl", intent_id=intent_id)
    return Bulk(office, began, actor)


def paused(office: Office, number: str) -> bool:
    with office.house.parts.database.read() as connection:
        contract = Contracts(connection, office.tenant_id).get(number)
    assert contract is not None
    return bool(contract.pauses)


def test_a_holiday_park_is_paused_for_the_winter_as_one(office: Office) -> None:
    targets = [office.contract() for _ in range(3)]
    bulk = begin(office, "contract.pause", targets, PAUSE, intent_id="int_1")
    assert begin(office, "contract.pause", targets, PAUSE, intent_id="int_1").id == bulk.id  # a double click
    assert bulk.bulks.find(office.tenant_id, COLLEAGUE, bulk.id) is None
    bulk.go_on()
    assert (bulk.run.state, bulk.states) == (BulkState.SHOWN, {SHOWN: 3})
    assert not any(paused(office, target.id) for target in targets)
    assert bulk.presses[0].called == f"{targets[0].id} CV-ketel"
    assert (bulk.presses[0].answer or {})["status"] == "needs_confirmation"
    bulk.confirmed().go_on()
    assert (bulk.run.state, bulk.states) == (BulkState.DONE, {DONE: 3})
    assert all(paused(office, target.id) for target in targets)
    assert office.lines("contract.pause") == 3
    assert [(target.id, target.version) for target in bulk.bulks.done(office.tenant_id, bulk.run)] == [
        (target.id, None) for target in targets
    ]
    office.house.clock.go_on(days=91)
    forget_what_is_over(office.house.parts.database, office.house.clock())
    assert bulk.bulks.find(office.tenant_id, PLANNER, bulk.id) is None


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("inside", [True, False], ids=["in a transaction", "between two"])
def test_killed_on_its_way_it_goes_on_and_does_nothing_twice(office: Office, inside: bool) -> None:
    bulk = begin(office, "contract.pause", [office.contract() for _ in range(3)], PAUSE).go_on().confirmed()
    calls = count(1)

    def die_at_the_second(*_: Any) -> Any:
        if next(calls) == 2:
            raise Killed
        return None if inside else 0.0

    work = work_of(office, Entrance(PAGE.name, die_at_the_second)) if inside else work_of(
        office, stopwatch=die_at_the_second
    )  # fmt: skip
    with pytest.raises(Killed):
        work.take_turn()
    assert (office.lines("contract.pause"), bulk.states) == (1, {DONE: 1, SHOWN: 2})
    assert not work_of(office).take_turn()  # nobody else's yet
    office.house.clock.go_on(minutes=3)
    bulk.go_on()
    assert (bulk.run.state, bulk.states, office.lines("contract.pause")) == (BulkState.DONE, {DONE: 3}, 3)


def test_what_changed_meanwhile_is_left_out_and_told_and_can_be_done_again(office: Office) -> None:
    before, between, whole = targets = [office.contract() for _ in range(3)]
    edited(office, before, "Ketelhuis")
    bulk = begin(office, "contract.edit.days_in_advance", targets, {"days_in_advance": 14}).go_on()
    assert [press.state for press in bulk.presses] == [LEFT_OUT, SHOWN, SHOWN]
    edited(office, between, "Ketelhuis")
    bulk.confirmed().go_on()
    assert [press.state for press in bulk.presses] == [LEFT_OUT, LEFT_OUT, DONE]
    assert [(press.answer or {})["status"] for press in bulk.presses] == ["conflict", "conflict", "succeeded"]
    assert [lead_of(office, target) for target in targets] == [60, 60, 14]
    again = bulk.bulks.again(office.tenant_id, PLANNER, bulk.run, locale="nl")
    assert again is not None
    other = Bulk(office, again).go_on()
    assert [press.target_id for press in other.presses] == [before.id, between.id]
    other.confirmed().go_on()
    assert [lead_of(office, target) for target in targets] == [14, 14, 14]
    assert other.bulks.again(office.tenant_id, PLANNER, other.run, locale="nl") is None
    assert whole.version == 1


def edited(office: Office, target: Target, name: str) -> None:
    assert office.press(office.request("contract.edit", target, {"name": name}))["status"] == "succeeded"


def lead_of(office: Office, target: Target) -> int:
    with office.house.parts.database.read() as connection:
        contract = Contracts(connection, office.tenant_id).get(target.id)
    assert contract is not None
    assert contract.lead is not None
    return contract.lead.days


def test_who_may_not_or_not_any_more_changes_nothing(office: Office) -> None:
    targets = [office.contract()]
    refused = begin(office, "contract.pause", targets, PAUSE, actor=VIEWER).go_on()
    assert (refused.states, (refused.presses[0].answer or {})["status"]) == ({FAILED: 1}, "denied")
    bulk = begin(office, "contract.pause", targets, PAUSE).go_on().confirmed()
    bulk.go_on(work_of(office, Entrance(PAGE.name, lambda *_: NotPossible(text("Your access has ended.")))))
    assert (bulk.states, office.lines("contract.pause")) == ({FAILED: 1}, 0)


def test_a_host_that_is_down_fails_those_that_ask_it_and_they_are_done_when_it_is_back(office: Office) -> None:
    target = office.contract()
    faults = office.house.sandbox.host.faults
    faults.set(Fault(FaultName.HTTP_500, rate=1.0))
    bulk = begin(office, "contract.edit.employee", [target], {"employee": "1"}).go_on()
    assert bulk.states == {FAILED: 1}
    faults.clear()
    again = bulk.bulks.again(office.tenant_id, PLANNER, bulk.run, locale="nl")
    assert again is not None
    assert (Bulk(office, again).go_on().presses[0].answer or {})["status"] in ("needs_confirmation", "invalid")


def test_what_was_shown_too_long_ago_is_found_out_anew(office: Office) -> None:
    bulk = begin(office, "contract.pause", [office.contract()], PAUSE).go_on()
    office.house.clock.moment += SHOWN_FOR * 1.01
    assert not bulk.bulks.confirm(office.tenant_id, bulk.run)
    assert bulk.run.state is BulkState.LOOKING
    bulk.go_on()
    office.house.clock.go_on(minutes=30)  # longer than a confirmation of one press holds
    bulk.confirmed().go_on()
    assert bulk.states == {DONE: 1}


def test_a_stopped_one_begins_nothing_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pressing_in_bulk, "_PRESSES_PER_TURN", 1)
    bulk = begin(office, "contract.pause", [office.contract() for _ in range(2)], PAUSE).go_on().confirmed()
    assert work_of(office).take_turn()
    bulk.bulks.stop(office.tenant_id, bulk.run)
    assert not work_of(office).take_turn()
    assert (bulk.run.state, bulk.states) == (BulkState.STOPPED, {DONE: 1, SHOWN: 1})


def test_a_tenant_with_many_keeps_no_other_waiting(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pressing_in_bulk, "_PRESSES_PER_TURN", 1)
    targets = [Target(TargetType.CONTRACT, str(number)) for number in range(3)]
    for _ in range(3):
        begin(office, "contract.pause", targets, PAUSE)
    office.house.clock.go_on(seconds=1)
    with office.house.parts.database.write() as connection:
        tenant = replace(office.house.tenant(), id="t_neighbour", host_tenant_id="n_1", token=None)
        Tenants(connection).add(tenant, TenantConfiguration())
        now = office.house.clock()
        theirs = BulkRun(
            "b_1", "contract.pause", PAUSE, "u_9", "E. Visser", "planner", PAGE.name, "nl", now, next_turn_at=now
        )
        assert BulkRuns(connection, "t_neighbour").add(theirs, [BulkPress(0, "1042")])
    for _ in range(2):
        office.house.clock.go_on(seconds=1)
        assert work_of(office).take_turn()
    with office.house.parts.database.read() as connection:
        assert BulkRuns(connection, "t_neighbour").how_many("b_1") == {FAILED: 1}


@pytest.mark.parametrize(
    ("entered", "targets"), [({"from": "never"}, 1), (PAUSE, 0), (PAUSE, pressing_in_bulk.MOST_PRESSES + 1)]
)
def test_what_cannot_be_begun(office: Office, entered: Mapping[str, Any], targets: int) -> None:
    with pytest.raises(InvalidInput):
        begin(office, "contract.pause", [Target(TargetType.CONTRACT, str(each)) for each in range(targets)], entered)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_30_failures_are_tried_again_at_once(office: Office) -> None:
    daily = FORM | {"plans": [{"name": "A", "unit": "day"}], "days_in_advance": 29, "order_per_object": False}
    daily |= {"start": office.house.clock().date().isoformat()}
    made = office.press(office.request("contract.create", RELATION, daily))
    office.house.sandbox.host.faults.set(Fault(FaultName.REFUSE_RECORD, rate=1.0))
    office.house.parts.cycles().run(office.tenant_id, Wish())
    office.house.sandbox.host.faults.clear()
    failed = in_state(office, made["target"]["id"], VisitState.FAILED)
    assert len(failed) == 30
    bulk = begin(office, "visit.retry", [Target(TargetType.VISIT, key) for key in failed], {}).go_on()
    assert bulk.states == {SHOWN: 30}
    bulk.confirmed().go_on()
    assert bulk.states == {DONE: 30}
    office.house.clock.go_on(minutes=1)
    office.house.parts.cycles().run(office.tenant_id, Wish())
    assert len(in_state(office, made["target"]["id"], VisitState.ORDERED)) == 30


def in_state(office: Office, number: str, state: VisitState) -> list[str]:
    with office.house.parts.database.read() as connection:
        rows = Ledger(connection, office.tenant_id).of_contract(number)
    return [str(row.key) for row in rows if row.state is state]


def test_visits_are_moved_by_days_each_from_its_own(office: Office) -> None:
    number = office.contract().id
    visits = [f"{number}:A:{day}:CV-1" for day in ("2027-03-31", "2027-04-30")]
    bulk = begin(
        office, "visit.move.by_days", [Target(TargetType.VISIT, each) for each in visits], {"days": -2}
    ).go_on()
    assert [press.input for press in bulk.presses] == [{"to": "2027-03-29"}, {"to": "2027-04-28"}]
    bulk.confirmed().go_on()
    assert bulk.states == {DONE: 2}


def test_every_bulk_action_is_of_the_catalogue_or_an_edit_and_its_undo_is_one_too() -> None:
    ids = {bulk.id for bulk in BULK_ACTIONS}
    assert len(ids) == len(BULK_ACTIONS)
    assert {bulk.undone_by for bulk in BULK_ACTIONS} - {""} <= ids
    assert find_bulk_action("contract.edit") is None
