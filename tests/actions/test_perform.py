"""Carrying out a press on a real database: all of it is written, or nothing (webhooks page, section 4)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet

from powerup.actions.kit.answer import Answer, AnswerStatus
from powerup.actions.kit.answer_document import answer_document
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.confirmation import Confirmations
from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.visit import VisitState
from powerup.store.audit_trail import AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.encryption import Cipher, Secret
from powerup.store.ledger import Ledger
from powerup.store.runs import Runs
from powerup.store.tenants import Environment, Tenant, Tenants
from powerup.texts import Reader
from tests.actions.acting import act_at_once
from tests.actions.scenes import AT_HOST, CALENDAR, FORM, PLANNER, TODAY, at_host, ordered

NOW = datetime(2026, 12, 28, 10, 0, tzinfo=UTC)
AROUND = TenantCircumstances("ten_1", TODAY, TenantConfiguration(), CALENDAR)
CONFIRMATIONS = Confirmations("secret of these tests")
CREATE = Request("contract.create", Target(TargetType.RELATION, "1001"), PLANNER, FORM, intent_id="int_1")
TERMINATE = Request(
    "contract.terminate",
    Target(TargetType.CONTRACT, "1001", 1),
    PLANNER,
    {"last_day": "2026-12-30", "reason": "MOVED", "existing_orders": "retract"},
    intent_id="int_2",
)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, Cipher([Fernet.generate_key().decode()]))
    with opened.write() as connection:
        Tenants(connection).add(
            Tenant("ten_1", "Voorbeeld", Environment.SANDBOX, "Europe/Amsterdam", "http://x/", Secret("a"), Secret("b"))
        )
    yield opened
    opened.dispose()


def ask(database: Database, request: Request, readings: Any = AT_HOST, now: datetime = NOW, **around: Any) -> Answer:
    with database.write() as connection:
        return act_at_once(connection, replace(AROUND, **around), request, readings, CONFIRMATIONS, now)


def with_orders(database: Database) -> Any:
    """Contract 1001 with its due work orders at the host; the host's word of this moment."""
    ask(database, CREATE)
    with database.write() as connection:
        contract = Contracts(connection, "ten_1").get("1001")
        assert contract is not None
        after = ordered(contract)
        Ledger(connection, "ten_1").add(list(after.ledger.values()))
    return at_host(after)


def test_a_contract_is_written_with_its_number_and_an_audit_line(database: Database) -> None:
    answer = ask(database, CREATE)
    assert answer.status is AnswerStatus.SUCCEEDED
    assert answer.target == Target(TargetType.CONTRACT, "1001", 1)
    with database.read() as connection:
        contract = Contracts(connection, "ten_1").get("1001")
        lines = AuditTrail(connection, "ten_1").of_target("contract", "1001")
    assert contract is not None
    assert contract.name == "CV-ketel"
    assert [(line.action, line.actor_name, line.before) for line in lines] == [("contract.create", "A. Planner", None)]
    assert lines[0].after is not None
    assert lines[0].after["plans"][0]["month_day"] == 31


def test_the_answer_reads_as_in_the_webhook_contract(database: Database) -> None:
    document = answer_document(ask(database, CREATE), Reader("nl"))
    assert document["status"] == "succeeded"
    assert document["message"] == "Contract 1001 is aangemaakt."
    assert document["target"] == {"type": "contract", "id": "1001", "version": 1}
    assert document["counts"] == {"created": 24, "withheld": {"before_entry": 22}}
    assert document["refresh"] == [{"type": "relation", "id": "1001"}]
    assert document["effects"][0] == {
        "effect": "created",
        "contract": "1001",
        "plan": "A",
        "object": "CV-1",
        "nominal_date": "2026-12-31",
        "planned_date": "2026-12-31",
        "moved_from": None,
        "workorder_no": "C1001-A-20261231-CV-1",
        "state": "planned",
        "reason": None,
    }


