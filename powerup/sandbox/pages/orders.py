"""One work order, and what a person does with it (host page 4.7)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from powerup.sandbox import board
from powerup.sandbox.errors import NotFoundError, SandboxError
from powerup.sandbox.host import Host
from powerup.sandbox.pages import tour
from powerup.sandbox.pages.days import read_day, read_time
from powerup.sandbox.pages.pickers import Pickers
from powerup.sandbox.pages.site import Site
from powerup.sandbox.pages.texts import as_day
from powerup.sandbox.pages.visitor import current_visitor
from powerup.sandbox.records import KINDS, STATUSES, Record

Move = Callable[[Host, int], object]


class _Unreadable(SandboxError):
    """What a person entered is no date or no time.

    Args:
        field: in which it stands.
        text: as it was typed.
        what: `day` or `time`, what it should have been.
    """

    def __init__(self, field: str, text: str, what: str) -> None:
        super().__init__(f"{text!r} is no {what}")
        self.problems = {field: current_visitor().texts.unread(text, what)}


def add_order_views(blueprint: Blueprint, site: Site) -> None:
    """The page of a work order and its moves."""
    host = site.host

    @blueprint.get("/orders/<int:row_id>")
    def order(row_id: int) -> ResponseReturnValue:
        return _order_page(site, row_id)

    @blueprint.get("/orders/by-number/<path:workorder_no>")
    def order_by_number(workorder_no: str) -> ResponseReturnValue:
        found = host.orders.matching("workorder_no", workorder_no)
        if not found:
            raise SandboxError(
                current_visitor().texts.say(
                    "Work order {number} does not exist at the host (any more).", number=workorder_no
                )
            )
        return redirect(f"/orders/{found[-1].row_id}", 303)

    @blueprint.post("/orders/<int:row_id>/<move>")
    def move_order(row_id: int, move: str) -> ResponseReturnValue:
        visitor = current_visitor()
        if not visitor.may("planner"):
            raise Forbidden(
                visitor.texts.say("As a viewer you cannot change work orders. Switch to a planner at the top.")
            )
        if move not in _MOVES:
            raise SandboxError(f"there is no move {move}")
        refusal, problems = _try_to_move(host, row_id, move)
        if refusal or problems:
            return _order_page(site, row_id, refusal, problems), 422
        if move == "complete":
            tour.tick(host, "complete")
        return redirect("/board?removed=1" if move == "delete" else f"/orders/{row_id}", 303)


def _try_to_move(host: Host, row_id: int, move: str) -> tuple[str, Mapping[str, str]]:
    """Why it cannot be moved and what is wrong by field, in the visitor's language; both empty when it was."""
    try:
        _MOVES[move](host, row_id)
    except _Unreadable as refusal:
        return "", refusal.problems
    except NotFoundError:
        raise
    except SandboxError:
        # Another page, or the power-up, has moved it on since this one was drawn.
        return current_visitor().texts.say("The work order has moved on meanwhile: below is how it stands now."), {}
    return "", {}


def _order_page(site: Site, row_id: int, refusal: str = "", problems: Mapping[str, str] | None = None) -> str:
    order = site.host.orders.find(row_id)
    deadline_day = as_day(str(order.fields["WorkDeadline"])[:10])
    objects = [site.host.masterdata.find("objects", str(code)) for code in order.fields["WorkObjects"]]
    return render_template(
        "order.html",
        order=order,
        objects=[one for one in objects if one],
        notes=_notes(site.host, order.fields),
        work_address=_work_address(site.host, order.fields),
        employees=Pickers(site.host).employees(),
        statuses=STATUSES,
        work_day=as_day(order.fields["WorkDate"]),
        deadline_day=deadline_day,
        refusal=refusal,
        problems=problems or {},
        entered=request.form,
        came_in=datetime.fromisoformat(order.created),
        priority=site.host.masterdata.find("priorities", str(order.fields["PriorityCode"])),
    )


def _work_address(host: Host, fields: Mapping[str, Any]) -> Record | None:
    """The address at which the work is, where it is another one than the customer's own."""
    named = (fields["CustomerDebtorNr"], fields["AdrCode"])
    addresses = host.masterdata.all(KINDS["addresses"]) if fields["AdrCode"] else []
    return next((one for one in addresses if (one["adr_debtor_nr"], one["adr_code"]) == named), None)


def _notes(host: Host, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What else is written on the order: the host's own fields for it, and the firm's free fields by their names."""
    say = current_visitor().texts.say
    notes = [
        (say("Comment"), fields["Comment"]),
        (say("Internal description"), fields["InternalWorkDescription"]),
        (say("External project number"), fields["ExternProjectNr"]),
    ]
    free = fields.get("FreeFields") or {}
    notes += [
        (one["fld_name"], free.get(f"val_value_{one['fld_order']}", ""))
        for one in host.masterdata.all(KINDS["freefields"])
        if one["fld_entity"] == "WORKORDER"
    ]
    return [(label, str(written)) for label, written in notes if written]


def _entered_day(host: Host, name: str) -> date | None:
    text = request.form.get(name, "").strip()
    day = read_day(text, host.calendar.today())
    if text and day is None:
        raise _Unreadable(name, text, "day")
    return day


def _complete(host: Host, row_id: int) -> None:
    day = _entered_day(host, "work_date")
    period = board.WorkPeriod(day) if day else None
    board.complete(host, row_id, period, finished="unfinished" not in request.form)


def _reschedule(host: Host, row_id: int) -> None:
    text = request.form.get("start", "").strip()
    start = read_time(text)
    if text and start is None:
        raise _Unreadable("start", text, "time")
    board.reschedule(host, row_id, _entered_day(host, "day"), start)


_MOVES: Mapping[str, Move] = {
    "pick_up": board.pick_up,
    "complete": _complete,
    "settle": board.settle,
    "put_back": board.put_back,
    "archive": board.archive,
    "delete": board.delete,
    "reschedule": _reschedule,
    "assign": lambda host, row_id: board.assign(host, row_id, request.form.get("employee", "")),
}
