"""One process at a time in a directory."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from powerup.commands.kit.group import WrongUse
from powerup.settings import make_data_dir
from powerup.texts import text

_LOCK_FILE = "running.lock"


@contextmanager
def alone_in(directory: Path, option: str) -> Iterator[None]:
    """Hold the directory for this process until the end; one that is killed lets go of it.

    Raises WrongUse, naming the option that chooses another directory, when a process holds it already, and
    SettingsError when it cannot be made.
    """
    make_data_dir(directory)
    # SQLite locks files alike on every system, and leaves no lock behind.
    with closing(sqlite3.connect(directory / _LOCK_FILE, timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise WrongUse(
                    text(
                        "Another process runs in {directory}: use that one, end it, or choose another with {option}.",
                        directory=directory,
                        option=option,
                    )
                ) from error
            raise WrongUse(
                text(
                    "{directory} cannot be written to ({words}): choose another one with {option}.",
                    directory=directory,
                    words=str(error),
                    option=option,
                )
            ) from error
        yield
