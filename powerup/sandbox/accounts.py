"""Accounts of the stand-in beside the firm's own: each has tokens, records and work orders of its own.

The firm's own account is number 1; it alone has pages and the marketplace. Faults and the sandbox's today are those of
all accounts.
"""

import threading
from dataclasses import dataclass, field
from pathlib import Path

from powerup.sandbox.credentials import Credentials
from powerup.sandbox.errors import NotFoundError
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.host import Host, open_account

PURPOSE = "by hand"


@dataclass(frozen=True, slots=True)
class Account:
    """One customer account of the host, with the tokens by which it is reached."""

    number: int
    host: Host

    @property
    def credentials(self) -> Credentials:
        """The same ones at every start."""
        return self.host.credentials.issued_for(PURPOSE)


@dataclass(slots=True)
class Accounts:
    """All accounts, those that were added at an earlier start too.

    Args:
        first: the firm's own.
        directory: of the stand-in; each further account has a directory in it.
    """

    first: Host
    directory: Path
    _others: list[Account] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        while self._directory_of(len(self._others) + 2).is_dir():
            self._open_next()

    def add(self) -> Account:
        """A further account, with the example firm's records and no work orders."""
        with self._lock:
            account = self._open_next()
        fill_with_example(account.host)
        return account

    def listed(self) -> list[Account]:
        """Every account, by number."""
        return [Account(1, self.first), *self._others]

    def numbered(self, number: int) -> Account:
        """One account.

        Raises:
            NotFoundError: there is none of that number.
        """
        if not 1 <= number <= len(self._others) + 1:
            raise NotFoundError(f"there is no account {number}")
        return self.listed()[number - 1]

    def host_of(self, token: str | None) -> Host:
        """The account that a call with this token is about; the firm's own where nobody knows the token."""
        others = self._others if token else []
        return next((each.host for each in others if each.host.credentials.knows(token)), self.first)

    def close(self) -> None:
        """Close the files of the further accounts."""
        for account in self._others:
            account.host.store.close()

    def _open_next(self) -> Account:
        number = len(self._others) + 2
        account = Account(number, open_account(self._directory_of(number), self.first))
        self._others.append(account)
        return account

    def _directory_of(self, number: int) -> Path:
        return self.directory / "accounts" / str(number)
