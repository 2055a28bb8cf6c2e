"""`powerup demo --once`: a year of the example firm, told from what both sides then have; nothing is made up."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.text import Text as Words

from powerup.commands.audit import audit_outcome, what_was_compared
from powerup.commands.demo.contracts import enter_contracts
from powerup.commands.demo.work import do_the_work
from powerup.commands.demo.world import World
from powerup.commands.kit.group import Finding
from powerup.commands.kit.output import table
from powerup.contracts.effects import EffectKind
from powerup.contracts.visit import Reason
from powerup.outsmart.records import WorkOrder, WorkOrderStatus
from powerup.readings.card_words import summary
from powerup.readings.forecast import Forecast
from powerup.sandbox.buttons import Press, confirm_answer, press
from powerup.sandbox.delivery_log import Attempt
from powerup.sandbox.installation import ADMIN, Actor
from powerup.store.contracts import Contracts
from powerup.sync.kit.context import Wish
from powerup.sync.proof.audit import AuditReport, audit
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import Reader, Text, text

FIRST_DAY = date(2026, 12, 28)
TERMINATED_ON = date(2027, 6, 14)
LAST_DAY = date(2027, 12, 31)

_STEP_DAYS = 7

_MONTHLY = "CV-ketels maandelijks"

_LOOKING_AT_ALL = Wish(by_person=True)
"""By itself a cycle looks at all open orders every half hour, and these follow each other at once."""

Answer = Mapping[str, Any]


class Story:
    """Tells and does it, step by step. Raises Finding as soon as something comes out otherwise than it should."""

    def __init__(self, world: World, console: Console, reader: Reader) -> None:
        """reader is who watches; the buttons are pressed in the same language."""
        self._world = world
        self._console = console
        self._reader = reader
        self._numbers: dict[str, str] = {}
        self._totals: Counter[str] = Counter()

    def tell(self) -> None:
        """The whole year."""
        self._install()
        self._create()
        self._live_until(FIRST_DAY, TERMINATED_ON)
        self._terminate()
        self._restart()
        self._live_until(TERMINATED_ON, LAST_DAY)
        self._cycle()
        self._show_orders()
        self._be_refused_a_delete()
        self._audit()

    def _install(self) -> None:
        self._chapter(text("Installed"))
        marketplace = self._world.host.marketplace
        installed = marketplace.install(self._world.powerup_url)
        _expect(installed.state == "active", text("the power-up was not installed: {words}", words=installed.reason))
        self._move_to(FIRST_DAY)
        tenant = self._world.tenant()
        self._say(
            text(
                "{firm} installed the power-up by a signed webhook: {installation}, tenant {tenant}.",
                firm=tenant.name,
                installation=installed.id,
                tenant=tenant.id,
            )
        )
        self._say(
            text("The host's API is at {api}. For the firm it is {today} now.", api=tenant.api_url, today=FIRST_DAY)
        )

    def _create(self) -> None:
        self._chapter(text("Contracts, created by signed webhooks"))
        answers = enter_contracts(self._world)
        self._numbers = {name: str(answer["target"]["id"]) for name, answer in answers.items()}
        rows = [self._created_row(answer) for answer in answers.values()]
        self._console.print(table(("contract", "name", "customer", "what_it_says", "orders_soon"), rows, self._reader))
        self._show_days(self._numbers[_MONTHLY])

    def _created_row(self, answer: Answer) -> dict[str, Any]:
        with self._world.parts.database.read() as connection:
            stored = Contracts(connection, self._world.tenant().id).get(str(answer["target"]["id"]))
        if stored is None:
            raise _went_wrong(text("contract {number} is not in the database", number=answer["target"]["id"]))
        return {
            "contract": stored.number,
            "name": stored.name,
            "customer": stored.customer,
            "what_it_says": summary(stored),
            "orders_soon": sum(effect["effect"] == "created" for effect in answer.get("effects", ())),
        }

    def _show_days(self, number: str) -> None:
        """The planned dates of a contract in the year, as `powerup forecast` has them."""
        with self._world.parts.database.read() as connection:
            around = circumstances_of(connection, self._world.tenant(), self._world.parts.clock())
            visits = Forecast(connection, around).visits(date(LAST_DAY.year, 1, 1), LAST_DAY, number)
        days = sorted({visit.planned_date for visit in visits})
        _expect(
            len(days) == 12,
            text("contract {number} is planned on more or fewer days than 12: {days}", number=number, days=days),
        )
        self._say(
            text(
                "Contract {number} is planned on {days}.",
                number=number,
                days=[self._reader.day_of_year(day) for day in days],
            )
        )

    def _live_until(self, since: date, until: date) -> None:
        """Once a week the host's date moves, a cycle runs, and people do the work that is planned by then."""
        before = Counter(self._totals)
        days = [*(since + timedelta(days=n) for n in range(0, (until - since).days, _STEP_DAYS)), until]
        quiet = not self._console.is_terminal
        period = text("{since} to {until}", since=since, until=until)
        for day in track(days, self._reader.say(period), console=self._console, transient=True, disable=quiet):
            self._move_to(day)
            self._cycle()
            self._totals["done"] += do_the_work(self._world.host.host, day)
        self._chapter(period)
        self._say(
            text(
                "Cycles, one a week: {cycles}; work orders: {ordered} ordered, {done} done, {retracted} retracted.",
                cycles=len(days),
                **{name: self._totals[name] - before[name] for name in ("ordered", "done", "retracted")},
            )
        )

    def _cycle(self) -> None:
        report = self._world.parts.cycles().run(self._world.tenant().id, _LOOKING_AT_ALL)
        trouble = report.ended_early or (
            report.failed and text("work orders that failed: {count}", count=report.failed)
        )
        _expect(not trouble, text("the cycle of {day} went wrong: {trouble}", day=report.today, trouble=trouble))
        self._totals["ordered"] += report.ordered
        self._totals["retracted"] += report.retracted

    def _terminate(self) -> None:
        number = self._numbers[_MONTHLY]
        self._chapter(text("Contract {number} terminated early, its future orders taken back", number=number))
        entered = {"last_day": "2027-06-20", "reason": "MOVED", "remark": "", "existing_orders": "retract"}
        shown, done = self._press_and_confirm("contract.terminate", number, entered)
        _expect(
            "retracted" in shown.get("counts", {}), text("no order was to be taken back: {answer}", answer=str(shown))
        )
        self._show_effects(shown["effects"])
        self._say(text("{message} In all: {counts}.", message=done["message"], counts=_in_words(shown["counts"])))
        self._cycle()
        at_host = {order.workorder_no for order in self._orders(*WorkOrderStatus)}
        retracted = [effect["workorder_no"] for effect in shown["effects"] if effect["effect"] == "retracted"]
        left = sorted(at_host & set(retracted))
        _expect(not left, text("still at the host: {orders}", orders=left))
        self._say(text("After the next cycle the host has {orders} no more.", orders=retracted))
        self._hear_back(str(done["run"]["id"]))

    def _hear_back(self, run_id: str) -> None:
        """What was accepted ends in a signed callback, which the host has checked and kept."""
        parts = self._world.parts
        with parts.host_session() as session, closing(parts.callbacks(session)) as callbacks:
            callbacks.deliver_due()
        told = self._world.host.callbacks.run(run_id)
        if told is None:
            raise _went_wrong(text("the host did not hear how {run} ended", run=run_id))
        outcome = self._reader.code(str(told["status"]))
        self._say(text("A signed callback told the host so: {run} {outcome}.", run=run_id, outcome=outcome))

    def _restart(self) -> None:
        number = self._numbers["Heaters tot eind vorig jaar"]
        self._chapter(text("Contract {number} had ended, and is restarted", number=number))
        answer = self._press("contract.restart", self._contract(number), {})
        _expect(answer["status"] == "succeeded", text("it was not restarted: {answer}", answer=str(answer)))
        self._say(text("{words}", words=answer["message"]))

    def _show_orders(self) -> None:
        self._chapter(text("Work orders as the host now lists them"))
        by_month: dict[str, Counter[str]] = {}
        for order in self._orders(*WorkOrderStatus):
            day = order.work_date or order.deadline
            counts = by_month.setdefault(f"{day:%Y-%m}" if day else "-", Counter())
            counts[order.status.value if order.status else "?"] += 1
        statuses = [status.value for status in WorkOrderStatus]
        rows = [{"month": month, **counts, "all": counts.total()} for month, counts in sorted(by_month.items())]
        self._console.print(table(("month", *statuses, "all"), rows, self._reader))
        self._show_some_orders()

    def _show_some_orders(self) -> None:
        latest = sorted(self._orders(WorkOrderStatus.KLAARGEZET), key=lambda order: order.row_id)[-5:]
        rows = [
            {
                "workorder_no": order.workorder_no,
                "customer": order.customer_name,
                "text": order.description,
                "deadline": order.deadline,
                "scheduled": order.work_date,
                "employee": order.employee_number,
            }
            for order in latest
        ]
        columns = ("workorder_no", "customer", "text", "deadline", "scheduled", "employee")
        self._console.print(table(columns, rows, self._reader, text("The newest of them")))

    def _be_refused_a_delete(self) -> None:
        number = self._numbers["Koelcel, na de vorige beurt"]
        self._chapter(text("Contract {number} cannot be deleted, because work was done", number=number))
        answer = self._press("contract.delete", self._contract(number), {}, ADMIN)
        _expect(answer["status"] == "failed", text("the delete was not refused: {answer}", answer=str(answer)))
        done = {order.workorder_no for order in self._orders(WorkOrderStatus.AFGEHANDELD, WorkOrderStatus.COMPLEET)}
        is_named = any(number in answer["message"] for number in done)
        _expect(is_named, text("no work order is named: {answer}", answer=answer["message"]))
        self._say(text("{words}", words=answer["message"]))

    def _audit(self) -> None:
        self._chapter(text("Proof"))
        report = self._audited()
        self._say(what_was_compared(report.due, report.ledger, report.host))
        for difference in report.differences:
            self._say(difference.words)
        outcome = audit_outcome(report.ok, report.today)
        self._console.print(self._reader.say(outcome), style="bold green" if report.ok else "bold red")
        _expect(report.ok, text("contracts, ledger and host do not agree"))

    def _audited(self) -> AuditReport:
        tenant = self._world.tenant()
        with self._world.parts.open_host(tenant) as host:
            return audit(self._world.parts.database, host, tenant, LAST_DAY)

    def _orders(self, *statuses: WorkOrderStatus) -> list[WorkOrder]:
        with self._world.parts.open_host(self._world.tenant()) as host:
            return [listed.whole() for status in statuses for listed in host.work_orders(status)]

    def _move_to(self, day: date) -> None:
        attempt = self._world.host.marketplace.set_today(day)
        _answer(attempt)

    def _contract(self, number: str) -> dict[str, Any]:
        """The contract as a button's target, with the version that a person sees."""
        with self._world.parts.database.read() as connection:
            contract = Contracts(connection, self._world.tenant().id).get(number)
        return {"type": "contract", "id": number, "version": contract.version if contract else None}

    def _press(
        self, action: str, target: Mapping[str, Any], entered: Mapping[str, Any], actor: Actor | None = None
    ) -> Answer:
        button = self._button(action, target, entered, actor)
        return self._came_of(press(self._world.host.marketplace, button))

    def _press_and_confirm(self, action: str, number: str, entered: Mapping[str, Any]) -> tuple[Answer, Answer]:
        """What was shown to be confirmed, and what came of confirming it."""
        button = self._button(action, self._contract(number), entered, None)
        shown = self._came_of(press(self._world.host.marketplace, button))
        _expect(
            shown["status"] == "needs_confirmation", text("nothing was to be confirmed: {answer}", answer=str(shown))
        )
        done = self._came_of(confirm_answer(self._world.host.marketplace, button, shown))
        _expect(
            done["status"] in ("succeeded", "accepted"),
            text("{action} was not done: {answer}", action=action, answer=str(done)),
        )
        return shown, done

    def _came_of(self, attempt: Attempt | None) -> Answer:
        _answer(attempt)
        return self._world.came_of(attempt)

    def _button(self, action: str, target: Mapping[str, Any], entered: Mapping[str, Any], actor: Actor | None) -> Press:
        button = Press(action, target, entered, locale=self._reader.language)
        return replace(button, actor=actor) if actor else button

    def _show_effects(self, effects: Sequence[Mapping[str, Any]]) -> None:
        self._console.print(table(("effect", "workorder_no", "planned_date", "state", "reason"), effects, self._reader))

    def _chapter(self, title: Text) -> None:
        self._console.print()
        self._console.print(Words(f"── {self._reader.say(title)}", style="bold"))

    def _say(self, sentence: Text) -> None:
        self._console.print(self._reader.say(sentence), markup=False)


def _in_words(counts: Mapping[str, Any]) -> list[Text]:
    """Totals per effect, those of withheld per reason."""
    plain = [
        text("{number} {effect}", number=number, effect=EffectKind(effect))
        for effect, number in counts.items()
        if effect != EffectKind.WITHHELD
    ]
    withheld = [
        text("{number} withheld: {reason}", number=number, reason=Reason(why))
        for why, number in counts.get("withheld", {}).items()
    ]
    return [*plain, *withheld]


def _answer(attempt: Attempt | None) -> Answer:
    if attempt is None or attempt.answer is None:
        seen = "-" if attempt is None else attempt.error or f"{attempt.status} {attempt.answer_body!r}"
        raise _went_wrong(text("a webhook was answered with {seen}", seen=seen))
    return attempt.answer


def _expect(holds: object, otherwise: Text) -> None:
    if not holds:
        raise _went_wrong(otherwise)


def _went_wrong(how: Text) -> Finding:
    return Finding(text("The demo went wrong: {how}.", how=how))
