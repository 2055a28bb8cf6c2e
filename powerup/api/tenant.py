"""What belongs to the tenant rather than to a contract: what needs a person, and what it has configured."""

import json
import re
from datetime import date
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from flask import request
from marshmallow import fields

from powerup.actions.kit.answer_schema import AnswerPart
from powerup.api.blueprint import Api
from powerup.api.endpoint import Body, Call, Described, Endpoint, Reply, Taken
from powerup.api.examples import CONTRACT, CUSTOMER, VISIT
from powerup.api.problems import Problem, not_there
from powerup.api.taking_in import TruthInQuery
from powerup.api.versions import IF_MATCH
from powerup.contracts.configuration import TenantConfiguration
from powerup.documents.configuration import ConfigurationSchema, configuration_document
from powerup.documents.json_schema import object_schema
from powerup.presses.configuring import (
    ConfigurationRefused,
    LatestDatesPassed,
    PlannedConfiguration,
    change_configuration,
    plan_configuration,
    touched_document,
)
from powerup.readings.attention import Attention, need_document
from powerup.readings.faults import FaultFilter, Faults, figures_document
from powerup.readings.schemas import NeedSchema, SlaRowSchema
from powerup.readings.sla_overview import SlaOverview
from powerup.store.api_keys import Scope
from powerup.store.turns import take_turn
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import text

_NEED: dict[str, Any] = {
    "kind": "visits",
    "number": 1,
    "customer": CUSTOMER,
    "customer_name": "Voorbeeld BV",
    "contracts": [CONTRACT],
    "visits": [
        {
            "id": VISIT,
            "contract": CONTRACT,
            "customer": CUSTOMER,
            "customer_name": "Voorbeeld BV",
            "planned_date": "2027-03-31",
            "words": "Object CV-1 is niet bekend bij de host.",
        }
    ],
    "latest_dates": [],
    "message": "1 bezoek van relatie 1001 kon niet worden ingepland.",
}
_SLA_ROW: dict[str, Any] = {
    "row_id": 120901,
    "workorder_no": "S2027-118",
    "contract": "1050",
    "sla_policy": "GOLD",
    "priority": "1",
    "came_in_at": "2027-03-17T09:00:00+01:00",
    "state": "running",
    "time_left_minutes": 190,
    "response_deadline": "2027-03-17T13:00:00+01:00",
    "response_state": "met",
    "response_met_at": "2027-03-17T09:40:00+01:00",
    "response_time_left_minutes": 200,
    "resolution_deadline": "2027-03-17T17:00:00+01:00",
    "resolution_state": "running",
    "resolution_met_at": None,
    "resolution_time_left_minutes": 190,
}
_CHANGE = {"reasons": [{"code": "MOVED", "name": "Verhuisd"}]}
_PARTS = {
    "settings": "The tenant's settings",
    "calendar": "Working days, holidays and closed days",
    "terms": "Terms that contracts can have",
    "reasons": "Reasons for an early end",
    "sla_policies": "SLA policies",
    "contract_templates": "Templates that new contracts begin from",
}
_CONFIGURATION = object_schema(ConfigurationSchema())
_EXAMPLE = configuration_document(TenantConfiguration())


class NeedsSchema(AnswerPart):
    """What needs a person now, the largest heaps of failed visits first."""

    items = fields.List(fields.Nested(NeedSchema), required=True)


class SlaRowsSchema(AnswerPart):
    """Open work orders under a corrective contract, the most urgent first."""

    items = fields.List(fields.Nested(SlaRowSchema), required=True)


class DifferenceSchema(AnswerPart):
    """One difference; line says it in a sentence."""

    part = fields.String(required=True)
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)
    line = fields.String(required=True)


class TouchedSchema(AnswerPart):
    """A contract that carries changed terms as they were agreed: its end, and the one that the changed terms give;
    applied says that it was given those."""

    contract = fields.String(required=True)
    terms = fields.String(required=True)
    applied = fields.Boolean(required=True)
    end = fields.Date(required=True, allow_none=True)
    new_end = fields.Date(required=True, allow_none=True)
    counts = fields.Dict(required=True)


class ConfiguredSchema(AnswerPart):
    """What changed, or would."""

    preview = fields.Boolean(required=True)
    differences = fields.List(fields.Nested(DifferenceSchema), required=True)
    contracts = fields.List(fields.Nested(TouchedSchema), required=True)
    warnings = fields.List(fields.String(), required=True)


