"""A mail server of this machine that catches what is handed to it over a real socket, or misbehaves as it is told."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from socket import AF_INET
from threading import Event, Thread
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from powerup.mail.mail_server import Encryption, MailServer, Post
from powerup.store.encryption import Secret

SENDER = Address("Contracten", "contracten", "voorbeeld.example")
USER, PASSWORD = "kantoor", "s3cr3t/w@ord"


@dataclass
class MailCatcher:
    """What it caught, and how it answers to a reader and to the mail itself; no answer: it hangs up."""

    mails: list[EmailMessage] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    to_reader: str = "250 fine"
    to_mail: str | None = "250 fine"
    port: int = 0
    encryption: Encryption = Encryption.NONE
    certificate: Path | None = None
    caught: Event = field(default_factory=Event)

    @property
    def post(self) -> Post:
        """What mail goes out by to this server."""
        return Post(self.server(), SENDER)

    def server(self, password: str = PASSWORD) -> MailServer:
        """As it is configured; it asks for a name and a password where it is encrypted."""
        if self.certificate is None:
            return MailServer("localhost", self.port, self.encryption)
        return MailServer("localhost", self.port, self.encryption, USER, Secret(password), str(self.certificate))

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.certificate is not None and not session.authenticated:
            return "530 who are you?"
        if self.to_reader.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_reader

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.readers += envelope.rcpt_tos
        content = envelope.original_content or b""
        self.mails.append(BytesParser(EmailMessage, policy=default).parsebytes(content))
        self.caught.set()
        if self.to_mail is None:
            assert server.transport
            server.transport.close()
            return "250 nobody hears this"
        return self.to_mail


def _authenticated(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
    known = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@contextmanager
def catching(encryption: Encryption = Encryption.NONE, certificate: Path | None = None) -> Iterator[MailCatcher]:
    """A server on a free port, in a thread of its own."""
    catcher = MailCatcher(encryption=encryption, certificate=certificate)
    loop, tls = asyncio.new_event_loop(), None
    if certificate is not None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)
    starttls = tls if encryption is Encryption.STARTTLS else None

    def protocol() -> SMTP:
        return SMTP(
            catcher,
            hostname="catcher.example",
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_require_tls=starttls is not None,
            authenticator=_authenticated if tls is not None else None,
            loop=loop,
        )

    from_first_byte = tls if encryption is Encryption.TLS else None
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    beginning = loop.create_server(protocol, "localhost", 0, family=AF_INET, ssl=from_first_byte)
    serving = asyncio.run_coroutine_threadsafe(beginning, loop).result()
    catcher.port = serving.sockets[0].getsockname()[1]
    try:
        yield catcher
    finally:
        asyncio.run_coroutine_threadsafe(_end(serving), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(serving: asyncio.Server) -> None:
    """Listen no more, and end what is still said."""
    serving.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for each in others:
        each.cancel()
    await asyncio.gather(*others, return_exceptions=True)
