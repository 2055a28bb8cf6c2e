"""The pages put together: who may see them, what every template can use, what a browser may load, and errors."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, HTTPException

from powerup.sandbox.errors import NotFoundError, SandboxError
from powerup.sandbox.pages import tour
from powerup.sandbox.pages.actions import add_action_views
from powerup.sandbox.pages.behaviour import add_behaviour_views
from powerup.sandbox.pages.board import add_board_views
from powerup.sandbox.pages.cards import CARDS_CHANGED, add_card_views
from powerup.sandbox.pages.customers import add_customer_views
from powerup.sandbox.pages.days import read_day
from powerup.sandbox.pages.deliveries import add_delivery_views
from powerup.sandbox.pages.fault_orders import add_fault_order_views
from powerup.sandbox.pages.htmx import add_htmx_view
from powerup.sandbox.pages.marketplace import add_marketplace_views
from powerup.sandbox.pages.orders import add_order_views
from powerup.sandbox.pages.outcome import Outcome, outcome_of
from powerup.sandbox.pages.panels import add_panel_views, panels_at
from powerup.sandbox.pages.site import Site
from powerup.sandbox.pages.tasks import add_task_views
from powerup.sandbox.pages.texts import LANGUAGES
from powerup.sandbox.pages.time_control import add_time_views
from powerup.sandbox.pages.visitor import ACTORS, add_visitor_views, current_visitor
from powerup.sandbox.strangers import refuse_strangers

_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none';"
    " frame-ancestors 'none'; form-action 'self'"
)


def pages_blueprint(site: Site) -> Blueprint:
    """All pages of the host."""
    blueprint = Blueprint(
        "pages", __name__, template_folder="templates", static_folder="static", static_url_path="/assets"
    )
    blueprint.before_request(refuse_strangers)
    blueprint.after_request(_protected)
    blueprint.context_processor(lambda: _once_a_request(site))
    blueprint.register_error_handler(SandboxError, _refusal)
    blueprint.register_error_handler(HTTPException, _http_error)
    for add in (
        add_board_views,
        add_order_views,
        add_customer_views,
        add_fault_order_views,
        add_task_views,
        add_card_views,
        add_action_views,
        add_marketplace_views,
        add_delivery_views,
        add_time_views,
        add_panel_views,
    ):
        add(blueprint, site)
    add_behaviour_views(blueprint, site.host)
    tour.add_tour_views(blueprint, site.host)
    add_visitor_views(blueprint)
    add_htmx_view(blueprint)

    @blueprint.get("/<path:_address>")
    def nothing_there(_address: str) -> ResponseReturnValue:
        abort(404)

    return blueprint


def _protected(answer: Response) -> Response:
    framed = g.get("framed")  # by the page of a panel alone: the power-up's own pages
    more = f" {framed}; frame-src {framed}" if framed else ""
    answer.headers["Content-Security-Policy"] = _CONTENT_SECURITY_POLICY + more
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "same-origin"
    if request.endpoint == "pages.static":
        return _read_whole(answer)
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def _read_whole(answer: Response) -> Response:
    """A file is read and closed here: a browser that leaves while it is on its way would leave it open."""
    if answer.direct_passthrough:
        body = b"".join(answer.iter_encoded())
        answer.close()
        answer.direct_passthrough = False
        answer.response = [body]
    return answer


def _once_a_request(site: Site) -> dict[str, Any]:
    """What every template can use; a page is drawn from several."""
    if "for_templates" not in g:
        g.for_templates = _for_every_template(site)
    return dict(g.for_templates)


def _for_every_template(site: Site) -> dict[str, Any]:
    visitor = current_visitor()
    texts = visitor.texts
    return {
        "_": texts.say,
        "ngettext": texts.counted,
        "word": texts.word,
        "label": texts.of,
        "day": texts.day,
        "long_day": texts.long_day,
        "weekday_and_day": texts.weekday_and_day,
        "moment": texts.moment,
        "newest_change": lambda: site.callbacks.newest(CARDS_CHANGED),
        "value_as_day": lambda text: read_day(text, site.host.calendar.today()),
        "time_left": texts.time_left,
        "panels_at": lambda where: panels_at(site, where),
        "visitor": visitor,
        "language": texts.language,
        "languages": LANGUAGES,
        "actors": ACTORS,
        "here": request.full_path.rstrip("?"),
        "section": request.path.split("/")[1],
        "today": site.host.calendar.today(),
        "progress": site.walk.progress,
        "tour_steps": tour.steps(site.host, installed=site.installation() is not None),
        "tour_after": tour.steps_after(site.host),
        "tour_hidden": tour.is_hidden(site.host),
        "firm": site.marketplace.book.firm(),
        "holding": site.marketplace.deliveries.holding,
        "faults_on": len(site.host.faults.listed()),
        "news": _news(site),
    }


def _news(site: Site) -> Outcome | None:
    """What the press of a button has led to, told on the page to which it returned."""
    if "held" in request.args:
        return Outcome("held")
    if "made" in request.args:
        return Outcome("succeeded", current_visitor().texts.say("The fault order is made."))
    if "removed" in request.args:
        return Outcome("succeeded", current_visitor().texts.say("The work order is deleted."))
    number = request.args.get("done", type=int)
    if number is None:
        return None
    try:
        attempt = site.marketplace.deliveries.log.attempt(number)
    except NotFoundError:
        return None
    if attempt.answer is None:
        return Outcome("no_answer")
    step = site.marketplace.deliveries.log.message(attempt.message_number).type
    outcome = outcome_of(attempt.answer, attempt.number if step == "action.invoked" else 0)
    if outcome.status == "succeeded" and step.startswith("installation."):
        # The power-up answers these in English, for the log: no person asked it in words.
        return replace(outcome, message=current_visitor().texts.word("installed", step.partition(".")[2]))
    return outcome


def _refusal(error: SandboxError) -> ResponseReturnValue:
    if isinstance(error, NotFoundError):
        return _not_found()
    return render_template("error.html", words=current_visitor().texts.refusal(error), status=409), 409


def _not_found() -> ResponseReturnValue:
    words = current_visitor().texts.say("This page or record does not exist (any more).")
    return render_template("error.html", words=words, status=404), 404


def _http_error(error: Exception) -> ResponseReturnValue:
    status = error.code or 500 if isinstance(error, HTTPException) else 500
    if status == 404:
        return _not_found()
    # What the pages themselves forbid they say in the visitor's language; the rest is werkzeug's, in English.
    words = error.description if isinstance(error, Forbidden) else None
    return render_template("error.html", words=words or _other_error(status), status=status), status


def _other_error(status: int) -> str:
    return current_visitor().texts.say(
        "That did not work (error {status}). Go back and see whether anything was changed before you try again.",
        status=status,
    )