class Configuring(Taken):
    """The query of a change of the configuration."""

    preview = TruthInQuery(load_default=False)
    apply_terms = TruthInQuery(load_default=False)
    pass_latest_dates = TruthInQuery(load_default=False)


class _FiguresSchema(AnswerPart):
    """Work orders that came in, and how many of their promises were kept and missed."""

    orders = fields.Integer(required=True)
    response_kept = fields.Integer(required=True)
    response_missed = fields.Integer(required=True)
    resolution_kept = fields.Integer(required=True)
    resolution_missed = fields.Integer(required=True)


class SlaFiguresOfPriority(_FiguresSchema):
    """Those of one priority, null for none."""

    priority = fields.String(required=True, allow_none=True)


class SlaFiguresOfCustomer(_FiguresSchema):
    """Those of one customer."""

    customer = fields.String(required=True)
    customer_name = fields.String(required=True)


class SlaMonthSchema(_FiguresSchema):
    """Those of a month."""

    month = fields.String(required=True)
    by_priority = fields.List(fields.Nested(SlaFiguresOfPriority), required=True)
    by_customer = fields.List(fields.Nested(SlaFiguresOfCustomer), required=True)


_MONTH = re.compile(r"(?:19|2[0-9])[0-9]{2}-(?:0[1-9]|1[0-2])").fullmatch
_FIGURES = {"orders": 4, "response_kept": 3, "response_missed": 1, "resolution_kept": 4, "resolution_missed": 0}
_SLA_MONTH = {
    "month": "2027-03",
    **_FIGURES,
    "by_priority": [{"priority": "1", **_FIGURES}],
    "by_customer": [{"customer": CUSTOMER, "customer_name": "Voorbeeld BV", **_FIGURES}],
}


def add_tenant(api: Api) -> None:
    """What belongs to the tenant."""

    @api.add(
        Endpoint(
            "GET",
            "/attention",
            "attention",
            "Tenant",
            "What needs a person",
            Scope.READ,
            {200: Described("All that needs a person now.", NeedsSchema, {"items": [_NEED]})},
        )
    )
    def attention(call: Call) -> Reply:
        with api.parts.database.read() as connection:
            needs = Attention(connection, call.caller.tenant, call.caller.around).needs()
        documents = [need_document(call.tenant_id, need, call.reader) for need in needs]
        return Reply({"items": [{name: each[name] for name in each if name != "tenant"} for each in documents]})

    @api.add(
        Endpoint(
            "GET",
            "/sla",
            "sla",
            "Tenant",
            "Open work orders that something was promised of",
            Scope.READ,
            {200: Described("They, the most urgent first.", SlaRowsSchema, {"items": [_SLA_ROW]})},
        )
    )
    def sla(call: Call) -> Reply:
        with api.parts.database.read() as connection:
            return Reply({"items": SlaOverview(connection, call.caller.around).rows()})

    @api.add(
        Endpoint(
            "GET",
            "/sla/{month}",
            "sla_month",
            "Tenant",
            "How the promises of a month were kept",
            Scope.READ,
            {200: Described("Figures, by priority and by customer.", SlaMonthSchema, _SLA_MONTH)},
            description="Of the work orders that came in in that month, such as 2027-03. A promise is kept or missed "
            "once that is decided.",
        )
    )
    def sla_month(call: Call, month: str) -> Reply:
        if not _MONTH(month):
            raise not_there()
        with api.parts.database.read() as connection:
            found = Faults(connection, call.caller.around).month(date.fromisoformat(f"{month}-01"), FaultFilter())
        by_priority = [{"priority": key[0] or None} | figures_document(each) for key, each in found.by_priority.items()]
        by_customer = [
            {"customer": code, "customer_name": name} | figures_document(each)
            for (name, code), each in found.by_customer.items()
        ]
        together = {"month": month} | figures_document(found.together)
        return Reply(together | {"by_priority": by_priority, "by_customer": by_customer})

    for part, summary in _PARTS.items():
        _add_part(api, part, summary)

    @api.add(
        Endpoint(
            "GET",
            "/configuration",
            "configuration",
            "Configuration",
            "All that the tenant has configured",
            Scope.READ,
            {
                200: Described(
                    "The document; ETag is its version.",
                    _CONFIGURATION,
                    _EXAMPLE,
                    headers=("ETag",),
                )
            },
        )
    )
    def configuration(call: Call) -> Reply:
        configured = call.caller.around.configuration
        return Reply(configuration_document(configured), headers={"ETag": _etag(configured)})

    @api.add(
        Endpoint(
            "PATCH",
            "/configuration",
            "configure",
            "Configuration",
            "Change what the tenant has configured",
            Scope.ADMIN,
            {
                200: Described(
                    "What changed, or with `preview` would.",
                    ConfiguredSchema,
                    {"preview": False, "differences": [], "contracts": [], "warnings": []},
                    headers=("ETag",),
                ),
                409: Described("Visits would pass their latest dates; `pass_latest_dates` confirms that."),
                412: Described("If-Match is of an older document."),
                428: Described("If-Match is missing."),
            },
            description="Parts that are absent stay as they are: of settings and calendar each member, of the "
            "lists the whole list. Contracts keep their terms as they were agreed, unless `apply_terms` is true; "
            "`contracts` are those that carry changed terms.",
            query=Configuring,
            asked={"preview": "true"},
            body=Body(_CONFIGURATION, _CHANGE),
            headers=(IF_MATCH,),
        )
    )
    def configure_(call: Call) -> Reply:
        preview = call.query["preview"]
        with api.parts.database.read() if preview else api.parts.database.write() as connection:
            take_turn(connection, f"configuration {call.tenant_id}")
            around = circumstances_of(connection, call.caller.tenant, call.now)
            _check_version(around.configuration)
            try:
                planned = (
                    plan_configuration(connection, around, call.body, call.caller.actor)
                    if preview
                    else change_configuration(
                        connection,
                        around,
                        call.body,
                        call.caller.actor,
                        call.now,
                        to_contracts=call.query["apply_terms"],
                        passing_latest=call.query["pass_latest_dates"],
                    )
                )
            except ConfigurationRefused as refused:
                raise _invalid(call, refused) from refused
            except LatestDatesPassed as passed:
                raise _passed(call, passed) from passed
        return _configured(call, planned)


