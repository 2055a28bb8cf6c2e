"""The host's half of an audit: the orders that carry our numbers are those that the ledger says the host has."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from powerup.contracts.contract import Contract
from powerup.contracts.transitions import is_clash
from powerup.contracts.visit import (
    AT_HOST,
    LedgerVisit,
    VisitState,
    may_be_a_visits_number,
    number_start,
    work_order_number,
)
from powerup.contracts.whose_order import Claimant, Whose, agrees, best_of, whose
from powerup.outsmart.host import Host
from powerup.outsmart.listed import ListedOrder
from powerup.outsmart.records import WorkOrder, WorkOrderStatus
from powerup.sync.kit.put_aside import passed_over
from powerup.sync.proof.differences import Difference, DifferenceKind
from powerup.texts import Text, counted, text

MOST_SINGLE_READS = 200
"""Orders that are in no list are asked for one by one, up to so many."""

PAGE = 500
"""Orders of a list that are looked at together."""

MAY_BE_AT_HOST = frozenset({VisitState.ORDERING, VisitState.RETRACTING})


class HostAudit:
    """Reads the host's lists once, then is shown the ledger contract by contract. Methods may raise OutsmartError.

    ours gives those orders of a page of a list that carry a number of ours; only they are kept, and of them what is
    compared, since the lists hold the orders of everybody, and the settled ones of all years. An order whose number
    somebody changed is asked for by itself.
    """

    def __init__(self, host: Host, ours: Callable[[Sequence[ListedOrder]], Iterable[ListedOrder]]) -> None:
        self._host = host
        self._single_reads = 0
        self._not_compared = 0
        self._customers: dict[str, str] = {}
        orders = {each.row_id: each for status in WorkOrderStatus for each in _kept(host, status, ours)}
        self._unclaimed: dict[int, ListedOrder] = dict(sorted(orders.items()))
        self._by_number: defaultdict[str, list[ListedOrder]] = defaultdict(list)
        for order in self._unclaimed.values():
            self._by_number[order.workorder_no].append(order)
        self.ours = 0
        """How many orders at the host carry our numbers, as far as the ledger was shown."""

    def of_contract(self, contract: Contract, prefix: str, visits: Iterable[LedgerVisit]) -> Iterator[Difference]:
        """What is wrong with the work orders of one contract's visits."""
        self._customers[number_start(prefix, contract.number)] = contract.customer
        claimant = Claimant(contract.customer, contract.objects)
        for visit in visits:
            yield from self._own_order(visit, claimant)
            yield from self._others_numbered(visit, claimant)
            self._pass_over_clashes(visit, prefix, claimant)

    def left_over(self) -> Iterator[Difference]:
        """Once all contracts were shown: orders that carry a number of ours and belong to no visit."""
        for order in self._unclaimed.values():
            if self._looks_ours(order):
                self.ours += 1
                words = text("The host has this work order, but no visit does. Delete it there if it is not needed.")
                yield _difference(DifferenceKind.ORDER_WITHOUT_VISIT, words, None, order)
        for words in passed_over(self._host.put_aside):
            yield Difference(DifferenceKind.NOT_COMPARED, words)
        if self._not_compared:
            words = counted(
                "{number} work order is in none of the host's lists, and was not asked for by itself.",
                "{number} work orders are in none of the host's lists, and too many to be asked for one by one.",
                self._not_compared,
            )
            yield Difference(DifferenceKind.NOT_COMPARED, words)

    def _own_order(self, visit: LedgerVisit, claimant: Claimant) -> Iterator[Difference]:
        """The order that the ledger says is the visit's."""
        if visit.doubt and visit.host_row_id in self._unclaimed:
            yield from self._at_first_sight(visit, claimant)
        elif visit.host_row_id in self._unclaimed:
            order = self._claim(visit.host_row_id)
            if visit.state is VisitState.REMOVED and not order.whole().archived:
                words = text("The work order was removed and is back. Run `powerup sync`, which follows the host.")
                yield _difference(DifferenceKind.ORDER_NOT_EXPECTED, words, visit, order)
        elif visit.state in AT_HOST and not self._is_there(visit):
            words = text("The host has this work order no more. Run `powerup sync`, which follows the host.")
            yield _difference(DifferenceKind.GONE_AT_HOST, words, visit, None)
        elif visit.state in MAY_BE_AT_HOST and visit.host_row_id is None and visit.attempted_at is not None:
            numbered = [each.whole() for each in self._numbered(visit) if each.row_id in self._unclaimed]
            own = best_of(numbered, visit, claimant)
            if own and whose(own, visit, claimant, outcome_unknown=True) is Whose.OURS:
                self._claim(own.row_id)

    def _at_first_sight(self, visit: LedgerVisit, claimant: Claimant) -> Iterator[Difference]:
        """The order that an answer to a post named, which nobody has looked at since."""
        order = self._unclaimed[visit.host_row_id or 0].whole()
        if whose(order, visit, claimant, outcome_unknown=True) is Whose.OURS:
            self._claim(order.row_id)
        else:
            del self._unclaimed[order.row_id]
            words = text("The host gave somebody else's order as that of this visit. Run `powerup sync`.")
            yield _difference(DifferenceKind.CLASH, words, visit, order)

    def _others_numbered(self, visit: LedgerVisit, claimant: Claimant) -> Iterator[Difference]:
        """Orders that carry the visit's number, and are not its own."""
        for listed in self._numbered(visit):
            if listed.row_id not in self._unclaimed:
                continue
            order = listed.whole()
            words = _clash_words(order, visit, claimant)
            if words is not None:
                del self._unclaimed[order.row_id]
                yield _difference(DifferenceKind.CLASH, words, visit, order)
                continue
            self._claim(order.row_id)
            if visit.host_row_id is not None:
                words = text("The host has a second work order of this number. `powerup sync` takes it back if it can.")
                yield _difference(DifferenceKind.SECOND_ORDER, words, visit, order)
            else:
                words = text(
                    "The host has a work order for a visit that is {state} here. Run `powerup sync`.",
                    state=visit.state.value,
                )
                yield _difference(DifferenceKind.ORDER_NOT_EXPECTED, words, visit, order)

    def _pass_over_clashes(self, visit: LedgerVisit, prefix: str, claimant: Claimant) -> None:
        """Orders for which the visit has taken another number: by the rule they are somebody else's."""
        for try_number in range(1, visit.try_number):
            for order in self._by_number.get(work_order_number(prefix, visit.key, try_number), []):
                if order.row_id in self._unclaimed and not agrees(order.whole(), visit, claimant):
                    del self._unclaimed[order.row_id]

    def _numbered(self, visit: LedgerVisit) -> list[ListedOrder]:
        return self._by_number.get(visit.workorder_no, []) if visit.workorder_no else []

    def _claim(self, row_id: int) -> ListedOrder:
        self.ours += 1
        return self._unclaimed.pop(row_id)

    def _is_there(self, visit: LedgerVisit) -> bool:
        if self._single_reads >= MOST_SINGLE_READS:
            self._not_compared += 1
            return True
        self._single_reads += 1
        found = self._host.work_order(row_id=visit.host_row_id, workorder_no=visit.workorder_no) is not None
        self.ours += found
        return found

    def _looks_ours(self, order: ListedOrder) -> bool:
        """Whether it has the customer of a contract, and its number begins as that one's do."""
        starts = beginnings(order.workorder_no)
        return any(self._customers.get(start) == order.customer_debtor_number for start in starts)


