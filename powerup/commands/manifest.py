"""`powerup manifest`: what the power-up offers to a host, as it is published and as it is checked in."""

from pathlib import Path

import click

from powerup.commands.kit.group import Finding
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings
from powerup.texts import text
from powerup.webhooks.manifest.manifest_document import (
    UNFILLED,
    manifest_files,
    manifest_text,
    stale_files,
    write_manifest,
)

_directory_argument = click.argument(
    "directory", type=click.Path(file_okay=False, path_type=Path), default=Path("manifest")
)


@click.group("manifest")
def manifest_command() -> None:
    """The power-up's manifest, written from its own list of actions."""


@manifest_command.command("show")
@click.option("--base-url", default=UNFILLED, help="Address of the server (default: left open).")
def show(base_url: str) -> None:
    """Print the manifest."""
    click.echo(manifest_text(base_url), nl=False)


@manifest_command.command("write")
@_directory_argument
@pass_surroundings
def write(surroundings: Surroundings, directory: Path) -> None:
    """Write the manifest and the schemas into DIRECTORY (default: manifest)."""
    write_manifest(directory)
    surroundings.say(text("Written: {files}", files=[str(directory / name) for name in manifest_files()]))


@manifest_command.command("check")
@_directory_argument
@pass_surroundings
def check(surroundings: Surroundings, directory: Path) -> None:
    """Say whether the files in DIRECTORY (default: manifest) are those that this version would write."""
    stale = stale_files(directory)
    if stale:
        raise Finding(
            text(
                "Not up to date: {files}. Write them with: powerup manifest write {directory}",
                files=list(stale),
                directory=directory,
            )
        )
    surroundings.say(text("The manifest and its schemas are up to date."))
