"""`powerup contracts act`, `visits act` and `work-orders act`: what a button does, with its effects shown and asked
for before."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click
from marshmallow import Schema, fields

from powerup.actions.catalogue import ACTIONS
from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import AnswerStatus
from powerup.actions.kit.request import Request, Target, TargetType
from powerup.commands.kit.group import Finding, WrongUse
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, find_tenant, pass_surroundings
from powerup.parts import Parts
from powerup.presses.press import Document
from powerup.texts import Reader, Text, in_a_row, text

_DONE = frozenset({AnswerStatus.SUCCEEDED, AnswerStatus.ACCEPTED})
_EFFECTS = ("effect", "planned_date", "contract", "plan", "object", "workorder_no", "state", "reason")
_UNKNOWN = ("unknown_contract", "unknown_visit", "unknown_work_order")

_OPTIONS = (
    click.option("--input", "document", metavar="JSON", help="What is entered, as one JSON object."),
    click.option("--set", "members", multiple=True, metavar="NAME=VALUE", help="One member of it; may be given often."),
    click.option("--preview", is_flag=True, help="Say what would be done; do nothing."),
    click.option("--yes", is_flag=True, help="Do it without asking."),
    json_option,
    pass_surroundings,
)

Command = Callable[..., None]


def _acting(command: Command) -> Command:
    """With the options that all of them have."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command("act")
@tenant_argument
@click.argument("action")
@click.argument("number", required=False)
@_acting
def act_on_contract(surroundings: Surroundings, tenant: str, action: str, number: str | None, **options: Any) -> None:
    """Do ACTION to contract NUMBER, as its button does: the effects are shown, and done once you say yes.

    Without NUMBER: create a contract, or release all that wait.
    """
    kinds = (TargetType.CONTRACT,) if number is not None else (TargetType.RELATION, TargetType.TENANT)
    _act(surroundings, tenant, _found(action, *kinds), number, **options)


@click.command("act")
@tenant_argument
@click.argument("action")
@click.argument("visit")
@_acting
def act_on_visit(surroundings: Surroundings, tenant: str, action: str, visit: str, **options: Any) -> None:
    """Do ACTION to VISIT, by the id that list shows: the effects are shown, and done once you say yes."""
    _act(surroundings, tenant, _found(action, TargetType.VISIT), visit, **options)


@click.command("act")
@tenant_argument
@click.argument("action")
@click.argument("row_id")
@_acting
def act_on_work_order(surroundings: Surroundings, tenant: str, action: str, row_id: str, **options: Any) -> None:
    """Do ACTION (attach, detach) to the work order of that ROW_ID at the host, once you say yes."""
    _act(surroundings, tenant, _found(action, TargetType.WORK_ORDER), row_id, **options)


def _found(name: str, *kinds: TargetType) -> Action:
    """The action of that name on one of these. Raises WrongUse, which names those that there are."""
    there = {each.id.rpartition(".")[2]: each for each in ACTIONS if each.target in kinds}
    action = there.get(name.rpartition(".")[2].replace("-", "_"))
    if action is None:
        raise WrongUse(text("There is no action {action} here: choose one of {known}.", action=name, known=list(there)))
    return action


def _act(
    surroundings: Surroundings,
    tenant: str,
    action: Action,
    target_id: str | None,
    *,
    document: str | None,
    members: Sequence[str],
    preview: bool,
    yes: bool,
    as_json: bool,
) -> None:
    entered = _entered(action, document, members)
    reader = surroundings.reader
    if as_json and not (yes or preview):
        raise WrongUse(text("With --json nobody is asked: say --yes or --preview."))
    with surroundings.parts() as parts:
        tenant_id = find_tenant(parts, tenant).id
        target = Target(action.target, _id(action, target_id, tenant_id, entered))
        request = Request(action.id, target, OPERATOR, entered, preview=True, binding="command", locale=reader.language)
        shown = _pressed(parts, tenant_id, request)
        if preview or shown["status"] != AnswerStatus.NEEDS_CONFIRMATION:
            _show(shown, reader, as_json)
            _end(shown)
            return
        if not yes:
            _show(shown, reader, as_json)
            _ask(shown, reader)
        done = _pressed(parts, tenant_id, _confirming(request, shown))
    if done["status"] == AnswerStatus.NEEDS_CONFIRMATION:
        raise Finding(text("It would do something else by now. Nothing was done; look again."))
    _show(done, reader, as_json)
    _end(done)


