"""`powerup mark`: customers that are blocked here and objects that are retired here, whatever the host says."""

from collections.abc import Mapping

import click

from powerup.commands.kit.group import WrongUse
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, pass_surroundings, tenant_of
from powerup.store.marks import MarkKind, Marks
from powerup.tenants import mark as marking
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import Text, counted, text

_KINDS = {"customer": MarkKind.CUSTOMER_BLOCKED, "object": MarkKind.OBJECT_RETIRED}

_MARKED: Mapping[tuple[str, bool], Text] = {
    ("customer", True): text("Customer {code} is marked."),
    ("customer", False): text("Customer {code} is not marked any more."),
    ("object", True): text("Object {code} is marked."),
    ("object", False): text("Object {code} is not marked any more."),
}

_what_argument = click.argument("what", type=click.Choice(list(_KINDS)))


def _filled(_: click.Context, __: click.Parameter, value: str) -> str:
    if not value.strip():
        raise WrongUse(text("A debtor number or an object code is expected, and it is empty."))
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
    _show_concerned(_MARKED[what, True], code, concerned, surroundings, as_json)


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
    _show_concerned(_MARKED[what, False], code, concerned, surroundings, as_json)


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
        print_table(("mark", "code", "remark", "marked_at"), rows, surroundings.reader)


def _show_concerned(done: Text, code: str, numbers: list[str], surroundings: Surroundings, as_json: bool) -> None:
    if as_json:
        print_json({"contracts": numbers})
        return
    concerned = (
        counted(
            "This concerns contract {contracts}.",
            "This concerns contracts {contracts}.",
            len(numbers),
            contracts=numbers,
        )
        if numbers
        else text("This concerns no contract.")
    )
    surroundings.say(text("{done} {concerned}", done=Text(done.template, {"code": code}), concerned=concerned))