def _clash_words(order: WorkOrder, visit: LedgerVisit, claimant: Claimant) -> Text | None:
    """What is said of an order with the visit's number that cannot be its own, or keeps it from being ordered."""
    if is_clash(visit) and not agrees(order, visit, claimant):
        return text("Another work order has the number of this visit. Look whose it is; then retry it.")
    if order.customer_debtor_number != claimant.customer:
        return text("A work order of another customer has the number of this visit. It is left alone.")
    return None


def beginnings(workorder_no: str) -> Iterator[str]:
    """All that could be what the numbers of a contract begin with, which may have hyphens of its own."""
    return (workorder_no[: place + 1] for place, letter in enumerate(workorder_no) if letter == "-")


def _kept(
    host: Host, status: WorkOrderStatus, ours: Callable[[Sequence[ListedOrder]], Iterable[ListedOrder]]
) -> Iterator[ListedOrder]:
    numbered = (each for each in host.work_orders(status) if may_be_a_visits_number(each.workorder_no))
    while page := [*islice(numbered, PAGE)]:
        for order in ours(page):
            yield order.cut_down()


def _difference(
    kind: DifferenceKind, words: Text, visit: LedgerVisit | None, order: WorkOrder | ListedOrder | None
) -> Difference:
    return Difference(
        kind,
        words,
        contract=visit.key.contract if visit else None,
        visit=visit.key if visit else None,
        workorder_no=order.workorder_no if order else visit.workorder_no if visit else None,
        host_row_id=order.row_id if order else visit.host_row_id if visit else None,
    )
