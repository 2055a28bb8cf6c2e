"""`powerup planned-against-done`: what was agreed for a year, what came of it, what was worked and what it cost."""

from pathlib import Path

import click

from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table, write_files
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.contracts.days import EARLIEST_DAY, LATEST_DAY
from powerup.readings.contract_list import ContractFilter
from powerup.readings.planned_against_done import DoneBy, DoneWanted, PlannedAgainstDone, done_document
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import Reader, counted

_NAMES = {
    DoneBy.CONTRACT: ("contract", "contract_name", "customer_name"),
    DoneBy.CUSTOMER: ("customer", "customer_name", "contracts"),
    DoneBy.YEAR: ("year", "contracts"),
}
_IN_A_TABLE = ("agreed", "done_on_time", "done_late", "days_late", "missed", "worked_minutes", "price", "margin")


@click.command("planned-against-done")
@tenant_argument
@click.option(
    "--year", type=click.IntRange(EARLIEST_DAY.year, LATEST_DAY.year), required=True, help="The calendar year."
)
@click.option(
    "--by",
    type=click.Choice([each.value for each in DoneBy]),
    default=DoneBy.CONTRACT.value,
    help="What a row is of; by year it is that year and the four before.",
)
@click.option("--customer", default="", help="Only contracts of this customer, by debtor number.")
@click.option("--contract", "number", default="", help="Only the contract of this number.")
@click.option(
    "--xlsx", "sheet", type=click.Path(dir_okay=False, path_type=Path), help="Write them into this spreadsheet."
)
@click.option(
    "--csv", "table", type=click.Path(dir_okay=False, path_type=Path), help="Write them into this file of commas."
)
@json_option
@pass_surroundings
def planned_against_done_command(
    surroundings: Surroundings,
    tenant: str,
    year: int,
    by: str,
    customer: str,
    number: str,
    sheet: Path | None,
    table: Path | None,
    as_json: bool,
) -> None:
    """Show how many visits of a year were planned, done in time, done late and missed, with hours and price."""
    wanted = DoneWanted(year, DoneBy(by), ContractFilter(customer=customer, number=number))
    with surroundings.parts() as parts, parts.database.read() as connection:
        found = tenant_of(connection, parts, tenant)
        around = circumstances_of(connection, found, surroundings.clock())
        rows = [done_document(row) for row in PlannedAgainstDone(connection, around).rows(wanted)]
    if as_json:
        print_json({"rows": rows})
        return
    if sheet is None and table is None:
        print_table((*_NAMES[wanted.by], *_IN_A_TABLE), rows, surroundings.reader)
        return
    # It loads openpyxl, which the table does not need.
    from powerup.files.planned_against_done_sheet import PLANNED_AGAINST_DONE, sheet_row

    write_files(PLANNED_AGAINST_DONE, [sheet_row(row) for row in rows], Reader(found.locale), sheet, table)
    surroundings.say(counted("{number} row is written.", "{number} rows are written.", len(rows)))
