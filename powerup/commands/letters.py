"""`powerup letters`: who is to be told of a new price after an indexation."""

from datetime import date
from pathlib import Path

import click

from powerup.commands.invoices import MonthOfYear
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table, write_files
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.readings.letter_list import LetterList, letter_document
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import Reader, counted

_IN_A_TABLE = ("customer", "customer_name", "contract", "old", "new", "percentage", "from", "why")


@click.command("letters")
@tenant_argument
@click.option("--month", type=MonthOfYear(), required=True, help="The month in which new prices begin, as 2027-01.")
@click.option(
    "--xlsx", "sheet", type=click.Path(dir_okay=False, path_type=Path), help="Write them into this spreadsheet."
)
@click.option(
    "--csv", "table", type=click.Path(dir_okay=False, path_type=Path), help="Write them into this file of commas."
)
@json_option
@pass_surroundings
def letters_command(
    surroundings: Surroundings, tenant: str, month: date, sheet: Path | None, table: Path | None, as_json: bool
) -> None:
    """List the customers to write to about a price that was indexed: old, new, from which day, and why."""
    now = surroundings.clock()
    with surroundings.parts() as parts, parts.database.read() as connection:
        found = tenant_of(connection, parts, tenant)
        letters = list(LetterList(connection, circumstances_of(connection, found, now)).rows(month))
    if as_json:
        print_json({"rows": [letter_document(letter, surroundings.reader) for letter in letters]})
        return
    if sheet is None and table is None:
        documents = [letter_document(letter, surroundings.reader) for letter in letters]
        print_table(_IN_A_TABLE, documents, surroundings.reader)
    else:
        from powerup.files.letter_sheet import LETTERS  # loads openpyxl, which the table does not need

        reader = Reader(found.locale)
        write_files(LETTERS, [letter_document(letter, reader) for letter in letters], reader, sheet, table)
    surroundings.say(counted("{number} letter.", "{number} letters.", len(letters)))
