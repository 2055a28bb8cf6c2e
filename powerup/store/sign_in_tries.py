"""Tries to sign in, each written before its password is looked at, so that all processes together count them."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from powerup.store.identifiers import new_id
from powerup.store.sign_in_tables import sign_in_tries
from powerup.store.turns import take_turn


class SignInTries:
    """The tries of everybody, on a connection that a transaction of Database has given; email and address are marks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def since(self, email: str, address: str, since: datetime) -> tuple[int, int]:
        """How many tries there were from a moment (aware) on, for that e-mail and from that address.

        Others with the same e-mail wait until this transaction has ended.
        """
        take_turn(self._connection, f"sign-in:{email}")
        counts = []
        for column, value in ((sign_in_tries.c.email, email), (sign_in_tries.c.address, address)):
            query = select(func.count()).where(column == value, sign_in_tries.c.tried_at >= since)
            counts.append(int(self._connection.scalar(query) or 0))
        return counts[0], counts[1]

    def add(self, email: str, address: str, now: datetime) -> None:
        """Write a try; now is aware."""
        row = {"id": new_id("try"), "email": email, "address": address, "tried_at": now}
        self._connection.execute(insert(sign_in_tries), row)

    def forgive(self, email: str, address: str) -> None:
        """Remove the tries for an e-mail from an address: it was its owner."""
        same = (sign_in_tries.c.email == email) & (sign_in_tries.c.address == address)
        self._connection.execute(delete(sign_in_tries).where(same))


def forget_tries(connection: Connection, before: datetime) -> int:
    """Remove what was tried before a moment (aware); gives how many there were."""
    return connection.execute(delete(sign_in_tries).where(sign_in_tries.c.tried_at < before)).rowcount
