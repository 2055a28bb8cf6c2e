"""Who looks at the pages, and in which language: both kept in cookies, since the practice host has no sign-in."""

from dataclasses import dataclass

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from powerup.sandbox.installation import ADMIN, PLANNER, VIEWER, Actor
from powerup.sandbox.pages.addresses import back
from powerup.sandbox.pages.texts import LANGUAGES, Texts

ACTORS = {actor.role: actor for actor in (VIEWER, PLANNER, ADMIN)}
"""By role, from the least to the most that a person may do."""

_ROLES = tuple(ACTORS)
_A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person at the screen."""

    actor: Actor
    texts: Texts

    def may(self, role: str) -> bool:
        """Whether this person may do what asks for a role; an unknown one is left to whoever asked for it."""
        return role not in _ROLES or _ROLES.index(self.actor.role) >= _ROLES.index(role)


def current_visitor() -> Visitor:
    """The person and language of this request; at first the admin, in the language that the browser prefers."""
    language = request.cookies.get("language", "")
    if language not in LANGUAGES:
        language = request.accept_languages.best_match(LANGUAGES) or "nl"
    return Visitor(ACTORS.get(request.cookies.get("role", ""), ADMIN), Texts(language))


def add_visitor_views(blueprint: Blueprint) -> None:
    """The switches of language and person in the header."""

    @blueprint.post("/visitor")
    def change_visitor() -> ResponseReturnValue:
        answer = redirect(back(), 303)
        for name, allowed in (("language", LANGUAGES), ("role", ACTORS)):
            value = request.form.get(name, "")
            if value in allowed:
                answer.set_cookie(name, value, max_age=_A_YEAR, httponly=True, samesite="Lax")
        return answer
