"""What the tenant has configured: everybody of the tenant reads it, an admin changes it."""

from collections.abc import Callable

from flask import Response, request

from powerup.actions.kit.request import Role
from powerup.contracts.calendar import Calendar
from powerup.contracts.days import EARLIEST_DAY, LATEST_DAY
from powerup.contracts.work_text import PLACEHOLDERS
from powerup.documents.configuration import configuration_document
from powerup.documents.configuration_titles import TITLES
from powerup.pages import addresses
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages, View
from powerup.pages.settings.desk import SettingsDesk
from powerup.pages.settings.document import add_document
from powerup.pages.settings.keys import add_keys
from powerup.pages.settings.messages import add_messages
from powerup.pages.settings.parts import GROUPS, LISTS, Group, Listed
from powerup.pages.settings.webhooks import add_webhooks
from powerup.pages.settings.words import PLACEHOLDER_WORDS, facts_of, how_many
from powerup.pages.visitor import Visitor
from powerup.tenants.configuration_difference import value_in_words
from powerup.texts import Reader, text


def add_settings(pages: Pages) -> None:
    """The overview, and the pages of its parts."""
    desk = SettingsDesk(pages.parts)

    @pages.page("/settings", role=Role.VIEWER, menu=text("Settings"))
    def settings(visitor: Visitor) -> Response:
        around = desk.around(visitor)
        return answer(
            "settings/page.html",
            visitor,
            configuration=around.configuration,
            groups=GROUPS,
            lists=[(each, each.entries(configuration_document(around.configuration))) for each in LISTS],
            numbers=how_many,
            facts=facts_of(around.configuration, Reader(visitor.locale)),
            may_change=visitor.may(Role.ADMIN),
        )

    for group in GROUPS:
        _add_group(pages, desk, group)
    for listed in LISTS:
        _add_list(pages, desk, listed)
    add_document(pages, desk)
    add_keys(pages)
    add_messages(pages)
    add_webhooks(pages)

    @pages.page("/settings/holidays", role=Role.VIEWER)
    def holidays(visitor: Visitor) -> Response:
        around = desk.around(visitor)
        year = _year(request.args.get("year"), around.today.year)
        calendar = Calendar(around.configuration.calendar, Reader(visitor.locale).language)
        closed = [(each.name, time) for each in calendar.rules.closed_days for time in each.times_in(year)]
        return answer(
            "settings/holidays.html",
            visitor,
            section=addresses.settings(),
            year=year,
            holidays=calendar.holidays_of(year),
            closed=sorted(closed, key=lambda each: each[1]),
            working_days=sum(len(calendar.working_days_of_month(year, month)) for month in range(1, 13)),
        )

    @pages.page("/settings/placeholders", role=Role.VIEWER)
    def placeholders(visitor: Visitor) -> Response:
        told = [(f"{{{name}}}", *PLACEHOLDER_WORDS[name]) for name in PLACEHOLDERS]
        return answer("settings/placeholders.html", visitor, section=addresses.settings(), placeholders=told)


def _add_group(pages: Pages, desk: SettingsDesk, group: Group) -> None:
    @_named(group.address)
    def form(visitor: Visitor) -> Response:
        return desk.group(visitor, group)

    @_named(f"change{group.address}")
    def change(visitor: Visitor) -> Response:
        return desk.change_group(visitor, group)

    pages.page(group.address, role=Role.VIEWER)(form)
    pages.page(group.address, role=Role.ADMIN, methods=("POST",))(change)


def _add_list(pages: Pages, desk: SettingsDesk, listed: Listed) -> None:
    @_named(listed.address)
    def entries(visitor: Visitor) -> Response:
        say = Reader(visitor.locale).say
        return answer(
            "settings/list.html",
            visitor,
            section=addresses.settings(),
            listed=listed,
            entries=(entries := listed.entries(desk.configured(visitor))),
            names=desk.names_of_customers(visitor, entries) if listed.is_of_customers else {},
            title=lambda member: TITLES.get(f"{listed.path}.{member}") or text("Last day"),
            said=lambda member, value: say(text("{words}", words=value_in_words(f"{listed.path}.{member}", value))),
            may_change=visitor.may(Role.ADMIN),
            may_plan=visitor.may(Role.PLANNER),
        )

    @_named(f"new{listed.address}")
    def new(visitor: Visitor) -> Response:
        return desk.entry(visitor, listed, None)

    @_named(f"add{listed.address}")
    def add(visitor: Visitor) -> Response:
        return desk.change_entry(visitor, listed, None)

    @_named(f"entry{listed.address}")
    def entry(visitor: Visitor, name: str) -> Response:
        return desk.entry(visitor, listed, name)

    @_named(f"change{listed.address}")
    def change(visitor: Visitor, name: str) -> Response:
        return desk.change_entry(visitor, listed, name)

    pages.page(listed.address, role=Role.VIEWER)(entries)
    pages.page(f"{listed.address}/new", role=Role.ADMIN)(new)
    pages.page(f"{listed.address}/new", role=Role.ADMIN, methods=("POST",))(add)
    pages.page(f"{listed.address}/entry/<path:name>", role=Role.VIEWER)(entry)
    pages.page(f"{listed.address}/entry/<path:name>", role=Role.ADMIN, methods=("POST",))(change)


def _named(address: str) -> Callable[[View], View]:
    """Gives a view of a part the name that its address makes, by which routes are told apart."""

    def name(view: View) -> View:
        view.__name__ = address.strip("/").replace("/", "_").replace("-", "_")
        return view

    return name


def _year(given: str | None, otherwise: int) -> int:
    wanted = int(given) if given and given.isascii() and given.isdigit() and len(given) == len("2027") else otherwise
    return min(max(wanted, EARLIEST_DAY.year), LATEST_DAY.year)
