"""`/metrics` for Prometheus: what this process has counted, and how the work of all stands in the database."""

import hmac
from datetime import datetime

from flask import Blueprint, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from powerup.store.database import Database
from powerup.store.errors import StoreUnavailableError
from powerup.store.figures import Figures, figures
from powerup.store.tenants import Environment
from powerup.sync.process.measures import Measures
from powerup.timing import Clock


def metrics_blueprint(
    measures: Measures, database: Database, clock: Clock, environment: Environment, token: str
) -> Blueprint:
    """The address. Whoever asks shows the token as a bearer; without a token a production server has no metrics."""
    blueprint = Blueprint("metrics", __name__)

    @blueprint.get("/metrics")
    def metrics() -> Response:
        if not token and environment is Environment.PRODUCTION:
            abort(404)
        if token and not _is_shown(token):
            abort(401)
        return Response(exposition(measures, database, environment, clock()), content_type=CONTENT_TYPE_LATEST)

    return blueprint


def exposition(measures: Measures, database: Database, environment: Environment, now: datetime) -> bytes:
    """All metrics as Prometheus reads them; without those of the database while it is out of reach. now is aware."""
    counted: bytes = generate_latest(measures.registry)
    try:
        with database.read() as connection:
            found = figures(connection, environment, now)
    except StoreUnavailableError:
        return counted + generate_latest(_gauges({"powerup_database_up": ("Whether the database answers.", 0.0)}))
    return counted + generate_latest(_gauges(_of_figures(found, now)))


def _is_shown(token: str) -> bool:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), token.encode())


def _of_figures(found: Figures, now: datetime) -> dict[str, tuple[str, float]]:
    gauges = {
        "powerup_database_up": ("Whether the database answers.", 1.0),
        "powerup_leases_held": ("Tenants that a worker has now.", float(found.leases_held)),
        "powerup_tenants_due": ("Tenants whose next cycle is due.", float(found.tenants_due)),
        "powerup_longest_due_seconds": ("For how long the longest waiting tenant is due.", found.longest_due_seconds),
        "powerup_tenants_with_attention": ("Tenants that need a person.", float(found.tenants_with_attention)),
        "powerup_queue_length": ("Hints that wait for a worker.", float(found.hints_waiting)),
        "powerup_outbox_waiting": ("Callbacks to hosts that wait.", float(found.messages_waiting)),
        "powerup_outbox_dead": ("Callbacks to hosts that were given up.", float(found.messages_dead)),
    }
    if found.last_tick:
        seconds = (now - found.last_tick).total_seconds()
        gauges["powerup_seconds_since_tick"] = ("Since a timer last ticked, in whichever process.", seconds)
    return gauges


def _gauges(values: dict[str, tuple[str, float]]) -> CollectorRegistry:
    registry = CollectorRegistry()
    for name, (words, value) in values.items():
        Gauge(name, words, registry=registry).set(value)
    return registry
