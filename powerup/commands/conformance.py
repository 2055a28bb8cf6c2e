"""`powerup webhook conformance`: tries a power-up or a host against the webhook contract, from outside."""

import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

import click
import requests

from powerup.commands.kit.group import FINDING, Finding, WrongUse
from powerup.commands.kit.listening import parse_bind, refuse_taken
from powerup.commands.kit.options import json_option
from powerup.commands.kit.output import print_json
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings
from powerup.conformance.check import Check, Part, Played, Result, Unmet, Verdict, tried
from powerup.conformance.console import ByHand, HostConsole
from powerup.conformance.exchange import Wire
from powerup.conformance.invented_host import InventedHost
from powerup.conformance.listener import Listener
from powerup.conformance.of_host import HOST_CHECKS
from powerup.conformance.of_powerup import POWERUP_CHECKS
from powerup.conformance.playing_host import PlayedHost
from powerup.conformance.playing_powerup import PlayedPowerup
from powerup.conformance.report import document, lines, summary
from powerup.outsmart.address import web_address
from powerup.outsmart.public_session import host_session
from powerup.settings import read_way_out
from powerup.texts import Text, sentence_of, text
from powerup.webhooks.kit.signature import InvalidSigningKeyError, decoded_key

VARIABLES = ("POWERUP_CONFORMANCE_KEY",)
"""Where the listing key may stand for this command alone; it is no setting of a server."""

POWERUP, HOST = "powerup", "host"
"""The halves of the contract."""

_LISTEN = "127.0.0.1:8098"
_PATIENCE, _PATIENCE_BY_HAND = 30.0, 300.0


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
@click.option("--powerup", "half", flag_value=POWERUP, help="A power-up is at URL (default: where a manifest is).")
@click.option("--host", "half", flag_value=HOST, help="A host is at URL, with its test console (default: otherwise).")
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
    metavar="SECONDS",
    help="How long to wait for what comes by itself (default: 30, and 300 with --by-hand).",
)
@click.option("--by-hand", is_flag=True, help="Of a host: say what to do there, and wait for it.")
@click.option("--with-writes", is_flag=True, help="Of a host: make one work order there, and delete it.")
@click.option("--only", multiple=True, metavar="CHECK", help="Try this check alone; may be given several times.")
@click.option("--exchanges", is_flag=True, help="Show what was sent and what came of every check.")
@json_option
@pass_surroundings
@click.pass_context
def conformance(context: click.Context, surroundings: Surroundings, /, as_json: bool, **asked: Any) -> None:
    """Try the power-up or the host at URL against the webhook contract, by playing the other half.

    Of a host URL is that of its test console. Prints one line per check, and of what failed what was sent and what
    came; exit code 1 on a finding. Whatever it makes at the other side it removes, also when it is interrupted.
    """
    trial = Trial(surroundings, as_json=as_json, **asked)
    if not trial.passes():
        context.exit(FINDING)


@dataclass
class Trial:
    """One run, as it was asked for; the names are those of the options."""

    surroundings: Surroundings
    as_json: bool
    url: str
    half: str | None
    key: str | None
    environment: str
    listen: str
    reached_at: str | None
    patience: float | None
    by_hand: bool
    with_writes: bool
    only: tuple[str, ...]
    exchanges: bool

    def passes(self) -> bool:
        """Try it, and report. Raises WrongUse."""
        for address in filter(None, (self.url, self.reached_at)):
            _check_address(address)
        listing_key, bind = _key_given(self.surroundings, self.key), parse_bind(self.listen)
        if bind.port:
            refuse_taken(bind, "--listen")
        with (
            _told_to_stop_by_interrupt(),
            host_session(public_only=False, way_out=read_way_out(self.surroundings.environ)) as session,
            Listener(bind.address, bind.port, self.reached_at or "") as listener,
        ):
            wire = Wire(session, time.sleep)
            if self._is_powerup(wire):
                return self._reported(POWERUP, POWERUP_CHECKS, self._played_host(wire, listener, listing_key))
            return self._reported(HOST, HOST_CHECKS, self._played_powerup(wire, listener, listing_key))

    def _is_powerup(self, wire: Wire) -> bool:
        """Which half is there: as it was said, else whether a manifest is."""
        if self.half is not None or self.by_hand:
            return self.half == POWERUP
        try:
            answer = wire.send("GET", f"{self.url.rstrip('/')}/.well-known/powerup.json", {})
            return answer.status == requests.codes.ok and "manifest_version" in answer.document()
        except Unmet as unmet:
            raise Finding(
                text(
                    "{url} is neither half of the contract: {why} See --powerup and --host.",
                    url=self.url,
                    why=unmet.sentence,
                )
            ) from unmet

    def _played_host(self, wire: Wire, listener: Listener, listing_key: str) -> PlayedHost:
        return PlayedHost(
            wire,
            InventedHost(listener),
            url=self.url,
            listing_key=listing_key,
            environment=self.environment,
            clock=self.surroundings.clock,
            patience=self._patience,
        )

    def _played_powerup(self, wire: Wire, listener: Listener, listing_key: str) -> PlayedPowerup:
        return PlayedPowerup(
            wire,
            listener,
            ByHand(self._tell) if self.by_hand else HostConsole(wire, self.url),
            listing_key=listing_key,
            environment=self.environment,
            clock=self.surroundings.clock,
            patience=self._patience,
            with_writes=self.with_writes,
        )

    @property
    def _patience(self) -> float:
        return self.patience if self.patience is not None else _PATIENCE_BY_HAND if self.by_hand else _PATIENCE

    def _tell(self, sentence: Text) -> None:
        """What a person is to do; no part of the report."""
        self.surroundings.say(text("→ {sentence}", sentence=sentence), err=True)

    def _reported(self, half: str, checks: Sequence[Check[Played]], part: Played) -> bool:
        """Whether nothing was found."""
        reader, secrets, results = self.surroundings.reader, part.wire.secrets, list[Result]()
        try:
            for result in tried(_chosen(checks, self.only), part):
                results.append(result)
                if not self.as_json:
                    for line in lines(result, secrets, reader, all_exchanges=self.exchanges):
                        click.echo(line)
        finally:
            is_removed = self._removed(part)
        if self.as_json:
            print_json({"tried": half, "url": self.url, **document(results, secrets, reader)})
        else:
            click.echo(summary(results, reader))
        return is_removed and not any(each.verdict is Verdict.FAILED for each in results)

    def _removed(self, part: Part) -> bool:
        """Remove what was made at the other side; says, and tells, whether nothing of it stays there."""
        try:
            part.remove()
        except Unmet as unmet:
            told = text(
                "What was made for this could not be removed: {why} Run it again: that removes what earlier runs left.",
                why=unmet.sentence,
            )
            self.surroundings.say(told, err=True)
            return False
        return True


def _check_address(url: str) -> None:
    if web_address(url) is None:
        raise WrongUse(text("{url} is no address: expected one such as https://powerup.example/.", url=repr(url)))


def _chosen(checks: Sequence[Check[Played]], only: tuple[str, ...]) -> list[Check[Played]]:
    """The checks of these ids, all where none is named. Raises WrongUse for one that is not there."""
    known = {each.id for each in checks}
    if unknown := [each for each in only if each not in known]:
        raise WrongUse(text("There is no check {name}; there are {names}.", name=unknown[0], names=", ".join(known)))
    return [each for each in checks if not only or each.id in only]


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
