"""The configuration as one file, to be taken along and taken over; and the kept mappings of files."""

import json

from flask import Response, request
from werkzeug.datastructures import MultiDict

from powerup.actions.kit.answer import FieldProblem
from powerup.actions.kit.request import Role
from powerup.pages import addresses
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.downloads import download
from powerup.pages.settings.desk import Filled, SettingsDesk
from powerup.pages.visitor import Visitor
from powerup.texts import text

_EMPTY_FORM = {"type": "object", "properties": {}}

_ABOUT = text("All of it as one file: to keep, to compare, or to take over at another tenant.")


def add_document(pages: Pages, desk: SettingsDesk) -> None:
    """Both pages."""

    @pages.page("/settings/document", role=Role.VIEWER)
    def settings_document(visitor: Visitor) -> Response:
        return desk.document(visitor, _filled("document", ""))

    @pages.page("/settings/document.json", role=Role.VIEWER)
    def settings_document_file(visitor: Visitor) -> Response:
        content = json.dumps(desk.configured(visitor), ensure_ascii=False, indent=2) + "\n"
        return download(content.encode(), "configuration", "json")

    @pages.page("/settings/document", role=Role.ADMIN, methods=("POST",))
    def change_settings_document(visitor: Visitor) -> Response:
        written = _written()
        try:
            document = json.loads(written)
        except (ValueError, RecursionError) as error:
            flaw = FieldProblem("", "malformed", text("This is no JSON document: {error}.", error=str(error)))
            return desk.document(visitor, _filled("document", written), [flaw])
        return desk.change_document(visitor, _filled("document", written), document)

    @pages.page("/settings/mappings", role=Role.VIEWER)
    def settings_mappings(visitor: Visitor) -> Response:
        return answer(
            "settings/mappings.html",
            visitor,
            section=addresses.settings(),
            mappings=desk.around(visitor).configuration.mappings,
            may_change=visitor.may(Role.ADMIN),
        )

    @pages.page("/settings/mappings", role=Role.ADMIN, methods=("POST",))
    def change_settings_mappings(visitor: Visitor) -> Response:
        kept = desk.configured(visitor)["mappings"]
        left = [each for each in kept if each["name"] != request.form.get("remove")]
        return desk.change_document(visitor, _filled("mappings", None), {"mappings": left})


def _filled(part: str, written: str | None) -> Filled:
    """The form of a document; back is the page itself, which shows what stands by then."""
    here = addresses.settings(part)
    return Filled(_EMPTY_FORM, MultiDict(), here, here, text("Configuration as a file"), _ABOUT, written=written)


def _written() -> str:
    """The document of the file that was chosen, else as it stands in the form."""
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        return str(sent.read(), "utf-8-sig", "replace")
    return request.form.get("document", "")
