"""`powerup contracts imports` and `undo-import`: which files were imported, and one of them taken back."""

import sys
from threading import Event
from typing import Any

import click

from powerup.commands.kit.group import Finding, WrongUse
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, find_tenant, pass_surroundings
from powerup.parts import Parts
from powerup.presses.importing import Imports, UndoRefused
from powerup.store.file_imports import FileImport, FileImports, ImportedState, ImportState
from powerup.texts import Reader, Text, counted, in_a_row, text

_MOST_LISTED = 100
_MOST_NAMED = 5
_OTHERS_SECONDS = 0.5
"""Before it is looked again whether another process is through with it."""


@click.command("imports")
@tenant_argument
@json_option
@pass_surroundings
def imports_(surroundings: Surroundings, tenant: str, as_json: bool) -> None:
    """List the files that were imported, the newest first, by whichever entrance."""
    with surroundings.parts() as parts:
        found = find_tenant(parts, tenant)
        with parts.database.read() as connection:
            rows = [_row(each) for each in FileImports(connection, found.id).latest(_MOST_LISTED)]
    if as_json:
        print_json({"rows": rows})
    else:
        print_table(("import", "file_name", "state", "created_at", "by", "done", "total"), rows, surroundings.reader)


@click.command("undo-import")
@tenant_argument
@click.argument("import_id", metavar="IMPORT")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@json_option
@pass_surroundings
def undo_import(surroundings: Surroundings, tenant: str, import_id: str, yes: bool, as_json: bool) -> None:
    """Undo IMPORT while nothing came of it: new contracts are deleted, changed ones become as they were."""
    with surroundings.parts() as parts:
        found = find_tenant(parts, tenant)
        imports = Imports(parts.presses(), parts.clock)
        imported = imports.find(found.id, import_id)
        if imported is None:
            raise Finding(text("There is no import {id}.", id=import_id))
        _ask(imported, surroundings.reader, yes=yes)
        try:
            begun = imports.undo(found.id, imported, OPERATOR)
        except UndoRefused as refused:
            raise Finding(in_a_row([refused.sentence, *_in_the_way(refused)])) from refused
        if not begun:
            raise Finding(text("The import is not in a state for that."))
        left = _worked(parts, imports, found.id, import_id)
    if as_json:
        print_json({"import": import_id, "state": left["state"], "undone": left["undone"], "not_undone": left["not"]})
        return
    surroundings.say(counted("{number} contract is as it was.", "{number} contracts are as they were.", left["undone"]))
    for number, why in left["not"].items():
        surroundings.say(text("{numbers}: {why}", numbers=number, why=why))


def _ask(imported: FileImport, reader: Reader, *, yes: bool) -> None:
    """Go on only by a person's word. Raises Finding, WrongUse."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise WrongUse(text("Nobody is there to be asked: say --yes to do it."))
    question = text("Undo the import of {file} (contracts: {number})?", file=imported.file_name, number=imported.total)
    if not click.confirm(reader.say(question), err=True):
        raise Finding(text("Nothing was done."))


def _in_the_way(refused: UndoRefused) -> list[Text]:
    return [text("{numbers}: {why}", numbers=each.number, why=each.why) for each in refused.hindered[:_MOST_NAMED]]


def _worked(parts: Parts, imports: Imports, tenant_id: str, import_id: str) -> dict[str, Any]:
    """Work on it until it is over, beside others who may; what came of it."""
    work, pause = parts.import_work(), Event()
    while (now := imports.find(tenant_id, import_id)) is not None and now.state is ImportState.UNDOING:
        if not work.take_turn():
            pause.wait(_OTHERS_SECONDS)
    if now is None or now.message:
        raise Finding(text("The import was not undone. {why}", why=now.message if now else ""))
    with parts.database.read() as connection:
        kept = FileImports(connection, tenant_id)
        undone = sum(number for (_, state), number in kept.how_many(import_id).items() if state is ImportedState.UNDONE)
        failed = kept.contracts(import_id, (ImportedState.FAILED,), limit=_MOST_LISTED)
    return {"state": now.state.value, "undone": undone, "not": {each.number: each.message for each in failed}}


def _row(imported: FileImport) -> dict[str, Any]:
    return {
        "import": imported.id,
        "file_name": imported.file_name,
        "state": imported.state.value,
        "created_at": imported.created_at.isoformat(),
        "by": imported.actor_name,
        "entrance": imported.entrance,
        "done": imported.done,
        "total": imported.total,
    }
