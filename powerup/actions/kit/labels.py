"""What the values of a form's choices are called."""

from collections.abc import Mapping

from powerup.documents.words import WEEKDAYS
from powerup.texts import Text, text

VALUE_LABELS: Mapping[str, Text] = {
    "preventive": text("Preventive"),
    "corrective": text("Corrective"),
    "yearly": text("Yearly orders"),
    "day": text("Day"),
    "workday": text("Working day"),
    "week": text("Week"),
    "month": text("Month"),
    "year": text("Year"),
    "last_day": text("On the last day of the month"),
    "skip": text("Leave it out"),
    "as_is": text("Leave it there"),
    "previous_working_day": text("To the working day before"),
    "next_working_day": text("To the working day after"),
    "nearest": text("To the nearest working day"),
    "latest": text("Order only the latest"),
    "all": text("Order them all"),
    "none": text("Order none of them"),
    "fixed": text("The series"),
    "floating": text("The last completion"),
    "calendar": text("Calendar days"),
    "working": text("Working days"),
    "spread": text("Spread evenly"),
    "at_start": text("All at the start of the year"),
    "call_off": text("On request"),
    "invoice_period": text("Invoice period"),
    "visit": text("Visit"),
    "in_advance": text("In advance"),
    "in_arrears": text("In arrears"),
    "addresses": text("Addresses"),
    "objects": text("Objects"),
    "customers": text("Customers"),
    "customer": text("The customer's"),
    "own": text("Our own"),
    "keep": text("Keep"),
    "retract": text("Take back what has not started"),
    "mon": text("Monday"),
    "tue": text("Tuesday"),
    "wed": text("Wednesday"),
    "thu": text("Thursday"),
    "fri": text("Friday"),
    "sat": text("Saturday"),
    "sun": text("Sunday"),
}
"""Labels by the value that is sent; a value means the same wherever it stands."""

ORDINAL_LABELS: Mapping[str, Text] = {
    "first": text("first {day}"),
    "second": text("second {day}"),
    "third": text("third {day}"),
    "fourth": text("fourth {day}"),
    "last": text("last {day}"),
}
"""Labels of the moments in a month, by the first word of what is sent."""

DAYS_OF_MOMENTS: Mapping[str, Text] = {
    **{day: VALUE_LABELS[day] for day in WEEKDAYS},
    "workday": text("working day"),
}
"""What a moment's day is called in a sentence, by the second word of what is sent."""
