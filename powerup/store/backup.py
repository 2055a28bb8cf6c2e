"""A copy of a SQLite database that is in use: whole, and of one moment."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from powerup.store.errors import BackupError
from powerup.texts import text


def back_up_sqlite(database_url: str, target: Path) -> None:
    """Copy the database into a new file, while others go on reading and writing.

    Raises BackupError when the target is there already, or cannot be written; what was begun is removed.
    """
    if target.exists():
        raise BackupError(text("{file} is there already; name a new file.", file=target))
    source = make_url(database_url).database or ""
    try:
        with closing(sqlite3.connect(source)) as open_source, closing(sqlite3.connect(target)) as open_target:
            open_source.backup(open_target)
    except (sqlite3.Error, OSError) as error:
        target.unlink(missing_ok=True)
        words = str(error)
        raise BackupError(
            text("The database could not be copied to {file}: {words}.", file=target, words=words)
        ) from error
