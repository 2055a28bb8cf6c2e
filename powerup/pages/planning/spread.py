"""Levelling the weeks of a selection of contracts: what would move where is shown, and begun as one run of edits."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request
from werkzeug.datastructures import MultiDict

from powerup.actions.kit.answer import InvalidInput
from powerup.pages import addresses
from powerup.pages.answers import answer, go_on
from powerup.pages.news import News
from powerup.pages.page_parts import PageParts
from powerup.pages.planning import words
from powerup.pages.visitor import Visitor
from powerup.presses.bulk import Bulks
from powerup.presses.spreading import begin_spread
from powerup.readings.spread import MOST_SPREAD, MOST_TOLERANCE, USUAL_TOLERANCE, SpreadProposal, spread_of
from powerup.store.file_imports import FileImports, ImportedState
from powerup.store.identifiers import new_id
from powerup.tenants.circumstances import tenant_in_circumstances

Given = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class SpreadDesk:
    """Shows what levelling would do, and begins it."""

    parts: PageParts

    def shown(self, visitor: Visitor, given: Given) -> Response:
        """The proposal for the contracts that were selected, or that an import made or changed."""
        proposal = self._proposal(visitor, given)
        return answer(
            "planning/spread.html",
            visitor,
            section=addresses.planning(),
            proposal=proposal,
            words=words,
            most=MOST_SPREAD,
            most_tolerance=MOST_TOLERANCE,
            intent_id=given.get("intent_id") or new_id("int"),
            back=addresses.back(request, addresses.contracts()),
        )

    def begun(self, visitor: Visitor, given: Given) -> Response:
        """The way to what exactly each contract's edit does, to be confirmed there."""
        bulks = Bulks(self.parts.presses, self.parts.clock)
        back = addresses.back(request, addresses.contracts())
        try:
            bulk_id = begin_spread(
                bulks,
                visitor.tenant_id,
                visitor.actor,
                self._proposal(visitor, given),
                locale=visitor.locale,
                intent_id=given.get("intent_id"),
            )
        except InvalidInput as refusal:
            return go_on(visitor, back, News(refusal.message, failed=True))
        return go_on(visitor, addresses.bulk(bulk_id, back=back))

    def _proposal(self, visitor: Visitor, given: Given) -> SpreadProposal:
        with self.parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, self.parts.clock(), open_tokens=False)
            numbers = _numbers(given)
            if import_id := given.get("import"):
                done = FileImports(connection, visitor.tenant_id).contracts(
                    import_id, (ImportedState.DONE,), limit=MOST_SPREAD
                )
                numbers = [*numbers, *(each.number for each in done)]
            return spread_of(connection, around, numbers, _tolerance(given))


def _numbers(given: Given) -> Sequence[str]:
    """Contracts as a selection sends them, with the version that was seen, or by their number alone."""
    selected = [each.rpartition("@")[0] or each for each in given.getlist("target")]
    return [*selected, *given.getlist("contract")]


def _tolerance(given: Given) -> int:
    days = given.get("tolerance", USUAL_TOLERANCE, type=int)
    return min(max(days, 1), MOST_TOLERANCE)
