"""`powerup webhook`: messages by hand, for those who build a host's half of the contract; a tenant's own addresses, and
messages once more."""

import secrets
from datetime import UTC, datetime
from typing import BinaryIO

import click
import requests
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema

from powerup.commands.kit.group import FINDING, Finding, WrongUse
from powerup.commands.kit.lazy_group import Elsewhere, LazyGroup
from powerup.commands.kit.options import json_option
from powerup.commands.kit.output import print_json
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.commands.webhook_address import address
from powerup.outsmart.public_session import host_session
from powerup.outsmart.way_out import WayOut
from powerup.settings import read_way_out
from powerup.store.outbox import Outbox, OutgoingState
from powerup.tenants.tell_host import tell_again
from powerup.texts import sentence_of, text
from powerup.webhooks.kit.signature import (
    InvalidSigningKeyError,
    InvalidWebhookError,
    decoded_key,
    matching_keys,
    read_headers,
    signed_headers,
)

_TIMEOUT_SECONDS = 15
_MOST_SHOWN = 64 * 1024
_LATEST_TIMESTAMP = 253_402_300_799
"""The last second of the year 9999."""

_key_option = click.option(
    "--key", "keys", multiple=True, required=True, metavar="whsec_…", help="Key; may be given twice."
)
_id_option = click.option("--id", "message_id", help="webhook-id (default: a new one).")
_installation_option = click.option("--installation", default="ins_test", show_default=True, metavar="ID")


_ELSEWHERE = {
    "conformance": Elsewhere(
        "conformance",
        "conformance",
        "Try the power-up or the host at URL against the webhook contract, by playing the other half.",
    )
}


@click.group(cls=LazyGroup, elsewhere=_ELSEWHERE)
def webhook() -> None:
    """Webhook messages by hand, addresses that are told of changes, and messages tried anew."""


webhook.add_command(address)


@webhook.command("sign")
@click.argument("body", type=click.File("rb"))
@_key_option
@_id_option
@_installation_option
@click.option("--timestamp", type=click.IntRange(0, _LATEST_TIMESTAMP), help="Unix seconds (default: now).")
@json_option
@pass_surroundings
def sign(
    surroundings: Surroundings,
    body: BinaryIO,
    keys: tuple[str, ...],
    message_id: str | None,
    installation: str,
    timestamp: int | None,
    as_json: bool,
) -> None:
    """Print the headers that sign the bytes of BODY (a file, or - for standard input)."""
    at = surroundings.clock() if timestamp is None else datetime.fromtimestamp(timestamp, UTC)
    headers = _signed(keys, message_id, installation, body.read(), at)
    if as_json:
        print_json(headers)
    else:
        for name, value in headers.items():
            click.echo(f"{name}: {value}")


@webhook.command("verify")
@click.argument("body", type=click.File("rb"))
@_key_option
@click.option("--header", "-H", "header_lines", multiple=True, required=True, metavar="'NAME: VALUE'")
@json_option
@pass_surroundings
@click.pass_context
def verify(
    context: click.Context,
    surroundings: Surroundings,
    body: BinaryIO,
    keys: tuple[str, ...],
    header_lines: tuple[str, ...],
    as_json: bool,
) -> None:
    """Tell whether one of the keys signed BODY with these headers; exit code 1 when none did."""
    headers = dict(_header(line) for line in header_lines)
    flaw = _flaw(body.read(), keys, headers, surroundings.clock())
    if as_json:
        print_json({"ok": flaw is None, "reason": flaw})
    else:
        surroundings.say(text("The signature is good.") if flaw is None else text("Not let in: {flaw}.", flaw=flaw))
    if flaw is not None:
        context.exit(FINDING)


