"""`powerup contracts`: contracts in and out as files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import click

from powerup.actions.kit.host_questions import HostReadings
from powerup.commands.kit.group import FINDING, Finding
from powerup.commands.kit.lazy_group import Elsewhere, LazyGroup
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table, write_file
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, find_tenant, pass_surroundings
from powerup.files import contract_import
from powerup.files.contract_export import export_csv, export_rows, export_xlsx
from powerup.files.contract_import import Sheet
from powerup.files.decisions import Decision, Result
from powerup.files.host_lists import read_host_lists
from powerup.files.problems import InvalidFile
from powerup.outsmart.errors import OutsmartError
from powerup.parts import Parts
from powerup.store.contracts import Contracts
from powerup.store.tenants import Tenant
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import Reader, counted, sentence_of, text

_EXPORTS = {"csv": export_csv, "xlsx": export_xlsx}
"""Kinds of files that export writes, by their ending."""


_ELSEWHERE = {
    "renew": Elsewhere("renew", "renew", "Renew the contracts that run out soon and whose terms renew by hand.")
}


@click.group(cls=LazyGroup, elsewhere=_ELSEWHERE)
def contracts() -> None:
    """Contracts in and out as files."""


@contracts.command("export")
@tenant_argument
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write (default: output).")
@click.option(
    "--format",
    "kind",
    type=click.Choice(list(_EXPORTS)),
    help="Kind of file (default: by the ending of --output, else csv).",
)
@click.option("--dutch", is_flag=True, help="Name the columns in Dutch; import reads both.")
@json_option
@pass_surroundings
def export(
    surroundings: Surroundings, tenant: str, output: Path | None, kind: str | None, dutch: bool, as_json: bool
) -> None:
    """Write all contracts of a tenant as CSV or XLSX, which import reads."""
    with surroundings.parts() as parts:
        found = find_tenant(parts, tenant)
        with parts.database.read() as connection:
            all_contracts = Contracts(connection, found.id).all()
    if as_json:
        print_json({"rows": list(export_rows(all_contracts))})
        return
    content = _EXPORTS[kind or _kind_by_ending(output)](all_contracts, dutch=dutch)
    if output is None:
        click.echo(content, nl=False)
    else:
        write_file(output, content)


def _kind_by_ending(path: Path | None) -> str:
    ending = path.suffix.lower().removeprefix(".") if path else ""
    return ending if ending in _EXPORTS else "csv"


@contracts.command("import")
@tenant_argument
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Check everything and say what would be done; change nothing.")
@json_option
@pass_surroundings
@click.pass_context
def import_(
    context: click.Context, surroundings: Surroundings, tenant: str, file: BinaryIO, dry_run: bool, as_json: bool
) -> None:
    """Create and change contracts from a CSV or XLSX file: all of it, or nothing when anything in it is wrong."""
    with surroundings.parts() as parts:
        found = find_tenant(parts, tenant)
        try:
            sheet = contract_import.read_cells(file.read())
            readings = _host_lists(parts, found, sheet)
            decisions = _carry_out(parts, found, sheet, readings, dry_run=dry_run)
        except InvalidFile as error:
            _show_problems(error, file.name, surroundings.reader, as_json)
            context.exit(FINDING)
    _show_decisions(decisions, dry_run, surroundings.reader, as_json)


def _host_lists(parts: Parts, tenant: Tenant, sheet: Sheet) -> HostReadings:
    try:
        with parts.open_host(tenant) as host:
            return read_host_lists(host)
    except OutsmartError as error:
        if sheet.problems:
            raise InvalidFile(sheet.problems) from error
        raise Finding(
            text("Nothing was imported, because the host could not be asked. {words}", words=sentence_of(error))
        ) from error


def _carry_out(parts: Parts, tenant: Tenant, sheet: Sheet, readings: HostReadings, *, dry_run: bool) -> list[Decision]:
    now = parts.clock()
    if dry_run:
        with parts.database.read() as connection:
            around = circumstances_of(connection, tenant, now)
            return contract_import.decide(connection, around, sheet, readings, OPERATOR, writing=False)
    with parts.database.write() as connection:
        around = circumstances_of(connection, tenant, now)
        if around.suspended:
            raise Finding(
                text("Tenant {tenant} is suspended: contracts can be looked at, not changed.", tenant=tenant.name)
            )
        decisions = contract_import.decide(connection, around, sheet, readings, OPERATOR, writing=True)
        contract_import.write(connection, around, decisions, now)
        return decisions


def _show_problems(error: InvalidFile, name: str, reader: Reader, as_json: bool) -> None:
    rows = [
        {
            "row": problem.row,
            "column": problem.column or None,
            "code": problem.code,
            "message": reader.say(problem.message),
        }
        for problem in error.problems
    ]
    if as_json:
        print_json({"errors": rows})
    else:
        for row in rows:
            place = (
                text("row {row}, {column}", row=str(row["row"]), column=row["column"])
                if row["column"]
                else text("row {row}", row=str(row["row"]))
            )
            click.echo(reader.say(text("{place}: {flaw}", place=place, flaw=row["message"])), err=True)
    wrong = counted(
        "Error: {name} has {number} error; nothing was imported. Correct the cell and import again.",
        "Error: {name} has {number} errors; nothing was imported. Correct the cells and import again.",
        len(rows),
        name=name,
    )
    click.echo(reader.say(wrong), err=True)


def _show_decisions(decisions: Sequence[Decision], dry_run: bool, reader: Reader, as_json: bool) -> None:
    rows = [_decision_document(decision, reader) for decision in decisions]
    totals = contract_import.counts(decisions)
    if as_json:
        print_json({**totals, "dry_run": dry_run, "rows": rows})
        return
    shown = [row for row in rows if row["warnings"] or row["result"] != Result.UNCHANGED]
    print_table(
        ("contract", "result", "work_orders", "warnings"),
        [
            row | {"work_orders": _in_short(row["counts"], reader), "warnings": " ".join(row["warnings"])}
            for row in shown
        ],
        reader,
    )
    done = [text("{number} {what}", number=number, what=Result(name)) for name, number in totals.items()]
    click.echo(reader.say(text("Would be: {done}.", done=done) if dry_run else text("{done}.", done=done)))


def _in_short(counts: Mapping[str, Any], reader: Reader) -> str:
    """How many work orders are made, kept and so on; the visits that are withheld as one number."""
    numbers = {name: sum(each.values()) if isinstance(each, dict) else each for name, each in counts.items()}
    return ", ".join(f"{number} {reader.code(name)}" for name, number in numbers.items() if number)


def _decision_document(decision: Decision, reader: Reader) -> dict[str, Any]:
    change = decision.change
    return {
        "contract": decision.number,
        "result": decision.result.value,
        "counts": change.effects.counts() if change else {},
        "warnings": [reader.say(warning) for warning in decision.warnings],
    }
