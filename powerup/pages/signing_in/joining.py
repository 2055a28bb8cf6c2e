"""What somebody fills in who takes an invitation up, or changes name or password later."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from powerup.texts import Text, text
from powerup.visitors.passwords import flaw_of

_LONGEST_NAME = 100

Flaws = dict[str, Text]
"""What is wrong, by field."""


@dataclass(frozen=True, slots=True)
class Joining:
    """Name and password, and what is wrong with them."""

    name: str
    password: str = field(repr=False)
    flaws: Flaws


def joining_of(form: Mapping[str, str], email: str) -> Joining:
    """As a form has them."""
    name, name_flaws = name_of(form)
    password, password_flaws = new_password_of(form, email)
    return Joining(name, password, name_flaws | password_flaws)


def name_of(form: Mapping[str, str]) -> tuple[str, Flaws]:
    """A name, and what is wrong with it."""
    name = " ".join(form.get("name", "").split())
    if not name:
        return name, {"name": text("Type your name, as colleagues know you.")}
    if len(name) > _LONGEST_NAME or not name.isprintable():
        return name, {"name": text("Type a name of at most {most} characters.", most=_LONGEST_NAME)}
    return name, {}


def new_password_of(form: Mapping[str, str], email: str) -> tuple[str, Flaws]:
    """A new password, and what is wrong with it; it is typed twice, since nobody sees it."""
    password = form.get("password", "")
    if (flaw := flaw_of(password, email)) is not None:
        return password, {"password": flaw}
    if form.get("repeated") != password:
        return password, {"repeated": text("The two passwords differ: type the same one twice.")}
    return password, {}
