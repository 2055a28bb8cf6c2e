"""What becomes of a contract's form that is sent: drawn again, its effects shown, or the contract made or changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from powerup.actions.kit.answer import AnswerStatus
from powerup.pages import addresses
from powerup.pages.answers import answer, go_on
from powerup.pages.edit.differences import Difference, differences, merged
from powerup.pages.edit.filling import TEMPLATE_MEMBER, Filling, Fillings
from powerup.pages.edit.sections import sections_of
from powerup.pages.forms.days import read_day
from powerup.pages.forms.drawing import Problem
from powerup.pages.forms.drawn import Forms
from powerup.pages.forms.entries import redraws
from powerup.pages.forms.reading import ReadForm
from powerup.pages.news import News
from powerup.pages.page_parts import PageParts
from powerup.readings.heavy_weeks import in_words
from powerup.texts import Reader, text

_OF_ORDERS = ("retracted", "kept", "moved")
"""Effects on orders that are there already: a person sees them before they are done."""

_DONE = (AnswerStatus.SUCCEEDED.value, AnswerStatus.ACCEPTED.value)
_STATUS = {AnswerStatus.INVALID.value: 422, AnswerStatus.CONFLICT.value: 409, AnswerStatus.DENIED.value: 403}


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a form was not carried out, in one sentence; with what another person changed meanwhile, and who."""

    words: str = ""
    by: str = ""
    changes: Sequence[Difference] = ()


@dataclass(frozen=True, slots=True)
class Pressing:
    """Answers to what is done with a form."""

    parts: PageParts
    fillings: Fillings

    def show(
        self,
        filling: Filling,
        *,
        status: int = 200,
        read: ReadForm | None = None,
        problems: Iterable[Problem] = (),
        refused: Refused | None = None,
    ) -> Response:
        """The form with what stands in it, and beside it what would come of it."""
        forms = Forms(self.parts)
        complaints = read.complaints if read else {}
        form = forms.draw(filling.visitor, filling.schema, filling.entries, problems=problems, complaints=complaints)
        return answer(
            "edit/page.html",
            filling.visitor,
            status=status,
            filling=filling,
            form=form,
            sections=sections_of(form, () if filling.keeps_its_template else (TEMPLATE_MEMBER,)),
            begins=None if filling.number else form.root.member(TEMPLATE_MEMBER),
            results=forms.found(filling.visitor, form, filling.entries, request.form.get("find")),
            refused=refused,
            preview=self.fillings.preview(filling),
            heavy_words=in_words,
            back=addresses.back(request, ""),
            home=self._home(filling),
            following=read_day(request.args.get("next_visit", ""), filling.today),
        )

    def preview(self, filling: Filling) -> Response:
        """What would come of the form, for the place beside it."""
        preview = self.fillings.preview(filling)
        return answer("edit/preview.html", filling.visitor, preview=preview, filling=filling, heavy_words=in_words)

    def sent(self, filling: Filling) -> Response:
        """What the form was sent for. Effects on orders, and what a person should know, are shown before it is done."""
        if redraws(request.form) or {"show", "begin"} & request.form.keys():
            return self.show(filling)
        read, confirmation = filling.read(), request.form.get("confirmation")
        if confirmation is None:
            looked = self._look(filling, read)
            if looked and (looked.get("warnings") or any(looked.get("counts", {}).get(kind) for kind in _OF_ORDERS)):
                return self._to_confirm(filling, looked)
            confirmation = looked["confirmation"]["token"] if looked and "confirmation" in looked else None
        wanted = filling.request(read.input, confirmation)
        return self._after(
            filling, read, self.parts.presses.press(filling.visitor.tenant_id, wanted, self.parts.clock())
        )

    def _look(self, filling: Filling, read: ReadForm) -> Mapping[str, Any] | None:
        """What would be done; None where the host is too slow to say it, so that it goes on in the background."""
        return self.parts.presses.look(filling.visitor.tenant_id, filling.request(read.input), self.parts.clock())

    def _after(self, filling: Filling, read: ReadForm, document: Mapping[str, Any]) -> Response:
        status = document["status"]
        if status == AnswerStatus.NEEDS_CONFIRMATION.value:
            return self._to_confirm(filling, document)
        if status in _DONE:
            return self._done(filling, document)
        if status == AnswerStatus.CONFLICT.value and filling.number:
            return self._changed_meanwhile(filling, read, document)
        problems = document.get("errors", ())
        refused = None if problems else Refused(document["message"])
        return self.show(filling, status=_STATUS.get(status, 503), read=read, problems=problems, refused=refused)

    def _to_confirm(self, filling: Filling, document: Mapping[str, Any]) -> Response:
        entries = [*filling.entries.items(multi=True)]
        return answer(
            "edit/effects.html",
            filling.visitor,
            filling=filling,
            entries=entries,
            looked=document,
            back=addresses.back(request, ""),
        )

    def _done(self, filling: Filling, document: Mapping[str, Any]) -> Response:
        told = [text("{words}", words=document["message"])]
        told += [text("{words}", words=words) for words in document.get("warnings", ())]
        target = document.get("target", {})
        made = target.get("id", "") if target.get("type") == "contract" else ""
        if made:
            home = addresses.back(request, addresses.contract_page(made))
        else:
            home = addresses.run(document["run"]["id"]) if "run" in document else self._home(filling)
        return go_on(filling.visitor, home, *(News(words) for words in told))

    def _changed_meanwhile(self, filling: Filling, read: ReadForm, document: Mapping[str, Any]) -> Response:
        """The contract as it is now, with what was typed on top, and a list of what another person changed."""
        anew, by = self.fillings.anew(filling, read.input)
        seen, now = filling.seen or {}, anew.seen or {}
        changes = differences(filling.schema, seen, now, merged(seen, read.input), Reader(filling.visitor.locale))
        return self.show(anew, status=409, refused=Refused(document["message"], by, changes))

    def _home(self, filling: Filling) -> str:
        return addresses.contract_page(filling.number) if filling.number else addresses.contracts()
