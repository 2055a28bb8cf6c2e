"""`powerup db`: the tables of the database."""

from pathlib import Path

import click

from powerup.commands.kit.group import FINDING, WrongUse
from powerup.commands.kit.options import json_option
from powerup.commands.kit.output import print_json
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings
from powerup.settings import make_data_dir
from powerup.store import database
from powerup.store.backup import back_up_sqlite
from powerup.store.resealing import reseal
from powerup.texts import counted, text


@click.group()
def db() -> None:
    """The database's tables."""


@db.command("upgrade")
@json_option
@pass_surroundings
def upgrade(surroundings: Surroundings, as_json: bool) -> None:
    """Bring the tables up to this version. Safe to run again."""
    settings = surroundings.settings()
    make_data_dir(settings.data_dir)
    database.upgrade(settings.database_url, pooled=settings.pooled)
    _show(database.check(settings.database_url, pooled=settings.pooled), surroundings, as_json)


@db.command("check")
@json_option
@pass_surroundings
@click.pass_context
def check(context: click.Context, surroundings: Surroundings, as_json: bool) -> None:
    """Tell whether the tables are those of this version; exit code 1 when they are not."""
    settings = surroundings.settings()
    make_data_dir(settings.data_dir)
    revision = database.check(settings.database_url, pooled=settings.pooled)
    _show(revision, surroundings, as_json)
    if not revision.is_current:
        context.exit(FINDING)


@db.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@pass_surroundings
def backup(surroundings: Surroundings, file: Path) -> None:
    """Copy a SQLite database that is in use into a new FILE. PostgreSQL brings its own: pg_dump."""
    settings = surroundings.settings()
    if not settings.database_url.startswith("sqlite"):
        raise WrongUse(text("This copies SQLite files. For PostgreSQL use pg_dump, as the page on operations says."))
    back_up_sqlite(settings.database_url, file)
    surroundings.say(text("The database is copied to {file}.", file=file))


@db.command("reseal")
@json_option
@pass_surroundings
def reseal_command(surroundings: Surroundings, as_json: bool) -> None:
    """Seal all tokens and keys anew with the first of POWERUP_ENCRYPTION_KEYS; the others can then be taken away."""
    with surroundings.parts() as parts, parts.database.write() as connection:
        number = reseal(connection)
    if as_json:
        print_json({"secrets": number})
    else:
        sealed = counted(
            "{number} secret is sealed with the first key.", "{number} secrets are sealed with the first key.", number
        )
        surroundings.say(sealed)


def _show(revision: database.Revision, surroundings: Surroundings, as_json: bool) -> None:
    if as_json:
        print_json({"ok": revision.is_current, "current": revision.current, "head": revision.head})
    elif revision.is_current:
        surroundings.say(text("The tables are up to date ({revision}).", revision=revision.current))
    elif revision.current:
        stale = text(
            "The database is at {revision}, this version needs {head}: run `powerup db upgrade`.",
            revision=revision.current,
            head=revision.head,
        )
        surroundings.say(stale)
    else:
        surroundings.say(text("The database has no tables yet: run `powerup db upgrade`."))
