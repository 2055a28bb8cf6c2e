"""What fields of forms ask while they are filled in: records of the host, their names, and how a day is understood."""

from flask import Response, abort, request

from powerup.actions.kit.request import Role
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.forms.drawn import CUSTOMER, FormResults, Forms
from powerup.pages.forms.entries import several_in
from powerup.pages.visitor import Visitor
from powerup.tenants.host_choices import RecordKind


def add_forms(pages: Pages) -> None:
    """The addresses that fields ask."""
    forms = Forms(pages.parts)

    @pages.page("/forms/pick/<kind>", role=Role.VIEWER)
    def pick(visitor: Visitor, kind: str) -> Response:
        field = request.args.get("field", "")
        words, customer = request.args.get(request.args.get("words", ""), ""), request.args.get(CUSTOMER, "")
        found = forms.choices.find(visitor.tenant_id, _kind(kind), words, pages.parts.clock(), customer.strip())
        several = bool(request.args.get("several"))
        chosen = set(request.args.getlist(field)) if several else set()
        records = [record for record in found.records if record.code not in chosen]
        results = FormResults(field, records, found.told, several, request.full_path if found.coming else "")
        return answer("forms/found.html", visitor, results=results)

    @pages.page("/forms/name/<kind>", role=Role.VIEWER)
    def name(visitor: Visitor, kind: str) -> Response:
        code = request.args.get("code", "").strip()
        said = forms.choices.name(visitor.tenant_id, _kind(kind), code, pages.parts.clock())
        return answer("forms/said.html", visitor, said=said, wrong="")

    @pages.page("/forms/day", role=Role.VIEWER)
    def day(visitor: Visitor) -> Response:
        said, wrong = forms.days_said(visitor, several_in([*request.args.values()]))
        return answer("forms/said.html", visitor, said=said, wrong=wrong)


def _kind(kind: str) -> RecordKind:
    try:
        return RecordKind(kind)
    except ValueError:
        abort(404)
