"""Where presses are collected, and a year is shown without and with them."""

from dataclasses import dataclass
from datetime import date

from flask import Response, abort, request
from werkzeug.datastructures import MultiDict

from powerup.actions.kit.answer import InvalidInput
from powerup.actions.kit.request import Role
from powerup.pages import addresses
from powerup.pages.answers import answer, go_on
from powerup.pages.downloads import download
from powerup.pages.news import News
from powerup.pages.page_parts import PageParts
from powerup.pages.planning import words as planning_words
from powerup.pages.planning.wanted import wanted_of
from powerup.pages.visitor import Visitor
from powerup.pages.what_if import words
from powerup.pages.what_if.choosing import chosen_in
from powerup.presses.bulk import Bulks
from powerup.presses.what_if import KEPT, WhatIfs, is_of
from powerup.presses.what_if_found import MOST_VISITS
from powerup.readings.what_if import Place, WhatIfReading, visit_shown_document
from powerup.store.what_ifs import OPEN_WHAT_IFS, STEPS_LEFT, WHAT_IFS_AT_WORK, KeptWhatIfs, WhatIf, WhatIfState
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, text

ROWS = 100
"""So many contracts, and so many visits, stand on one page."""

_LISTED = 100
_GONE = text("That is not possible any more; look at how it is now.")


