"""A mail as it goes out: plain text and HTML beside each other, with headers that nobody can add a line to."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from textwrap import fill

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from powerup.mail.digest import Digest
from powerup.plain_text import without_odd_characters

_WIDTH = 76
_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


def mail_of(digest: Digest, sender: Address, to: str, message_id: str, now: datetime) -> EmailMessage:
    """The mail, of a moment (aware); message_id, without its domain, is the same for the same reader and day."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = " ".join(without_odd_characters(digest.subject).split())
    mail["Date"] = now
    mail["Message-ID"] = f"<{message_id}@{sender.domain}>"
    mail["Content-Language"] = digest.language
    mail["List-Unsubscribe"] = f"<{digest.account}>"
    mail["Auto-Submitted"] = "auto-generated"  # so that nobody's answering machine answers it (RFC 3834)
    mail.set_content(plain_text_of(digest))
    mail.add_alternative(_TEMPLATES.get_template("digest.html").render(digest=digest), subtype="html")
    return mail


def plain_text_of(digest: Digest) -> str:
    """What a reader without HTML sees."""
    parts = []
    for section in digest.sections:
        lines = (fill(f"- {line}", _WIDTH, subsequent_indent="  ", break_on_hyphens=False) for line in section.lines)
        parts.append("\n".join([section.heading, "=" * len(section.heading), *lines, section.link]))
    return "\n\n".join([*parts, f"--\n{digest.ending}\n{digest.account}\n"])
