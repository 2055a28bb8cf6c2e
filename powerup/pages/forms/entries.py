"""What stands in the fields of a form, as it was typed or as it would be."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from powerup.documents.errors import escaped
from powerup.pages.forms.days import as_typed, decimal_as_typed, length_in_words
from powerup.pages.forms.schema import ROOT, Kind, Schema, Shape, Written, kind_of, members_of
from powerup.texts import Reader

Entries = MultiDict[str, str]
"""By the name of the field. A repeated group has beside its fields one with a slash at its end for each place."""

REDRAWING = ("add", "remove", "pick", "pick_more", "find", "redraw")
"""Buttons of a form that draw it anew, and nothing else. `add` names a group, `remove` a place of one, `pick` a field
and the code for it (`input/customer=1001`), `pick_more` one more for it, `find` the field whose words are looked for at
the host."""


def redraws(form: MultiDict[str, str]) -> bool:
    """Whether what was sent only asks for the form to be drawn anew."""
    return any(name in form for name in REDRAWING)


def entries_in(form: MultiDict[str, str]) -> Entries:
    """What stands in the form's fields after its button: a place more or less, a record picked or dropped."""
    entries: Entries = MultiDict([(name, text) for name, text in form.items(multi=True) if _is_field(name)])
    if group := form.get("add"):
        return with_place(entries, group)
    if place := form.get("remove"):
        return without_place(entries, place)
    if chosen := form.get("pick"):
        return _with_record(entries, chosen, several=False)
    if chosen := form.get("pick_more"):
        return _with_record(entries, chosen, several=True)
    return entries


def places(entries: Entries, group: str) -> list[int]:
    """The places of a repeated group, in their order."""
    return sorted({int(text) for text in entries.getlist(f"{group}/") if text.isascii() and text.isdigit()})


def with_place(entries: Entries, group: str) -> Entries:
    """One place more at the end of a repeated group."""
    found = places(entries, group)
    return MultiDict([*entries.items(multi=True), (f"{group}/", str(found[-1] + 1 if found else 0))])


def without_place(entries: Entries, gone: str) -> Entries:
    """The group without one of its places; those behind it move up, with all that was typed in them.

    Args:
        gone: the name of the place, such as `input/plans/1`.
    """
    group, _, number = gone.rpartition("/")
    stay = [place for place in places(entries, group) if str(place) != number]
    moved = {str(place): str(new) for new, place in enumerate(stay)}
    left: Entries = MultiDict()
    for name, text in entries.items(multi=True):
        place, _, rest = name.removeprefix(f"{group}/").partition("/")
        if not name.startswith(f"{group}/"):
            left.add(name, text)
        elif not place and text in moved:
            left.add(name, moved[text])
        elif place in moved:
            left.add(f"{group}/{moved[place]}/{rest}", text)
    return left


def entries_of(schema: Schema, document: Mapping[str, Any], language: str) -> Entries:
    """What stands in a form that was filled with an action's input, as readers of the language type it."""
    return MultiDict(_of_group(schema, document, ROOT, language))


def entries_by_names(schema: Schema, named: Mapping[str, str], language: str) -> Entries:
    """What stands in a form that an address fills in: its members by name, days as 2027-03-27; others are left out."""
    known = {name: value for name, value in named.items() if name in members_of(schema) and value}
    return entries_of(schema, known, language)


def unescaped(part: str) -> str:
    """The code that is part of a field's name."""
    return part.replace("~1", "/").replace("~0", "~")


def several_in(texts: list[str]) -> list[str]:
    """The words of a list: single ones, or with commas or line ends between them; each once."""
    words = (" ".join(word.split()) for text in texts for word in re.split(r"[,;\n]", text))
    return list(dict.fromkeys(word for word in words if word))


def picked_in(entries: Entries, name: str) -> list[str]:
    """The records that were picked for a field, each once: a name of one may have commas."""
    return list(dict.fromkeys(code for text in entries.getlist(name) if (code := text.strip())))


def _is_field(name: str) -> bool:
    return name.startswith(f"{ROOT}/")


def _with_record(entries: Entries, chosen: str, *, several: bool) -> Entries:
    """The code in its field; a field that takes several loses the words by which it was found."""
    name, _, code = chosen.partition("=")
    found = MultiDict(entries)
    others = [text for text in entries.getlist(name) if text != code] if several else []
    found.setlist(name, [*others, code])
    found.pop(f"{name}/words", None)
    return found


def _of_group(schema: Schema, document: Mapping[str, Any], name: str, language: str) -> Iterator[tuple[str, str]]:
    for member, described in members_of(schema).items():
        value = document.get(member)
        if value is not None:
            yield from _of_member(described, value, f"{name}/{member}", language)


def _of_member(schema: Schema, value: Any, name: str, language: str) -> Iterator[tuple[str, str]]:
    kind = kind_of(schema)
    match kind.shape:
        case Shape.GROUP:
            yield from _of_group(schema, value, name, language)
        case Shape.GROUPS:
            for place, one in enumerate(value):
                yield f"{name}/", str(place)
                yield from _of_group(schema["items"], one, f"{name}/{place}", language)
        case Shape.PER_OBJECT:
            yield from ((f"{name}/{escaped(code)}", _as_text(kind, day, language)) for code, day in value.items())
        case Shape.SEVERAL:
            yield from ((name, _as_text(kind, one, language)) for one in value)
        case Shape.SINGLE | Shape.TICK:
            yield name, _as_text(kind, value, language)


def _as_text(kind: Kind, value: Any, language: str) -> str:
    match kind.written:
        case Written.DAY:
            return _day(value, language)
        case Written.PERIOD:
            return length_in_words(str(value), Reader(language))
        case Written.DECIMAL:
            return decimal_as_typed(str(value), language)
        case Written.WORDS | Written.LINES | Written.NUMBER | Written.MONTH | Written.TIME | Written.CODE:
            return str(value).lower() if isinstance(value, bool) else str(value)


def _day(value: Any, language: str) -> str:
    try:
        return as_typed(date.fromisoformat(value), language)
    except (TypeError, ValueError):
        return str(value)
