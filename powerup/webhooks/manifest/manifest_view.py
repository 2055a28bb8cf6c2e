"""The manifest at its well-known address (RFC 8615)."""

from functools import cache

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from powerup.webhooks.manifest.manifest_document import manifest_text

WELL_KNOWN = "/.well-known/powerup.json"


def manifest_blueprint(base_url: str) -> Blueprint:
    """The manifest of the server at that address, made once, when it is first asked for."""
    blueprint = Blueprint("manifest", __name__)

    @cache
    def body() -> str:
        return manifest_text(base_url.rstrip("/"))

    @blueprint.get(WELL_KNOWN)
    def manifest() -> ResponseReturnValue:
        return Response(body(), content_type="application/json")

    return blueprint
