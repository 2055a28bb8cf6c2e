"""A page with the form of a new contract, which shows what was read of it."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask, Response, request
from jinja2 import ChoiceLoader, DictLoader

from powerup.actions.catalogue import find_action
from powerup.actions.kit.request import Role
from powerup.app import create_app, page_parts
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.forms.drawn import Forms
from powerup.pages.forms.entries import entries_in, redraws
from powerup.pages.forms.schema import schema_of
from powerup.pages.forms.view import add_forms
from powerup.pages.page_parts import PageParts
from powerup.pages.visitor import Visitor
from powerup.parts import Parts
from tests.pages.conftest import VISITORS
from tests.pages.listed_host import ListedHost
from tests.pages.reading import PageClient


@pytest.fixture
def host() -> ListedHost:
    return ListedHost()


FormPage = Callable[[str], PageClient]

PAGE = """{% extends 'parts/layout.html' %}
{% block heading %}Form{% endblock %}
{% block main %}{% import 'parts/fields.html' as fields with context %}
{{ parts.error_summary(form.errors) }}<form method="post" novalidate>{{ fields.form_fields(form, '/tried/form') }}
<pre>{{ read }}</pre></form>{% endblock %}"""


@pytest.fixture
def form_page(parts: Parts, host: ListedHost) -> FormPage:
    """A client for a reader of that language, who sees the page at /tried/form."""

    def client(language: str) -> PageClient:
        visitor = replace(VISITORS[Role.PLANNER], locale=language)
        app: Flask = create_app(parts, lambda: visitor)
        calls = replace(parts.presses(), open_host=lambda *_: host)  # type: ignore[arg-type]
        own = replace(page_parts(parts, lambda: visitor), presses=calls)
        app.register_blueprint(_pages(own), name="tried", url_prefix="/tried")
        loader = app.jinja_env.loader
        assert loader
        app.jinja_env.loader = ChoiceLoader([DictLoader({"tried.html": PAGE}), loader])
        app.test_client_class = PageClient
        made = app.test_client()
        assert isinstance(made, PageClient)
        return made

    return client


def _pages(parts: PageParts) -> Pages:
    pages, forms = Pages(parts), Forms(parts)
    add_forms(pages)
    create = find_action("contract.create")
    assert create
    schema = schema_of(create)

    @pages.page("/form", role=Role.VIEWER, methods=("GET", "POST"))
    def form(visitor: Visitor) -> Response:
        entries = entries_in(request.form)
        read = forms.read(visitor, schema, entries) if request.form and not redraws(request.form) else None
        drawn = forms.draw(visitor, schema, entries, complaints=read.complaints if read else {})
        results = forms.found(visitor, drawn, entries, request.form.get("find"))
        return answer("tried.html", visitor, form=drawn, results=results, read=json.dumps(read.input if read else None))

    return pages
