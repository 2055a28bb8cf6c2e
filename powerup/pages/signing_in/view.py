"""Pages to sign in and out on, and to join by an invitation."""

from typing import TYPE_CHECKING

from flask import Response, request

from powerup.actions.kit.request import Role
from powerup.errors import PowerupError
from powerup.pages import addresses
from powerup.pages.answers import answer, leads_to
from powerup.pages.cookies import OWN, come_in, go_out, secrets_of
from powerup.pages.door import visitor_of
from powerup.pages.page_parts import PageParts
from powerup.pages.signing_in import again, kept
from powerup.pages.signing_in.caller import address_of, browser_of
from powerup.pages.signing_in.joining import joining_of
from powerup.pages.visitor import Visitor
from powerup.store.encryption import Secret
from powerup.texts import Text, sentence_of, text
from powerup.visitors.passwords import TooManyAtOnce
from powerup.visitors.signing_in import Known, NotSignedIn, TookTooLong, WrongCode
from powerup.visitors.throttle import WITHIN, TooManyTries

if TYPE_CHECKING:
    from powerup.pages.blueprint import Pages

_STATUS: dict[type[PowerupError], int] = {
    NotSignedIn: 401,
    WrongCode: 401,
    TookTooLong: 401,
    TooManyTries: 429,
    TooManyAtOnce: 503,
}


def add_signing_in(pages: "Pages") -> None:
    """The pages that nobody has to be signed in for, and the way out."""
    entry = SignInPages(pages.parts)
    pages.open_page("/sign-in", methods=("GET", "POST"))(entry.sign_in)
    pages.open_page("/invitation/<token>", methods=("GET", "POST"))(entry.invitation)
    pages.page("/sign-out", role=Role.VIEWER, methods=("POST",))(entry.sign_out)


class SignInPages:
    """The views; each step answers the next one, with what the last one gave in hidden fields."""

    def __init__(self, parts: PageParts) -> None:
        self._parts = parts
        self._signing_in = parts.signing_in

    def sign_in(self) -> Response:
        """E-mail and password; then, where it has to be, which tenant, and a code."""
        if request.method == "GET":
            visitor = self._parts.door()
            where = kept.own_path(request.args.get("next", ""))
            is_in = visitor is not None and not visitor.framed
            return leads_to(where) if is_in else _page(kept.Kept(where), "")
        try:
            return self._go_on(self._known())
        except (NotSignedIn, TookTooLong, TooManyTries, TooManyAtOnce) as error:
            return _page(kept.carried(request.form), request.form.get("email", ""), error)

    def sign_out(self, visitor: Visitor) -> Response:  # noqa: ARG002  # the page's guard has seen who it is
        """End the session."""
        self._end_shown_sessions()
        return go_out(leads_to(addresses.sign_in()), self._parts.base_url)

    def invitation(self, token: str) -> Response:
        """Name and password of somebody who was invited."""
        now = self._parts.clock()
        known = self._signing_in.invited(token, now)
        if known is None:
            return _lapsed()
        if request.method == "GET":
            return _joining_page(known)
        joining = joining_of(request.form, known.user.email)
        if joining.flaws:
            return _joining_page(known, joining.name, joining.flaws, status=422)
        try:
            secret = self._signing_in.join(token, joining.name, joining.password, browser_of(request), now)
        except TooManyAtOnce as error:
            return _joining_page(known, joining.name, {"password": sentence_of(error)}, status=503)
        return self._let_in(secret, kept.Kept()) if secret else _lapsed()

    def _known(self) -> list[Known]:
        now, form = self._parts.clock(), request.form
        if "going_on" in form:
            return self._signing_in.known_by(form["going_on"], now)
        return self._signing_in.by_password(form.get("email", ""), form.get("password", ""), self._address(), now)

    def _go_on(self, known: list[Known]) -> Response:
        chosen = (
            known if len(known) == 1 else [each for each in known if each.user.tenant_id == request.form.get("tenant")]
        )
        if not chosen:
            return self._step("choose.html", known)
        user = chosen[0].user
        if chosen[0].needs_code:
            if "code" not in request.form:
                return self._step("code.html", chosen)
            try:
                self._signing_in.take_code(user, request.form["code"], self._address(), self._parts.clock())
            except WrongCode as error:
                return self._step("code.html", chosen, error)
        secret = self._signing_in.begin(user, browser_of(request), self._address(), self._parts.clock())
        return self._let_in(secret, kept.carried(request.form))

    def _step(self, template: str, known: list[Known], error: PowerupError | None = None) -> Response:
        going_on = self._signing_in.going_on(known, self._parts.clock())
        return answer(
            f"signing_in/{template}",
            None,
            status=_STATUS[type(error)] if error else 200,
            known=known,
            going_on=going_on,
            kept=kept.carried(request.form),
            flaw=sentence_of(error) if error else None,
        )

    def _let_in(self, secret: Secret, going: kept.Kept) -> Response:
        """Where they were going; the session that they came with, if any, ends: its cookie may be anybody's."""
        self._end_shown_sessions()
        found = self._parts.sessions.find(secret.reveal(), self._parts.clock())
        page = again.send_again(going, visitor_of(found)) if found and going.fields else leads_to(going.address)
        return come_in(page, OWN, secret, self._parts.base_url)

    def _end_shown_sessions(self) -> None:
        for secret in secrets_of(request, self._parts.base_url):
            self._parts.sessions.end(secret)

    def _address(self) -> str:
        return address_of(request, self._parts.base_url)


def _page(going: kept.Kept, email: str, error: PowerupError | None = None) -> Response:
    status = _STATUS[type(error)] if error else 200
    flaw = sentence_of(error) if error else None
    response = answer("signing_in/page.html", None, status=status, kept=going, email=email, flaw=flaw)
    if isinstance(error, TooManyTries):
        response.headers["Retry-After"] = str(int(WITHIN.total_seconds()))
    return response


def _joining_page(known: Known, name: str = "", flaws: dict[str, Text] | None = None, status: int = 200) -> Response:
    shown = name or known.user.name
    return answer("signing_in/invitation.html", None, status=status, known=known, name=shown, flaws=flaws or {})


def _lapsed() -> Response:
    return answer(
        "parts/error.html",
        None,
        status=404,
        heading=text("This link is not good any more"),
        advice=text("It was used, or is older than 7 days. Ask an admin of your firm for a new one."),
    )
