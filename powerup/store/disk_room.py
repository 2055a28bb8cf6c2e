"""Whether the disk of an SQLite database has room for what is written."""

import shutil
from pathlib import Path

from sqlalchemy import make_url

LEAST_ROOM = 32 * 2**20
"""Bytes: a cycle of a large firm writes some megabytes before what it wrote goes into the database's file."""


def has_room(database_url: str) -> bool:
    """Whether at least LEAST_ROOM is free where the file is; a server looks after its own disk, and counts as having
    it."""
    address = make_url(database_url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return True
    return shutil.disk_usage(Path(address.database).parent).free >= LEAST_ROOM