@webhook.command("send")
@click.argument("url")
@click.argument("body", type=click.File("rb"))
@_key_option
@_id_option
@_installation_option
@json_option
@pass_surroundings
@click.pass_context
def send(
    context: click.Context,
    surroundings: Surroundings,
    url: str,
    body: BinaryIO,
    keys: tuple[str, ...],
    message_id: str | None,
    installation: str,
    as_json: bool,
) -> None:
    """Sign BODY, post it to URL, and print the answer; exit code 1 when its status is not 200."""
    content = body.read()
    headers = _signed(keys, message_id, installation, content, surroundings.clock())
    answer = _posted(url, content, headers, read_way_out(surroundings.environ))
    shown = answer.text[:_MOST_SHOWN]
    if as_json:
        print_json({"status": answer.status_code, "webhook_id": headers["webhook-id"], "body": shown})
    else:
        click.echo(f"{answer.status_code}\n{shown}")
    if answer.status_code != requests.codes.ok:
        context.exit(FINDING)


@webhook.command("resend")
@click.argument("tenant")
@click.argument("message_ids", nargs=-1, metavar="[ID]…")
@json_option
@pass_surroundings
def resend(surroundings: Surroundings, tenant: str, message_ids: tuple[str, ...], as_json: bool) -> None:
    """Have messages that were given up tried anew: all of TENANT, or those named. `attention` lists them."""
    with surroundings.parts() as parts:
        with parts.database.read() as connection:
            found = tenant_of(connection, parts, tenant)
            dead = {each.id: each for each in Outbox(connection).of_tenant(found.id, OutgoingState.DEAD)}
        if unknown := [each for each in message_ids if each not in dead]:
            raise WrongUse(
                text(
                    "Tenant {tenant} has no message {id} that was given up: see `powerup attention`.",
                    tenant=tenant,
                    id=unknown[0],
                )
            )
        wanted = [dead[each] for each in message_ids or dead]
        with parts.database.write() as connection:
            for message in wanted:
                tell_again(connection, message, parts.clock())
    if as_json:
        print_json({"resent": [message.id for message in wanted]})
    else:
        surroundings.say(text("Messages that are tried anew: {how_many}.", how_many=len(wanted)))


def _signed(
    keys: tuple[str, ...], message_id: str | None, installation: str, body: bytes, at: datetime
) -> dict[str, str]:
    for named in (message_id or "", installation):
        if not (named.isascii() and named.isprintable()):
            raise WrongUse(text("{value} fits in no header: expected printable ASCII.", value=repr(named)))
    try:
        return signed_headers(keys, message_id or f"msg_{secrets.token_hex(12)}", installation, body, at)
    except InvalidSigningKeyError as error:
        raise WrongUse(sentence_of(error)) from error


def _header(line: str) -> tuple[str, str]:
    name, separator, value = line.partition(":")
    if not separator:
        raise WrongUse(text("A header is 'name: value'; {line} is not.", line=repr(line)))
    return name.strip().lower(), value.strip()


def _flaw(body: bytes, keys: tuple[str, ...], headers: dict[str, str], now: datetime) -> str | None:
    try:
        decoded = [decoded_key(key) for key in keys]
        signed = read_headers({"powerup-installation": "unknown"} | headers, now)
    except InvalidSigningKeyError as error:
        raise WrongUse(sentence_of(error)) from error
    except InvalidWebhookError as error:
        return error.flaw.value
    return None if matching_keys(signed, body, decoded) else "no_matching_signature"


def _posted(url: str, body: bytes, headers: dict[str, str], way_out: WayOut) -> requests.Response:
    try:
        with host_session(public_only=False, way_out=way_out) as session:
            return session.post(url, body, headers=headers, timeout=_TIMEOUT_SECONDS, allow_redirects=False)
    except (InvalidURL, MissingSchema, InvalidSchema) as error:
        raise WrongUse(
            text("{url} is no address to post to: expected one such as https://host.example/hook.", url=repr(url))
        ) from error
    except requests.exceptions.RequestException as error:
        raise Finding(
            text(
                "{url} gave no answer: {error}. Check the address and whether it runs.",
                url=url,
                error=type(error).__name__,
            )
        ) from error
