"""`/health/live` and `/health/ready`: whether the process runs, and whether it can do its work."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from powerup.store.database import Database, check
from powerup.store.disk_room import has_room
from powerup.store.errors import StoreUnavailableError
from powerup.store.key_check import keys_fit
from powerup.store.server_clock import clock_difference, is_too_far
from powerup.store.timekeeping import Done, last_done
from powerup.timing import Clock

TICKS_UNTIL_LATE = 3
TENANTS_TRIED = 20
"""Whose tokens are opened to see whether the keys fit; `powerup doctor` tries all."""


def health_blueprint(
    database_url: str, database: Database, clock: Clock, tick_seconds: float, *, pooled: bool
) -> Blueprint:
    """The two addresses. Neither needs a key, and neither tells a secret. pooled as in `Database`."""
    blueprint = Blueprint("health", __name__, url_prefix="/health")

    @blueprint.get("/live")
    def live() -> ResponseReturnValue:
        return jsonify(status="alive")

    @blueprint.get("/ready")
    def ready() -> ResponseReturnValue:
        try:
            revision = check(database_url, pooled=pooled)
            if not revision.is_current:
                return _not_ready("migrations_missing", cure="powerup db upgrade")
            if not has_room(database_url):
                return _not_ready("disk_full", cure="make room on the disk of the database")
            difference = clock_difference(database, clock)
            with database.read() as connection:
                if not keys_fit(connection, TENANTS_TRIED):
                    cure = "put the key that the tokens were written with back into POWERUP_ENCRYPTION_KEYS"
                    return _not_ready("encryption_key_does_not_fit", cure=cure)
                ticked_at = last_done(connection, Done.TICK)
        except StoreUnavailableError:
            return _not_ready("database_unavailable")
        timer = _timer(ticked_at, clock(), timedelta(seconds=tick_seconds * TICKS_UNTIL_LATE))
        return jsonify(
            status="ready", database="ok", migrations=revision.head, keys="fit", timer=timer, clock=_clock(difference)
        )

    return blueprint


def _not_ready(reason: str, **more: str) -> ResponseReturnValue:
    return jsonify(status="not_ready", reason=reason, **more), 503


def _timer(ticked_at: datetime | None, now: datetime, patience: timedelta) -> dict[str, Any]:
    """When a timer last ticked, in whichever process. A late one does not keep this one from answering requests."""
    return {
        "last_tick": ticked_at.isoformat() if ticked_at else None,
        "late": ticked_at is None or now - ticked_at > patience,
    }


def _clock(difference: timedelta | None) -> dict[str, Any]:
    """How far this machine's clock is from the database server's. One that differs begins no cycle, and still answers
    requests."""
    seconds = None if difference is None else round(difference.total_seconds(), 1)
    return {"seconds_from_database": seconds, "differs": is_too_far(difference)}
