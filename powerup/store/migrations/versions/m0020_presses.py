"""Presses apart from the messages that they came by, known by who pressed; a deferred press, and whose run it is.

What a press was answered stood with the messages of an installation. It is carried over where it ended the press, with
who pressed: a press that changed something wrote its line of the audit trail in the same moment, and one that was
deferred has its actor in what was kept of it. Of what failed nobody knows any more; it stays that of whoever sends it.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
ENTRANCE = "webhook"
ANYBODY = ""
_ENDING = ("succeeded", "accepted", "failed")

inbox = sa.table(
    "inbox",
    sa.column("tenant_id", CODE),
    sa.column("installation_id", CODE),
    sa.column("message_id", CODE),
    sa.column("answer", sa.Text()),
    sa.column("intent_id", CODE),
    sa.column("intent_hash", sa.Text()),
    sa.column("received_at", MOMENT),
)
presses = sa.table(
    "presses",
    sa.column("tenant_id", CODE),
    sa.column("entrance", sa.Text()),
    sa.column("actor_id", CODE),
    sa.column("intent_id", CODE),
    sa.column("asked", sa.Text()),
    sa.column("answer", sa.JSON()),
    sa.column("ended_at", MOMENT),
)
runs = sa.table(
    "runs",
    sa.column("tenant_id", CODE),
    sa.column("id", CODE),
    sa.column("state", sa.Text()),
    sa.column("answer", sa.JSON()),
    sa.column("press", sa.JSON(none_as_null=True)),
    sa.column("entrance", sa.Text()),
    sa.column("actor_id", CODE),
)
audit_lines = sa.table(
    "audit_lines",
    sa.column("tenant_id", CODE),
    sa.column("at", MOMENT),
    sa.column("actor_id", CODE),
    sa.column("source", sa.Text()),
)


def upgrade() -> None:
    _make_presses()
    op.execute("ALTER TABLE runs RENAME COLUMN wish TO press")
    op.add_column("runs", sa.Column("entrance", sa.Text()))
    op.add_column("runs", sa.Column("actor_id", CODE))
    op.execute("UPDATE runs SET state = 'deferred' WHERE state = 'wished'")
    connection = op.get_bind()
    _rewrite_runs(connection)
    _carry_presses_over(connection)
    op.drop_index("inbox_by_intent", "inbox")
    for column in ("intent_id", "intent_hash", "intent_ended"):
        op.drop_column("inbox", column)


def _make_presses() -> None:
    op.create_table(
        "presses",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("entrance", sa.Text(), nullable=False),
        sa.Column("actor_id", CODE, nullable=False),
        sa.Column("intent_id", CODE, nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "entrance", "actor_id", "intent_id", name="presses_done_once"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="presses_belong_to_a_tenant"),
    )
    op.create_index("presses_by_age", "presses", ["ended_at"])


def _rewrite_runs(connection: sa.Connection) -> None:
    """Who pressed stands with the run; what was kept of the press is a document without the run's own id."""
    found = sa.select(runs.c.tenant_id, runs.c.id, runs.c.press).where(runs.c.press.is_not(None))
    for row in connection.execute(found).all():
        actor = _actor_of(row.press)
        values: dict[str, Any] = {"entrance": actor.get("source"), "actor_id": actor.get("id")}
        if isinstance(row.press, dict):
            values["press"] = {name: value for name, value in row.press.items() if name != "run_id"}
        which = (runs.c.tenant_id == row.tenant_id, runs.c.id == row.id)
        connection.execute(sa.update(runs).where(*which).values(values))


def _actor_of(press: object) -> dict[str, Any]:
    actor = press.get("actor") if isinstance(press, dict) else None
    return actor if isinstance(actor, dict) else {}


def _carry_presses_over(connection: sa.Connection) -> None:
    """Answers are read one by one: those of 90 days may be more than there is memory."""
    columns = inbox.c
    messages = (
        sa.select(
            columns.tenant_id,
            columns.installation_id,
            columns.message_id,
            columns.intent_id,
            columns.intent_hash,
            columns.received_at,
        )
        .where(columns.intent_id.is_not(None))
        .order_by(columns.tenant_id, columns.intent_id, columns.received_at.desc(), columns.message_id.desc())
    )
    found: Sequence[Any] = connection.execute(messages).all()
    of_press = groupby(found, key=lambda row: (row.tenant_id, row.intent_id))
    for _, newest_first in of_press:
        if (press := _ended_press(connection, newest_first)) is not None:
            connection.execute(sa.insert(presses), press)


def _ended_press(connection: sa.Connection, newest_first: Iterable[Any]) -> dict[str, Any] | None:
    """A press as its messages left it: the last that did something counts, else the last that was tried and refused.
    None where it is still open."""
    ended = [press for message in newest_first if (press := _as_answered(connection, message)) is not None]
    changed = [press for press in ended if press["answer"]["status"] != "failed"]
    count = changed or ended
    if not count:
        return None
    # Only the first of equal messages changed something; those that came again were given its answer.
    whose = [press["actor_id"] for press in count if press["actor_id"] != ANYBODY]
    return count[0] | {"actor_id": whose[0] if whose else ANYBODY}


def _as_answered(connection: sa.Connection, message: Any) -> dict[str, Any] | None:
    """The press with the answer of one of its messages; None where that did not end it."""
    which = [inbox.c[name] == getattr(message, name) for name in ("tenant_id", "installation_id", "message_id")]
    answer = json.loads(connection.execute(sa.select(inbox.c.answer).where(*which)).scalar_one())
    status, run_id = answer.get("status"), (answer.get("run") or {}).get("id")
    run = _run(connection, message.tenant_id, run_id) if run_id else None
    if run is not None and run.press is not None and run.state == "finished":
        status = run.answer.get("status")  # it was deferred, and this is what came of it
    if status not in _ENDING:
        return None
    who = (run and run.actor_id) or _who_changed(connection, message.tenant_id, message.received_at)
    return {
        "tenant_id": message.tenant_id,
        "entrance": ENTRANCE,
        "actor_id": who or ANYBODY,
        "intent_id": message.intent_id,
        "asked": (message.intent_hash or "").partition(".")[0],
        "answer": answer,
        "ended_at": message.received_at,
    }


def _run(connection: sa.Connection, tenant_id: str, run_id: str) -> sa.Row[Any] | None:
    found = sa.select(runs).where(runs.c.tenant_id == tenant_id, runs.c.id == run_id)
    return connection.execute(found).one_or_none()


def _who_changed(connection: sa.Connection, tenant_id: str, at: datetime) -> str | None:
    """Who wrote a line of the audit trail in the moment of a message; None where that is nobody, or two."""
    columns = audit_lines.c
    found = (
        sa.select(columns.actor_id)
        .where(columns.tenant_id == tenant_id, columns.at == at, columns.source == ENTRANCE)
        .distinct()
        .limit(2)
    )
    actors = connection.scalars(found).all()
    return actors[0] if len(actors) == 1 else None
