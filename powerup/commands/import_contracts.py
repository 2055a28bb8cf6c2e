"""`powerup contracts import`: contracts from a file, all of it or nothing."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import click
from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.flaw_words import flaw_in_words
from powerup.actions.kit.host_questions import HostReadings
from powerup.commands.kit.group import FINDING, Finding
from powerup.commands.kit.options import json_option, latest_dates_passed, passing_latest_option, tenant_argument
from powerup.commands.kit.output import print_json, print_notes, print_table
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, find_tenant, pass_surroundings
from powerup.contracts.file_mapping import FileMapping
from powerup.documents.errors import InvalidDocumentError
from powerup.documents.file_mapping import file_mapping_document, file_mapping_from_document
from powerup.files.contract_import import (
    AlreadyThereError,
    ContractFile,
    LatestDatesPassedError,
    Outcome,
    Progress,
    carry_out,
    check,
    counts,
    problems_of_cells,
    read_contract_file,
)
from powerup.files.decisions import Result
from powerup.files.host_lists import READ_ON_DEMAND, read_host_lists
from powerup.files.problems import InvalidFile
from powerup.files.saved_mappings import mapping_for
from powerup.files.suggestion import suggest_mapping
from powerup.files.table import Table, mapping_flaws
from powerup.outsmart.errors import OutsmartError
from powerup.parts import Parts
from powerup.presses.imported_at_once import ImportedAtOnce
from powerup.store.tenants import Tenant, Tenants
from powerup.tenants.circumstances import circumstances_of
from powerup.tenants.configure import configure
from powerup.texts import Reader, Text, counted, first_of, in_a_row, sentence_of, text

_MOST_SHOWN = 100
"""Contracts in the table of what was done; before that all are shown, and JSON has all."""

_PROGRESS_FROM = 1000
"""Of so many contracts people see how far it is."""


@click.command("import")
@tenant_argument
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Check everything and say what would be done; change nothing.")
@click.option("--mapping", metavar="NAME|FILE", help="How another system's file is read: a saved mapping or a file.")
@click.option("--suggest-mapping", "suggests", is_flag=True, help="Write a mapping for the file; import nothing.")
@click.option("--again", is_flag=True, help="Make contracts that look the same as some that are there a second time.")
@passing_latest_option
@json_option
@pass_surroundings
@click.pass_context
def import_(
    context: click.Context,
    surroundings: Surroundings,
    tenant: str,
    file: BinaryIO,
    dry_run: bool,
    mapping: str | None,
    suggests: bool,
    again: bool,
    passing_latest: bool,
    as_json: bool,
) -> None:
    """Create and change contracts from a CSV or XLSX file: all of it, or nothing when anything in it is wrong.

    The file's columns are ours, or another system's with a mapping, which is kept under its name once its file was
    imported and is found again by its headings.
    """
    with surroundings.parts() as parts:
        found = find_tenant(parts, tenant)
        reader = surroundings.reader
        content = file.read()
        try:
            if suggests:
                _suggest(parts, found, content, Path(file.name).stem, reader)
                return
            importing = _Importing(parts, found, reader, content, mapping, file.name)
            outcomes = importing.run(dry_run=dry_run, again=again, passing_latest=passing_latest, as_json=as_json)
        except InvalidFile as error:
            _show_problems(error, file.name, reader, as_json)
            context.exit(FINDING)
    importing.show(outcomes, dry_run=dry_run, as_json=as_json)


class _Importing:
    """One file, for one tenant and its reader."""

    def __init__(
        self, parts: Parts, tenant: Tenant, reader: Reader, content: bytes, mapping: str | None, file_name: str
    ) -> None:
        self._parts = parts
        self._tenant = tenant
        self._reader = reader
        with parts.database.read() as connection:
            self._configuration = Tenants(connection).configuration(tenant.id)
        self._given = _mapping_of(mapping, self._configuration.mappings) if mapping else None
        self._mapping = self._given or mapping_for(content, self._configuration.mappings)
        self._file = read_contract_file(content, self._mapping)
        self._file_name = file_name
        self._import_id: str | None = None

    def run(self, *, dry_run: bool, again: bool, passing_latest: bool, as_json: bool) -> list[Outcome]:
        """Do it, or only see what it would do; a person is asked before contracts are made twice."""
        readings = self._host_lists(self._file)
        if dry_run or self._file.table.problems:
            with self._parts.database.read() as connection, self._progress(as_json) as progress:
                around = circumstances_of(connection, self._tenant, self._parts.clock())
                return check(connection, around, self._file, readings, OPERATOR, progress)
        try:
            return self._carry_out(readings, again=again, passing_latest=passing_latest, as_json=as_json)
        except AlreadyThereError as error:
            self._ask(error)
            return self._carry_out(readings, again=True, passing_latest=passing_latest, as_json=as_json)

    def _carry_out(self, readings: HostReadings, *, again: bool, passing_latest: bool, as_json: bool) -> list[Outcome]:
        now = self._parts.clock()
        with self._parts.database.write() as connection, self._progress(as_json) as progress:
            around = circumstances_of(connection, self._tenant, now)
            if around.suspended:
                sentence = text(
                    "Tenant {tenant} is suspended: contracts can be looked at, not changed.", tenant=self._tenant.name
                )
                raise Finding(sentence)
            try:
                rows = [of_contract[0].number for of_contract in self._file.rows]
                kept = ImportedAtOnce(connection, self._tenant.id, rows)
                outcomes = carry_out(
                    connection, around, self._file, readings, OPERATOR, now,
                    again=again, passing_latest=passing_latest, progress=progress, told=kept.hear,
                )  # fmt: skip
                if any(outcome.result is not Result.UNCHANGED for outcome in outcomes):
                    self._import_id = kept.keep(self._file_name, OPERATOR, self._reader.language, now)
            except LatestDatesPassedError as error:
                raise latest_dates_passed(in_a_row(error.said)) from error
            self._keep_mapping(connection, around)
            return outcomes

    def _keep_mapping(self, connection: Connection, around: TenantCircumstances) -> None:
        """Keep the mapping that was given, in the place of one of its name."""
        if self._given is None or self._given in around.configuration.mappings:
            return
        others = [each for each in around.configuration.mappings if each.name != self._given.name]
        wanted = replace(around.configuration, mappings=(*others, self._given))
        configure(connection, around, wanted, OPERATOR, self._parts.clock())

    def _ask(self, error: AlreadyThereError) -> None:
        """Go on only by a person's word. Raises Finding."""
        said = _looks_the_same(error.numbers)
        if sys.stdin.isatty():
            question = text("{said} Make them a second time?", said=said)
            if click.confirm(self._reader.say(question), err=True):
                return
            raise Finding(text("Nothing was imported."))
        raise Finding(text("{said} Nothing was imported; --again makes them a second time.", said=said))

    def _host_lists(self, file: ContractFile) -> HostReadings:
        try:
            with self._parts.open_host(self._tenant) as host:
                return read_host_lists(host, file.columns_filled(READ_ON_DEMAND, self._configuration))
        except OutsmartError as error:
            if problems := problems_of_cells(file, self._configuration):
                raise InvalidFile(problems, file.table.notes) from error
            sentence = text(
                "Nothing was imported, because the host could not be asked. {words}", words=sentence_of(error)
            )
            raise Finding(sentence) from error

    @contextmanager
    def _progress(self, as_json: bool) -> Iterator[Progress | None]:
        total = len(self._file.rows)
        if as_json or total < _PROGRESS_FROM or not sys.stderr.isatty():
            yield None
            return
        with click.progressbar(length=total, file=sys.stderr) as bar:
            yield lambda done, _: bar.update(done - bar.pos)

    def show(self, outcomes: Sequence[Outcome], *, dry_run: bool, as_json: bool) -> None:
        """Say what was done, or would be."""
        totals = counts(outcomes)
        orders = sum(outcome.orders for outcome in outcomes)
        if as_json:
            rows = [_outcome_document(outcome, self._reader) for outcome in outcomes]
            found = {**totals, "orders": orders, "dry_run": dry_run, "import": self._import_id}
            print_json({**found, "read": self._read_document(), "rows": rows})
            return
        print_notes(map(self._reader.say, self._read_notes()))
        _show_table(outcomes, self._reader, dry_run=dry_run)
        for line in _summary(totals, orders, self._configuration.settings.change_cap, dry_run=dry_run):
            click.echo(self._reader.say(line))
        if self._import_id is not None:
            how = text(
                "It can be undone while nothing came of it: powerup contracts undo-import {tenant} {id}",
                tenant=self._tenant.id,
                id=self._import_id,
            )
            click.echo(self._reader.say(how))
        same = [outcome.same_as for outcome in outcomes if outcome.same_as]
        if same and dry_run:
            click.echo(self._reader.say(_looks_the_same(same)))

    def _read_document(self) -> dict[str, Any]:
        table = self._file.table
        return {
            "sheet": table.headings_at.sheet.name or None,
            "row": table.headings_at.row,
            "mapping": self._mapping.name if self._mapping else None,
            "passed_over": list(table.passed_over),
        }

    def _read_notes(self) -> Iterator[Text]:
        yield from where_read(self._file.table)
        if self._mapping is not None:
            yield text("Mapping: {name}.", name=self._mapping.name)
        if self._file.table.passed_over:
            names = first_of(self._file.table.passed_over, 20)
            yield text("Passed over, since the mapping does not name it: {columns}.", columns=names)


