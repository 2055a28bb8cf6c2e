"""`powerup serve`, `timer` and `sandbox`: the processes that run until they are told to stop."""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import click

from powerup.app import create_app
from powerup.commands.kit.clock_check import refuse_wrong_clock
from powerup.commands.kit.group import WrongUse
from powerup.commands.kit.listening import Bind, parse_bind, refuse_taken
from powerup.commands.kit.metrics import metrics_option, serving_metrics
from powerup.commands.kit.several_processes import in_several_processes
from powerup.commands.kit.stopping import until_told_to_stop, wait_until_told
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings
from powerup.commands.kit.web_server import listening, web_server
from powerup.parts import Background, begin_to_run_on
from powerup.sandbox.errors import SandboxError
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.faults import parse_fault
from powerup.sandbox.server import SandboxServer
from powerup.settings import Settings, make_data_dir, read_settings
from powerup.store import database
from powerup.texts import sentence_of, text

_MOST_PROCESSES = 64


@click.command("serve")
@click.option("--bind", metavar="ADDRESS:PORT", help="Where to listen (default: 127.0.0.1 and the setting PORT).")
@click.option("--no-timer", is_flag=True, help="Only answer requests; another process runs `powerup timer`.")
@click.option(
    "--processes",
    type=click.IntRange(1, _MOST_PROCESSES),
    default=1,
    show_default=True,
    help="Answer requests in so many processes; with --no-timer.",
)
@pass_surroundings
def serve(surroundings: Surroundings, bind: str | None, no_timer: bool, processes: int) -> None:
    """Run the web server, and the timer with it: the whole product on one machine."""
    settings = surroundings.settings()
    if processes > 1 and not no_timer:
        raise WrongUse(text("Several processes only answer requests: give --no-timer, and run `powerup timer` beside."))
    where = parse_bind(bind or f"127.0.0.1:{settings.port}")
    refuse_taken(where, "--bind")
    _bring_sqlite_up_to_date(settings)
    if processes == 1:
        _answer(surroundings, where, with_timer=not no_timer)
        return
    with until_told_to_stop():
        in_several_processes(processes, partial(_answer, surroundings, where, with_timer=False, shared=True))


def _answer(surroundings: Surroundings, where: Bind, *, with_timer: bool, shared: bool = False) -> None:
    """Answer requests until told to stop; shared: beside other processes at the same address."""
    with surroundings.parts() as parts, until_told_to_stop(), ExitStack() as stack:
        refuse_wrong_clock(parts)
        app, background = create_app(parts), parts.background() if with_timer else None
        begin_to_run_on()
        parts.readers.begin_threads()
        server = web_server(app, stack.enter_context(listening(where, shared=shared)))
        stack.callback(server.close)
        if background:
            _start(background, stack)
        address = parts.settings.base_url
        surroundings.say(
            text("Listening on http://{where}/ for {address}. Ctrl-C ends it.", where=where, address=address), err=True
        )
        server.run()


@click.command("timer")
@metrics_option
@pass_surroundings
def timer(surroundings: Surroundings, metrics_bind: str | None) -> None:
    """Run the timer alone: cycles of every tenant that is due (or a word to the workers), and callbacks to hosts."""
    with surroundings.parts() as parts, until_told_to_stop(), ExitStack() as stack:
        refuse_wrong_clock(parts)
        background = parts.background()
        begin_to_run_on()
        parts.readers.begin_threads()
        stack.enter_context(serving_metrics(parts, metrics_bind))
        _start(background, stack)
        surroundings.say(text("The timer runs. Ctrl-C ends it."), err=True)
        wait_until_told()


@click.command("sandbox")
@click.option("--bind", default="127.0.0.1:8001", show_default=True, metavar="ADDRESS:PORT")
@click.option("--fault", "faults", multiple=True, metavar="NAME=RATE", help="A fault and its share of the calls.")
@click.option(
    "--accounts", type=click.IntRange(1, 1000), default=1, show_default=True, help="So many accounts, each with tokens."
)
@click.option("--switches", type=click.File("rb"), help="Behave as a host: what `powerup host profile --json` says.")
@pass_surroundings
def sandbox(
    surroundings: Surroundings, bind: str, faults: tuple[str, ...], accounts: int, switches: BinaryIO | None
) -> None:
    """Run a stand-in for the host, with an example firm: API 8, a marketplace and a board of work orders."""
    where = parse_bind(bind)
    refuse_taken(where, "--bind")
    settings = read_settings({**surroundings.environ, "POWERUP_ENVIRONMENT": "sandbox"})
    directory = settings.data_dir / "host"
    server = SandboxServer(directory, str(where), next((key for _, key in settings.listing_keys), None))
    with until_told_to_stop(), ExitStack() as stack:
        stack.callback(server.stop)
        _prepare(server, faults, _switches_in(switches) if switches else {})
        while len(server.accounts.listed()) < accounts:
            server.add_account()
        server.start()
        tokens = _write_tokens(directory, server)
        surroundings.say(
            text("The stand-in host is at {address}, its API at {api}.", address=server.url, api=server.api_url),
            err=True,
        )
        surroundings.say(
            text("Tokens for `powerup tenant add` are in {file}. Ctrl-C ends it.", file=tokens),
            err=True,
        )
        wait_until_told()


def _start(background: Background, stack: ExitStack) -> None:
    background.start()
    stack.callback(background.stop)


def _switches_in(file: BinaryIO) -> Mapping[str, Any]:
    """The switches of a profile. Raises WrongUse."""
    try:
        document = json.loads(file.read())
    except (ValueError, RecursionError):
        document = None
    switches = document.get("switches") if isinstance(document, dict) else None
    if not isinstance(switches, dict):
        words = text(
            "{file} has no switches of a host: give what `powerup host profile --json` says.", file=str(file.name)
        )
        raise WrongUse(words)
    return switches


def _prepare(server: SandboxServer, faults: tuple[str, ...], switches: Mapping[str, Any]) -> None:
    try:
        server.host.change_switches(switches)
        for fault in faults:
            server.host.faults.set(parse_fault(fault))
    except SandboxError as error:
        raise WrongUse(sentence_of(error)) from error
    fill_with_example(server.host)


def _write_tokens(directory: Path, server: SandboxServer) -> Path:
    """Tokens are not shown on a screen, those of a stand-in neither: habits are made there."""
    path = directory / "tokens.json"
    path.touch(mode=0o600)
    pairs = [
        {"token": each.credentials.token, "software_token": each.credentials.software_token}
        for each in server.accounts.listed()
    ]
    path.write_text(json.dumps({**pairs[0], "accounts": pairs}, indent=2))
    return path


def _bring_sqlite_up_to_date(settings: Settings) -> None:
    """One file on one machine has nobody else to do it; a shared database is migrated by the release."""
    if settings.database_url.startswith("sqlite"):
        make_data_dir(settings.data_dir)
        database.upgrade(settings.database_url)
