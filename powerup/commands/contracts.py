"""`powerup contracts`: contracts listed, changed, in and out as files, renewed in bulk, and what was done to them."""

from pathlib import Path

import click

from powerup.commands.kit.group import WrongUse
from powerup.commands.kit.lazy_group import Elsewhere, LazyGroup
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, write_file
from powerup.commands.kit.surroundings import Surroundings, find_tenant, pass_surroundings
from powerup.files.contract_export import export_csv, export_rows, export_xlsx, told_of
from powerup.readings.forecast import Forecast
from powerup.store.host_names import HostNames
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import text

_EXPORTS = {"csv": export_csv, "xlsx": export_xlsx}
"""Kinds of files that export writes, by their ending."""


_ELSEWHERE = {
    "act": Elsewhere(
        "act",
        "act_on_contract",
        "Do ACTION to contract NUMBER, as its button does: the effects are shown, and done once you say yes.",
    ),
    "list": Elsewhere(
        "contract_list", "list_", "List the contracts of a tenant, by the filters of the page and in its order."
    ),
    "show": Elsewhere(
        "contract_list",
        "show",
        "Show contract NUMBER: what was agreed, how it stands, its next visits, and what can be done to it.",
    ),
    "history": Elsewhere(
        "contract_history",
        "history",
        "Show what was done to contract NUMBER and its visits, the oldest first: when, by whom, and what changed.",
    ),
    "import": Elsewhere(
        "import_contracts",
        "import_",
        "Create and change contracts from a CSV or XLSX file: all of it, or nothing when anything in it is wrong.",
    ),
    "imports": Elsewhere(
        "undo_import", "imports_", "List the files that were imported, the newest first, by whichever entrance."
    ),
    "undo-import": Elsewhere(
        "undo_import",
        "undo_import",
        "Undo IMPORT while nothing came of it: new contracts are deleted, changed ones become as they were.",
    ),
    "many": Elsewhere(
        "many_contracts",
        "many",
        "Make a contract for each of ENTRIES: addresses, objects or customers, by code or by words that one alone has.",
    ),
    "renew": Elsewhere("renew", "renew", "Renew the contracts that run out soon and whose terms renew by hand."),
}


@click.group(cls=LazyGroup, elsewhere=_ELSEWHERE)
def contracts() -> None:
    """Contracts: listed, changed, in and out as files."""


@contracts.command("export")
@tenant_argument
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write (default: output).")
@click.option(
    "--format",
    "kind",
    type=click.Choice(list(_EXPORTS)),
    help="Kind of file (default: by the ending of --output, else csv).",
)
@click.option("--dutch", is_flag=True, help="Columns and words in Dutch; import reads both.")
@json_option
@pass_surroundings
def export(
    surroundings: Surroundings, tenant: str, output: Path | None, kind: str | None, dutch: bool, as_json: bool
) -> None:
    """Write all contracts of a tenant as CSV or XLSX, which import reads."""
    kind = kind or _kind_by_ending(output)
    with surroundings.parts() as parts:
        found = find_tenant(parts, tenant)
        with parts.database.read() as connection:
            around = circumstances_of(connection, found, parts.clock())
            coming = Forecast(connection, around).situations()
            customers = {each.contract.customer for each in coming}
            names = HostNames(connection, found.id).of_customers(customers)
    told = {each.contract.number: told_of(each, around.today, names.get(each.contract.customer, "")) for each in coming}
    contracts_of_tenant = [each.contract for each in coming]
    if as_json:
        print_json({"rows": list(export_rows(contracts_of_tenant, told))})
        return
    content = _EXPORTS[kind](contracts_of_tenant, told, dutch=dutch)
    if output is None:
        click.echo(content, nl=False)
    else:
        write_file(output, content)


def _kind_by_ending(path: Path | None) -> str:
    """Raises WrongUse for an ending that is of no kind we write."""
    if path is None:
        return next(iter(_EXPORTS))
    ending = path.suffix.lower().removeprefix(".")
    if ending not in _EXPORTS:
        known = [f".{each}" for each in _EXPORTS]
        sentence = text(
            "{file} does not end with one of {known}: choose another name, or --format.", file=path, known=known
        )
        raise WrongUse(sentence)
    return ending