def _looks_the_same(numbers: Sequence[str]) -> Text:
    return counted(
        "{number} contract of the file looks the same as one that is there: {numbers}.",
        "{number} contracts of the file look the same as contracts that are there: {numbers}.",
        len(numbers),
        numbers=first_of(numbers),
    )


def where_read(table: Table) -> Iterator[Text]:
    """Which sheet and row was read, where that is not plain."""
    at = table.headings_at
    if at.sheet.name:
        yield text("Read: sheet {sheet}, columns named in row {row}.", sheet=at.sheet.name, row=str(at.row))
    elif at.row > 1:
        yield text("Read: columns named in row {row}.", row=str(at.row))
    if at.others:
        yield text("Not read, though it names columns too: sheet {sheets}.", sheets=list(at.others))


def _mapping_of(wanted: str, saved: Sequence[FileMapping]) -> FileMapping:
    """The saved mapping of that name, else the document in that file. Raises Finding."""
    if named := next((each for each in saved if each.name == wanted), None):
        return named
    try:
        mapping = file_mapping_from_document(json.loads(Path(wanted).read_text("utf-8-sig")))
    except OSError as error:
        known = [each.name for each in saved] or "–"
        sentence = text("There is no mapping and no file {name}; saved are: {known}.", name=wanted, known=known)
        raise Finding(sentence) from error
    except InvalidDocumentError as error:
        flaws = [
            text("{pointer}: {flaw}", pointer=each.pointer or "/", flaw=flaw_in_words(each)) for each in error.errors
        ]
        sentence = text("The mapping cannot be taken. {flaws}", flaws=in_a_row(flaws))
        raise Finding(sentence) from error
    except (ValueError, RecursionError) as error:
        sentence = text("{file} is no JSON document: {error}.", file=wanted, error=str(error))
        raise Finding(sentence) from error
    if found := mapping_flaws(mapping):
        raise Finding(in_a_row(found))
    return mapping


