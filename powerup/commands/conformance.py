"""`powerup webhook conformance`: tries a power-up or a host against the webhook contract, from outside."""

import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

import click

from powerup.commands.kit.group import FINDING, WrongUse
from powerup.commands.kit.listening import parse_bind, refuse_taken
from powerup.commands.kit.options import json_option
from powerup.commands.kit.output import print_json
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings
from powerup.conformance.check import Check, Result, Unmet, Verdict, tried
from powerup.conformance.exchange import Wire
from powerup.conformance.invented_host import InventedHost
from powerup.conformance.listener import Listener
from powerup.conformance.of_powerup import POWERUP_CHECKS
from powerup.conformance.playing_host import PlayedHost
from powerup.conformance.report import document, lines, summary
from powerup.outsmart.address import web_address
from powerup.outsmart.public_session import host_session
from powerup.settings import read_way_out
from powerup.texts import sentence_of, text
from powerup.webhooks.kit.signature import InvalidSigningKeyError, decoded_key

VARIABLES = ("POWERUP_CONFORMANCE_KEY",)
"""Where the listing key may stand for this command alone; it is no setting of a server."""

_LISTEN = "127.0.0.1:8098"


def _key_given(surroundings: Surroundings, option: str | None) -> str:
    """The listing key as option, else from the environment, else asked for without showing it. Raises WrongUse."""
    given = option if option is not None else surroundings.environ.get(VARIABLES[0])
    if given is None:
        question = text("Listing key")
        if sys.stdin.isatty():
            given = str(click.prompt(surroundings.reader.say(question), hide_input=True, err=True))
        else:
            given = sys.stdin.readline()
    try:
        decoded_key(given.strip())
    except InvalidSigningKeyError as error:
        raise WrongUse(sentence_of(error)) from error
    return given.strip()


@click.command("conformance")
@click.argument("url")
@click.option("--key", metavar="whsec_…", help="The listing key. Left out: from the environment, or asked for.")
@click.option(
    "--environment",
    type=click.Choice(["sandbox", "production"]),
    default="sandbox",
    show_default=True,
    help="The kind of installation that is played.",
)
@click.option(
    "--listen", default=_LISTEN, show_default=True, metavar="ADDRESS:PORT", help="Where the other side comes to us."
)
@click.option("--reached-at", metavar="URL", help="How it reaches that address (default: as it is).")
@click.option(
    "--patience",
    type=click.FloatRange(min=0),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for what comes by itself.",
)
@click.option("--only", multiple=True, metavar="CHECK", help="Try this check alone; may be given several times.")
@click.option("--exchanges", is_flag=True, help="Show what was sent and what came of every check.")
@json_option
@pass_surroundings
@click.pass_context
def conformance(
    context: click.Context,
    surroundings: Surroundings,
    url: str,
    key: str | None,
    environment: str,
    listen: str,
    reached_at: str | None,
    patience: float,
    only: tuple[str, ...],
    exchanges: bool,
    as_json: bool,
) -> None:
    """Try the power-up at URL against the webhook contract, by playing a host with a tenant of its own.

    Prints one line per check, and of what failed what was sent and what came; exit code 1 on a finding. Whatever it
    makes at the other side it removes, also when it is interrupted.
    """
    _check_address(url)
    chosen = _chosen(POWERUP_CHECKS, only)
    listing_key, bind = _key_given(surroundings, key), parse_bind(listen)
    if reached_at:
        _check_address(reached_at)
    if bind.port:
        refuse_taken(bind, "--listen")
    results: list[Result] = []
    with (
        _told_to_stop_by_interrupt(),
        host_session(public_only=False, way_out=read_way_out(surroundings.environ)) as session,
        Listener(bind.address, bind.port, reached_at or "") as listener,
    ):
        host = PlayedHost(
            Wire(session, time.sleep),
            InventedHost(listener),
            url=url,
            listing_key=listing_key,
            environment=environment,
            clock=surroundings.clock,
            patience=patience,
        )
        try:
            for result in tried(chosen, host):
                results.append(result)
                if not as_json:
                    _show(surroundings, host.wire, result, all_exchanges=exchanges)
        finally:
            is_removed = _removed(surroundings, host)
    if as_json:
        print_json({"tried": "powerup", "url": url, **document(results, host.wire.secrets, surroundings.reader)})
    else:
        click.echo(summary(results, surroundings.reader))
    if not is_removed or any(each.verdict is Verdict.FAILED for each in results):
        context.exit(FINDING)


def _check_address(url: str) -> None:
    if web_address(url) is None:
        raise WrongUse(text("{url} is no address: expected one such as https://powerup.example/.", url=repr(url)))


def _chosen(checks: Sequence[Check[PlayedHost]], only: tuple[str, ...]) -> list[Check[PlayedHost]]:
    """The checks of these ids, all where none is named. Raises WrongUse for one that is not there."""
    known = {each.id for each in checks}
    if unknown := [each for each in only if each not in known]:
        raise WrongUse(text("There is no check {name}; there are {names}.", name=unknown[0], names=", ".join(known)))
    return [each for each in checks if not only or each.id in only]


def _show(surroundings: Surroundings, wire: Wire, result: Result, *, all_exchanges: bool) -> None:
    for line in lines(result, wire.secrets, surroundings.reader, all_exchanges=all_exchanges):
        click.echo(line)


def _removed(surroundings: Surroundings, host: PlayedHost) -> bool:
    """Remove what was made at the power-up; says, and tells, whether nothing of it stays there."""
    try:
        host.remove()
    except Unmet as unmet:
        told = text(
            "What was made for this could not be removed: {why} Run it again: that removes what earlier runs left.",
            why=unmet.sentence,
        )
        surroundings.say(told, err=True)
        return False
    return True


@contextmanager
def _told_to_stop_by_interrupt() -> Iterator[None]:
    """SIGTERM ends what runs in here as Ctrl-C does, so that it cleans up."""

    def stop(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