def test_a_refused_press_writes_nothing(database: Database) -> None:
    answer = ask(database, replace(CREATE, input=FORM | {"end": "2025-01-01"}))
    assert answer.status is AnswerStatus.INVALID
    with database.read() as connection:
        assert Contracts(connection, "ten_1").all() == []
        assert AuditTrail(connection, "ten_1").latest(10) == []


def test_numbers_are_not_used_up_by_previews(database: Database) -> None:
    assert ask(database, replace(CREATE, preview=True)).status is AnswerStatus.NEEDS_CONFIRMATION
    answer = ask(database, CREATE)
    assert answer.target is not None
    assert answer.target.id == "1001"


def test_a_viewer_is_denied_before_anything_else_is_looked_at(database: Database) -> None:
    viewer = Actor("u_9", "V. Kijker", Role.VIEWER, "webhook")
    answer = ask(database, replace(CREATE, actor=viewer, target=Target(TargetType.RELATION, "nobody"), input={}))
    assert answer.status is AnswerStatus.DENIED


def test_deleting_needs_an_admin(database: Database) -> None:
    with_orders(database)
    answer = ask(database, Request("contract.delete", Target(TargetType.CONTRACT, "1001"), PLANNER))
    assert answer.status is AnswerStatus.DENIED


def test_a_suspended_tenant_changes_nothing(database: Database) -> None:
    assert ask(database, CREATE, suspended=True).status is AnswerStatus.FAILED


def test_effects_are_shown_also_while_suspended(database: Database) -> None:
    assert ask(database, replace(CREATE, preview=True), suspended=True).status is AnswerStatus.NEEDS_CONFIRMATION


def test_a_person_who_gave_up_is_not_served(database: Database) -> None:
    late = replace(CREATE, not_after=NOW - timedelta(seconds=1))
    assert ask(database, late).status is AnswerStatus.EXPIRED


def test_the_second_of_two_editors_is_told(database: Database) -> None:
    ask(database, CREATE)
    edit = Request("contract.edit", Target(TargetType.CONTRACT, "1001", 1), PLANNER, {"name": "Nieuw"})
    assert ask(database, edit).status is AnswerStatus.SUCCEEDED
    answer = ask(database, edit)
    assert answer.status is AnswerStatus.CONFLICT
    assert answer.target == Target(TargetType.CONTRACT, "1001", 2)


def test_a_danger_is_done_only_when_its_list_is_confirmed(database: Database) -> None:
    word = with_orders(database)
    shown = ask(database, TERMINATE, word)
    assert shown.status is AnswerStatus.NEEDS_CONFIRMATION
    assert shown.effects.counts() == {"retracted": 4, "withheld": {"terminated": 20}}
    assert shown.confirmation is not None
    done = ask(database, replace(TERMINATE, confirmation=shown.confirmation.token), word)
    assert done.status is AnswerStatus.ACCEPTED
    assert done.effects == shown.effects
    with database.read() as connection:
        waiting = Ledger(connection, "ten_1").in_states([VisitState.RETRACTING], 10)
        runs = Runs(connection, "ten_1").waiting()
    assert {visit.run_id for visit in waiting} == {done.run_id}
    assert [run.id for run in runs] == [done.run_id]


def test_a_list_that_has_changed_is_shown_anew(database: Database) -> None:
    word = with_orders(database)
    shown = ask(database, TERMINATE, word)
    assert shown.confirmation is not None
    started = replace(word, work_orders={})
    row_id = min(word.work_orders)
    order = word.work_orders[row_id]
    started = replace(word, work_orders=word.work_orders | {row_id: replace(order, status="Opgehaald")})
    again = ask(database, replace(TERMINATE, confirmation=shown.confirmation.token), started)
    assert again.status is AnswerStatus.NEEDS_CONFIRMATION
    assert again.effects.counts()["kept"] == 1


