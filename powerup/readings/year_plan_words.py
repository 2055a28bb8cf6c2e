"""What a year plan says of a visit, in the words of whoever gets it."""

from collections.abc import Mapping

from powerup.readings.year_plan import PlanMark, PlannedVisit
from powerup.texts import Reader, Text, in_a_row, text

MARK_WORDS: Mapping[PlanMark, Text] = {
    PlanMark.PLANNED: text("Planned"),
    PlanMark.UNCERTAIN: text("Not certain yet"),
    PlanMark.UNDER_WAY: text("Under way"),
    PlanMark.DONE: text("Done"),
    PlanMark.NOT_DONE: text("Not done yet"),
    PlanMark.DROPPED: text("Does not take place"),
}


def in_words(visit: PlannedVisit, reader: Reader) -> str:
    """How it stands, with all that is known of it: moved, done on another day, why not."""
    said = [MARK_WORDS[visit.mark]]
    if visit.moved_from is not None:
        said.append(text("(moved from {day})", day=visit.moved_from))
    if visit.done_on is not None and visit.done_on != visit.day:
        said.append(text("(on {day})", day=visit.done_on))
    if visit.why is not None:
        said.append(text("({why})", why=visit.why))
    return reader.say(in_a_row(said))
