"""Sealing all secrets anew with the first key, so that the keys behind it can be taken away."""

from sqlalchemy import Connection, Table, select, type_coerce, update
from sqlalchemy import Text as PlainText

from powerup.store.all_tables import METADATA
from powerup.store.columns import SealedText
from powerup.store.database import cipher_of


def reseal(connection: Connection) -> int:
    """Seal every secret in the database anew; gives how many there were.

    Raises EncryptionKeyError when one of them opens with none of the keys; nothing is changed then.
    """
    return sum(
        _reseal_column(connection, table, column.name)
        for table in METADATA.sorted_tables
        for column in table.c
        if isinstance(column.type, SealedText)
    )


def _reseal_column(connection: Connection, table: Table, name: str) -> int:
    column, cipher = table.c[name], cipher_of(connection)
    key = list(table.primary_key)
    rows = connection.execute(select(*key, column).where(column.is_not(None)).with_for_update()).all()
    for *values, sealed in rows:
        which = [part == value for part, value in zip(key, values, strict=True)]
        unchanged = type_coerce(column, PlainText) == sealed.text
        connection.execute(update(table).where(*which, unchanged).values({name: cipher.seal(cipher.open(sealed))}))
    return len(rows)
