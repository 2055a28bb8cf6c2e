"""What the power-up calls back: checked, stored once per id, listed (webhooks page 6)."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from powerup.sandbox.api import drop_connection
from powerup.sandbox.faults import FaultName
from powerup.sandbox.installation import RUNNING, Installation
from powerup.sandbox.marketplace import Marketplace
from powerup.sandbox.signing import BadSignatureError, verify
from powerup.sandbox.state import Store

# The name by which faults (lost_request, lost_answer, http_500) are set for callbacks.
ENDPOINT = "callbacks"


@dataclass(frozen=True, slots=True)
class Callback:
    """A callback that was accepted.

    Args:
        at: real time of its first arrival, ISO 8601 UTC.
        envelope: the whole message.
        times: how often it came.
    """

    webhook_id: str
    at: str
    type: str
    envelope: Mapping[str, Any]
    times: int


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Receives and keeps callbacks."""

    store: Store
    marketplace: Marketplace

    def receive(self, body: bytes, headers: Mapping[str, str]) -> int:
        """Check a callback and store it.

        Args:
            body: as it came.
            headers: by lower-case name.

        Returns:
            The HTTP status to answer: 204, 400 unreadable, 401 not signed by this installation, 403 not for
            this host, 410 uninstalled.
        """
        installation = self.marketplace.book.find()
        if installation is None or headers.get("powerup-installation") != installation.id:
            return 401
        try:
            verify(body, headers, installation.callback_keys(self.marketplace.host.calendar.clock()))
        except BadSignatureError:
            return 401
        if installation.state not in RUNNING:
            return 410
        envelope = _parsed(body)
        if envelope is None:
            return 400
        if not self._is_for_us(envelope, installation):
            return 403
        self._keep(headers["webhook-id"], envelope, body)
        return 204

    def listed(self, type_: str | None = None) -> list[Callback]:
        """The callbacks, or those of one type, oldest first."""
        rows = self.store.read("SELECT * FROM callback WHERE ? IS NULL OR type = ? ORDER BY number", (type_, type_))
        return [_callback(row) for row in rows]

    def newest(self, type_: str) -> int:
        """The number of the newest callback of a type, 0 when there is none."""
        rows = self.store.read("SELECT coalesce(max(number), 0) AS newest FROM callback WHERE type = ?", (type_,))
        return int(rows[0]["newest"])

    def run(self, run_id: str) -> Mapping[str, Any] | None:
        """The answer that a run ended in, None as long as it goes on."""
        finished = (callback.envelope["data"] for callback in self.listed("run.finished"))
        return next((data for data in finished if (data.get("run") or {}).get("id") == run_id), None)

    def _is_for_us(self, envelope: Mapping[str, Any], installation: Installation) -> bool:
        sender = {"id": installation.id, "generation": installation.generation}
        return bool(envelope["audience"] == self.marketplace.callback_url and envelope["installation"] == sender)

    def _keep(self, webhook_id: str, envelope: Mapping[str, Any], body: bytes) -> None:
        with self.store.transaction() as db:
            db.execute(
                "INSERT INTO callback (webhook_id, at, type, body) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (webhook_id) DO UPDATE SET times = times + 1",
                (
                    webhook_id,
                    self.marketplace.host.calendar.clock().isoformat(),
                    str(envelope["type"]),
                    body.decode(),
                ),
            )


def callbacks_blueprint(callbacks: Callbacks) -> Blueprint:
    """The address `/powerups/callbacks`."""
    blueprint = Blueprint("callbacks", __name__)

    @blueprint.post("/powerups/callbacks")
    def receive() -> ResponseReturnValue:
        strikes = callbacks.marketplace.host.faults.strike(ENDPOINT, named_only=True)
        body = request.get_data()
        if FaultName.LOST_REQUEST in strikes:
            return drop_connection()
        if FaultName.HTTP_500 in strikes:
            return "Internal Server Error", 500
        status = callbacks.receive(body, {name.lower(): value for name, value in request.headers.items()})
        if FaultName.LOST_ANSWER in strikes:
            return drop_connection()
        return ("", 204) if status == 204 else (jsonify(code=str(status)), status)

    return blueprint


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        envelope = json.loads(body)
    except ValueError:
        return None
    members = ("type", "audience", "installation", "data")
    return envelope if isinstance(envelope, dict) and all(name in envelope for name in members) else None


def _callback(row: sqlite3.Row) -> Callback:
    return Callback(row["webhook_id"], row["at"], row["type"], json.loads(row["body"]), row["times"])
