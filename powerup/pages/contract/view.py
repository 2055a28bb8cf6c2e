"""`/contract/<number>`: one contract, and why it has a visit on a day or none."""

from typing import Any

from flask import Response, abort, request

from powerup.actions.kit.request import Role
from powerup.pages import addresses
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.contract.asked import Asked, asked_for
from powerup.pages.contract.words import SAID, following, page_words
from powerup.pages.forms.days import as_typed
from powerup.pages.visitor import Visitor
from powerup.readings.contract_page import ContractPages, OneContract, UnknownVisitError
from powerup.store.errors import UnknownContractError
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader

_TEMPLATE = "contract/page.html"
_PART_OF_A_DAY = "day"
"""The block, and the id of its element, that a script asks for by itself."""


def add_contract(pages: Pages) -> None:
    """Add the page to the room."""
    parts = pages.parts

    @pages.page("/contract/<path:number>", role=Role.VIEWER)
    def contract(visitor: Visitor, number: str) -> Response:
        reader = Reader(visitor.locale)
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            asked = asked_for(request.args, around.today)
            read = ContractPages(connection, around, visitor.actor, reader)
            try:
                about = _about_a_day(read, number, asked)
                page = None if _asks_for_a_day() else read.page(number, asked.year, asked.history)
            except (UnknownContractError, UnknownVisitError):
                abort(404)
        given = {**about, **_given(number, asked, page, reader), "today": around.today}
        given |= {"may_plan": visitor.may(Role.PLANNER), "may_configure": visitor.may(Role.ADMIN)}
        return answer(_TEMPLATE, visitor, part="main" if page else _PART_OF_A_DAY, page=page, **given)


def _about_a_day(read: ContractPages, number: str, asked: Asked) -> dict[str, Any]:
    if asked.visit:
        moving = read.move(number, asked.visit, asked.day, together=asked.together)
        return {"moving": moving, "following": following(moving), "explained": None}
    return {"moving": None, "explained": read.day(number, asked.day) if asked.day else None}


def _given(number: str, asked: Asked, page: OneContract | None, reader: Reader) -> dict[str, Any]:
    """What all parts are given; back is where a press returns to, which keeps the year that is shown."""
    year = asked.year if page and page.year.year == asked.year else None
    return {
        **SAID,
        **(page_words(page, reader) if page else {}),
        "asked": asked,
        "number": number,
        "here": addresses.contract_page(number),
        "back": addresses.contract_page(number, year=year),
        "as_typed": lambda day: as_typed(day, reader.language),
    }


def _asks_for_a_day() -> bool:
    return request.headers.get("HX-Target") == _PART_OF_A_DAY
