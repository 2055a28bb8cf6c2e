"""The delivery log: every webhook with request, answer and time, and everything that may go wrong on its way."""

import json
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from powerup.sandbox.delivery_log import Attempt
from powerup.sandbox.pages.addresses import back
from powerup.sandbox.pages.site import Site
from powerup.sandbox.redaction import without_secrets

_PAGE = "/deliveries"
_PER_PAGE = 30
_MOST_AT_ONCE = 20


def add_delivery_views(blueprint: Blueprint, site: Site) -> None:
    """The log, one message of it, the callbacks, and what can be done with them."""
    deliveries = site.marketplace.deliveries
    _add_reading_views(blueprint, site)

    @blueprint.post(f"{_PAGE}/<int:number>/redeliver")
    def redeliver(number: int) -> ResponseReturnValue:
        times = request.form.get("times", 1, type=int)
        deliveries.redeliver_at_once(number, max(1, min(times, _MOST_AT_ONCE)))
        return redirect(f"{_PAGE}/{number}", 303)

    @blueprint.post(f"{_PAGE}/<int:number>/corrupt")
    def corrupt(number: int) -> ResponseReturnValue:
        deliveries.redeliver_altered(number)
        return redirect(f"{_PAGE}/{number}", 303)

    @blueprint.post(f"{_PAGE}/attempts/<int:number>/replay")
    def replay(number: int) -> ResponseReturnValue:
        attempt = deliveries.replay(number)
        return redirect(f"{_PAGE}/{attempt.message_number}", 303)

    @blueprint.post(f"{_PAGE}/hold")
    def hold() -> ResponseReturnValue:
        deliveries.holding = True
        return redirect(_PAGE, 303)

    @blueprint.post(f"{_PAGE}/release")
    def release() -> ResponseReturnValue:
        deliveries.holding = "keep" in request.form
        for number in _chosen(site):
            deliveries.deliver(deliveries.log.message(number))
        return redirect(back(_PAGE), 303)


def _chosen(site: Site) -> list[int]:
    """The held messages to release: one, or all in the order that was asked for."""
    waiting = [message.number for message in site.marketplace.deliveries.log.never_tried()]
    if only := request.form.get("only", type=int):
        return [number for number in waiting if number == only]
    if request.form.get("order") == "reversed":
        waiting.reverse()
    return waiting


def _add_reading_views(blueprint: Blueprint, site: Site) -> None:
    log = site.marketplace.deliveries.log

    @blueprint.get(_PAGE)
    def deliveries_page() -> ResponseReturnValue:
        page, type_ = max(1, request.args.get("page", 1, type=int)), request.args.get("type", "")
        rows = log.summaries(type_ or None, most=_PER_PAGE + 1, skip=(page - 1) * _PER_PAGE)
        return render_template(
            "deliveries.html",
            rows=rows[:_PER_PAGE],
            more=len(rows) > _PER_PAGE,
            page=page,
            type=type_,
            types=log.types(),
            holding=site.marketplace.deliveries.holding,
            waiting=log.never_tried(),
        )

    @blueprint.get(f"{_PAGE}/<int:number>")
    def delivery(number: int) -> ResponseReturnValue:
        message = log.message(number)
        attempts = [(attempt, _answer_text(attempt)) for attempt in log.attempts(number)]
        body = _pretty(without_secrets(json.loads(message.body)))
        return render_template("delivery.html", message=message, body=body, attempts=attempts[::-1])

    @blueprint.get(f"{_PAGE}/callbacks")
    def callbacks() -> ResponseReturnValue:
        newest = site.callbacks.listed()[::-1][:100]
        rows = [(callback, _pretty(without_secrets(dict(callback.envelope)))) for callback in newest]
        return render_template("callbacks.html", rows=rows)


def _answer_text(attempt: Attempt) -> str:
    """The body of an answer, indented and without secrets where it is JSON, else its beginning."""
    try:
        return _pretty(without_secrets(json.loads(attempt.answer_body)))
    except ValueError:
        return attempt.answer_body[:2000].decode(errors="replace")


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
