"""The one script of the pages: htmx, served from an installed package, since the repository holds no file of others."""

from functools import cache
from importlib.resources import files

from flask import Blueprint, Response

VERSION = "2.0.3"
"""Stands in the address, so that no browser goes on with an older one."""


@cache
def htmx_script() -> bytes:
    """htmx as the package django-js-lib-htmx has it, which needs no Django to be read."""
    return files("js_lib_htmx").joinpath("static", "htmx", "htmx.min.js").read_bytes()


def add_htmx_view(blueprint: Blueprint) -> None:
    """Serve the script from the host itself."""

    @blueprint.get(f"/assets/htmx-{VERSION}.min.js")
    def htmx() -> Response:
        answer = Response(htmx_script(), mimetype="text/javascript")
        answer.headers["Cache-Control"] = "max-age=31536000, immutable"
        return answer