def _add_part(api: Api, part: str, summary: str) -> None:
    described = _CONFIGURATION["properties"][part]
    is_list = described["type"] == "array"
    example = _EXAMPLE[part]
    schema = {"type": "object", "properties": {"items": described}, "required": ["items"]} if is_list else described

    @api.add(
        Endpoint(
            "GET",
            f"/{part.replace('_', '-')}",
            part,
            "Configuration",
            summary,
            Scope.READ,
            {200: Described("As the configuration has it.", schema, {"items": example} if is_list else example)},
        )
    )
    def one(call: Call) -> Reply:
        found = configuration_document(call.caller.around.configuration)[part]
        return Reply({"items": found} if is_list else found)


def _etag(configured: TenantConfiguration) -> str:
    content = json.dumps(configuration_document(configured), sort_keys=True).encode()
    return f'"{sha256(content).hexdigest()[:16]}"'


def _check_version(configured: TenantConfiguration) -> None:
    """Raises Problem, 428 or 412."""
    if IF_MATCH not in request.headers:
        told = text("Say which version of the configuration is changed: If-Match, as ETag had it.")
        raise Problem(428, "precondition_required", told)
    present = _etag(configured)
    if not request.if_match.contains(present.strip('"')):
        told = text("The configuration was changed meanwhile; look at it again before changing it.")
        raise Problem(412, "precondition_failed", told, headers={"ETag": present})


def _invalid(call: Call, refused: ConfigurationRefused) -> Problem:
    """422, with every flaw."""
    errors = [
        {"pointer": each.pointer, "code": each.code, "message": call.reader.say(each.message)}
        for each in refused.problems
    ]
    return Problem(422, "invalid", text("Nothing was done; errors says what is wrong, by its place."), errors=errors)


def _passed(call: Call, passed: LatestDatesPassed) -> Problem:
    """409, with a sentence for each contract."""
    errors = [
        {"pointer": "/query/pass_latest_dates", "code": "passes_latest_date", "message": call.reader.say(each)}
        for each in passed.sentences
    ]
    told = text("Nothing was done: visits would pass their latest dates. Confirm it with pass_latest_dates.")
    return Problem(409, "passes_latest_dates", told, errors=errors)


def _configured(call: Call, planned: PlannedConfiguration) -> Reply:
    say, preview = call.reader.say, call.query["preview"]
    return Reply(
        {
            "preview": preview,
            "differences": [
                {"part": each.part, "before": each.before, "after": each.after, "line": say(each.line)}
                for each in planned.differences
            ],
            "contracts": [
                touched_document(each, applied=call.query["apply_terms"] and not preview) for each in planned.touched
            ],
            "warnings": [say(each) for each in planned.warnings],
        },
        HTTPStatus.OK,
        {"ETag": _etag(planned.before if preview else planned.after)},
    )
