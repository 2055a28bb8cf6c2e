"""What somebody fills in who takes an invitation up."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from powerup.texts import Text, text
from powerup.visitors.passwords import flaw_of

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Joining:
    """Name and password, and what is wrong with them, by field."""

    name: str
    password: str = field(repr=False)
    flaws: dict[str, Text]


def joining_of(form: Mapping[str, str], email: str) -> Joining:
    """As a form has them; the password is typed twice, since nobody sees it."""
    name, password = " ".join(form.get("name", "").split()), form.get("password", "")
    flaws = {}
    if not name:
        flaws["name"] = text("Type your name, as colleagues know you.")
    elif len(name) > _LONGEST_NAME or not name.isprintable():
        flaws["name"] = text("Type a name of at most {most} characters.", most=_LONGEST_NAME)
    if (flaw := flaw_of(password, email)) is not None:
        flaws["password"] = flaw
    elif form.get("repeated") != password:
        flaws["repeated"] = text("The two passwords differ: type the same one twice.")
    return Joining(name, password, flaws)
