"""An office that is open: the example firm with its host and power-up in this process, and the pages for a browser."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask, Response, abort

from powerup.actions.kit.request import Role
from powerup.app import create_app
from powerup.commands.demo.contracts import enter_contracts
from powerup.commands.demo.world import LOOPBACK, World
from powerup.commands.kit.listening import Bind, DemoServer
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.news import News
from powerup.pages.visitor import Visitor
from powerup.sync.kit.context import Wish
from powerup.texts import text

SHEET = "/sheet"

FIRST_DAY = date(2027, 1, 4)
"""A Monday, with work before it."""


def now() -> datetime:
    """What time it really is; which day it is for the firm, its host says."""
    return datetime.now(UTC)


class Office:
    """Its pages at `url`, where whoever `visitor` names is signed in at once; None is nobody.

    Tests of one run share it: each changes contracts of its own.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        world.host.marketplace.install(world.powerup_url)
        world.host.marketplace.set_today(FIRST_DAY)
        enter_contracts(world)
        self.run_cycle()
        tenant = world.tenant()
        self.planner = Visitor(tenant.id, tenant.name, "u_1", "B. Jacobs", Role.PLANNER, "nl", bytes(range(32)))
        self.visitor: Visitor | None = self.planner
        self._server = DemoServer(Bind(LOOPBACK, 0))
        self.url = self._server.url
        self.parts = replace(world.parts, settings=replace(world.parts.settings, base_url=self.url))
        app = create_app(self.parts, lambda: self.visitor)
        _add_sheet(app)
        self._server.start(app)

    def reads(self, language: str, role: Role = Role.PLANNER) -> None:
        """Let somebody of this language and role be signed in from now on."""
        self.visitor = replace(self.planner, locale=language, role=role)

    def run_cycle(self) -> None:
        """Do now what the timer would do."""
        self.world.parts.cycles().run(self.world.tenant().id, Wish(by_person=True))

    def close(self) -> None:
        """Answer no more; the world is closed by whoever opened it."""
        self._server.stop()


def _add_sheet(app: Flask) -> None:
    """A page with every state of the shared parts, and one that fails; no page of the product."""
    of_product: Pages = app.extensions["pages"]
    pages = Pages(of_product.parts)
    pages.name = "sheet"
    pages.template_folder = str(Path(__file__).parent)

    @pages.page(SHEET, role=Role.VIEWER)
    def sheet(visitor: Visitor) -> Response:
        done = News(text("{words}", words="27 mrt"), undo="/actions/visit.unskip/1")
        return answer("sheet.html", visitor, news=[done, replace(done, undo="", failed=True)])

    @pages.page(f"{SHEET}/fails", role=Role.VIEWER)
    def fails(visitor: Visitor) -> Response:
        abort(500 if visitor else 401)

    app.register_blueprint(pages)