@pytest.mark.parametrize(
    "other",
    [
        {"intent_id": "int_9"},
        {"binding": "another installation"},
        {"actor": Actor("u_2", "A. Ander", Role.ADMIN, "webhook")},
        {"input": {"last_day": "2026-12-30", "reason": "PRICE", "existing_orders": "retract"}},
        {"confirmation": "cnf_forged"},
    ],
)
def test_a_confirmation_is_for_one_person_press_and_input(database: Database, other: dict[str, Any]) -> None:
    word = with_orders(database)
    shown = ask(database, TERMINATE, word)
    assert shown.confirmation is not None
    reused = replace(replace(TERMINATE, confirmation=shown.confirmation.token), **other)
    assert ask(database, reused, word).status is AnswerStatus.NEEDS_CONFIRMATION


def test_a_confirmation_lasts_ten_minutes(database: Database) -> None:
    word = with_orders(database)
    shown = ask(database, TERMINATE, word)
    assert shown.confirmation is not None
    confirming = replace(TERMINATE, confirmation=shown.confirmation.token)
    late = ask(database, confirming, word, now=NOW + timedelta(minutes=10, seconds=1))
    assert late.status is AnswerStatus.NEEDS_CONFIRMATION
    assert ask(database, confirming, word, now=NOW + timedelta(minutes=9)).status is AnswerStatus.ACCEPTED


def test_a_contract_of_another_tenant_is_not_there(database: Database) -> None:
    ask(database, CREATE)
    answer = ask(database, TERMINATE, tenant_id="ten_2")
    assert answer.status is AnswerStatus.INVALID
    assert answer.problems[0].code == "unknown_contract"


def test_an_edit_makes_no_second_visit_of_a_period_whose_visit_is_long_done(database: Database) -> None:
    on_the_5th = {"days_in_advance": 0, "plans": [{"name": "A", "unit": "month", "month_day": 5}]}
    ask(database, replace(CREATE, input={**FORM, **on_the_5th}))
    with database.write() as connection:
        contract = Contracts(connection, "ten_1").get("1001")
        assert contract is not None
        after = ordered(contract)  # 5 December is behind us, and no longer in play
        Ledger(connection, "ten_1").add(list(after.ledger.values()))
        Contracts(connection, "ten_1").save(replace(after.contract, version=2), contract.version)
    to_the_30th = {"plans": [{"name": "A", "month_day": 30}]}
    ask(database, Request("contract.edit", Target(TargetType.CONTRACT, "1001", 2), PLANNER, to_the_30th))
    with database.read() as connection:
        changed = Contracts(connection, "ten_1").get("1001")
    assert changed is not None
    assert changed.plans[0].counts_from == date(2027, 1, 1)


def test_a_restart_is_refused_while_another_one_of_the_same_old_contract_runs(database: Database) -> None:
    """The old contract names only the latest that it was restarted as."""
    ended = {"start": "2026-01-31", "end": "2026-11-30"}
    ask(database, replace(CREATE, input=FORM | ended))
    restart = Request("contract.restart", Target(TargetType.CONTRACT, "1001"), PLANNER)
    assert ask(database, replace(restart, input={"end": "2026-12-20"})).status is AnswerStatus.SUCCEEDED
    assert ask(database, restart).target == Target(TargetType.CONTRACT, "1003", 1)
    answer = ask(database, replace(restart, target=Target(TargetType.CONTRACT, "1002")))
    assert answer.status is AnswerStatus.FAILED
    assert "already restarted as 1003" in str(answer.message)


def test_a_restart_is_refused_while_one_runs_that_the_old_contract_does_not_name_any_more(database: Database) -> None:
    ask(database, replace(CREATE, input=FORM | {"start": "2026-01-31", "end": "2026-11-30"}))
    restart = Request("contract.restart", Target(TargetType.CONTRACT, "1001"), PLANNER)
    short = replace(restart, input={"end": "2026-12-20"})
    ask(database, short)
    assert ask(database, short).target == Target(TargetType.CONTRACT, "1003", 1)
    assert ask(database, replace(restart, target=Target(TargetType.CONTRACT, "1002"))).status is AnswerStatus.SUCCEEDED
    answer = ask(database, restart)
    assert answer.status is AnswerStatus.FAILED
    assert "already restarted as 1004" in str(answer.message)
