"""The web application, made of the parts."""

from collections.abc import Callable

import structlog
from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from powerup.api.endpoint import ApiParts
from powerup.api.problems import PREFIX, http_problem
from powerup.api.routes import add_api
from powerup.monitoring.health import health_blueprint
from powerup.monitoring.metrics import metrics_blueprint
from powerup.pages.answers import error_page
from powerup.pages.blueprint import add_pages
from powerup.pages.door import SessionDoor
from powerup.pages.page_parts import Door, PageParts
from powerup.parts import Parts
from powerup.store.errors import UnknownZoneError
from powerup.webhooks.manifest.manifest_view import manifest_blueprint
from powerup.webhooks.way_in.reception import Reception
from powerup.webhooks.way_in.view import webhooks_blueprint

_log = structlog.get_logger(__name__)

_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}


_FOR_SOFTWARE = ("/webhooks", "/health", "/metrics", "/.well-known")
"""Where answers are read by programs: errors are JSON there, and pages everywhere else."""


def create_app(parts: Parts, door: Door | None = None) -> Flask:
    """The web application: webhooks, the manifest, health and metrics, and pages for whom the door knows.

    Args:
        door: stands in for the one that goes by sessions.
    """
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(webhooks_blueprint(Reception(parts.webhook_parts()), parts.clock))
    app.register_blueprint(manifest_blueprint(parts.settings.base_url))
    app.register_blueprint(
        health_blueprint(
            parts.settings.database_url,
            parts.database,
            parts.clock,
            parts.settings.tick_seconds,
            pooled=parts.settings.pooled,
        )
    )
    app.register_blueprint(
        metrics_blueprint(
            parts.measures, parts.database, parts.clock, parts.settings.environment, parts.settings.metrics_token
        )
    )
    add_pages(app, page_parts(parts, door))
    settings = parts.settings
    add_api(app, ApiParts(parts.database, parts.presses(), parts.clock, settings.base_url, settings.environment))
    app.register_error_handler(HTTPException, _told)
    app.register_error_handler(Exception, _fault)
    app.after_request(_secured(https=parts.settings.base_url.startswith("https://")))
    return app


def page_parts(parts: Parts, door: Door | None = None) -> PageParts:
    """What the pages work with; door stands in for the one that goes by sessions."""
    sessions = parts.open_sessions()
    return PageParts(
        database=parts.database,
        presses=parts.presses(),
        clock=parts.clock,
        base_url=parts.settings.base_url,
        door=door or SessionDoor(sessions, parts.clock, parts.settings.base_url),
        signing_in=parts.signing_in(),
        sessions=sessions,
        panels=parts.panels(),
        sends_mail=parts.settings.post is not None,
    )


def _told(error: HTTPException) -> ResponseReturnValue:
    if _is_below(PREFIX):
        return http_problem(error)
    if not _is_for_software():
        return error_page(error)
    name = error.name.lower().replace(" ", "_")
    response = jsonify(code=name, message=error.description)
    response.status_code = error.code or 500
    if allowed := error.get_response().headers.get("Allow"):
        response.headers["Allow"] = allowed
    return response


def _fault(error: Exception) -> ResponseReturnValue:
    _log.error("request_failed", reason=str(error), exc_info=None if isinstance(error, UnknownZoneError) else error)
    if _is_below(PREFIX):
        return http_problem(None)
    if not _is_for_software():
        return error_page(None)
    return jsonify(code="internal_error", message="Something is wrong here; it was logged. Try again later."), 500


def _is_for_software() -> bool:
    return any(_is_below(each) for each in _FOR_SOFTWARE)


def _is_below(place: str) -> bool:
    return request.path == place or request.path.startswith(f"{place}/")


def _secured(*, https: bool) -> Callable[[Response], Response]:
    headers = _SECURITY_HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if https else {})

    def secured(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    return secured
