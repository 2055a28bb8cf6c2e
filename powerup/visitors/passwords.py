"""Passwords: how they are kept, compared and judged."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from powerup.errors import PowerupError
from powerup.texts import Text, text

LEAST_CHARACTERS = 10
MOST_CHARACTERS = 200
_LEAST_DIFFERENT = 4

_OF_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$eyO7c2U/+cblqzA8kHhRQQ$0PHpo9IKSQf/WNNvBgT/eqpNNWHo4zjjmYBuhhhouLk"
"""Compared with where there is nobody; made with the same parameters."""

_AT_ONCE = 2
"""Each takes 19 MiB and a core for a while."""

_WAITING = 2
"""Whoever comes while so many wait is sent away, so that threads are left for who is signed in already."""


class TooManyAtOnce(PowerupError):
    """More people sign in at this moment than there is room for."""

    def __init__(self) -> None:
        super().__init__(text("Many people are signing in at this moment. Try again in a few seconds."))


class Passwords:
    """Hashes by argon2id with the least memory that OWASP names for it (19 MiB, two rounds)."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._places = BoundedSemaphore(_AT_ONCE + _WAITING)
        self._turns = BoundedSemaphore(_AT_ONCE)

    def hash(self, password: str) -> str:
        """What is kept of a password. Raises TooManyAtOnce."""
        with self._turn():
            return self._hasher.hash(password)

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether it is the password that was kept; where none was (None), no, after the same work.

        Raises TooManyAtOnce.
        """
        with self._turn():
            try:
                self._hasher.verify(kept or _OF_NOBODY, password[:MOST_CHARACTERS])
            except (Argon2Error, InvalidHashError):
                return False
        return kept is not None

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise TooManyAtOnce
        try:
            with self._turns:
                yield
        finally:
            self._places.release()


def flaw_of(password: str, email: str) -> Text | None:
    """What is wrong with a password that somebody chooses; None where nothing is."""
    if len(password) < LEAST_CHARACTERS:
        return text("Take a password of at least {least} characters.", least=LEAST_CHARACTERS)
    if len(password) > MOST_CHARACTERS:
        return text("Take a password of at most {most} characters.", most=MOST_CHARACTERS)
    if len(set(password.lower())) < _LEAST_DIFFERENT or password.lower() == email:
        return text("That password is easily guessed: take another one, such as four words.")
    return None
