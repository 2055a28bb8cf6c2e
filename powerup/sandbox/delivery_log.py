"""The log of every webhook message and every try of it, with request and answer."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from powerup.sandbox.errors import NotFoundError
from powerup.sandbox.state import Store


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is stored, to be sent any number of times.

    Args:
        number: in the log, from 1; 0 before it is stored.
        webhook_id: header of that name, the same on every try.
        keys: each signs every try.
        body: the envelope as bytes; holds tokens in some types.
    """

    number: int
    webhook_id: str
    type: str
    url: str
    installation_id: str
    keys: tuple[str, ...] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a message.

    Args:
        number: in the log of tries, from 1; 0 before it is stored.
        how: `sent`, `retry`, `redelivered`, `altered` or `replayed`.
        status: of the HTTP answer, None when there was none.
        error: why there was no answer, else empty.
        milliseconds: until the answer.
    """

    number: int
    message_number: int
    at: str
    how: str
    request_headers: Mapping[str, str]
    request_body: bytes = field(repr=False)
    status: int | None = None
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    answer_body: bytes = b""
    error: str = ""
    milliseconds: float = 0.0

    @property
    def answer(self) -> dict[str, Any] | None:
        """The JSON object that came back with status 200, None for anything else."""
        return _answer(self.status, self.answer_body)

    @property
    def outcome(self) -> str:
        """The word for how it ended, such as `failed`; empty where the answer has none."""
        return _outcome(self.answer)

    @property
    def got_through(self) -> bool:
        """Whether a try need not be repeated: something answered, and it was not busy or broken."""
        return self.status is not None and self.status != 429 and self.status < 500


@dataclass(frozen=True, slots=True)
class Summary:
    """A message in a list.

    Args:
        subject: what it is about: the action, the record or the day.
        tries: how often it was sent, in whatever way.
        at: when it was last sent, ISO 8601 UTC; None when it never was.
        status: of the last HTTP answer, None when there was none.
        outcome: the word for how it ended in that answer, such as `failed`; empty where it has none.
        milliseconds: of the slowest try.
    """

    number: int
    type: str
    subject: str
    tries: int
    at: str | None
    status: int | None
    outcome: str
    milliseconds: float


@dataclass(frozen=True, slots=True)
class DeliveryLog:
    """The stored messages and tries."""

    store: Store

    def keep_message(self, message: Message) -> Message:
        """Store a new message; returns it with its number."""
        with self.store.transaction() as db:
            cursor = db.execute(
                "INSERT INTO message (webhook_id, type, url, installation_id, keys, body) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    message.webhook_id,
                    message.type,
                    message.url,
                    message.installation_id,
                    " ".join(message.keys),
                    message.body,
                ),
            )
        return replace(message, number=int(cursor.lastrowid or 0))

    def keep_attempt(self, attempt: Attempt) -> Attempt:
        """Store a try; returns it with its number."""
        with self.store.transaction() as db:
            cursor = db.execute(
                "INSERT INTO attempt (message_number, at, how, request_headers, request_body, status,"
                " answer_headers, answer_body, error, milliseconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    attempt.message_number,
                    attempt.at,
                    attempt.how,
                    json.dumps(dict(attempt.request_headers)),
                    attempt.request_body,
                    attempt.status,
                    json.dumps(dict(attempt.answer_headers)),
                    attempt.answer_body,
                    attempt.error,
                    attempt.milliseconds,
                ),
            )
        return replace(attempt, number=int(cursor.lastrowid or 0))

    def message(self, number: int) -> Message:
        """A message of the log.

        Raises:
            NotFoundError: there is none of this number.
        """
        rows = self.store.read("SELECT * FROM message WHERE number = ?", (number,))
        if not rows:
            raise NotFoundError(f"there is no message {number}")
        return _message(rows[0])

    def messages(self, type_: str | None = None) -> list[Message]:
        """All messages, or those of one type, oldest first."""
        rows = self.store.read("SELECT * FROM message WHERE ? IS NULL OR type = ? ORDER BY number", (type_, type_))
        return [_message(row) for row in rows]

    def summaries(self, type_: str | None, most: int, skip: int = 0) -> list[Summary]:
        """The newest messages with how their tries went, the newest first.

        Args:
            type_: only messages of this type; None for all but questions for cards, of which each page asks one.
            most: how many at the utmost, after so many were skipped.
        """
        rows = self.store.read(
            "SELECT message.number, message.type, message.body, count(attempt.number) AS tries, max(attempt.at) AS at,"
            " last.status, last.answer_body, max(attempt.milliseconds) AS milliseconds"
            " FROM message LEFT JOIN attempt ON attempt.message_number = message.number"
            " LEFT JOIN attempt AS last ON last.number ="
            " (SELECT max(number) FROM attempt WHERE message_number = message.number)"
            " WHERE type = coalesce(?, type) AND (? IS NOT NULL OR type <> 'cards.requested')"
            " GROUP BY message.number ORDER BY message.number DESC LIMIT ? OFFSET ?",
            (type_, type_, most, skip),
        )
        return [_summary(row) for row in rows]

    def types(self) -> list[str]:
        """The types of message that are in the log."""
        return [row["type"] for row in self.store.read("SELECT DISTINCT type FROM message ORDER BY type")]

    def never_tried(self) -> list[Message]:
        """The messages that were held back, oldest first."""
        rows = self.store.read(
            "SELECT * FROM message WHERE number NOT IN (SELECT message_number FROM attempt) ORDER BY number"
        )
        return [_message(row) for row in rows]

    def attempt(self, number: int) -> Attempt:
        """One try.

        Raises:
            NotFoundError: there is none of this number.
        """
        rows = self.store.read("SELECT * FROM attempt WHERE number = ?", (number,))
        if not rows:
            raise NotFoundError(f"there is no attempt {number}")
        return _attempt(rows[0])

    def attempts(self, message_number: int) -> list[Attempt]:
        """The tries of one message, oldest first."""
        rows = self.store.read("SELECT * FROM attempt WHERE message_number = ? ORDER BY number", (message_number,))
        return [_attempt(row) for row in rows]


def _message(row: sqlite3.Row) -> Message:
    return Message(**{**dict(row), "keys": tuple(row["keys"].split())})


def _attempt(row: sqlite3.Row) -> Attempt:
    decoded = {name: json.loads(row[name]) for name in ("request_headers", "answer_headers")}
    return Attempt(**{**dict(row), **decoded})


def _answer(status: int | None, body: bytes) -> dict[str, Any] | None:
    if status != 200:
        return None
    try:
        parsed = json.loads(body)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _outcome(answer: dict[str, Any] | None) -> str:
    return str((answer or {}).get("status") or "")


def _summary(row: sqlite3.Row) -> Summary:
    data = json.loads(row["body"])["data"]
    target = data.get("target") or {}
    words = (data.get("action"), target.get("type"), target.get("id"), data.get("today"), *data.get("ids", ())[:5])
    return Summary(
        number=row["number"],
        type=row["type"],
        subject=" ".join(str(word) for word in words if word),
        tries=row["tries"],
        at=row["at"],
        status=row["status"],
        outcome=_outcome(_answer(row["status"], row["answer_body"] or b"")),
        milliseconds=row["milliseconds"] or 0.0,
    )
