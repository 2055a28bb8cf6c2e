"""A year plan as a spreadsheet, for the customer: names, in its language (the office: A customer)."""

from collections.abc import Iterator

from powerup.files.xlsx_file import CellValue, xlsx_content
from powerup.readings.year_plan import YearPlan
from powerup.readings.year_plan_words import MARK_WORDS
from powerup.texts import Reader, text

_HEADINGS = (
    text("Day"),
    text("Place"),
    text("Object"),
    text("Work"),
    text("State"),
    text("Moved from"),
    text("Done on"),
    text("Remark"),
)


def year_plan_sheet(plan: YearPlan, reader: Reader) -> bytes:
    """The whole file: a row for each visit of each object by day, dates as dates; what is to be known below them."""
    rows = sorted(_rows(plan, reader), key=lambda row: str(row[0]))
    blank: list[CellValue] = [None] * (len(_HEADINGS) - 2)
    rows += [[None, reader.say(note), *blank] for note in plan.notes]
    return xlsx_content(reader.say(text("Year plan")), [reader.say(each) for each in _HEADINGS], rows)


def _rows(plan: YearPlan, reader: Reader) -> Iterator[list[CellValue]]:
    for place in plan.places:
        for row in place.rows:
            for visit in row.visits:
                yield [
                    visit.day,
                    place.name,
                    row.object_name,
                    row.work,
                    reader.say(MARK_WORDS[visit.mark]),
                    visit.moved_from,
                    visit.done_on,
                    reader.say(visit.why) if visit.why else None,
                ]
