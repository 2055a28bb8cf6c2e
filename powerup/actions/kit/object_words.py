"""How the objects of a visit are called in a line."""

from collections.abc import Callable

from powerup.contracts.visit import Visit

MOST_NAMED = 3
"""So many objects of one address are named; of more it is shown that there are."""


def object_words(visit: Visit, name_of: Callable[[str], str] = str) -> str:
    """The object of a visit, or those that its order carries where its date was split by address; empty where it is for
    all objects. name_of gives what people call an object by its code."""
    if visit.key.visited_as is not None:
        return name_of(visit.key.object)
    named = [name_of(code) for code in visit.carries[:MOST_NAMED]]
    return ", ".join(named) + (", …" if len(visit.carries) > MOST_NAMED else "")
