"""`powerup mark`: customers that are blocked here and objects that are retired here, whatever the host says."""

import click

from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, pass_surroundings, tenant_of
from powerup.store.marks import MarkKind, Marks
from powerup.tenants import mark as marking
from powerup.tenants.circumstances import circumstances_of

_KINDS = {"customer": MarkKind.CUSTOMER_BLOCKED, "object": MarkKind.OBJECT_RETIRED}

_what_argument = click.argument("what", type=click.Choice(list(_KINDS)))


def _filled(_: click.Context, parameter: click.Parameter, value: str) -> str:
    if not value.strip():
        raise click.BadParameter("a debtor number or an object code is expected, and it is empty.", param=parameter)
    return value.strip()


_code_argument = click.argument("code", callback=_filled)


@click.group()
def mark() -> None:
    """Customers blocked here and objects retired here: they get no new work orders."""


@mark.command("set")
@tenant_argument
@_what_argument
@_code_argument
@click.option("--remark", default="", help="Why, for people.")
@json_option
@pass_surroundings
def set_(surroundings: Surroundings, tenant: str, what: str, code: str, remark: str, as_json: bool) -> None:
    """Block a customer (by debtor number) here, or retire an object (by code) here."""
    with surroundings.parts() as parts, parts.database.write() as connection:
        now = surroundings.clock()
        around = circumstances_of(connection, tenant_of(connection, parts, tenant), now)
        concerned = marking.mark(connection, around, _KINDS[what], code, remark, OPERATOR, now)
    _show_concerned(f"{what.capitalize()} {code} is marked.", concerned, as_json)


@mark.command("remove")
@tenant_argument
@_what_argument
@_code_argument
@json_option
@pass_surroundings
def remove(surroundings: Surroundings, tenant: str, what: str, code: str, as_json: bool) -> None:
    """Take a mark away again."""
    with surroundings.parts() as parts, parts.database.write() as connection:
        now = surroundings.clock()
        around = circumstances_of(connection, tenant_of(connection, parts, tenant), now)
        concerned = marking.unmark(connection, around, _KINDS[what], code, OPERATOR, now)
    _show_concerned(f"{what.capitalize()} {code} is not marked any more.", concerned, as_json)


@mark.command("list")
@tenant_argument
@json_option
@pass_surroundings
def list_(surroundings: Surroundings, tenant: str, as_json: bool) -> None:
    """List all marks of a tenant."""
    with surroundings.parts() as parts, parts.database.read() as connection:
        found = Marks(connection, tenant_of(connection, parts, tenant).id).all()
    rows = [
        {"mark": each.kind.value, "code": each.code, "remark": each.remark, "marked_at": each.marked_at}
        for each in found
    ]
    if as_json:
        print_json({"rows": rows})
    else:
        print_table(("mark", "code", "remark", "marked_at"), rows)


def _show_concerned(done: str, numbers: list[str], as_json: bool) -> None:
    if as_json:
        print_json({"contracts": numbers})
    elif numbers:
        click.echo(f"{done} This concerns contracts {', '.join(numbers)}.")
    else:
        click.echo(f"{done} This concerns no contract.")
