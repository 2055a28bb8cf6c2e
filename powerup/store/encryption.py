"""Secrets at rest: sealed before they reach the database, opened only where they are used (architecture: Parts)."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from powerup.store.errors import EncryptionKeyError
from powerup.texts import text


class Secret:
    """A text that no log, error or `repr` shows; `reveal` is the only way to it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, to be used and not kept."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        """Equal in constant time, so that comparing gives nothing away."""
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(self._text)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A secret as the database holds it: encrypted and signed by Fernet."""

    text: str


class Cipher:
    """Seals and opens with a list of keys: the first one seals, each of them opens, so that keys can be rotated."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take the keys, newest first, each 32 bytes in URL-safe base64 as Fernet makes them.

        Raises EncryptionKeyError when there is none, or one is malformed.
        """
        if not keys:
            raise EncryptionKeyError(
                text("POWERUP_ENCRYPTION_KEYS holds no key; it needs at least one to keep tokens with.")
            )
        self._fernet = MultiFernet([_fernet(key, place) for place, key in enumerate(keys, start=1)])

    def __repr__(self) -> str:
        return "Cipher(…)"

    def seal(self, secret: Secret) -> Sealed:
        """The secret as it may be written down."""
        return Sealed(self._fernet.encrypt(secret.reveal().encode()).decode("ascii"))

    def open(self, sealed: Sealed) -> Secret:
        """The secret back. Raises EncryptionKeyError when none of the keys sealed it."""
        try:
            return Secret(self._fernet.decrypt(sealed.text.encode("ascii")).decode())
        except (InvalidToken, UnicodeEncodeError) as error:
            raise EncryptionKeyError(
                text(
                    "None of the keys in POWERUP_ENCRYPTION_KEYS opens the tokens in the database. Put the key that "
                    "they were written with back into the list, behind the newer ones."
                )
            ) from error


def _fernet(key: str, place: int) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        raise EncryptionKeyError(
            text(
                "Key {place} of POWERUP_ENCRYPTION_KEYS is not one: expected 32 bytes in URL-safe base64, 44 "
                "characters.",
                place=place,
            )
        ) from None
