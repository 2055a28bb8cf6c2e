"""What a form sends, changed as a person asks: one place more or less in a repeated group, hidden fields carried on."""

from collections.abc import Collection

from werkzeug.datastructures import MultiDict

from powerup.sandbox.pages.form_reading import Entries
from powerup.sandbox.pages.form_schema import ROOT


def of_form(entries: Entries) -> Entries:
    """The fields of the form alone, without the buttons and what belongs to the page."""
    return MultiDict([(name, text) for name, text in entries.items(multi=True) if name.startswith(f"{ROOT}/")])


def with_place_added(entries: Entries, group: str) -> Entries:
    """One place more at the end of a repeated group."""
    places = _places(entries, group)
    return MultiDict([*entries.items(multi=True), (f"{group}/", str(max(places, default=-1) + 1))])


def with_place_removed(entries: Entries, group: str, gone: int) -> Entries:
    """The group without one of its places; those behind it move up, with all that was entered in them."""
    moved = {place: new for new, place in enumerate(place for place in _places(entries, group) if place != gone)}
    left: list[tuple[str, str]] = []
    for name, text in entries.items(multi=True):
        if not name.startswith(f"{group}/"):
            left.append((name, text))
            continue
        place, _, rest = name.removeprefix(f"{group}/").partition("/")
        if not place:
            left += [(name, str(moved[int(text)]))] if text.isdigit() and int(text) in moved else []
        elif place.isdigit() and int(place) in moved:
            left.append((f"{group}/{moved[int(place)]}/{rest}", text))
    return MultiDict(left)


def carried(entries: Entries, drawn: Collection[str]) -> list[tuple[str, str]]:
    """What was entered in fields that another value hides now: it goes along unseen, for when they are shown again."""
    return [(name, text) for name, text in of_form(entries).items(multi=True) if name not in drawn and text]


def _places(entries: Entries, group: str) -> list[int]:
    return sorted(int(text) for text in entries.getlist(f"{group}/") if text.isdigit())
