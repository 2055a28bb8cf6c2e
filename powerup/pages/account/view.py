"""Your account: name, language, password, codes of an app, and where you are signed in."""

from datetime import datetime

from flask import Response, abort, request
from markupsafe import Markup

from powerup.actions.kit.request import Role
from powerup.errors import PowerupError
from powerup.mail.mornings import next_morning
from powerup.pages import addresses
from powerup.pages.account.code_picture import code_picture
from powerup.pages.account.words import browser_in_words
from powerup.pages.answers import answer, go_on
from powerup.pages.blueprint import Pages
from powerup.pages.moments import in_zone_of
from powerup.pages.news import News
from powerup.pages.page_parts import PageParts
from powerup.pages.signing_in.caller import address_of
from powerup.pages.signing_in.joining import name_of, new_password_of
from powerup.pages.visitor import Visitor
from powerup.store.encryption import Secret
from powerup.store.tenants import Tenants
from powerup.texts import LANGUAGES, Text, sentence_of, text
from powerup.visitors.codes import address_for_app, is_code_key, new_code_key
from powerup.visitors.own_account import OwnAccount, WrongPassword
from powerup.visitors.passwords import TooManyAtOnce
from powerup.visitors.signing_in import WrongCode
from powerup.visitors.throttle import TooManyTries

_DONE = {
    "profile": text("Your name and language are kept."),
    "password": text("Your password is changed. You are signed out everywhere else."),
    "code_on": text("Signing in asks for a code from now on. You are signed out everywhere else."),
    "code_off": text("Signing in asks for no code any more."),
    "digest_on": text("The first mail comes on the next morning that has something to tell."),
    "digest_off": text("No mail of the day comes any more."),
    "end": text("That session has ended."),
    "end_others": text("You are signed out everywhere else."),
}


def add_account(pages: Pages) -> None:
    """The page and its buttons."""
    view = AccountPage(pages.parts)
    pages.page("/account", role=Role.VIEWER)(view.account)
    pages.page("/account", role=Role.VIEWER, methods=("POST",))(view.change_account)


class AccountPage:
    """The views."""

    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def account(self, visitor: Visitor) -> Response:
        """What there is of oneself."""
        return self._page(visitor, {})

    def change_account(self, visitor: Visitor) -> Response:
        """One press; what is wrong is told beside its field."""
        pressed = request.form.get("do", "")
        if pressed == "code_begin":
            return self._page(visitor, {}, new_code_key())
        if pressed not in _DONE:
            abort(400)
        try:
            flaws = self._change(self._own(visitor), visitor, pressed)
        except (WrongPassword, WrongCode, TooManyTries, TooManyAtOnce) as error:
            flaws = {_field_of(error, pressed): sentence_of(error)}
        if flaws:
            key = request.form.get("key", "")
            return self._page(visitor, flaws, Secret(key) if is_code_key(key) else None, status=422)
        return go_on(visitor, addresses.account(), News(_DONE[pressed]))

    def _change(self, own: OwnAccount, visitor: Visitor, pressed: str) -> dict[str, Text]:
        form, now = request.form, self._parts.clock()
        present, address = form.get("present", ""), address_of(request, self._parts.base_url)
        match pressed:
            case "profile":
                name, flaws = name_of(form)
                if not flaws:
                    own.call(name, form["locale"] if form.get("locale") in LANGUAGES else visitor.locale)
                return flaws
            case "password":
                user = own.user()
                password, flaws = new_password_of(form, user.email if user else "")
                if not flaws:
                    own.change_password(present, password, address, now)
                return flaws
            case "code_on" if is_code_key(form.get("key", "")):
                own.ask_for_codes(Secret(form["key"]), form.get("code", ""), present, address, now)
            case "code_off":
                own.ask_for_no_codes(present, address, now)
            case "digest_on" | "digest_off":
                own.want_digest(self._next_morning(visitor) if pressed == "digest_on" else None)
            case "end":
                own.end_session(form.get("session", ""))
            case "end_others":
                own.end_others()
            case _:
                abort(400)
        return {}

    def _own(self, visitor: Visitor) -> OwnAccount:
        signing_in = self._parts.signing_in
        return OwnAccount(
            self._parts.database,
            signing_in.passwords,
            signing_in.throttle,
            visitor.tenant_id,
            visitor.actor,
            visitor.session_id,
        )

    def _next_morning(self, visitor: Visitor) -> datetime:
        with self._parts.database.read() as connection:
            tenant = Tenants(connection).get(visitor.tenant_id, open_tokens=False)
        return next_morning(self._parts.clock(), tenant.zone)

    def _page(self, visitor: Visitor, flaws: dict[str, Text], key: Secret | None = None, status: int = 200) -> Response:
        own = self._own(visitor)
        user = own.user()
        picture = code_picture(address_for_app(key, user.email, visitor.tenant_name)) if key and user else Markup("")
        return answer(
            "account/page.html",
            visitor,
            status=status,
            user=user,
            sessions=own.sessions(),
            flaws=flaws,
            form=request.form,
            languages={"nl": "Nederlands", "en": "English"},
            key=key.reveal() if key else "",
            picture=picture,
            sends_mail=self._parts.sends_mail,
            browser_in_words=browser_in_words,
            here_time=in_zone_of(self._parts.database, visitor.tenant_id),
        )


def _field_of(error: PowerupError, pressed: str) -> str:
    return "code" if isinstance(error, WrongCode) else f"{pressed}-present"
