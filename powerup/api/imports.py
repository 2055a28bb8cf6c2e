"""Imports of files: begun with the file and its mapping, looked at while they go on, and undone."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from marshmallow import fields, validate

from powerup.actions.kit.answer import InvalidInput
from powerup.actions.kit.answer_schema import AnswerPart
from powerup.api.actions import IDEMPOTENCY_KEY, intent_of
from powerup.api.blueprint import ROOT, Api
from powerup.api.endpoint import Body, Call, Described, Endpoint, Reply, Taken
from powerup.api.examples import IMPORT
from powerup.api.problems import Problem, invalid_request, not_there
from powerup.contracts.file_mapping import FileMapping
from powerup.documents.errors import DocumentError, InvalidDocumentError
from powerup.documents.file_mapping import FileMappingSchema, file_mapping_from_document
from powerup.documents.json_schema import object_schema
from powerup.documents.schema import Truth
from powerup.files.table import mapping_flaws
from powerup.presses.importing import MOST_BYTES, Imports, UndoRefused
from powerup.store.api_keys import Scope
from powerup.store.file_imports import IMPORTS_AT_WORK, FileImport, FileImports, ImportedContract, ImportedState
from powerup.texts import Text, in_a_row, text

_BODY_BYTES = MOST_BYTES * 4 // 3 + 256 * 1024
"""Of the body that a file comes in, as base64 beside its mapping."""

_MOST_CONTRACTS = 1_000
"""So many contracts that were not done are listed."""

_TROUBLE = (ImportedState.LEFT_OUT, ImportedState.FAILED)

_SENT = {"file_name": "contracten.csv", "file": "bmFhbTtyZWxhdGll"}

_EXAMPLE: dict[str, Any] = {
    "id": IMPORT,
    "file_name": "contracten.csv",
    "state": "done",
    "finished": True,
    "done": 2,
    "total": 2,
    "counts": {"created": 1, "changed": 1, "unchanged": 0, "orders": 1, "same": 0},
    "heavy_weeks": [
        {
            "week": "2027-01-04",
            "type_of_work": "Onderhoud",
            "minutes": 2460,
            "usual_minutes": 1080,
            "before_minutes": 1200,
        }
    ],
    "mapping": None,
    "message": "",
    "errors": [],
    "not_done": [],
}


class ImportBody(Taken):
    """What an import is begun with. file is the file as base64; mapping the name of a kept one or a document, without
    which it is found out; preview shows what it would do, and does nothing; again makes contracts a second time that
    look the same as some that are there."""

    file_name = fields.String(load_default="", validate=validate.Length(max=200))
    file = fields.String(required=True)
    mapping = fields.Raw(allow_none=True)
    preview = Truth(load_default=False)
    again = Truth(load_default=False)


class FileErrorSchema(AnswerPart):
    """What is wrong with the file: row counts from 1, column is its heading, empty where all of the row is meant."""

    row = fields.Integer(required=True)
    column = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class NotDoneSchema(AnswerPart):
    """A contract of the file that was left out or not possible, and why."""

    row = fields.Integer(required=True)
    contract = fields.String(required=True)
    state = fields.String(required=True)
    message = fields.String(required=True)


class HeavyWeekSchema(AnswerPart):
    """A week, by its Monday, that gets work by the file and has much more than usual with it: minutes are those that it
    has then, before_minutes those without the file."""

    week = fields.Date(required=True)
    type_of_work = fields.String(required=True)
    minutes = fields.Integer(required=True)
    usual_minutes = fields.Integer(required=True)
    before_minutes = fields.Integer(required=True)


class ImportSchema(AnswerPart):
    """How far an import is: looking, wrong, shown, working, done, undoing, undone or dropped. mapping is how the file
    is read; heavy_weeks are those that become heavy by it."""

    id = fields.String(required=True)
    file_name = fields.String(required=True)
    state = fields.String(required=True)
    finished = fields.Boolean(required=True)
    done = fields.Integer(required=True)
    total = fields.Integer(required=True)
    counts = fields.Dict(required=True)
    heavy_weeks = fields.List(fields.Nested(HeavyWeekSchema), required=True)
    mapping = fields.Nested(FileMappingSchema, required=True, allow_none=True)
    message = fields.String(required=True)
    errors = fields.List(fields.Nested(FileErrorSchema), required=True)
    not_done = fields.List(fields.Nested(NotDoneSchema), required=True)


class NothingBody(Taken):
    """Nothing is taken."""


def add_imports(api: Api) -> None:
    """Beginning one, looking at it, confirming and undoing it."""
    imports = Imports(api.parts.presses, api.parts.clock)

    def told(call: Call, import_id: str, status: int = HTTPStatus.OK) -> Reply:
        with api.parts.database.read() as connection:
            found = FileImports(connection, call.tenant_id)
            imported = found.get(import_id)
            trouble = found.contracts(import_id, _TROUBLE, limit=_MOST_CONTRACTS) if imported else []
        if imported is None:
            raise not_there()
        headers = {"Location": f"{ROOT}/imports/{import_id}"} if status == HTTPStatus.ACCEPTED else {}
        return Reply(_document(imported, trouble), status, headers)

    def one(call: Call, import_id: str) -> FileImport:
        found = imports.find(call.tenant_id, import_id)
        if found is None:
            raise not_there()
        return found

    @api.add(
        Endpoint(
            "POST",
            "/imports",
            "import_file",
            "Imports",
            "Import contracts from a file",
            Scope.ADMIN,
            {202: Described("It goes on in the background.", ImportSchema, _EXAMPLE, headers=("Location",))},
            description="A CSV or XLSX file of at most 10 MB, as `powerup contracts import` takes it. It is checked as "
            "a whole; when anything is wrong with it (`state` is `wrong`) nothing is done. Then it is done contract by "
            "contract, unless `preview` is true: then `POST /imports/{import}/confirm` does it. Await it at "
            "`GET /imports/{import}`.",
            body=Body(object_schema(ImportBody()), _SENT, ImportBody, most_bytes=_BODY_BYTES),
            headers=(IDEMPOTENCY_KEY,),
        )
    )
    def begin(call: Call) -> Reply:
        body = call.body
        try:
            import_id = imports.begin(
                call.tenant_id,
                call.caller.actor,
                body["file_name"],
                _content(call),
                locale=call.reader.language,
                mapping=_mapping(call),
                at_once=not body["preview"],
                again=body["again"],
                intent_id=intent_of(call),
            )
        except InvalidInput as refusal:
            raise _invalid(call, "/file", refusal.problems[0].code, refusal.problems[0].message) from refusal
        return told(call, import_id, HTTPStatus.ACCEPTED)

    @api.add(
        Endpoint(
            "GET",
            "/imports/{import}",
            "import",
            "Imports",
            "How far an import is",
            Scope.ADMIN,
            {200: Described("How far it is, and what was wrong.", ImportSchema, _EXAMPLE)},
        )
    )
    def look(call: Call, **address: str) -> Reply:
        return told(call, address["import"])

    for name, summary, when in (
        ("confirm", "Do what an import has shown", "It goes on in the background."),
        ("undo", "Undo an import", "It is being undone in the background."),
    ):
        _add_press(api, name, summary, when, imports, one, told)


def _add_press(
    api: Api, name: str, summary: str, when: str, imports: Imports, one: Callable[[Call, str], FileImport],
    told: Callable[..., Reply],
) -> None:  # fmt: skip
    @api.add(
        Endpoint(
            "POST",
            f"/imports/{{import}}/{name}",
            f"{name}_import",
            "Imports",
            summary,
            Scope.ADMIN,
            {
                202: Described(when, ImportSchema, _EXAMPLE, headers=("Location",)),
                409: Described("It is not in a state for that, or contracts of it are in the way; detail names them."),
            },
            body=Body(object_schema(NothingBody()), {}, NothingBody),
        )
    )
    def press(call: Call, **address: str) -> Reply:
        imported = one(call, address["import"])
        try:
            done = (
                imports.undo(call.tenant_id, imported, call.caller.actor)
                if name == "undo"
                else imports.confirm(call.tenant_id, imported, again=imported.again)
            )
        except UndoRefused as refused:
            named = [
                {"pointer": f"/contracts/{each.number}", "code": "in_the_way", "message": call.reader.say(each.why)}
                for each in refused.hindered
            ]
            raise Problem(HTTPStatus.CONFLICT, "failed", refused.sentence, errors=named) from refused
        if not done:
            raise Problem(HTTPStatus.CONFLICT, "failed", text("The import is not in a state for that."))
        return told(call, imported.id, HTTPStatus.ACCEPTED)


def _content(call: Call) -> bytes:
    try:
        return b64decode(call.body["file"], validate=True)
    except (NotBase64, ValueError) as error:
        raise _invalid(call, "/file", "not_base64", text("The file is expected as base64.")) from error


def _mapping(call: Call) -> FileMapping | None:
    """The kept mapping of that name, or the one of the document. Raises Problem, 422."""
    given = call.body.get("mapping")
    if given is None:
        return None
    kept = {each.name: each for each in call.caller.around.configuration.mappings}
    if isinstance(given, str):
        if given not in kept:
            raise _invalid(call, "/mapping", "unknown_mapping", text("There is no mapping of that name."))
        return kept[given]
    try:
        mapping = file_mapping_from_document(given)
    except InvalidDocumentError as error:
        flaws = [DocumentError(f"/mapping{each.pointer}", each.code, each.message) for each in error.errors]
        raise invalid_request(flaws, call.reader) from error
    if flaws_told := mapping_flaws(mapping):
        raise _invalid(call, "/mapping", "unknown_column", in_a_row(flaws_told))
    return mapping


def _invalid(call: Call, pointer: str, code: str, message: Text) -> Problem:
    flaw = {"pointer": pointer, "code": code, "message": call.reader.say(message)}
    return Problem(422, "invalid", text("Nothing was done; errors says what is wrong, by its place."), errors=[flaw])


def _document(imported: FileImport, trouble: Sequence[ImportedContract]) -> dict[str, Any]:
    counts = imported.counts or {}
    return {
        "id": imported.id,
        "file_name": imported.file_name,
        "state": imported.state.value,
        "finished": imported.state not in IMPORTS_AT_WORK,
        "done": imported.done,
        "total": imported.total,
        "counts": {name: number for name, number in counts.items() if name != "heavy_weeks"},
        "heavy_weeks": counts.get("heavy_weeks", []),
        "mapping": imported.mapping,
        "message": imported.message,
        "errors": list(imported.problems or ()),
        "not_done": [
            {"row": each.row, "contract": each.number, "state": each.state.value, "message": each.message}
            for each in trouble
        ],
    }
