"""`powerup contracts many`: one contract for each of a list, shown first, and done as one run."""

import sys
from collections.abc import Iterator
from datetime import date
from threading import Event
from typing import Any, TextIO

import click

from powerup.actions.kit.answer import InvalidInput
from powerup.commands.kit.group import FINDING, Finding, WrongUse
from powerup.commands.kit.options import DAY, json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, find_tenant, pass_surroundings
from powerup.parts import Parts
from powerup.presses.bulk import MOST_PRESSES, Bulks
from powerup.presses.bulk_actions import MANY_CONTRACTS
from powerup.presses.many_contracts import ManyContracts, ManyKind
from powerup.store.bulk_runs import AT_WORK, BulkPress, BulkPressState, BulkRun, BulkRuns, BulkState
from powerup.tenants.host_choices import HostChoices
from powerup.texts import Reader, in_a_row, text

_IN_A_TABLE = ("entry", "state", "contract", "first_visits", "message")
_FIRST_VISITS = 3
_HOST_SECONDS = 60.0
"""A command waits for the host's list; who types does not."""

_OTHERS_SECONDS = 0.2
"""So long is waited while another process works on the run."""


@click.command("many")
@tenant_argument
@click.argument("entries", nargs=-1)
@click.option("--kind", type=click.Choice([each.value for each in ManyKind]), required=True, help="What is listed.")
@click.option("--template", metavar="CODE", help="The contract template that all begin from.")
@click.option("--like", metavar="NUMBER", help="Or a contract that they are to be like.")
@click.option("--start", type=DAY, required=True, metavar="DATE", help="The start of each.")
@click.option("--name", metavar="NAME", help="The name of each (default: that of the template or contract).")
@click.option("--customer", metavar="NO", help="Only addresses or objects of this customer.")
@click.option("--file", type=click.File("r", encoding="utf-8-sig"), help="A list, one a line (- for standard input).")
@click.option("--together", is_flag=True, help="One contract for all objects, or all at the addresses, of a customer.")
@click.option("--again", is_flag=True, help="Also where a contract that runs does this already.")
@click.option("--preview", is_flag=True, help="Only show what would be made.")
@click.option("--yes", is_flag=True, help="Make them without asking.")
@json_option
@pass_surroundings
@click.pass_context
def many(
    context: click.Context,
    surroundings: Surroundings,
    /,
    tenant: str,
    entries: tuple[str, ...],
    kind: str,
    template: str | None,
    like: str | None,
    start: date,
    file: TextIO | None,
    preview: bool,
    yes: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Make a contract for each of ENTRIES: addresses, objects or customers, by code or by words that one alone has.

    First dates, effects and doubles are shown, and done once you say yes.
    """
    entered = {name: value for name, value in asked.items() if value} | {"kind": kind, "start": start.isoformat()}
    entered |= {"contract_template": template} if template else {}
    entered |= {"contract": like} if like else {}
    entered["pasted"] = "\n".join([*entries, *([file.read()] if file else [])])
    reader = surroundings.reader
    with surroundings.parts() as parts:
        run = _Run(parts, find_tenant(parts, tenant).id, reader)
        run.begin(entered)
        shown = run.worked()
        if not as_json:
            print_table(_IN_A_TABLE, shown, reader)
        ready = sum(row["state"] == BulkPressState.SHOWN.value for row in shown)
        if preview or not ready:
            run.stop()
        else:
            _ask(ready, reader, yes=yes, stop=run)
            shown = run.done()
            if not as_json:
                print_table(_IN_A_TABLE, shown, reader)
    if as_json:
        print_json({"preview": preview, "rows": shown})
    if any(row["state"] in (BulkPressState.FAILED.value, BulkPressState.LEFT_OUT.value) for row in shown):
        context.exit(FINDING)


def _ask(ready: int, reader: Reader, *, yes: bool, stop: "_Run") -> None:
    """Go on only by a person's word. Raises Finding, WrongUse."""
    if yes:
        return
    if not sys.stdin.isatty():
        stop.stop()
        raise WrongUse(text("Nobody is there to be asked: say --yes to do it, or --preview to only look."))
    if not click.confirm(reader.say(text("New contracts: {number}. Do it?", number=ready)), err=True):
        stop.stop()
        raise Finding(text("Nothing was done."))


class _Run:
    """One bulk run of this command, on which it works itself."""

    def __init__(self, parts: Parts, tenant_id: str, reader: Reader) -> None:
        self._parts = parts
        self._tenant_id = tenant_id
        self._reader = reader
        self._bulks = Bulks(parts.presses(), parts.clock)
        self._bulk_id = ""

    def begin(self, entered: dict[str, Any]) -> None:
        """Begin to find out what would be made. Raises WrongUse for what is wrong with the list."""
        parts, locale = self._parts, self._reader.language
        choices = HostChoices(parts.database, parts.open_host, within_seconds=_HOST_SECONDS)
        try:
            presses = ManyContracts(parts.database, choices).presses(
                self._tenant_id, OPERATOR, entered, parts.clock(), locale
            )
            self._bulk_id = self._bulks.begin_presses(
                self._tenant_id, OPERATOR, MANY_CONTRACTS, entered, presses, locale=locale
            )
        except InvalidInput as refusal:
            raise WrongUse(in_a_row([each.message for each in refusal.problems] or [refusal.message])) from refusal

    def worked(self) -> list[dict[str, Any]]:
        """What would be made, or was, when nothing is left to be done without a person."""
        work, pause = self._parts.bulk_work(), Event()
        while self._run.state in AT_WORK:
            if not work.take_turn():
                pause.wait(_OTHERS_SECONDS)
        return [*self._rows()]

    def done(self) -> list[dict[str, Any]]:
        """Make them, and say what came of it."""
        self._bulks.confirm(self._tenant_id, self._run)
        return self.worked()

    def stop(self) -> None:
        """Make none of them."""
        if self._run.state is not BulkState.DONE:
            self._bulks.stop(self._tenant_id, self._run)

    @property
    def _run(self) -> BulkRun:
        found = self._bulks.find(self._tenant_id, OPERATOR, self._bulk_id)
        if found is None:
            raise Finding(text("The run is not there any more."))
        return found

    def _rows(self) -> Iterator[dict[str, Any]]:
        with self._parts.database.read() as connection:
            presses = BulkRuns(connection, self._tenant_id).presses(self._bulk_id, limit=MOST_PRESSES)
        yield from map(_row, presses)


def _row(press: BulkPress) -> dict[str, Any]:
    answer = press.answer or {}
    days = sorted({row["planned_date"] for row in (answer.get("schedule") or {}).get("rows", ())})
    target = answer.get("target") or {}
    words = [answer.get("message", ""), *(each["message"] for each in answer.get("errors", ()))]
    return {
        "entry": press.called,
        "state": press.state.value,
        "contract": target.get("id") if press.state is BulkPressState.DONE else None,
        "first_visits": days[:_FIRST_VISITS],
        "counts": press.counts or {},
        "message": " ".join([*words, *answer.get("warnings", ())]).strip(),
    }
