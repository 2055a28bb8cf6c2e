"""The page that shows the API, made of its OpenAPI document: no script, no address of others."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from flask import Response, current_app

from powerup.api.blueprint import Api
from powerup.api.problems import PROBLEM_CODES

_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_STYLES = Path(__file__).with_name("docs.css").read_bytes()


def add_docs_page(api: Api, document: Callable[[], Mapping[str, Any]]) -> None:
    """The page at /docs, and its styles; document gives what it shows."""

    @api.get("/docs", provide_automatic_options=False)
    def docs() -> Response:
        template = current_app.jinja_env.get_template("docs.html")
        shown = document()
        drawn = template.render(document=shown, groups=_groups(shown), codes=PROBLEM_CODES)
        return Response(drawn, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": _POLICY})

    @api.get("/docs.css", provide_automatic_options=False)
    def styles() -> Response:
        return Response(_STYLES, content_type="text/css; charset=utf-8")


def _groups(document: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The operations under their headings."""
    found: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in document["tags"]}
    for operation in _operations(document):
        found[operation["tags"][0]].append(operation)
    return found


def _operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            answers = [
                {"status": status, "when": each["description"], "example": _example(each)}
                for status, each in operation["responses"].items()
            ]
            yield operation | {"method": method.upper(), "path": path, "sent": body.get("example"), "answers": answers}


def _example(answer: Mapping[str, Any]) -> Any:
    return answer.get("content", {}).get("application/json", {}).get("example")
