"""`powerup account`: what was agreed with a customer for a year, and what came of it."""

from pathlib import Path

import click

from powerup.commands.kit.group import Finding
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table, write_file
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.contracts.days import EARLIEST_DAY, LATEST_DAY
from powerup.readings.customer_account import CustomerAccounts
from powerup.readings.customer_account_words import account_document, line_document
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import Reader, counted, text

_IN_A_TABLE = ("agreed_on", "contract", "contract_name", "done_on", "explanation", "decided_by", "workorder_no")


@click.command("account")
@tenant_argument
@click.argument("customer")
@click.option(
    "--year", type=click.IntRange(EARLIEST_DAY.year, LATEST_DAY.year), required=True, help="The calendar year."
)
@click.option(
    "--xlsx",
    "sheet",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it into this spreadsheet, in the customer's language where the host knows it.",
)
@json_option
@pass_surroundings
def account_command(
    surroundings: Surroundings, tenant: str, customer: str, year: int, sheet: Path | None, as_json: bool
) -> None:
    """Show what was agreed with a CUSTOMER for a year, what came of each visit, and that it adds up."""
    with surroundings.parts() as parts, parts.database.read() as connection:
        found = tenant_of(connection, parts, tenant)
        around = circumstances_of(connection, found, surroundings.clock())
        account = CustomerAccounts(connection, around).find(customer, year)
    if account is None:
        raise Finding(text("No contract has customer {customer}.", customer=customer))
    rows = [line_document(line, surroundings.reader) for line in account.lines]
    document = account_document(account, surroundings.reader)
    if as_json:
        print_json(document | {"rows": rows})
        return
    if sheet is not None:
        # It loads openpyxl, which the table does not need.
        from powerup.files.customer_account_sheet import customer_account_sheet

        write_file(sheet, customer_account_sheet(account, Reader(account.language or found.locale)))
        surroundings.say(
            counted("{number} visit is in {file}.", "{number} visits are in {file}.", len(rows), file=sheet)
        )
    else:
        print_table(_IN_A_TABLE, rows, surroundings.reader)
    for sentence in (document["sum"], *document["notes"]):
        click.echo(sentence)
