"""`powerup config`: what belongs to a tenant rather than to a contract, as one JSON document."""

import json
from collections.abc import Sequence
from typing import Any, BinaryIO

import click

from powerup.actions.contract.apply_terms import Touched
from powerup.commands.kit.group import Finding
from powerup.commands.kit.options import json_option, latest_dates_passed, passing_latest_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, pass_surroundings, tenant_of
from powerup.contracts.calendar import Calendar
from powerup.contracts.days import EARLIEST_DAY, LATEST_DAY
from powerup.documents.configuration import configuration_document
from powerup.documents.configuration_schema import configuration_schema_text
from powerup.presses.configuring import (
    ConfigurationRefused,
    LatestDatesPassed,
    change_configuration,
    plan_configuration,
    touched_document,
)
from powerup.store.tenants import Tenants
from powerup.tenants.circumstances import circumstances_of
from powerup.tenants.configuration_difference import Difference
from powerup.texts import Reader, in_a_row, text


@click.group()
def config() -> None:
    """What a tenant has configured: settings, calendar, terms, contract templates."""


@config.command("show")
@tenant_argument
@json_option
@pass_surroundings
def show(surroundings: Surroundings, tenant: str, as_json: bool) -> None:
    """Show the whole document, which `config apply` takes."""
    del as_json  # it is JSON either way
    with surroundings.parts() as parts, parts.database.read() as connection:
        found = tenant_of(connection, parts, tenant)
        configuration = Tenants(connection).configuration(found.id)
    print_json(configuration_document(configuration))


@config.command("holidays")
@tenant_argument
@click.argument("year", type=click.IntRange(EARLIEST_DAY.year, LATEST_DAY.year))
@json_option
@pass_surroundings
def holidays(surroundings: Surroundings, tenant: str, year: int, as_json: bool) -> None:
    """Show the public holidays of a year, as the tenant's calendar has them."""
    with surroundings.parts() as parts, parts.database.read() as connection:
        found = tenant_of(connection, parts, tenant)
        rules = Tenants(connection).configuration(found.id).calendar
    calendar = Calendar(rules, surroundings.reader.language)
    rows = [{"date": day, "name": name} for day, name in calendar.holidays_of(year).items()]
    if as_json:
        print_json({"rows": rows})
    else:
        print_table(("date", "name"), rows, surroundings.reader)


@config.command("schema")
@json_option
def schema(as_json: bool) -> None:
    """Show the JSON Schema of that document."""
    del as_json  # it is JSON either way
    click.echo(configuration_schema_text(), nl=False)


@config.command("apply")
@tenant_argument
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@click.option("--apply-terms", "to_contracts", is_flag=True, help="Give changed terms to the contracts that have them.")
@passing_latest_option
@json_option
@pass_surroundings
def apply(
    surroundings: Surroundings,
    tenant: str,
    file: BinaryIO,
    dry_run: bool,
    to_contracts: bool,
    passing_latest: bool,
    as_json: bool,
) -> None:
    """Take over the parts of a document that are there; absent parts stay as they are.

    Contracts keep their terms as they were agreed, unless --apply-terms is given.
    """
    document = _parsed(file)
    with surroundings.parts() as parts:
        now = surroundings.clock()
        with parts.database.read() if dry_run else parts.database.write() as connection:
            around = circumstances_of(connection, tenant_of(connection, parts, tenant), now)
            try:
                planned = (
                    plan_configuration(connection, around, document, OPERATOR)
                    if dry_run
                    else change_configuration(
                        connection,
                        around,
                        document,
                        OPERATOR,
                        now,
                        to_contracts=to_contracts,
                        passing_latest=passing_latest,
                    )
                )
            except ConfigurationRefused as error:
                sentence = text("The document cannot be taken; nothing was changed. {flaws}", flaws=error.sentence)
                raise Finding(sentence) from error
            except LatestDatesPassed as error:
                raise latest_dates_passed(in_a_row(error.sentences)) from error
    reader = surroundings.reader
    if as_json:
        print_json(
            {
                "dry_run": dry_run,
                "rows": [_difference_document(each, reader) for each in planned.differences],
                "contracts": [touched_document(each, applied=to_contracts) for each in planned.touched],
                "warnings": [reader.say(warning) for warning in planned.warnings],
            }
        )
    else:
        _show_differences(planned.differences, dry_run, reader)
        for warning in planned.warnings:
            click.echo(reader.say(warning))
        _show_touched(planned.touched, to_contracts, reader)


def _parsed(file: BinaryIO) -> Any:
    try:
        return json.loads(file.read())
    except (ValueError, RecursionError) as error:
        sentence = text("{file} is no JSON document: {error}. Nothing was changed.", file=file.name, error=str(error))
        raise Finding(sentence) from error


def _difference_document(difference: Difference, reader: Reader) -> dict[str, Any]:
    return {
        "part": difference.part,
        "before": difference.before,
        "after": difference.after,
        "line": reader.say(difference.line),
    }


def _show_differences(found: Sequence[Difference], dry_run: bool, reader: Reader) -> None:
    if not found:
        click.echo(reader.say(text("Nothing changes.")))
        return
    click.echo(reader.say(text("This would change:") if dry_run else text("Changed:")))
    for each in found:
        click.echo(f"  {reader.say(each.line)}")


def _show_touched(touched: Sequence[Touched], to_contracts: bool, reader: Reader) -> None:
    if not touched:
        return
    if to_contracts:
        click.echo(reader.say(text("Contracts to which the changed terms are applied:")))
    else:
        click.echo(
            reader.say(text("Contracts that keep these terms as they were agreed (--apply-terms changes them):"))
        )
    for each in touched:
        line = text(
            "{number}: {terms}, ends {end}; with the changed terms {new_end}",
            number=each.before.number,
            terms=each.request.input["terms"],
            end=each.before.end or "–",
            new_end=each.after.end or "–",
        )
        click.echo(f"  {reader.say(line)}")
