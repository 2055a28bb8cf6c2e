"""The operator's mail server, and one try to hand it a mail, which ends within its time whatever the server does."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from enum import StrEnum
from threading import Timer
from time import monotonic

from powerup.errors import PowerupError
from powerup.outsmart.lookups import LOOKUPS
from powerup.plain_text import shown_plainly
from powerup.store.encryption import Secret
from powerup.texts import text

WITHIN_SECONDS = 20.0
"""That one mail may take, from the look-up of the server's name to its last answer."""

_LONGEST_ANSWER = 200
_READY = 220
_FOR_GOOD = 500
"""From this code on an answer is meant for good (RFC 5321, 4.2.1)."""


class Encryption(StrEnum):
    """How the connection is encrypted: from its first byte, after a word in the clear, or not at all."""

    TLS = "smtps"
    STARTTLS = "smtp+starttls"
    NONE = "smtp"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over; user is empty where the server asks for no name and password.

    ca_bundle is a file with the certificates that count in place of the public ones, empty where those do.
    """

    host: str
    port: int
    encryption: Encryption
    user: str = ""
    password: Secret | None = field(default=None, repr=False)
    ca_bundle: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """What mail goes out by: the server, and whom it is from."""

    server: MailServer
    sender: Address


class Handed(StrEnum):
    """How a try ended."""

    TAKEN = "taken"
    REFUSED = "refused"
    """This mail, for good."""
    LATER = "later"
    """This mail, for now: another one may be taken."""
    OUT_OF_REACH = "out_of_reach"
    """Nothing was handed over, and nothing else would be now."""
    UNKNOWN = "unknown"
    """All was said, and no answer came: it may be on its way."""


@dataclass(frozen=True, slots=True)
class Handing:
    """How a try ended, with a few words why, for the log."""

    outcome: Handed
    words: str


class MailServerError(PowerupError):
    """The mail server could not be used."""

    def __init__(self, words: str) -> None:
        super().__init__(text("The mail server could not be used: {words}", words=words))


def hand_over(post: Post, mail: EmailMessage, within_seconds: float = WITHIN_SECONDS) -> Handing:
    """Hand one mail to the server, once."""
    connection = _Connection(post, within_seconds)
    try:
        with connection.open():
            connection.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        return Handing(Handed.REFUSED if code >= _FOR_GOOD else Handed.LATER, _told(code, answer))
    except smtplib.SMTPDataError as error:
        refused = Handed.REFUSED if error.smtp_code >= _FOR_GOOD else Handed.LATER
        return Handing(refused, _told(error.smtp_code, error.smtp_error))
    except smtplib.SMTPNotSupportedError as error:
        return Handing(Handed.REFUSED, str(error))  # an address that this server cannot write
    except (smtplib.SMTPException, OSError) as error:
        outcome = Handed.UNKNOWN if connection.said_all else Handed.OUT_OF_REACH
        return Handing(outcome, connection.words_of(error))
    return Handing(Handed.TAKEN, "taken")


def greet(post: Post, within_seconds: float = WITHIN_SECONDS) -> None:
    """Go as far as name and password, and hand nothing over. Raises MailServerError."""
    connection = _Connection(post, within_seconds)
    try:
        with connection.open():
            pass
    except (smtplib.SMTPException, OSError) as error:
        raise MailServerError(connection.words_of(error)) from error


class _Connection(smtplib.SMTP):
    """A connection to the server that is cut when its time is over: one that says a word now and then would go on for
    ever otherwise."""

    def __init__(self, post: Post, within_seconds: float) -> None:
        """Nothing is connected yet."""
        self.said_all = False
        self._server = post.server
        self._within_seconds = within_seconds
        self._until = monotonic() + within_seconds
        self._opened: socket.socket | None = None
        self._was_cut = False
        super().__init__(local_hostname=post.sender.domain, timeout=within_seconds)
        self._host = post.server.host  # whose name its certificate has to bear

    @contextmanager
    def open(self) -> Iterator[None]:
        """In here the server knows our name and password."""
        end = Timer(self._until - monotonic(), self._cut)
        end.daemon = True
        end.start()
        try:
            self._come_in()
            yield
            with suppress(smtplib.SMTPException, OSError):
                self.quit()
        finally:
            end.cancel()
            self.close()

    def data(self, msg: bytes | str) -> tuple[int, bytes]:  # type: ignore[override] # as the library calls it
        """Called by the library with the mail itself."""
        self.said_all = True
        return super().data(msg)

    def words_of(self, error: Exception) -> str:
        """Why it failed, without what was said to the server."""
        if self._was_cut:
            return f"no answer within {self._within_seconds:g} s"
        if isinstance(error, smtplib.SMTPResponseException):
            return _told(error.smtp_code, error.smtp_error)
        return shown_plainly(f"{type(error).__name__}: {error}")[:_LONGEST_ANSWER]

    def _come_in(self) -> None:
        server = self._server
        code, answer = self.connect(server.host, server.port)
        if code != _READY:
            raise smtplib.SMTPConnectError(code, answer)
        if server.encryption is Encryption.STARTTLS:
            self.starttls(context=self._tls())
        self.ehlo_or_helo_if_needed()
        if server.user:
            self.login(server.user, server.password.reveal() if server.password else "")

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002 - the library's own
        """Called by the library where it connects, and made for being replaced."""
        addresses = LOOKUPS.addresses(host, port, self._until - monotonic())
        self._opened = _first_connected(addresses, port, self._until)
        if self._server.encryption is Encryption.TLS:
            self._opened = self._tls().wrap_socket(self._opened, server_hostname=host)
        return self._opened

    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._server.ca_bundle or None)

    def _cut(self) -> None:
        self._was_cut = True
        if self._opened is not None:
            with suppress(OSError):
                self._opened.shutdown(socket.SHUT_RDWR)


def _first_connected(addresses: list[str], port: int, until: float) -> socket.socket:
    failure = OSError("the name has no address")
    for place, address in enumerate(addresses):
        left = until - monotonic()
        if left <= 0:
            raise TimeoutError("no address of it answered in time")
        try:
            return socket.create_connection((address, port), left / (len(addresses) - place))
        except OSError as error:
            failure = error
    raise failure


def _told(code: int, answer: bytes | str) -> str:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return shown_plainly(f"answered {code} {words}")[:_LONGEST_ANSWER]
