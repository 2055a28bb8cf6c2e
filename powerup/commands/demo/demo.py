"""`powerup demo`: everything on one machine, filled with an example firm."""

import shlex
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click
from rich.console import Console

from powerup.commands.demo.contracts import enter_contracts
from powerup.commands.demo.example_admin import EXAMPLE_ADMIN, EXAMPLE_PASSWORD, let_example_admin_in
from powerup.commands.demo.story import Story
from powerup.commands.demo.world import LOOPBACK, World, open_world
from powerup.commands.kit.alone import alone_in
from powerup.commands.kit.group import Finding
from powerup.commands.kit.listening import Bind, refuse_taken
from powerup.commands.kit.output import console
from powerup.commands.kit.stopping import until_told_to_stop, wait_until_told
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings
from powerup.sandbox.installation import RUNNING, Installation
from powerup.settings import DEMO_DIR
from powerup.texts import Reader, text

PORT, HOST_PORT = 8000, 8001


@click.command("demo")
@click.option("--port", type=click.IntRange(0, 65535), help=f"Port of the power-up (default {PORT}).")
@click.option("--host-port", type=click.IntRange(0, 65535), help=f"Port of the stand-in host (default {HOST_PORT}).")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEMO_DIR,
    show_default=True,
    help="Directory in which the demo goes on where it was.",
)
@click.option("--once", is_flag=True, help="Tell the story of one year in a fresh directory, and end.")
@pass_surroundings
def demo(surroundings: Surroundings, port: int | None, host_port: int | None, data: Path, once: bool) -> None:
    """Run a stand-in host, the power-up and its timer on this machine, filled with an example firm."""
    if once:
        _tell_once(surroundings, port or 0, host_port or 0)
    else:
        _run_on(surroundings, data, PORT if port is None else port, HOST_PORT if host_port is None else host_port)


def _tell_once(surroundings: Surroundings, port: int, host_port: int) -> None:
    _refuse_taken(port, host_port)
    with (
        tempfile.TemporaryDirectory(prefix="powerup-demo-") as directory,
        open_world(Path(directory), port, host_port, surroundings.clock) as world,
    ):
        Story(world, console(), surroundings.reader).tell()


def _run_on(surroundings: Surroundings, data: Path, port: int, host_port: int) -> None:
    _refuse_taken(port, host_port)
    with alone_in(data, "--data"), open_world(data, port, host_port, surroundings.clock) as world:
        world.host.host.change_switches({"events": True})
        installed = world.host.marketplace.book.find()
        if installed is None:
            _fill(world)
        elif installed.state in RUNNING:
            _meet_again(world, installed)
        if (found := world.host.marketplace.book.find()) and found.state in RUNNING:
            let_example_admin_in(world)
        with until_told_to_stop(), ExitStack() as stack:
            background = world.parts.background()
            background.start()
            stack.callback(background.stop)
            _show_addresses(console(), surroundings.reader, world, data)
            wait_until_told()
    surroundings.say(text("The demo has ended; run it again and it goes on where it was."), err=True)


def _refuse_taken(port: int, host_port: int) -> None:
    refuse_taken(Bind(LOOPBACK, port), "--port")
    refuse_taken(Bind(LOOPBACK, host_port), "--host-port")


def _fill(world: World) -> None:
    """Install, and enter the example contracts."""
    installed = world.host.marketplace.install(world.powerup_url)
    if installed.state not in RUNNING:
        raise Finding(text("The power-up could not be installed: {words}", words=installed.reason))
    enter_contracts(world)


def _meet_again(world: World, installed: Installation) -> None:
    """Started on other ports than before, the host tells the power-up where both of them are now."""
    if installed.powerup_url == world.powerup_url and world.api_urls() <= {world.host.api_url}:
        return
    moved = world.host.marketplace.introduce_again(world.powerup_url)
    if moved.state not in RUNNING:
        raise Finding(text("The power-up was not found again at its new address: {words}", words=moved.reason))


def _show_addresses(screen: Console, reader: Reader, world: World, data: Path) -> None:
    screen.print(reader.say(text("The demo runs. Ctrl-C ends it.")), style="bold")
    where = (
        (text("begin here"), f"{world.host.url}/panels/office"),
        (text("stand-in host"), f"{world.host.url}/   ({world.host.marketplace.book.firm().name})"),
        (text("without a host"), f"{world.powerup_url}sign-in   ({EXAMPLE_ADMIN}, {EXAMPLE_PASSWORD})"),
        (text("power-up"), f"{world.powerup_url}health/ready"),
        (text("kept in"), str(data)),
    )
    for what, place in where:
        screen.print(f"  {reader.say(what):<15} {place}", markup=False, soft_wrap=True)
    screen.print(reader.say(text("Look at it from another terminal:")))
    settings = f"POWERUP_ENVIRONMENT=sandbox POWERUP_DATA_DIR={shlex.quote(str(data.absolute()))}"
    for command in ("tenant list", "audit --all"):
        screen.print(f"  {settings} {_powerup()} {command}", markup=False, soft_wrap=True)


def _powerup() -> str:
    """How this program is typed at any prompt: a newcomer's virtual environment is seldom activated."""
    typed = Path(sys.argv[0])
    return shlex.quote(str(typed.absolute())) if typed.is_file() and not shutil.which("powerup") else "powerup"
