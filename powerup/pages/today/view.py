"""The page that the day begins with."""

from flask import Response, redirect
from werkzeug import Response as AnyResponse

from powerup.actions.kit.request import Role
from powerup.pages import addresses
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.today.words import effect_in_words
from powerup.pages.visitor import Visitor
from powerup.readings.attention import need_in_words
from powerup.readings.latest_dates import near_in_words
from powerup.readings.today import ENDS_WITHIN, FORTNIGHT, TodayPage
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import text


def add_today(pages: Pages) -> None:
    """What needs somebody, what the last cycle did, and what comes."""
    parts = pages.parts

    @pages.page("/", role=Role.VIEWER)
    def home(visitor: Visitor) -> AnyResponse:  # noqa: ARG001 - whoever is signed in
        return redirect(addresses.today())

    @pages.page(addresses.HOME, role=Role.VIEWER, menu=text("Today"))
    def today(visitor: Visitor) -> Response:
        now = parts.clock()
        with parts.database.read() as connection:
            tenant, around = tenant_in_circumstances(connection, visitor.tenant_id, now, open_tokens=False)
            found = TodayPage(connection, tenant, around).read(now)
        return answer(
            "today/page.html", visitor, found=found, day=around.today, fortnight=FORTNIGHT, ends_within=ENDS_WITHIN,
            may_plan=visitor.may(Role.PLANNER), effect_in_words=effect_in_words, near_in_words=near_in_words,
            need_in_words=need_in_words, may_import=visitor.may(Role.ADMIN),
        )  # fmt: skip
