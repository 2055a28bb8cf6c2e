"""Opening a panel by a host's token (webhooks page, section 7)."""

from flask import Response, request

from powerup.actions.kit.request import Role
from powerup.pages import addresses
from powerup.pages.answers import answer, leads_to
from powerup.pages.blueprint import Pages
from powerup.pages.cookies import FRAMED, come_in
from powerup.pages.frame import framed_by
from powerup.pages.page_parts import PageParts
from powerup.pages.signing_in.caller import browser_of
from powerup.pages.signing_in.kept import own_path
from powerup.readings.contract_of_order import contract_of_order
from powerup.texts import Text, sentence_of, text
from powerup.visitors.panels import OpenedPanel, PanelRefused


def add_panel(pages: Pages) -> None:
    """The address that hosts send people to, and the one that sees whether the browser kept the session."""
    entry = PanelPages(pages.parts)
    pages.open_page("/panel/open", methods=("POST",), from_elsewhere=True)(entry.open_panel)
    pages.open_page("/panel/opened")(entry.panel_opened)


class PanelPages:
    """The views."""

    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def open_panel(self) -> Response:
        """Begin a session by a token; its page is looked at in a second step, with the cookie."""
        try:
            opened = self._parts.panels.open(request.form.get("token", ""), browser_of(request), self._parts.clock())
        except PanelRefused as error:
            return _told(text("This page cannot be opened"), sentence_of(error), error.origins, 403)
        where = addresses.panel_opened(opened.installation_id, self._page_of(opened))
        return come_in(leads_to(where), FRAMED, opened.secret, self._parts.base_url)

    def panel_opened(self) -> Response:
        """On to the page; or why not, where the browser keeps no cookie in a frame."""
        if self._parts.door() is not None:
            return leads_to(own_path(request.args.get("to", "")))
        origins = self._parts.panels.origins_of(request.args.get("installation", ""))
        advice = text(
            "Your browser keeps no cookies of contract management inside the pages of your host. Allow them in its "
            "settings, or open your host in another browser."
        )
        return _told(text("Cookies are blocked"), advice, origins, 401)

    def _page_of(self, opened: OpenedPanel) -> str:
        target = opened.target
        match opened.panel, target:
            case "contracts", _:
                return addresses.contracts()
            case "customer", str():
                return addresses.customer_page(target)
            case "object", str():
                return addresses.object_page(target)
            case "work_order", str():
                return self._contract_of(opened.tenant_id, target)
            case "users", _:
                return addresses.users() if opened.role.may(Role.ADMIN) else addresses.account()
            case _:
                return addresses.today()

    def _contract_of(self, tenant_id: str, row_id: str) -> str:
        with self._parts.database.read() as connection:
            number = contract_of_order(connection, tenant_id, row_id)
        return addresses.contract_page(number) if number else addresses.today()


def _told(heading: Text, advice: Text, origins: tuple[str, ...], status: int) -> Response:
    return framed_by(answer("parts/error.html", None, status=status, heading=heading, advice=advice), origins)
