"""What is forgotten after a while, and what never is (operations page)."""

from dataclasses import replace
from datetime import date, timedelta

from powerup.store.audit_trail import AuditLine, AuditTrail
from powerup.store.cycle_reports import CycleReports, KeptReport
from powerup.store.database import Database
from powerup.store.outbox import Outbox, OutgoingMessage, OutgoingState
from powerup.store.retention import forget_old_traces
from powerup.store.runs import Run, Runs, RunState
from powerup.store.tenants import Tenants
from tests.store.conftest import NOON

OLD = NOON - timedelta(days=91)


def report(fence: int, at: object = NOON) -> KeptReport:
    empty = KeptReport(fence, date(2027, 3, 1), NOON, 1.0, 0, 0, {}, 0, 0, 0, None, ())
    return replace(empty, started_at=at)  # type: ignore[arg-type]  # a moment


def run(run_id: str, **fields: object) -> Run:
    return replace(Run(run_id, "contract.create", None, "nl", {}, OLD), **fields)  # type: ignore[arg-type]  # mixed


def message(message_id: str, state: OutgoingState, **fields: object) -> OutgoingMessage:
    plain = OutgoingMessage("t_1", message_id, "inst_1", "run.finished", {}, OLD, NOON, state)
    return replace(plain, **fields)  # type: ignore[arg-type]  # mixed


def test_what_is_over_for_long_goes_and_what_waits_stays(database: Database) -> None:
    with database.write() as connection:
        reports, kept_runs, outbox = CycleReports(connection, "t_1"), Runs(connection, "t_1"), Outbox(connection)
        reports.add(report(1, OLD))
        reports.add(report(2))
        kept_runs.add(run("run_old", state=RunState.FINISHED, finished_at=OLD))
        kept_runs.add(run("run_new", state=RunState.FINISHED, finished_at=NOON))
        kept_runs.add(run("run_waiting"))
        for name, state in (
            ("sent", OutgoingState.SENT),
            ("dead", OutgoingState.DEAD),
            ("wait", OutgoingState.WAITING),
        ):
            outbox.add(message(f"msg_{name}", state))
        outbox.add(message("msg_new", OutgoingState.SENT, created_at=NOON))
        forget_old_traces(connection, NOON - timedelta(days=90))
        assert [each.fence for each in reports.latest(9)] == [2]
        assert [kept_runs.get(f"run_{name}") is not None for name in ("old", "new", "waiting")] == [False, True, True]
        left = {each.id for state in OutgoingState for each in outbox.of_tenant("t_1", state)}
    assert left == {"msg_wait", "msg_new"}


def test_the_audit_trail_is_kept_for_ever(database: Database) -> None:
    line = AuditLine("aud_1", OLD, "u_1", "Jan", "admin", "panel", "contract.edit", "contract", "1001")
    with database.write() as connection:
        AuditTrail(connection, "t_1").add(line)
        forget_old_traces(connection, NOON)
        assert AuditTrail(connection, "t_1").latest(1) == [line]
        assert len(Tenants(connection).all()) == 2