@dataclass(frozen=True, slots=True)
class WhatIfDesk:
    """Takes steps, and draws what a year is like with them."""

    parts: PageParts

    @property
    def what_ifs(self) -> WhatIfs:
        """What steps are collected and confirmed by."""
        return WhatIfs(self.parts.presses, self.parts.clock)

    def found(self, visitor: Visitor, what_if_id: str) -> WhatIf:
        """A what if of the visitor's tenant; 404 where it is not there."""
        what_if = self.what_ifs.find(visitor.tenant_id, what_if_id)
        if what_if is None:
            abort(404)
        return what_if

    def own(self, visitor: Visitor, what_if_id: str) -> WhatIf:
        """One of the visitor's own; 404 for another one's, which they may only look at."""
        what_if = self.found(visitor, what_if_id)
        if not is_of(what_if, visitor.actor):
            abort(404)
        return what_if

    def listed(self, visitor: Visitor) -> Response:
        """Those that are kept."""
        with self.parts.database.read() as connection:
            latest = KeptWhatIfs(connection, visitor.tenant_id).latest(_LISTED)
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, self.parts.clock(), open_tokens=False)
            totals = {each.id: WhatIfReading(connection, visitor.tenant_id, each).totals() for each in latest}
        return answer(
            "what_if/list.html",
            visitor,
            latest=latest,
            totals=totals,
            wanted=wanted_of(MultiDict(), around.today),
            zone=around.zone,
            kept=KEPT,
            words=words,
            hours=planning_words.hours,
            may_collect=visitor.may(Role.PLANNER),
        )

    def added(self, visitor: Visitor, form: MultiDict[str, str]) -> Response:
        """Take a bulk run that was shown as a step, and go on to the year with it."""
        chosen = chosen_in(form)
        tenant_id, actor, locale = visitor.tenant_id, visitor.actor, visitor.locale
        bulk = Bulks(self.parts.presses, self.parts.clock).find(tenant_id, actor, form.get("bulk", ""))
        if bulk is None:
            abort(404)
        try:
            added = self.what_ifs.add_bulk(tenant_id, actor, bulk, chosen, locale=locale)
        except InvalidInput as refusal:
            return go_on(visitor, addresses.back(request), News(refusal.message, failed=True))
        return go_on(visitor, addresses.what_if(added))

    def page(self, visitor: Visitor, what_if: WhatIf) -> Response:
        """A year without and with its steps."""
        contract, after = request.args.get("contract", ""), request.args.get("after", "")
        with self.parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, self.parts.clock(), open_tokens=False)
            reading = WhatIfReading(connection, visitor.tenant_id, what_if)
            steps, totals, weeks = reading.steps(), reading.totals(), reading.weeks()
            contracts = reading.contracts(behind=after, limit=ROWS + 1)
            visits = reading.visits(contract=contract, behind=_place_in_address(), limit=ROWS + 1)
        return answer(
            "what_if/page.html",
            visitor,
            section=addresses.planning(),
            what_if=what_if,
            own=is_of(what_if, visitor.actor) and visitor.may(Role.PLANNER),
            is_open=what_if.state in OPEN_WHAT_IFS,
            at_work=what_if.state in WHAT_IFS_AT_WORK,
            is_known=what_if.looked_at is not None,
            state=what_if.state.value,
            steps=steps,
            steps_over=sum(each.step.state not in STEPS_LEFT for each in steps),
            figures=what_if.figures or {},
            totals=totals,
            picture=words.picture(weeks, Reader(visitor.locale)) if weeks else "",
            weeks=words.changed_weeks(weeks),
            contracts=contracts[:ROWS],
            next_contracts=contracts[ROWS - 1].number if len(contracts) > ROWS else "",
            visits=visits[:ROWS],
            next_visits=_members_of(visits[ROWS - 1].place) if len(visits) > ROWS else {},
            contract=contract,
            kept_until=(what_if.changed_at + KEPT).astimezone(around.zone).date(),
            zone=around.zone,
            address=addresses.what_if(what_if.id),
            most_visits=MOST_VISITS,
            words=words,
            planning_words=planning_words,
        )

    def pressed(self, visitor: Visitor, what_if: WhatIf, form: MultiDict[str, str]) -> Response:
        """What a button of the page does."""
        here, tenant_id = addresses.what_if(what_if.id), visitor.tenant_id
        match form.get("do"):
            case "carry_out":
                done = self.what_ifs.confirm(tenant_id, what_if)
                if not done and what_if.state is WhatIfState.SHOWN:
                    late = text("This was shown too long ago. It is looked at anew; confirm it then.")
                    return go_on(visitor, here, News(late, failed=True))
            case "look":
                done = self.what_ifs.look_anew(tenant_id, what_if)
            case "stop":
                done = self.what_ifs.stop(tenant_id, what_if)
            case "drop":
                done = self.what_ifs.drop(tenant_id, what_if)
                if done:
                    return go_on(visitor, addresses.what_ifs(), News(text("It is dropped; nothing was changed by it.")))
            case "remove":
                done = self.what_ifs.remove_step(tenant_id, what_if, form.get("step", -1, type=int))
                if done and self.what_ifs.find(tenant_id, what_if.id) is None:
                    return go_on(visitor, addresses.what_ifs())
            case _:
                abort(400)
        return go_on(visitor, here, *(() if done else (News(_GONE, failed=True),)))

    def file(self, visitor: Visitor, what_if: WhatIf, kind: str) -> Response:
        """The visits that differ, as a file."""
        from powerup.files.what_if_sheet import WHAT_IF, row_of  # loads openpyxl, which no page needs

        if kind not in ("xlsx", "csv"):
            abort(404)
        reader = Reader(visitor.locale)
        with self.parts.database.read() as connection:
            visits = WhatIfReading(connection, visitor.tenant_id, what_if).every_visit()
            rows = [row_of(visit_shown_document(each)) for each in visits]
        return download(WHAT_IF.content(kind, rows, reader), what_if.name, kind)


def _place_in_address() -> Place | None:
    """Where the list of visits goes on."""
    contract, visit = request.args.get("behind", ""), request.args.get("visit", "")
    try:
        return (contract, date.fromisoformat(request.args.get("day", "")), visit) if contract else None
    except ValueError:
        abort(404)


def _members_of(place: Place) -> dict[str, str]:
    return {"behind": place[0], "day": place[1].isoformat(), "visit": place[2]}
