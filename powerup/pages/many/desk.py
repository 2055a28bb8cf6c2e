"""Where contracts for many are asked for; what comes of it is shown and confirmed on the page of the bulk run."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, request

from powerup.actions.kit.answer import InvalidInput
from powerup.pages import addresses
from powerup.pages.answers import answer, go_on
from powerup.pages.forms.drawn import Forms
from powerup.pages.forms.entries import Entries, entries_by_names, entries_in, redraws
from powerup.pages.forms.reading import Complaints
from powerup.pages.forms.schema import Schema, members_of, schema_of
from powerup.pages.page_parts import PageParts
from powerup.pages.visitor import Visitor
from powerup.presses.bulk import Bulks
from powerup.presses.bulk_actions import MANY_CONTRACTS
from powerup.presses.many_contracts import ManyContracts
from powerup.readings.card_buttons import CardButtons
from powerup.store.identifiers import new_id
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, text

_USUAL = {"kind": "addresses"}


@dataclass(frozen=True, slots=True)
class ManyDesk:
    """Draws the form of many contracts, and begins their bulk run."""

    parts: PageParts

    @property
    def forms(self) -> Forms:
        """What draws and reads the form."""
        return Forms(self.parts)

    def opened(self, visitor: Visitor, named: Mapping[str, str]) -> Response:
        """The form, with members that an address names filled in."""
        schema = self._schema(visitor)
        given = _USUAL | {"start": self.forms.today(visitor).isoformat()} | dict(named)
        return self._page(visitor, schema, entries_by_names(schema, given, Reader(visitor.locale).language))

    def sent(self, visitor: Visitor) -> Response:
        """The form drawn again, or the way to what all of it will do."""
        schema, entries = self._schema(visitor), entries_in(request.form)
        if redraws(request.form):
            return self._page(visitor, schema, entries)
        read = self.forms.read(visitor, schema, entries)
        many = ManyContracts(self.parts.database, self.parts.host_choices)
        bulks = Bulks(self.parts.presses, self.parts.clock)
        try:
            presses = many.presses(visitor.tenant_id, visitor.actor, read.input, self.parts.clock(), visitor.locale)
            bulk_id = bulks.begin_presses(
                visitor.tenant_id,
                visitor.actor,
                MANY_CONTRACTS,
                read.input,
                presses,
                locale=visitor.locale,
                intent_id=request.form.get("intent_id"),
            )
        except InvalidInput as refusal:
            return self._page(visitor, schema, entries, refusal, read.complaints)
        return go_on(visitor, addresses.bulk(bulk_id, back=addresses.back(request, addresses.contracts())))

    def _page(
        self,
        visitor: Visitor,
        schema: Schema,
        entries: Entries,
        refusal: InvalidInput | None = None,
        complaints: Complaints | None = None,
    ) -> Response:
        form = self.forms.draw_refused(visitor, schema, entries, refusal, complaints)
        return answer(
            "many/page.html",
            visitor,
            status=422 if refusal else 200,
            section=addresses.contracts(),
            address=addresses.contract_many(),
            heading=text("New contracts for many"),
            form=form,
            results=self.forms.found(visitor, form, entries, request.form.get("find")),
            intent_id=request.form.get("intent_id") or new_id("int"),
            back=addresses.back(request, addresses.contracts()),
        )

    def _schema(self, visitor: Visitor) -> Schema:
        """The form with the tenant's templates; without any, a contract is named."""
        with self.parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, self.parts.clock(), open_tokens=False)
        button = CardButtons(around, visitor.actor, Reader(visitor.locale)).of_row([MANY_CONTRACTS.form])[0]
        schema = schema_of(MANY_CONTRACTS.form, button)
        if around.configuration.contract_templates:
            return schema
        members = {name: member for name, member in members_of(schema).items() if name != "contract_template"}
        return {**schema, "properties": members}
