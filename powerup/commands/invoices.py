"""`powerup invoices`: what is to be invoiced in a month, marked as exported."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import click

from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table, write_files
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, pass_surroundings, tenant_of
from powerup.contracts.days import is_usable
from powerup.readings.invoice_list import InvoiceList, invoice_document, totals_of
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import Euros, Reader, counted

_IN_A_TABLE = ("customer", "customer_name", "contract", "first", "until", "amount", "vat_code", "ledger_code")


class MonthOfYear(click.ParamType[date]):
    """A month as 2027-03, by its first day."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The first day of the month; fails with what was expected."""
        if isinstance(value, date):
            return value
        if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", value) or not is_usable(
            found := date.fromisoformat(f"{value}-01")
        ):
            self.fail(f"{value!r} is not a month such as 2027-03.", param, ctx)
        return found


@click.command("invoices")
@tenant_argument
@click.option("--month", type=MonthOfYear(), required=True, help="The month, as 2027-03.")
@click.option("--again", is_flag=True, help="Also lines that were exported before.")
@click.option("--dry-run", is_flag=True, help="Only show them, and mark nothing.")
@click.option(
    "--xlsx", "sheet", type=click.Path(dir_okay=False, path_type=Path), help="Write them into this spreadsheet."
)
@click.option(
    "--csv", "table", type=click.Path(dir_okay=False, path_type=Path), help="Write them into this file of commas."
)
@json_option
@pass_surroundings
def invoices_command(
    surroundings: Surroundings,
    tenant: str,
    month: date,
    again: bool,
    dry_run: bool,
    sheet: Path | None,
    table: Path | None,
    as_json: bool,
) -> None:
    """List what is to be invoiced in a month, without VAT; lines are marked as exported, and come once."""
    now = surroundings.clock()
    with surroundings.parts() as parts, parts.database.write() as connection:
        found = tenant_of(connection, parts, tenant)
        listed = InvoiceList(connection, circumstances_of(connection, found, now))
        if dry_run:
            rows = [row for row in listed.rows(month) if again or row.exported is None]
        else:
            rows = listed.export(month, now, OPERATOR.name, again=again)
        documents = [invoice_document(row) for row in rows]
    total = totals_of(rows).amount
    if as_json:
        print_json({"rows": documents, "amount": f"{total:f}"})
        return
    if sheet is None and table is None:
        print_table(_IN_A_TABLE, documents, surroundings.reader)
    else:
        from powerup.files.invoice_sheet import INVOICES  # loads openpyxl, which the table does not need

        write_files(INVOICES, documents, Reader(found.locale), sheet, table)
    surroundings.say(
        counted(
            "{number} line, together {amount} without VAT.",
            "{number} lines, together {amount} without VAT.",
            len(rows),
            amount=Euros(total),
        )
    )
