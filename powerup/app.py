"""The web application, made of the parts; and what a process that runs on does before its work."""

import gc
import logging
import sys
from collections.abc import Callable

import structlog
from flask import Flask, Response, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from powerup.monitoring.health import health_blueprint
from powerup.monitoring.metrics import metrics_blueprint
from powerup.outsmart.redaction import redact_event
from powerup.parts import Parts
from powerup.store.encryption import Cipher, Secret
from powerup.store.tenants import Environment
from powerup.webhooks.addresses import AddressLists
from powerup.webhooks.entrance import Entrance
from powerup.webhooks.manifest_view import manifest_blueprint
from powerup.webhooks.reception import Reception
from powerup.webhooks.signature import decoded_key
from powerup.webhooks.view import webhooks_blueprint

_log = structlog.get_logger(__name__)

_LENGTH_OF_KEYS = 180
"""Of the two keys of an installation as they are encrypted; for one that is not known the same is decrypted."""

_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}


def create_app(parts: Parts) -> Flask:
    """The web application: webhooks, the manifest, health and metrics."""
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(webhooks_blueprint(Reception(_entrance(parts)), parts.clock))
    app.register_blueprint(manifest_blueprint(parts.settings.base_url))
    app.register_blueprint(
        health_blueprint(parts.settings.database_url, parts.database, parts.clock, parts.settings.tick_seconds)
    )
    app.register_blueprint(
        metrics_blueprint(
            parts.measures, parts.database, parts.clock, parts.settings.environment, parts.settings.metrics_token
        )
    )
    app.register_error_handler(HTTPException, _told_as_json)
    app.register_error_handler(Exception, _fault)
    app.after_request(_secured(https=parts.settings.base_url.startswith("https://")))
    return app


def begin_to_run_on() -> None:
    """What a process that runs on does before its work. Once per process."""
    configure_logging()
    set_loaded_code_aside()


def set_loaded_code_aside() -> None:
    """Keep what is loaded by now out of every collection of garbage.

    It stays until the process ends, and to look through it again and again takes a fifth of a cycle's time.
    """
    gc.collect()
    gc.freeze()


def configure_logging(level: int = logging.INFO) -> None:
    """Log JSON lines to standard error, ours and those of libraries alike, without any token. Once per process."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact_event,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)


def _entrance(parts: Parts) -> Entrance:
    settings = parts.settings
    cipher = Cipher(settings.encryption_keys)
    decoy = cipher.seal(Secret("x" * _LENGTH_OF_KEYS))
    return Entrance(
        database=parts.database,
        confirmations=parts.confirmations,
        open_host=parts.open_host,
        addresses=AddressLists(
            settings.host_api_urls,
            settings.host_origins,
            public_only=settings.environment is Environment.PRODUCTION,
        ),
        audience=settings.base_url,
        environment=settings.environment,
        listing_keys=tuple(decoded_key(key) for key in settings.listing_keys),
        open_decoy=lambda: cipher.open(decoy),
    )


def _told_as_json(error: HTTPException) -> ResponseReturnValue:
    name = error.name.lower().replace(" ", "_")
    response = jsonify(code=name, message=error.description)
    response.status_code = error.code or 500
    if allowed := error.get_response().headers.get("Allow"):
        response.headers["Allow"] = allowed
    return response


def _fault(error: Exception) -> ResponseReturnValue:
    _log.error("request_failed", exc_info=error)
    return jsonify(code="internal_error", message="Something is wrong here; it was logged. Try again later."), 500


def _secured(*, https: bool) -> Callable[[Response], Response]:
    headers = _SECURITY_HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if https else {})

    def secured(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    return secured
