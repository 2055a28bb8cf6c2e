"""`powerup contracts list` and `show`: the contracts of a tenant, and one of them with all that is known of it."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_notes, print_table, show_members
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, pass_surroundings, tenant_of
from powerup.contracts.contract import ContractType
from powerup.readings.contract_list import (
    MOST_ON_PAGE,
    ContractFilter,
    ContractList,
    ContractOrder,
    ContractRow,
    ContractSort,
    ListedStatus,
)
from powerup.readings.one_contract import OneContract
from powerup.store.database import Database
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import text

_IN_A_TABLE = (
    "number",
    "name",
    "customer",
    "customer_name",
    "place",
    "status",
    "next_visit",
    "last_notice_date",
    "done",
    "planned",
    "terms_code",
)
_MEMBERS = (
    "number",
    "name",
    "customer",
    "status",
    "status_date",
    "status_reason",
    "status_by",
    "summary",
    "start",
    "end",
    "objects",
    "terms",
    "version",
    "warnings",
)
_VISITS = ("planned_date", "id", "state", "reason", "workorder_no")
_BUTTONS = ("action", "why_not")
_SORTS = [sign + each for each in ContractSort for sign in ("", "-")]


@click.command("list")
@tenant_argument
@click.option("--search", default="", help="Words in number, name, customer, place, postal code or objects.")
@click.option("--status", "statuses", multiple=True, type=click.Choice([each.value for each in ListedStatus]))
@click.option("--type", "types", multiple=True, type=click.Choice([each.value for each in ContractType]))
@click.option("--customer", default="", metavar="NO", help="Only of this customer, by debtor number.")
@click.option("--terms", default="", metavar="CODE", help="Only with these terms; - for those without any.")
@click.option("--template", "contract_template", default="", metavar="CODE", help="Only begun from this template.")
@click.option("--employee", default="", metavar="NO", help="Only of this employee.")
@click.option("--ends-within", type=click.IntRange(0), metavar="DAYS", help="Only what ends in so many days.")
@click.option("--notice-within", type=click.IntRange(0), metavar="DAYS", help="Only whose last notice date is near.")
@click.option("--failed", is_flag=True, help="Only with visits that could not be ordered.")
@click.option("--held", is_flag=True, help="Only whose orders wait for a person's word.")
@click.option("--sort", default="number", show_default=True, type=click.Choice(_SORTS), metavar="NAME")
@click.option("--first", type=click.IntRange(1), metavar="N", help="So many at most (default: all).")
@json_option
@pass_surroundings
def list_(
    surroundings: Surroundings,
    /,
    tenant: str,
    statuses: tuple[str, ...],
    types: tuple[str, ...],
    sort: str,
    first: int | None,
    as_json: bool,
    **asked: Any,
) -> None:
    """List the contracts of a tenant, by the filters of the page and in its order."""
    wanted = ContractFilter(statuses=tuple(map(ListedStatus, statuses)), types=tuple(map(ContractType, types)), **asked)
    order = ContractOrder(ContractSort(sort.removeprefix("-")), descending=sort.startswith("-"))
    with surroundings.parts() as parts:
        with parts.database.read() as connection:
            around = circumstances_of(connection, tenant_of(connection, parts, tenant), surroundings.clock())
        rows = [asdict(row) for row in _rows(parts.database, around, wanted, order, first)]
    if as_json:
        print_json({"rows": rows})
    else:
        print_table(_IN_A_TABLE, rows, surroundings.reader)


def _rows(
    database: Database, around: TenantCircumstances, wanted: ContractFilter, order: ContractOrder, first: int | None
) -> Iterator[ContractRow]:
    """Page by page, each in a transaction of its own, so that nobody waits for a long list."""
    cursor, left = None, first
    while left is None or left > 0:
        with database.read() as connection:
            limit = MOST_ON_PAGE if left is None else min(left, MOST_ON_PAGE)
            page = ContractList(connection, around).page(wanted, order, limit, cursor)
        yield from page.rows
        cursor, left = page.next, None if left is None else left - len(page.rows)
        if cursor is None:
            return


@click.command("show")
@tenant_argument
@click.argument("number")
@json_option
@pass_surroundings
def show(surroundings: Surroundings, tenant: str, number: str, as_json: bool) -> None:
    """Show contract NUMBER: what was agreed, how it stands, its next visits, and what can be done to it."""
    reader = surroundings.reader
    with surroundings.parts() as parts, parts.database.read() as connection:
        around = circumstances_of(connection, tenant_of(connection, parts, tenant), surroundings.clock())
        document = OneContract(connection, around).document(number, OPERATOR, reader)
    if as_json:
        print_json(document)
        return
    print_notes(document["warnings"])
    document |= {"status": reader.code(document["status"])}
    show_members({name: document[name] for name in _MEMBERS if name != "warnings" and document[name]}, reader)
    if visits := [*document["next_visits"], *document["work_orders"]]:
        print_table(_VISITS, sorted(visits, key=lambda each: str(each["planned_date"])), reader)
    buttons = [{"action": each["id"].rpartition(".")[2], "why_not": each["reason"]} for each in document["actions"]]
    print_table(
        _BUTTONS,
        buttons,
        reader,
        text("What can be done: powerup contracts act {tenant} ACTION {number}", tenant=tenant, number=number),
    )
