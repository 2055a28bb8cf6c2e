"""What is answered to whom the door does not know: where to sign in, and how what was typed goes with them."""

from flask import Response, g, request

from powerup.pages import addresses
from powerup.pages.answers import answer, leads_to
from powerup.pages.frame import READING, framed_by, is_our_own
from powerup.pages.signing_in.kept import Kept, of_refused
from powerup.pages.visitor import Visitor
from powerup.store.sessions import KnownSession
from powerup.texts import text


def ask_to_sign_in(base_url: str) -> Response | None:
    """The way to sign in, for somebody unknown; None where there is none: another site has sent something.

    A script gets nothing to put in the place of what was typed; its page says how to sign in beside it.
    """
    was_here: KnownSession | None = g.get("was_here")
    changes = request.method not in READING
    if changes and not is_our_own(request, base_url):
        return None
    if request.headers.get("HX-Request") == "true":
        return Response(status=401, headers={"HX-Reswap": "none"})
    if request.headers.get("Sec-Fetch-Dest") == "iframe" or (was_here and was_here.origins):
        return _open_again(was_here)
    kept = of_refused(request)
    if not kept.fields:
        return leads_to(addresses.sign_in(to=kept.address))
    email = was_here.email if was_here and was_here.email else ""
    told = [text("Your session has ended. What you typed is kept: sign in, then you can send it.")]
    return answer("signing_in/page.html", None, status=401, kept=kept, email=email, news=told)


def send_again(kept: Kept, visitor: Visitor) -> Response:
    """A page with what was typed, to be sent with the token of the session that has begun."""
    return answer("signing_in/send_again.html", visitor, kept=kept)


def _open_again(was_here: KnownSession | None) -> Response:
    page = answer(
        "parts/error.html",
        None,
        status=401,
        heading=text("Your session has ended"),
        advice=text("Open this page again from the menu of your host."),
        drafts_stay=True,
    )
    return framed_by(page, was_here.origins if was_here else ())
