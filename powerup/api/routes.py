"""All operations of the API, its document, and the page that shows it."""

import json
from functools import cache
from typing import Any

from flask import Flask, Response

from powerup.api.actions import add_actions
from powerup.api.blueprint import ROOT, Api
from powerup.api.calendars import CALENDARS, add_calendars
from powerup.api.changes import TOLD_EVENTS, add_changes
from powerup.api.contracts import add_contracts
from powerup.api.customer_accounts import add_customer_accounts
from powerup.api.docs_page import add_docs_page
from powerup.api.endpoint import ApiParts
from powerup.api.imports import add_imports
from powerup.api.invoices import add_invoices
from powerup.api.keys import add_keys
from powerup.api.many import add_many
from powerup.api.openapi import openapi_document
from powerup.api.planned_against_done import add_planned_against_done
from powerup.api.planning import add_planning
from powerup.api.records import add_records
from powerup.api.renewals import add_renewals
from powerup.api.runs import add_runs
from powerup.api.tenant import add_tenant
from powerup.api.trips import add_trips
from powerup.api.visits import add_visits
from powerup.api.work_orders import add_work_orders


def add_api(app: Flask, parts: ApiParts) -> Api:
    """The API as a part of the web application."""
    api = Api(parts)
    for add in (
        add_contracts,
        add_visits,
        add_work_orders,
        add_planning,
        add_invoices,
        add_customer_accounts,
        add_planned_against_done,
        add_trips,
        add_renewals,
        add_actions,
        add_many,
        add_runs,
        add_imports,
        add_tenant,
        add_records,
        add_changes,
        add_calendars,
        add_keys,
    ):
        add(api)

    @cache  # made when it is first asked for: it takes longer than all the rest of the start
    def document() -> dict[str, Any]:
        return openapi_document(api.endpoints, TOLD_EVENTS, CALENDARS, f"{parts.base_url.rstrip('/')}{ROOT}")

    @cache
    def published() -> bytes:
        return json.dumps(document(), ensure_ascii=False, indent=1).encode()

    @api.get("/openapi.json", provide_automatic_options=False)
    def openapi() -> Response:
        return Response(published(), content_type="application/json")

    add_docs_page(api, document)

    app.register_blueprint(api)
    return api
