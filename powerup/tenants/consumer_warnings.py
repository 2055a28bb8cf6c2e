"""What people should know of terms that are marked for private customers, when they are saved (rules: Terms)."""

from collections.abc import Iterable, Mapping

from powerup.contracts.terms import Terms, consumer_flaws
from powerup.texts import Text, text

_WORDS: Mapping[str, Text] = {
    "renews_for_a_period": text(
        "they renew for a period, and a private customer may end them on any day once they have renewed"
    ),
    "notice_over_a_month": text("they ask more than one month of notice after the first end"),
    "longer_than_a_year": text("they run longer than a year, and a private customer may end them after one year"),
}


def consumer_warnings(listed: Iterable[Terms]) -> tuple[Text, ...]:
    """One sentence for each of the terms of the list that says more than a private customer is held to."""
    return tuple(
        text(
            "Terms for private customers ({code}): {flaws}.",
            code=terms.code,
            flaws=[_WORDS[flaw] for flaw in flaws],
        )
        for terms in listed
        if (flaws := consumer_flaws(terms))
    )
