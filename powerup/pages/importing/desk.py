"""Where files are imported: what a request means, and the page that shows how far the import is."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Response, abort, request
from werkzeug.datastructures import MultiDict

from powerup.actions.kit.answer import InvalidInput
from powerup.documents.errors import InvalidDocumentError
from powerup.documents.file_mapping import (
    file_mapping_document,
    file_mapping_from_document,
)
from powerup.files.columns import COLUMN
from powerup.files.table import mapping_flaws
from powerup.pages import addresses
from powerup.pages.answers import answer, go_on
from powerup.pages.importing.mapping_form import mapping_form, mapping_sent
from powerup.pages.importing.words import CONTRACT_WORDS, RESULT_WORDS, STATE_TONES, STATE_WORDS
from powerup.pages.news import News
from powerup.pages.page_parts import PageParts
from powerup.pages.visitor import Visitor
from powerup.pages.what_if.choosing import chosen_in
from powerup.presses.importing import MOST_BYTES, Hindered, Imports, UndoRefused
from powerup.presses.what_if import WhatIfs
from powerup.readings.heavy_weeks import heavy_from_document, in_words
from powerup.store.file_imports import (
    IMPORTS_AT_WORK,
    FileImport,
    FileImports,
    ImportedState,
    ImportState,
)
from powerup.store.identifiers import new_id
from powerup.store.tenants import Tenants
from powerup.store.what_ifs import KeptWhatIfs
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, Text, in_a_row, text

ROWS = 100
"""So many contracts stand on one page."""

_LISTED = 20
_TROUBLE = (ImportedState.LEFT_OUT, ImportedState.FAILED)
_WELL = (ImportedState.SHOWN, ImportedState.DONE, ImportedState.UNDONE)
_GONE = text("That is not possible any more; look at how it is now.")


@dataclass(frozen=True, slots=True)
class ImportDesk:
    """Takes files, and draws what comes of them."""

    parts: PageParts

    @property
    def imports(self) -> Imports:
        """What imports are begun and confirmed by."""
        return Imports(self.parts.presses, self.parts.clock)

    def found(self, visitor: Visitor, import_id: str) -> FileImport:
        """An import of the visitor's tenant; 404 where it is not there."""
        imported = self.imports.find(visitor.tenant_id, import_id)
        if imported is None:
            abort(404)
        return imported

    def begin_page(self, visitor: Visitor, flaw: Text | None = None) -> Response:
        """Where a file is chosen, with what was imported lately."""
        with self.parts.database.read() as connection:
            latest = FileImports(connection, visitor.tenant_id).latest(_LISTED)
            tenant = Tenants(connection).get(visitor.tenant_id, open_tokens=False)
            _, around = tenant_in_circumstances(connection, tenant.id, self.parts.clock(), open_tokens=False)
        return answer(
            "importing/page.html",
            visitor,
            status=422 if flaw else 200,
            section=addresses.settings(),
            flaw=flaw,
            latest=latest,
            state_words=STATE_WORDS,
            state_tones=STATE_TONES,
            zone=around.zone,
            most=MOST_BYTES // 1024**2,
            intent_id=new_id("int"),
            mappings=[each.name for each in around.configuration.mappings],
        )

    def begun(self, visitor: Visitor) -> Response:
        """Takes a file, and goes on to what it would do."""
        sent = request.files.get("file")
        try:
            import_id = self.imports.begin(
                visitor.tenant_id,
                visitor.actor,
                (sent.filename if sent else "") or "",
                sent.read(MOST_BYTES + 1) if sent else b"",
                locale=visitor.locale,
                intent_id=request.form.get("intent_id"),
            )
        except InvalidInput as refusal:
            return self.begin_page(visitor, refusal.message)
        return go_on(visitor, addresses.importing(import_id))

    def page(
        self,
        visitor: Visitor,
        imported: FileImport,
        *,
        flaws: Sequence[Text] = (),
        hindered: Sequence[Hindered] = (),
        sent: MultiDict[str, str] | None = None,
    ) -> Response:
        """What was understood, and how far it is."""
        behind = request.args.get("behind", -1, type=int)
        kept = file_mapping_from_document(imported.mapping) if imported.mapping else None
        with self.parts.database.read() as connection:
            imports = FileImports(connection, visitor.tenant_id)
            rows = imports.contracts(imported.id, _WELL, behind=behind, limit=ROWS + 1)
            trouble = imports.contracts(imported.id, _TROUBLE, limit=ROWS)
            numbers = imports.how_many(imported.id)
            collected = KeptWhatIfs(connection, visitor.tenant_id).of_run(imported.id)
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, self.parts.clock(), open_tokens=False)
        what_ifs, form = WhatIfs(self.parts.presses, self.parts.clock), None
        if imported.understood:
            form = mapping_form(imported.understood, mapping_sent(sent) if sent else kept, imported.file_name)
        return answer(
            "importing/one.html",
            visitor,
            status=422 if flaws else 409 if hindered else 200,
            section=addresses.settings(),
            imported=imported,
            address=addresses.importing(imported.id),
            at_work=imported.state in IMPORTS_AT_WORK,
            form=form,
            flaws=flaws,
            flaws_told=[("name", Reader(visitor.locale).say(each)) for each in flaws],
            state_words=STATE_WORDS,
            state_tones=STATE_TONES,
            contract_words=CONTRACT_WORDS,
            result_words=RESULT_WORDS,
            hindered=hindered,
            rows=rows[:ROWS],
            next_behind=rows[ROWS - 1].place if len(rows) > ROWS else None,
            trouble=trouble,
            numbers=_by_state(numbers),
            heavy=[heavy_from_document(each) for each in (imported.counts or {}).get("heavy_weeks", ())],
            heavy_words=in_words,
            cap=around.configuration.settings.change_cap,
            collected=collected,
            what_ifs=what_ifs.open_of(visitor.tenant_id, visitor.actor) if imported.state is ImportState.SHOWN else (),
            zone=around.zone,
            column_called=_column_called(Reader(visitor.locale).language),
        )

    def pressed(self, visitor: Visitor, imported: FileImport, form: MultiDict[str, str]) -> Response:
        """What a button of the page does."""
        here = addresses.importing(imported.id)
        with self.parts.database.read() as connection:
            collected = KeptWhatIfs(connection, visitor.tenant_id).of_run(imported.id)
        if collected is not None and imported.state is ImportState.SHOWN:
            return go_on(visitor, addresses.what_if(collected))
        match form.get("do"):
            case "import":
                done = self.imports.confirm(visitor.tenant_id, imported, again="again" in form)
            case "mapping":
                return self._with_mapping(visitor, imported, form)
            case "look":
                kept = file_mapping_from_document(imported.mapping) if imported.mapping else None
                done = self.imports.look_again(visitor.tenant_id, imported, kept)
            case "what_if":
                return self._collected(visitor, imported, form)
            case "drop":
                done = self.imports.drop(visitor.tenant_id, imported)
                here = addresses.importing()
            case "undo":
                try:
                    done = self.imports.undo(visitor.tenant_id, imported, visitor.actor)
                except UndoRefused as refused:
                    return self.page(visitor, imported, hindered=refused.hindered)
            case _:
                abort(400)
        return go_on(visitor, here, *(() if done else (News(_GONE, failed=True),)))

    def _collected(self, visitor: Visitor, imported: FileImport, form: MultiDict[str, str]) -> Response:
        """Adds it to a what if, to be done with its other steps."""
        what_ifs = WhatIfs(self.parts.presses, self.parts.clock)
        again, locale = form.get("again") == "1", visitor.locale
        try:
            added = what_ifs.add_import(
                visitor.tenant_id, visitor.actor, imported, chosen_in(form), again=again, locale=locale
            )
        except InvalidInput as refusal:
            return go_on(visitor, addresses.importing(imported.id), News(refusal.message, failed=True))
        return go_on(visitor, addresses.what_if(added))

    def _with_mapping(self, visitor: Visitor, imported: FileImport, form: MultiDict[str, str]) -> Response:
        """Finds out anew what the file would do, read with the mapping that was sent."""
        try:
            mapping = file_mapping_from_document(file_mapping_document(mapping_sent(form)))
        except InvalidDocumentError:
            return self.page(visitor, imported, flaws=[text("Give the mapping a name.")], sent=form)
        if flaws := mapping_flaws(mapping):
            return self.page(visitor, imported, flaws=[in_a_row(flaws)], sent=form)
        done = self.imports.look_again(visitor.tenant_id, imported, mapping)
        here = addresses.importing(imported.id)
        return go_on(visitor, here, *(() if done else (News(_GONE, failed=True),)))


def _by_state(numbers: Mapping[tuple[str, ImportedState], int]) -> dict[str, int]:
    """How many contracts there are in each state, and of each result among those that were done."""
    found: Counter[str] = Counter()
    for (result, state), number in numbers.items():
        found[state.value] += number
        if state is ImportedState.DONE:
            found[result] += number
    return dict(found)


def _column_called(language: str) -> Callable[[str], str]:
    """What a column is called in files of the language, by its English name; of several with `;`, each."""

    def called(name: str) -> str:
        columns = [COLUMN[each] for each in name.split(";") if each in COLUMN]
        return ", ".join(each.dutch if language == "nl" else each.name for each in columns)

    return called