def _suggest(parts: Parts, tenant: Tenant, content: bytes, name: str, reader: Reader) -> None:
    with parts.open_host(tenant) as host:
        readings = read_host_lists(host)
    suggestion = suggest_mapping(content, name, readings)
    print_notes(map(reader.say, suggestion.notes))
    print_json(file_mapping_document(suggestion.mapping))


def _show_problems(error: InvalidFile, name: str, reader: Reader, as_json: bool) -> None:
    if as_json:
        rows = [
            {
                "row": problem.row,
                "column": problem.column or None,
                "code": problem.code,
                "message": reader.say(problem.message),
            }
            for problem in error.problems
        ]
        print_json({"errors": rows, "notes": [reader.say(note) for note in error.notes]})
    else:
        for problem in error.problems:
            place = (
                text("row {row}, {column}", row=str(problem.row), column=problem.column)
                if problem.column
                else text("row {row}", row=str(problem.row))
            )
            click.echo(reader.say(text("{place}: {flaw}", place=place, flaw=problem.message)), err=True)
        print_notes(map(reader.say, error.notes))
    wrong = counted(
        "Error: {name} has {number} error; nothing was imported. Correct the cell and import again.",
        "Error: {name} has {number} errors; nothing was imported. Correct the cells and import again.",
        len(error.problems),
        name=name,
    )
    click.echo(reader.say(wrong), err=True)


def _show_table(outcomes: Sequence[Outcome], reader: Reader, *, dry_run: bool) -> None:
    shown = [each for each in outcomes if each.warnings or each.result is not Result.UNCHANGED]
    if not shown:
        return
    most = len(shown) if dry_run else _MOST_SHOWN
    dates = ("first_dates",) if dry_run else ()
    rows = [_in_words(outcome, reader) for outcome in shown[:most]]
    print_table(("contract", "result", "orders_now", *dates, "warnings"), rows, reader)
    if rest := max(0, len(shown) - most):
        more = counted("{number} contract more; --json has all.", "{number} contracts more; --json has all.", rest)
        click.echo(reader.say(more))


def _in_words(outcome: Outcome, reader: Reader) -> Mapping[str, str]:
    return {
        "contract": outcome.number,
        "result": outcome.result.value,
        "orders_now": str(outcome.orders or ""),
        "first_dates": ", ".join(day.isoformat() for day in outcome.coming),
        "warnings": " ".join(map(reader.say, outcome.warnings)),
    }


def _summary(totals: Mapping[str, int], orders: int, cap: int, *, dry_run: bool) -> Iterator[Text]:
    if dry_run:
        yield text("Contracts that would be created: {created}, changed: {changed}, unchanged: {unchanged}.", **totals)
    else:
        yield text("Contracts created: {created}, changed: {changed}, unchanged: {unchanged}.", **totals)
    if orders > cap:
        yield counted(
            "{number} work order is due at once; more than {cap} do not go by themselves: it waits to be released.",
            "{number} work orders are due at once; more than {cap} do not go by themselves: they wait to be released.",
            orders,
            cap=cap,
        )
    elif orders:
        yield counted("{number} work order is due at once.", "{number} work orders are due at once.", orders)


def _outcome_document(outcome: Outcome, reader: Reader) -> dict[str, Any]:
    return {
        "contract": outcome.number,
        "result": outcome.result.value,
        "counts": outcome.counts,
        "orders": outcome.orders,
        "coming": [day.isoformat() for day in outcome.coming],
        "same_as": outcome.same_as,
        "warnings": [reader.say(warning) for warning in outcome.warnings],
    }
