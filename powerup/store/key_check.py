"""Whether the keys that this process was given open what the database holds."""

from sqlalchemy import Connection, select

from powerup.store.database import cipher_of
from powerup.store.errors import EncryptionKeyError
from powerup.store.tables import tenants


def keys_fit(connection: Connection, most: int) -> bool:
    """Try the tokens of so many tenants, the oldest ids first; True where there is nothing to open."""
    query = select(tenants.c.token).where(tenants.c.token.is_not(None)).order_by(tenants.c.id).limit(most)
    cipher = cipher_of(connection)
    try:
        for token in connection.scalars(query):
            cipher.open(token)
    except EncryptionKeyError:
        return False
    return True
