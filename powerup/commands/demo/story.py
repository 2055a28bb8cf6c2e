"""`powerup demo --once`: a year of the example firm, told from what both sides then have; nothing is made up."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.text import Text

from powerup.commands.audit import what_was_compared
from powerup.commands.demo.contracts import enter_contracts
from powerup.commands.demo.work import do_the_work
from powerup.commands.demo.world import World
from powerup.commands.kit.group import Finding
from powerup.commands.kit.output import table
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
from powerup.texts import Reader

FIRST_DAY = date(2026, 12, 28)
TERMINATED_ON = date(2027, 6, 14)
LAST_DAY = date(2027, 12, 31)

_STEP_DAYS = 3

_MONTHLY = "CV-ketels maandelijks"

_LOOKING_AT_ALL = Wish(by_person=True)
"""By itself a cycle looks at all open orders every half hour, and these follow each other at once."""

Answer = Mapping[str, Any]


class Story:
    """Tells and does it, step by step. Raises Finding as soon as something comes out otherwise than it should."""

    def __init__(self, world: World, console: Console, locale: str) -> None:
        """locale is the language of the answers that the pressed buttons show."""
        self._world = world
        self._console = console
        self._locale = locale
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
        self._chapter("Installed")
        marketplace = self._world.host.marketplace
        installed = marketplace.install(self._world.powerup_url)
        _expect(installed.state == "active", f"the power-up was not installed: {installed.reason}")
        self._move_to(FIRST_DAY)
        tenant = self._world.tenant()
        self._say(f"{tenant.name} installed the power-up by a signed webhook: {installed.id}, tenant {tenant.id}.")
        self._say(f"The host's API is at {tenant.api_url}. For the firm it is {FIRST_DAY} now.")

    def _create(self) -> None:
        self._chapter("Contracts, created by signed webhooks")
        answers = enter_contracts(self._world)
        self._numbers = {name: str(answer["target"]["id"]) for name, answer in answers.items()}
        rows = [self._created_row(answer) for answer in answers.values()]
        self._console.print(table(("contract", "name", "customer", "what_it_says", "orders_soon"), rows))
        self._show_days(self._numbers[_MONTHLY])

    def _created_row(self, answer: Answer) -> dict[str, Any]:
        with self._world.parts.database.read() as connection:
            stored = Contracts(connection, self._world.tenant().id).get(str(answer["target"]["id"]))
        if stored is None:
            raise Finding(f"The demo went wrong: contract {answer['target']['id']} is not in the database.")
        return {
            "contract": stored.number,
            "name": stored.name,
            "customer": stored.customer,
            "what_it_says": Reader(self._locale).say(summary(stored)),
            "orders_soon": answer.get("counts", {}).get("created", 0),
        }

    def _show_days(self, number: str) -> None:
        """The planned dates of a contract in the year, as `powerup forecast` has them."""
        with self._world.parts.database.read() as connection:
            around = circumstances_of(connection, self._world.tenant(), self._world.parts.clock())
            visits = Forecast(connection, around).visits(date(LAST_DAY.year, 1, 1), LAST_DAY, number)
        days = sorted({visit.planned_date for visit in visits})
        _expect(len(days) == 12, f"contract {number} is planned on more or fewer days than 12: {len(days)}")
        self._say(f"Contract {number} is planned on {', '.join(f'{day.day} {day:%b}' for day in days)}.")

    def _live_until(self, since: date, until: date) -> None:
        """Every third day the host's date moves, a cycle runs, and people do the work that is planned by then."""
        before = Counter(self._totals)
        days = [*(since + timedelta(days=n) for n in range(0, (until - since).days, _STEP_DAYS)), until]
        quiet = not self._console.is_terminal
        for day in track(days, f"{since} to {until}", console=self._console, transient=True, disable=quiet):
            self._move_to(day)
            self._cycle()
            self._totals["done"] += do_the_work(self._world.host.host, day)
        told = ", ".join(f"{self._totals[name] - before[name]} {name}" for name in ("ordered", "done", "retracted"))
        self._chapter(f"{since} to {until}")
        self._say(f"Cycles, one every {_STEP_DAYS} days: {len(days)}; work orders: {told}.")

    def _cycle(self) -> None:
        report = self._world.parts.cycles().run(self._world.tenant().id, _LOOKING_AT_ALL)
        trouble = report.ended_early or (report.failed and f"work orders that failed: {report.failed}")
        _expect(not trouble, f"the cycle of {report.today} went wrong: {trouble}")
        self._totals["ordered"] += report.ordered
        self._totals["retracted"] += report.retracted

    def _terminate(self) -> None:
        number = self._numbers[_MONTHLY]
        self._chapter(f"Contract {number} terminated early, its future orders taken back")
        entered = {"last_day": "2027-06-20", "reason": "MOVED", "remark": "", "existing_orders": "retract"}
        shown, done = self._press_and_confirm("contract.terminate", number, entered)
        _expect("retracted" in shown.get("counts", {}), f"no order was to be taken back: {shown}")
        self._show_effects(shown["effects"])
        self._say(f"{done['message']} In all: {_in_words(shown['counts'])}.")
        self._cycle()
        at_host = {order.workorder_no for order in self._orders(*WorkOrderStatus)}
        retracted = [effect["workorder_no"] for effect in shown["effects"] if effect["effect"] == "retracted"]
        _expect(not at_host & set(retracted), f"still at the host: {at_host & set(retracted)}")
        self._say(f"After the next cycle the host has {', '.join(retracted)} no more.")
        self._hear_back(str(done["run"]["id"]))

    def _hear_back(self, run_id: str) -> None:
        """What was accepted ends in a signed callback, which the host has checked and kept."""
        parts = self._world.parts
        with parts.host_session() as session:
            parts.callbacks(session).deliver_due()
        told = self._world.host.callbacks.run(run_id)
        if told is None:
            raise Finding(f"The demo went wrong: the host did not hear how {run_id} ended.")
        self._say(f"A signed callback told the host so: {run_id} {told['status']}.")

    def _restart(self) -> None:
        number = self._numbers["Heaters tot eind vorig jaar"]
        self._chapter(f"Contract {number} had ended, and is restarted")
        answer = self._press("contract.restart", self._contract(number), {})
        _expect(answer["status"] == "succeeded", f"it was not restarted: {answer}")
        self._say(answer["message"])

    def _show_orders(self) -> None:
        self._chapter("Work orders as the host now lists them")
        by_month: dict[str, Counter[str]] = {}
        for order in self._orders(*WorkOrderStatus):
            day = order.work_date or order.deadline
            counts = by_month.setdefault(f"{day:%Y-%m}" if day else "without a date", Counter())
            counts[order.status.value if order.status else "?"] += 1
        statuses = [status.value for status in WorkOrderStatus]
        rows = [{"month": month, **counts, "all": counts.total()} for month, counts in sorted(by_month.items())]
        self._console.print(table(("month", *statuses, "all"), rows))
        self._show_some_orders()

    def _show_some_orders(self) -> None:
        latest = sorted(self._orders(WorkOrderStatus.KLAARGEZET), key=lambda order: order.row_id)[-5:]
        rows = [
            {
                "work_order": order.workorder_no,
                "customer": order.customer_name,
                "text": order.description,
                "deadline": order.deadline,
                "scheduled": order.work_date,
                "employee": order.employee_number,
            }
            for order in latest
        ]
        columns = ("work_order", "customer", "text", "deadline", "scheduled", "employee")
        self._console.print(table(columns, rows, "The newest of them"))

    def _be_refused_a_delete(self) -> None:
        number = self._numbers["Koelcel, na de vorige beurt"]
        self._chapter(f"Contract {number} cannot be deleted, because work was done")
        answer = self._press("contract.delete", self._contract(number), {}, ADMIN)
        _expect(answer["status"] == "failed", f"the delete was not refused: {answer}")
        done = {order.workorder_no for order in self._orders(WorkOrderStatus.AFGEHANDELD, WorkOrderStatus.COMPLEET)}
        _expect(any(number in answer["message"] for number in done), f"no work order is named: {answer['message']}")
        self._say(answer["message"])

    def _audit(self) -> None:
        self._chapter("Proof")
        report = self._audited()
        self._say(str(what_was_compared(report.due, report.ledger, report.host)))
        for difference in report.differences:
            self._say(str(difference.words))
        self._console.print(
            f"audit: {'ok' if report.ok else 'NOT OK'}", style="bold green" if report.ok else "bold red"
        )
        _expect(report.ok, "contracts, ledger and host do not agree")

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
        _expect(shown["status"] == "needs_confirmation", f"nothing was to be confirmed: {shown}")
        done = self._came_of(confirm_answer(self._world.host.marketplace, button, shown))
        _expect(done["status"] in ("succeeded", "accepted"), f"{action} was not done: {done}")
        return shown, done

    def _came_of(self, attempt: Attempt | None) -> Answer:
        _answer(attempt)
        return self._world.came_of(attempt)

    def _button(self, action: str, target: Mapping[str, Any], entered: Mapping[str, Any], actor: Actor | None) -> Press:
        button = Press(action, target, entered, locale=self._locale)
        return Press(action, target, entered, actor=actor, locale=self._locale) if actor else button

    def _show_effects(self, effects: Sequence[Mapping[str, Any]]) -> None:
        self._console.print(table(("effect", "workorder_no", "planned_date", "state", "reason"), effects))

    def _chapter(self, title: str) -> None:
        self._console.print()
        self._console.print(Text(f"── {title}", style="bold"))

    def _say(self, sentence: str) -> None:
        self._console.print(sentence, markup=False)


def _in_words(counts: Mapping[str, Any]) -> str:
    """Totals per effect, those of withheld per reason."""
    plain = [f"{number} {effect}" for effect, number in counts.items() if effect != "withheld"]
    return ", ".join([*plain, *(f"{number} withheld: {why}" for why, number in counts.get("withheld", {}).items())])


def _answer(attempt: Attempt | None) -> Answer:
    if attempt is None or attempt.answer is None:
        seen = "nothing" if attempt is None else attempt.error or f"status {attempt.status}: {attempt.answer_body!r}"
        raise Finding(f"The demo went wrong: a webhook was answered with {seen}.")
    return attempt.answer


def _expect(holds: object, otherwise: str) -> None:
    if not holds:
        raise Finding(f"The demo went wrong: {otherwise}.")
