"""The weeks that become heavy by a change that is still looked at, told from the copy of planned work."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.heavy_weeks import MadeHeavy, WeekOfWork, made_heavy, weeks_of
from powerup.store.planned_days import PlannedDays
from powerup.texts import Text, text


def weeks_made_heavy(
    connection: Connection, around: TenantCircumstances, added: Mapping[WeekOfWork, int]
) -> list[MadeHeavy]:
    """The weeks that are heavy with this work, as far as the copy reaches; none where nothing was worked out yet.

    What was changed a moment ago stands in the copy as it was: this is looked at while somebody types.
    """
    kinds = sorted({kind for (_, kind), minutes in added.items() if minutes > 0})
    days = PlannedDays(connection, around.tenant_id)
    if not kinds or days.reach() is None:
        return []
    years = (around.today.isocalendar().year, around.today.isocalendar().year + 1)
    weeks = [week for year in years for week in weeks_of(year)]
    planned: Counter[WeekOfWork] = Counter()
    for (day, kind), minutes in days.minutes(kinds, weeks[0], weeks[-1] + timedelta(days=6)).items():
        planned[day - timedelta(days=day.weekday()), kind] += minutes
    return made_heavy(planned, added, years)


def in_words(made: MadeHeavy) -> Text:
    """Such a week as a sentence."""
    told = text(
        "{hours}\N{NO-BREAK SPACE}hours of {work}, usual {usual}",
        hours=round(made.minutes / 60, 1),
        work=made.type_of_work,
        usual=round(made.usual / 60, 1),
    )
    number = made.week.isocalendar().week
    if made.already:
        return text("Week {week} from {day}, heavy already: {told}", week=number, day=made.week, told=told)
    return text("Week {week} from {day}: {told}", week=number, day=made.week, told=told)


def heavy_document(made: MadeHeavy) -> dict[str, Any]:
    """Such a week as JSON values."""
    return {
        "week": made.week.isoformat(),
        "type_of_work": made.type_of_work,
        "minutes": made.minutes,
        "usual_minutes": made.usual,
        "before_minutes": made.before,
    }


def heavy_from_document(document: Mapping[str, Any]) -> MadeHeavy:
    """The week of such a document."""
    return MadeHeavy(
        date.fromisoformat(document["week"]),
        document["type_of_work"],
        document["minutes"],
        document["usual_minutes"],
        document["before_minutes"],
    )
