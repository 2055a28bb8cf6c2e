"""What is not kept for ever, of all tenants: reports, runs and messages that are long over. The audit trail stays."""

from datetime import datetime

from sqlalchemy import Connection, delete

from powerup.store.outbox import OutgoingState
from powerup.store.queue import forget_finished_jobs
from powerup.store.runs import RunState
from powerup.store.traffic_tables import cycle_reports, outbox, runs


def forget_old_traces(connection: Connection, before: datetime) -> None:
    """Remove what ended before a moment (aware), and jobs of the queue that have ended at all."""
    connection.execute(delete(cycle_reports).where(cycle_reports.c.started_at < before))
    finished = (runs.c.state == RunState.FINISHED.value) & (runs.c.finished_at < before)
    connection.execute(delete(runs).where(finished))
    over = (outbox.c.state != OutgoingState.WAITING.value) & (outbox.c.created_at < before)
    connection.execute(delete(outbox).where(over))
    forget_finished_jobs(connection)
