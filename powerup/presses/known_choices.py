"""What a host said a moment ago for another press of the same turn, so that it is not asked the same for each."""

from dataclasses import dataclass, field, fields, replace
from typing import Any

from powerup.actions.kit.host_questions import HostQuestions, HostReadings
from powerup.outsmart.records import Relation

_LISTS = tuple(each.name for each in fields(HostQuestions) if each.type is bool)
"""Lists of choices: asked for as a whole, or not."""


@dataclass(slots=True)
class KnownChoices:
    """The host's lists of choices and customers, as they were read within one turn of a bulk run."""

    lists: dict[str, frozenset[str]] = field(default_factory=dict)
    relations: dict[str, Relation | None] = field(default_factory=dict)

    def left_open(self, questions: HostQuestions) -> HostQuestions:
        """What of the questions is still to be asked."""
        unknown = tuple(code for code in questions.relations if code not in self.relations)
        answered: dict[str, Any] = dict.fromkeys(self.lists, False)
        return replace(questions, relations=unknown, **answered)

    def with_known(self, questions: HostQuestions, readings: HostReadings) -> HostReadings:
        """The answers to all of the questions, with those that were known; what is new is kept for the next."""
        self.lists |= {name: read for name in _LISTS if (read := getattr(readings, name)) is not None}
        self.relations |= readings.relations
        asked: dict[str, Any] = {name: self.lists[name] for name in _LISTS if getattr(questions, name)}
        return replace(readings, relations={code: self.relations[code] for code in questions.relations}, **asked)
