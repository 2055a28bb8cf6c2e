"""`powerup webhook address`: a tenant's own addresses that are told of changes (the API page: Changes out)."""

from contextlib import closing

import click

from powerup.commands.kit.group import FINDING, WrongUse
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, pass_surroundings, tenant_of
from powerup.parts import Parts
from powerup.store.outbox import OutgoingMessage
from powerup.store.webhook_addresses import AddressState, ChangeEvent, WebhookAddress, WebhookAddresses
from powerup.tenants.webhook_addresses import AddressCare, AddressRefused, address_document
from powerup.texts import text

_COLUMNS = ("address", "url", "events", "state", "tested_at", "last_failure")

_event_option = click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice([each.value for each in ChangeEvent]),
    help="What it is told of; may be given several times (default: all).",
)


@click.group("address")
def address() -> None:
    """Addresses that are told of changes."""


@address.command("add")
@tenant_argument
@click.argument("url")
@_event_option
@json_option
@pass_surroundings
@click.pass_context
def add(
    context: click.Context, surroundings: Surroundings, tenant: str, url: str, events: tuple[str, ...], as_json: bool
) -> None:
    """Add URL and send it a test; its key is shown this once. Exit code 1 when the test was not answered 2xx."""
    with surroundings.parts() as parts:
        with parts.database.write() as connection:
            found = tenant_of(connection, parts, tenant)
            care = AddressCare(connection, found.id, found.environment, OPERATOR, parts.clock())
            try:
                made, key = care.add(url, [ChangeEvent(each) for each in events])
            except AddressRefused as refused:
                raise WrongUse(refused.sentence) from refused
            test = care.test(made.id)
        after = _tested(parts, made, test)
    if as_json:
        print_json(address_document(after) | {"key": key.reveal()})
    else:
        click.echo(key.reveal())
        surroundings.say(text("Keep it: it is not shown again. With it the messages are verified."))
        _say_how_it_is(surroundings, after)
    _end(context, after)


@address.command("list")
@tenant_argument
@json_option
@pass_surroundings
def list_(surroundings: Surroundings, tenant: str, as_json: bool) -> None:
    """Show the addresses of a tenant, without their keys."""
    with surroundings.parts() as parts, parts.database.read() as connection:
        found = tenant_of(connection, parts, tenant)
        rows = [address_document(each) for each in WebhookAddresses(connection, found.id).all()]
    if as_json:
        print_json({"rows": rows})
    else:
        shown = [row | {"address": row["id"], "events": "\n".join(row["events"])} for row in rows]
        print_table(_COLUMNS, shown, surroundings.reader)


@address.command("test")
@tenant_argument
@click.argument("address_id", metavar="ADDRESS")
@json_option
@pass_surroundings
@click.pass_context
def test(context: click.Context, surroundings: Surroundings, tenant: str, address_id: str, as_json: bool) -> None:
    """Send a test to ADDRESS, by the id that list shows; answered 2xx it is used (again), else exit code 1."""
    with surroundings.parts() as parts:
        with parts.database.write() as connection:
            found = tenant_of(connection, parts, tenant)
            message = AddressCare(connection, found.id, found.environment, OPERATOR, parts.clock()).test(address_id)
            before = WebhookAddresses(connection, found.id).get(address_id)
        if message is None or before is None:
            raise _unknown(tenant, address_id)
        after = _tested(parts, before, message)
    if as_json:
        print_json(address_document(after))
    else:
        _say_how_it_is(surroundings, after)
    _end(context, after)


@address.command("events")
@tenant_argument
@click.argument("address_id", metavar="ADDRESS")
@_event_option
@json_option
@pass_surroundings
def events_(surroundings: Surroundings, tenant: str, address_id: str, events: tuple[str, ...], as_json: bool) -> None:
    """Let ADDRESS be told of these events from now on (default: all)."""
    with surroundings.parts() as parts, parts.database.write() as connection:
        found = tenant_of(connection, parts, tenant)
        care = AddressCare(connection, found.id, found.environment, OPERATOR, parts.clock())
        after = care.want(address_id, [ChangeEvent(each) for each in events] or list(ChangeEvent))
    if after is None:
        raise _unknown(tenant, address_id)
    if as_json:
        print_json(address_document(after))
    else:
        surroundings.say(text("It is told of: {events}.", events=", ".join(each.value for each in after.events)))


@address.command("rotate")
@tenant_argument
@click.argument("address_id", metavar="ADDRESS")
@json_option
@pass_surroundings
def rotate(surroundings: Surroundings, tenant: str, address_id: str, as_json: bool) -> None:
    """Give ADDRESS another key, shown this once; the one of now signs beside it for 72 hours."""
    with surroundings.parts() as parts, parts.database.write() as connection:
        found = tenant_of(connection, parts, tenant)
        rotated = AddressCare(connection, found.id, found.environment, OPERATOR, parts.clock()).rotate(address_id)
    if rotated is None:
        raise _unknown(tenant, address_id)
    if as_json:
        print_json(address_document(rotated[0]) | {"key": rotated[1].reveal()})
    else:
        click.echo(rotated[1].reveal())
        surroundings.say(text("Keep it: it is not shown again. For 72 hours messages are signed with both keys."))


@address.command("remove")
@tenant_argument
@click.argument("address_id", metavar="ADDRESS")
@json_option
@pass_surroundings
def remove(surroundings: Surroundings, tenant: str, address_id: str, as_json: bool) -> None:
    """Take ADDRESS away, with the messages that wait for it."""
    with surroundings.parts() as parts, parts.database.write() as connection:
        found = tenant_of(connection, parts, tenant)
        if not AddressCare(connection, found.id, found.environment, OPERATOR, parts.clock()).remove(address_id):
            raise _unknown(tenant, address_id)
    if as_json:
        print_json({"removed": address_id})
    else:
        surroundings.say(text("Address {address} is removed.", address=address_id))


def _tested(parts: Parts, before: WebhookAddress, message: OutgoingMessage | None) -> WebhookAddress:
    """The address after its test, which is sent now unless a server was quicker."""
    if message is not None:
        with parts.host_session() as session, closing(parts.callbacks(session)) as callbacks:
            callbacks.deliver(message)
    with parts.database.read() as connection:
        return WebhookAddresses(connection, before.tenant_id).get(before.id) or before


def _say_how_it_is(surroundings: Surroundings, address: WebhookAddress) -> None:
    if address.state is AddressState.ON:
        surroundings.say(text("The test was taken: {url} is told of changes from now on.", url=address.url))
    else:
        why = address.last_failure or "-"
        surroundings.say(text("The test was not taken ({why}): nothing is told to {url}.", why=why, url=address.url))


def _end(context: click.Context, address: WebhookAddress) -> None:
    if address.state is not AddressState.ON:
        context.exit(FINDING)


def _unknown(tenant: str, address_id: str) -> WrongUse:
    return WrongUse(text("Tenant {tenant} has no webhook address {address}.", tenant=tenant, address=address_id))
