"""A check of the contract: what must come, and what is tried for it; and how it ended."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from powerup.errors import PowerupError
from powerup.texts import Text, text

if TYPE_CHECKING:
    from powerup.conformance.exchange import Exchange, Wire


class Verdict(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_TRIED = "not_tried"


class Unmet(PowerupError):
    """What came is not what must come; made with the sentence that says so."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotTried(PowerupError):
    """A check that cannot be tried from here; made with the sentence that says why."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Part(Protocol):
    """The half that is played against the one that is tried."""

    wire: "Wire"

    def ready(self) -> None:
        """Installed and active, by installing anew where it has to be. Raises NotTried where that does not succeed."""

    def remove(self) -> None:
        """Remove what was made at the other side. Raises Unmet where something stays there."""


Played = TypeVar("Played", bound=Part)


@dataclass(frozen=True, slots=True)
class Check(Generic[Played]):
    """One thing that the contract asks for. section is where: `webhooks 2`, `host 4.3`. try_it raises Unmet, NotTried.

    installed: it is tried once the power-up is installed.
    """

    id: str
    section: str
    expects: Text
    try_it: Callable[[Played], None]
    installed: bool = True


@dataclass(frozen=True, slots=True)
class Result:
    """How a check ended, why, and what was exchanged meanwhile."""

    check: Check[Any]
    verdict: Verdict
    found: Text | None
    exchanges: "tuple[Exchange, ...]"


class Checks(Generic[Played]):
    """The checks of one section, in the order in which they are written down and tried."""

    def __init__(self, section: str) -> None:
        self._section = section
        self.listed: list[Check[Played]] = []

    def add(
        self, check_id: str, expects: Text, *, section: str = "", installed: bool = True
    ) -> Callable[[Callable[[Played], None]], Callable[[Played], None]]:
        """Above the function that tries it."""

        def added(try_it: Callable[[Played], None]) -> Callable[[Played], None]:
            self.listed.append(Check(check_id, section or self._section, expects, try_it, installed))
            return try_it

        return added


def tried(checks: Iterable[Check[Played]], part: Played) -> Iterator[Result]:
    """Try one check after the other, each whatever came of those before it."""
    for check in checks:
        part.wire.begin()
        verdict, found = _ended(check, part)
        yield Result(check, verdict, found, tuple(part.wire.exchanges))


def _ended(check: Check[Played], part: Played) -> tuple[Verdict, Text | None]:
    try:
        if check.installed:
            part.ready()
            part.wire.begin()
        check.try_it(part)
    except NotTried as reason:
        return Verdict.NOT_TRIED, reason.sentence
    except Unmet as unmet:
        return Verdict.FAILED, unmet.sentence
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        # A stranger's answer may be anything; whatever it is made of, it is not what was expected.
        words = f"{type(error).__name__}: {error}"
        return Verdict.FAILED, text("What came could not be understood ({words}).", words=words)
    return Verdict.PASSED, None
