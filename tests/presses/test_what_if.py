"""What ifs: what is shown of a year is exactly what carrying it out then does, and nothing is done before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta

from powerup.actions.kit.answer import InvalidInput
from powerup.actions.kit.request import Actor, Role, Target, TargetType
from powerup.documents.configuration import configuration_document
from powerup.documents.price import plain
from powerup.presses import what_if as collecting
from powerup.presses import what_if_work as looking
from powerup.presses.bulk import SHOWN_FOR
from powerup.presses.importing import Imports, ImportWork
from powerup.presses.supposed import years_of
from powerup.presses.what_if import KEPT, ChosenWhatIf, WhatIfs
from powerup.presses.what_if_found import visit_document
from powerup.presses.what_if_work import WhatIfWork
from powerup.readings.forecast import Forecast
from powerup.readings.what_if import WhatIfReading
from powerup.store.bulk_runs import BulkState
from powerup.store.contracts import Contracts
from powerup.store.file_imports import ImportState
from powerup.store.tenants import Environment
from powerup.store.what_ifs import KeptWhatIfs, StepState, VisitOfWhatIf, WhatIf, WhatIfState
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.webhooks.background.housekeeping import forget_what_is_over
from tests.actions.scenes import FORM
from tests.presses.office import COLLEAGUE, PAGE, PLANNER, RELATION, Office
from tests.presses.test_bulk import Bulk, begin, work_of

ADMIN = Actor(PLANNER.id, PLANNER.name, Role.ADMIN, PAGE.name)
"""The planner of the office, who may change the configuration too."""

PAUSE = {"from": "2027-01-04", "until": "2027-02-12", "reason": "Verbouwing"}

WINTER = {"calendar": {"closed_days": [{"from": "2027-01-25", "until": "2027-02-05", "name": "Winterstop"}]}}

Year = dict[tuple[str, str], Any]
"""The visits of a year by contract and visit, and what each contract comes to under an empty visit."""


@dataclass
class Supposing:
    """One what if of the office, and what works on it."""

    office: Office
    id: str = ""

    @property
    def what_ifs(self) -> WhatIfs:
        return WhatIfs(self.office.presses, self.office.house.clock)

    @property
    def run(self) -> WhatIf:
        found = self.what_ifs.find(self.office.tenant_id, self.id)
        assert found is not None
        return found

    @property
    def visits(self) -> list[VisitOfWhatIf]:
        with self.office.house.parts.database.read() as connection:
            return KeptWhatIfs(connection, self.office.tenant_id).visits(self.id, limit=9999)

    @property
    def states(self) -> list[StepState]:
        with self.office.house.parts.database.read() as connection:
            return [step.state for step in KeptWhatIfs(connection, self.office.tenant_id).steps(self.id)]

    def bulk(self, action: str, targets: Sequence[Target], entered: Mapping[str, Any]) -> "Supposing":
        return self.with_bulk(begin(self.office, action, targets, entered).go_on())

    def with_bulk(self, bulk: Bulk) -> "Supposing":
        chosen = ChosenWhatIf(self.id)
        self.id = self.what_ifs.add_bulk(self.office.tenant_id, PLANNER, bulk.run, chosen, locale="nl")
        return self

    def configuration(self, document: Mapping[str, Any]) -> "Supposing":
        chosen = ChosenWhatIf(self.id, "Wintersluiting")
        self.id = self.what_ifs.add_configuration(self.office.tenant_id, ADMIN, document, chosen, locale="nl")
        return self

    def imported(self, content: str) -> "Supposing":
        imports = Imports(self.office.presses, self.office.house.clock)
        tenant_id = self.office.tenant_id
        import_id = imports.begin(tenant_id, ADMIN, "lijst.csv", content.encode(), locale="nl")
        all_turns(import_work(self.office))
        found = imports.find(tenant_id, import_id)
        assert found is not None
        assert found.state is ImportState.SHOWN, found.problems
        chosen = ChosenWhatIf(self.id)
        self.id = self.what_ifs.add_import(tenant_id, ADMIN, found, chosen, again=False, locale="nl")
        return self

    def go_on(self) -> "Supposing":
        """All turns of all that works, as time goes by."""
        all_turns(work(self.office), work_of(self.office), import_work(self.office))
        self.office.house.clock.go_on(seconds=2)
        return self

    def carried_out(self) -> "Supposing":
        shown = self.run
        assert shown.state is WhatIfState.SHOWN, shown.message
        assert self.what_ifs.confirm(self.office.tenant_id, shown)
        while self.run.state is WhatIfState.WORKING:
            self.go_on()
        return self


def work(office: Office) -> WhatIfWork:
    return WhatIfWork(office.presses, Environment.SANDBOX, office.house.clock, {PAGE.name: PAGE})


def import_work(office: Office) -> ImportWork:
    entrances, clock = {PAGE.name: PAGE}, office.house.clock
    return ImportWork(office.presses, Environment.SANDBOX, clock, entrances, "tests", rest=lambda _: None)


def all_turns(*works: Any) -> None:
    while [each for each in works if each.take_turn()]:
        pass


def year(office: Office, since: date | None = None) -> Year:
    """The year as it is, as JSON values."""
    with office.house.parts.database.read() as connection:
        _, around = tenant_in_circumstances(connection, office.tenant_id, office.house.clock())
        since = since or around.today
        found = [each for each in Contracts(connection, office.tenant_id).all() if each.deleted_on is None]
        until = since + relativedelta(years=1) - timedelta(days=1)
        years = years_of(Forecast(connection, around), found, since, until)
    visits: Year = {
        (number, str(key)): visit_document(visit) for number, of in years.items() for key, visit in of.visits.items()
    }
    return visits | {(number, ""): plain(of.amount) for number, of in years.items()}


def supposed(office: Office, before: Year, of: Supposing) -> Year:
    """The year as the what if shows it: what it is now, with the differences that are shown."""
    with office.house.parts.database.read() as connection:
        contracts = KeptWhatIfs(connection, office.tenant_id).contracts(of.id, limit=9999)
    found = dict(before)
    for each in contracts:
        was, will = each.document["was"], each.document["will"]
        assert found.pop((each.contract, ""), None) == (was and was["amount"])
        if will is not None:
            found[each.contract, ""] = will["amount"]
    for visit in of.visits:
        assert found.pop((visit.contract, visit.visit), None) == visit.was
        if visit.will is not None:
            found[visit.contract, visit.visit] = visit.will
    return coming(found)


def _is_left_out(visit: Any) -> bool:
    """Visits that come on neither side are not what a year is compared by."""
    return isinstance(visit, dict) and not visit["comes"]


def coming(of: Year) -> Year:
    return {place: visit for place, visit in of.items() if not _is_left_out(visit)}


def visit_targets(office: Office, numbers: Sequence[str]) -> list[Target]:
    """The visits to come of these contracts."""
    places = [place for place, visit in year(office).items() if place[1] and visit["comes"]]
    return [Target(TargetType.VISIT, key) for number, key in places if number in numbers]


FILE = "name,type,customer,start,type_of_work,payment_method,plan,unit,every,shift,price,price_per,price_date\n"
ROW = "{name},preventive,1001,2026-12-28,Onderhoud,op rekening,A,month,{every},nearest,75.00,visit,2026-01-01\n"


def add_step(office: Office, kind: str, chance: Random, supposing: Supposing) -> None:
    """A step of that kind about some contracts of the office."""
    numbers = chance.sample(office.contracts(), 2)
    contracts = [Target(TargetType.CONTRACT, number) for number in numbers]
    day = date(2027, 1, 4) + timedelta(days=chance.randrange(200))
    until = day + timedelta(days=chance.randrange(40))
    match kind:
        case "pause":
            period = {"from": day.isoformat(), "until": until.isoformat(), "reason": "Verbouwing"}
            supposing.bulk("contract.pause", contracts, period)
        case "end":
            entered = {"last_day": day.isoformat(), "reason": "MOVED", "existing_orders": "retract"}
            supposing.bulk("contract.terminate", contracts[:1], entered)
        case "earlier":
            supposing.bulk("contract.edit.days_in_advance", contracts, {"days_in_advance": chance.choice([7, 14, 90])})
        case "employee":
            supposing.bulk("contract.edit.employee", contracts, {"employee": "10"})
        case "move":
            days = {"days": chance.choice([-3, 2, 9])}
            supposing.bulk("visit.move.by_days", chance.sample(visit_targets(office, numbers), 3), days)
        case "skip":
            visits = chance.sample(visit_targets(office, numbers), 3)
            supposing.bulk("visit.skip", visits, {"reason": "MOVED"})
        case "closed":
            with office.house.parts.database.read() as connection:
                _, around = tenant_in_circumstances(connection, office.tenant_id, office.house.clock())
            known = configuration_document(around.configuration)["calendar"]["closed_days"]
            closed = {"from": day.isoformat(), "until": until.isoformat(), "name": f"Dicht {day}"}
            supposing.configuration({"calendar": {"closed_days": [*known, closed]}})
        case "import":
            rows = "".join(ROW.format(name=f"Nieuw {day} {every}", every=every) for every in (1, 3))
            supposing.imported(FILE + rows)


TOGETHER = [
    ("sqlite", "closed"),
    ("sqlite", "import closed pause closed"),
    ("postgresql", "import earlier employee closed"),
    ("postgresql", "skip move end"),
]

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(("database_url", "kinds"), TOGETHER, indirect=["database_url"])
def test_what_is_shown_of_a_year_is_what_carrying_it_out_then_does(office: Office, kinds: str) -> None:
    chance = Random(kinds)
    plans = [{"name": "A", "unit": "month", "every": 1, "month_day": 31, "shift": "next_working_day"}]
    for _ in range(2):
        made = office.press(office.request("contract.create", RELATION, FORM | {"plans": plans}))
        assert made["status"] == "succeeded"
    supposing = Supposing(office)
    for kind in kinds.split():
        add_step(office, kind, chance, supposing)
    supposing.go_on()
    before = year(office)
    expected = supposed(office, before, supposing)
    assert coming(before) != expected
    supposing.carried_out()
    assert (supposing.run.state, set(supposing.states)) == (WhatIfState.DONE, {StepState.DONE})
    assert coming(year(office, supposing.run.since)) == expected


@on_sqlite
def test_two_steps_on_one_contract_are_seen_one_after_the_other(office: Office) -> None:
    target = office.contract()
    supposing = Supposing(office).bulk("contract.edit.days_in_advance", [target], {"days_in_advance": 7})
    supposing.bulk("contract.pause", [target], PAUSE).go_on()
    assert {(visit.kind, visit.reason) for visit in outcomes(supposing)} >= {("gone", "paused"), ("otherwise", "")}
    assert supposing.carried_out().run.state is WhatIfState.DONE
    assert supposing.states == [StepState.DONE, StepState.DONE]
    assert office.lines("contract.edit") == office.lines("contract.pause") == 1


@on_sqlite
def test_nothing_is_done_before_somebody_says_so_and_dropping_leaves_nothing(office: Office) -> None:
    targets = [office.contract() for _ in range(2)]
    before = year(office)
    supposing = Supposing(office).bulk("contract.pause", targets, PAUSE).configuration(WINTER).go_on()
    assert supposing.visits
    assert (year(office), office.lines("contract.pause"), office.lines("tenant.configure")) == (before, 0, 0)
    assert supposing.what_ifs.drop(office.tenant_id, supposing.run)
    assert supposing.what_ifs.find(office.tenant_id, supposing.id) is None
    assert (supposing.visits, supposing.states) == ([], [])


@on_sqlite
def test_what_somebody_changed_meanwhile_is_left_out_and_the_rest_is_done(office: Office) -> None:
    changed, whole = (office.contract() for _ in range(2))
    supposing = Supposing(office).bulk("contract.pause", [changed, whole], PAUSE).go_on()
    assert office.press(office.request("contract.edit", changed, {"name": "Anders"}))["status"] == "succeeded"
    supposing.carried_out()
    assert (supposing.run.state, office.lines("contract.pause")) == (WhatIfState.DONE, 1)


@on_sqlite
def test_settings_that_somebody_changed_meanwhile_stop_it_and_say_so(office: Office) -> None:
    target = office.contract()
    supposing = Supposing(office).configuration(WINTER).bulk("contract.pause", [target], PAUSE).go_on()
    other = Supposing(office).configuration({"settings": {"days_in_advance": 3}}).go_on().carried_out()
    assert other.run.state is WhatIfState.DONE
    supposing.carried_out()
    assert (supposing.run.state, supposing.states) == (WhatIfState.STOPPED, [StepState.WAITING] * 2)
    assert "intussen gewijzigd" in supposing.run.message
    assert office.lines("contract.pause") == 0


@on_sqlite
def test_two_closures_that_were_added_to_the_same_list_are_both_in_it(office: Office) -> None:
    office.contract()
    supposing = Supposing(office).configuration(WINTER)
    spring = {"calendar": {"closed_days": [{"date": "2027-04-30", "name": "Brugdag"}]}}
    supposing.configuration(spring).go_on().carried_out()
    with office.house.parts.database.read() as connection:
        _, around = tenant_in_circumstances(connection, office.tenant_id, office.house.clock())
    assert [each.name for each in around.configuration.calendar.closed_days] == ["Winterstop", "Brugdag"]


@on_sqlite
def test_what_was_shown_too_long_ago_is_found_out_anew_before_it_is_done(office: Office) -> None:
    supposing = Supposing(office).bulk("contract.pause", [office.contract()], PAUSE).go_on()
    office.house.clock.go_on(seconds=SHOWN_FOR.total_seconds() + 1)
    assert not supposing.what_ifs.confirm(office.tenant_id, supposing.run)
    assert supposing.run.state is WhatIfState.LOOKING
    assert supposing.go_on().carried_out().run.state is WhatIfState.DONE
    assert office.lines("contract.pause") == 1


@on_sqlite
def test_it_is_kept_for_a_week_after_its_last_change(office: Office) -> None:
    supposing = Supposing(office).bulk("contract.pause", [office.contract()], PAUSE).go_on()
    database, clock = office.house.parts.database, office.house.clock
    clock.go_on(days=KEPT.days - 1)
    forget_what_is_over(database, clock())
    assert supposing.run.state is WhatIfState.SHOWN
    clock.go_on(days=2)
    forget_what_is_over(database, clock())
    assert supposing.what_ifs.find(office.tenant_id, supposing.id) is None


@on_sqlite
def test_others_look_at_it_and_add_nothing_and_no_step_is_a_run_of_its_own(office: Office) -> None:
    targets = [office.contract()]
    supposing = Supposing(office).bulk("contract.pause", targets, PAUSE).go_on()
    assert supposing.what_ifs.open_of(office.tenant_id, COLLEAGUE) == []
    theirs = begin(office, "contract.pause", targets, PAUSE, actor=COLLEAGUE).go_on()
    chosen = ChosenWhatIf(supposing.id)
    with pytest.raises(InvalidInput):
        supposing.what_ifs.add_bulk(office.tenant_id, COLLEAGUE, theirs.run, chosen, locale="nl")
    assert theirs.run.state is BulkState.SHOWN
    assert supposing.what_ifs.remove_step(office.tenant_id, supposing.run, 0)
    assert supposing.what_ifs.find(office.tenant_id, supposing.id) is None


@on_sqlite
def test_limits_are_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "MOST_PRESSES", 1)
    targets = [office.contract() for _ in range(2)]
    bulk = begin(office, "contract.pause", targets, PAUSE).go_on()
    with pytest.raises(InvalidInput, match="at most 1 contracts"):
        Supposing(office).with_bulk(bulk)
    assert bulk.run.state is BulkState.SHOWN
    monkeypatch.setattr(looking, "MOST_BESIDE", 1)
    supposing = Supposing(office).bulk("contract.pause", targets[:1], PAUSE).go_on()
    assert supposing.run.state is WhatIfState.WRONG
    assert "contracten" in supposing.run.message


def outcomes(supposing: Supposing) -> list[Any]:
    with supposing.office.house.parts.database.read() as connection:
        visits = WhatIfReading(connection, supposing.office.tenant_id, supposing.run).visits(limit=9999)
    return [Outcome(visit.kind.value, visit.will.reason if visit.will else "") for visit in visits]


@dataclass(frozen=True)
class Outcome:
    kind: str
    reason: str
