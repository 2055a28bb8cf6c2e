"""The queue for workers, on PostgreSQL alone: a job is a hint that a tenant is due, and nothing more (architecture:
Parts). What is due stands in the tenants' rows, so the queue may be lost or emptied at any time.

Jobs are written by our own statements, in the transaction that causes them. A hint that waits already is enough: its
queueing lock counts among waiting jobs only, so that a worker which died keeps nothing.
"""

from collections.abc import Sequence
from importlib.resources import files

from sqlalchemy import Connection, text

QUEUE = "cycles"
TASK = "powerup.cycle"

_HINT = text(
    "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, queueing_lock, args) "
    "VALUES (:queue, :task, :priority, :tenant, jsonb_build_object('tenant_id', CAST(:tenant AS text))) "
    "ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING"
)
_HAS_WORKERS = text(
    "SELECT EXISTS (SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds')"
)
_WAITING = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
_FORGET = text(
    "DELETE FROM procrastinate_jobs WHERE status NOT IN ('todo', 'doing') OR (status = 'doing' AND worker_id IS NULL)"
)
_IS_THERE = text("SELECT to_regclass('procrastinate_jobs') IS NOT NULL")
_SWEEP_LOCK = 4_200_702
_FAILING_LAST = -1


def has_queue(connection: Connection) -> bool:
    """Whether this database carries a queue; on SQLite the timer alone does the work."""
    return connection.dialect.name == "postgresql"


def hint(connection: Connection, tenant_id: str) -> None:
    """Tell a worker that the tenant is due, once this transaction is committed; nothing where there is no queue."""
    if has_queue(connection):
        connection.execute(_HINT, _job(tenant_id, 0))


def hint_all(connection: Connection, tenant_ids: Sequence[str], failing: frozenset[str]) -> None:
    """Tell workers of all tenants that are due; those whose host failed them last time come after the others.

    Of two processes that do so at the same moment, one leaves it to the other.
    """
    if not tenant_ids or not connection.scalar(text(f"SELECT pg_try_advisory_xact_lock({_SWEEP_LOCK})")):
        return
    jobs = [_job(tenant_id, _FAILING_LAST if tenant_id in failing else 0) for tenant_id in tenant_ids]
    connection.execute(_HINT, jobs)


def has_workers(connection: Connection) -> bool:
    """Whether a worker has shown itself in the last half minute."""
    return has_queue(connection) and bool(connection.scalar(_HAS_WORKERS))


def waiting_hints(connection: Connection) -> int:
    """How many jobs wait for a worker; 0 where there is no queue."""
    return int(connection.scalar(_WAITING) or 0) if has_queue(connection) else 0


def forget_finished_jobs(connection: Connection) -> None:
    """Remove jobs that have ended, and those whose worker died."""
    if has_queue(connection):
        connection.execute(_FORGET)


def make_queue(connection: Connection) -> None:
    """Make the tables of the queue where there are none yet: those of the Procrastinate that is installed."""
    if has_queue(connection) and not connection.scalar(_IS_THERE):
        schema = (files("procrastinate") / "sql" / "schema.sql").read_text("utf-8")
        cursor = connection.connection.cursor()
        cursor.execute(schema)  # as it is: its percent signs and colons are no parameters of ours
        cursor.close()


def _job(tenant_id: str, priority: int) -> dict[str, str | int]:
    return {"queue": QUEUE, "task": TASK, "tenant": tenant_id, "priority": priority}