def _pressed(parts: Parts, tenant_id: str, request: Request) -> Document:
    return parts.presses().press(tenant_id, request, parts.clock())


def _confirming(request: Request, shown: Document) -> Request:
    """The same press, for exactly the effects that were shown."""
    return Request(
        request.action,
        request.target,
        request.actor,
        request.input,
        confirmation=shown["confirmation"]["token"],
        binding=request.binding,
        locale=request.locale,
    )


def _id(action: Action, named: str | None, tenant_id: str, entered: Mapping[str, Any]) -> str:
    if named is not None:
        return named
    return tenant_id if action.target is TargetType.TENANT else str(entered.get("customer", ""))


def _entered(action: Action, document: str | None, members: Sequence[str]) -> dict[str, Any]:
    """The input; `a.b=c` is member b of a. A value that is JSON counts as that, unless its member is a text.

    Raises WrongUse.
    """
    entered = _parsed(document) if document is not None else {}
    if not isinstance(entered, dict):
        raise WrongUse(text("--input is one JSON object, such as {example}.", example='{"reason": "MOVED"}'))
    for each in members:
        path, separator, value = each.partition("=")
        if not separator or not path:
            raise WrongUse(text("{given} is not NAME=VALUE.", given=repr(each)))
        *above, name = path.split(".")
        place = entered
        schema: Schema | None = action.input()
        for part in above:
            place, schema = place.setdefault(part, {}), _below(schema, part)
        place[name] = value if isinstance(_field(schema, name), fields.String) else _value(value)
    return entered


def _field(schema: Schema | None, name: str) -> fields.Field[Any] | None:
    members = schema.load_fields.items() if schema else ()
    return next((field for attribute, field in members if name == (field.data_key or attribute)), None)


def _below(schema: Schema | None, name: str) -> Schema | None:
    field = _field(schema, name)
    return field.schema if isinstance(field, fields.Nested) else None


def _parsed(document: str) -> Any:
    try:
        return json.loads(document)
    except (ValueError, RecursionError) as error:
        raise WrongUse(text("--input is no JSON: {error}.", error=str(error))) from error


def _value(written: str) -> Any:
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        return written


def _ask(shown: Document, reader: Reader) -> None:
    """Go on only by a person's word. Raises Finding, WrongUse."""
    if not sys.stdin.isatty():
        raise WrongUse(text("Nobody is there to be asked: say --yes to do it, or --preview to only look."))
    if not click.confirm(reader.say(text("{question} Do it?", question=shown["message"])), err=True):
        raise Finding(text("Nothing was done."))


def _show(answer: Document, reader: Reader, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    if answer.get("effects"):
        print_table(_EFFECTS, answer["effects"], reader)
    for warning in answer.get("warnings", ()):
        click.echo(warning, err=True)
    if AnswerStatus(answer["status"]) in _DONE:
        click.echo(answer["message"])


def _end(answer: Document) -> None:
    """End well, or by the exit code for what was not done. Raises Finding, WrongUse."""
    errors = answer.get("errors", ())
    match AnswerStatus(answer["status"]):
        case AnswerStatus.SUCCEEDED | AnswerStatus.ACCEPTED | AnswerStatus.NEEDS_CONFIRMATION | AnswerStatus.IGNORED:
            return
        case AnswerStatus.INVALID:
            flaws = [_flaw(each) for each in errors]
            raise WrongUse(in_a_row(flaws or [text("{words}", words=answer["message"])]))
        case AnswerStatus.CONFLICT | AnswerStatus.DENIED | AnswerStatus.FAILED | AnswerStatus.EXPIRED:
            raise Finding(text("{words}", words=answer["message"]))


def _flaw(error: Mapping[str, str]) -> Text:
    if error["code"] in _UNKNOWN:
        return text("{words}", words=error["message"])
    return text("{pointer}: {words}", pointer=error["pointer"].removeprefix("/input"), words=error["message"])
