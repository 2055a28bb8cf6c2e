"""The order for all objects where they lie at several addresses: one for each (rules: Generation, Several addresses).

A date is split once, before anything of it was sent. Each part keeps which objects it carries, so that an address that
changes later neither makes another order nor moves an object from one to the other.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from powerup.contracts.contract import Contract, Schedule
from powerup.contracts.visit import (
    ADDRESS_MARK,
    LedgerVisit,
    VisitKey,
    VisitState,
    work_order_number,
)
from powerup.contracts.whose_order import is_attempted

AddressOf = Callable[[str], str]
"""The code of an object's address at the host, empty where none is known."""

_ON_ITS_WAY = (VisitState.ORDERING, VisitState.FAILED)


def parts_by_date(ledger: Iterable[LedgerVisit]) -> Mapping[VisitKey, list[LedgerVisit]]:
    """The visits of each date that was split by address, by the key that it had before."""
    found: dict[VisitKey, list[LedgerVisit]] = {}
    for row in ledger:
        if row.key.object[:1] == ADDRESS_MARK:
            found.setdefault(row.key.whole, []).append(row)
    return found


def of_one_date(ledger: Iterable[LedgerVisit]) -> list[list[LedgerVisit]]:
    """These visits, each by itself but for those of a date that was split by address, which stand together."""
    found: dict[VisitKey, list[LedgerVisit]] = {}
    for row in ledger:
        found.setdefault(row.key.whole, []).append(row)
    return list(found.values())


def may_have_several(contract: Contract) -> bool:
    """Whether an order of the contract is for several objects, so that they can lie at several addresses."""
    return len(contract.objects) > 1 and not contract.order_per_object


def split_by_address(contract: Contract, visit: LedgerVisit, address_of: AddressOf, prefix: str) -> list[LedgerVisit]:
    """The visits that a visit to be ordered becomes, one per address of its objects; itself where they lie at one.

    Objects without a known address go with the contract's own. One that floats stays whole, since the next one counts
    from its completion, and so does one of which something was sent already. prefix is that of order numbers.
    """
    if not _can_be_split(contract, visit):
        return [visit]
    found: dict[str, list[str]] = {}
    for code in contract.objects_on(visit.planned_date):
        found.setdefault(_address_in(contract, code, address_of), []).append(code)
    if len(found) < 2:
        return [visit]
    return [_part_of(visit, address, tuple(codes), prefix) for address, codes in sorted(found.items())]


def with_present_objects(
    contract: Contract, parts: Collection[LedgerVisit], address_of: AddressOf
) -> Iterable[LedgerVisit]:
    """Those of a date's parts whose order is still to be sent and is for other objects than it was.

    parts are all of the date. An object that came in the place of another is carried by the order of that one. One that
    no part carries, since it came into the contract later, goes with the first that is still to be sent, that of its
    own address before others.
    """
    to_be_sent = {part.key.address: part for part in parts if _is_to_be_sent(part)}
    if not to_be_sent:
        return []
    carried = {code: list(contract.carried_by(part)) for code, part in to_be_sent.items()}
    known = {contract.series_of(code) for part in parts for code in part.carries}
    for part in to_be_sent.values():
        for code in contract.objects_on(part.planned_date):
            if contract.series_of(code) not in known:
                known.add(contract.series_of(code))
                address = _address_in(contract, code, address_of)
                carried[address if address in carried else min(carried, key=str)].append(code)
    present = ((part, tuple(carried[address])) for address, part in to_be_sent.items())
    return [replace(part, carries=codes) for part, codes in present if codes and codes != part.carries]


def _can_be_split(contract: Contract, visit: LedgerVisit) -> bool:
    plan = contract.plan(visit.key.plan)
    if visit.key.object or not may_have_several(contract) or (plan and plan.schedule is Schedule.FLOATING):
        return False
    return visit.try_number == 1 and _is_to_be_sent(visit)


def _is_to_be_sent(visit: LedgerVisit) -> bool:
    """Whether its order is on its way and nothing of it has left for the host under its number."""
    if visit.state not in _ON_ITS_WAY or visit.host_row_id is not None or is_attempted(visit):
        return False
    return visit.state is VisitState.ORDERING or visit.workorder_no is None


def _address_in(contract: Contract, code: str, address_of: AddressOf) -> str:
    return address_of(code) or contract.address or ""


def _part_of(visit: LedgerVisit, address: str, codes: tuple[str, ...], prefix: str) -> LedgerVisit:
    key = replace(visit.key, object=ADDRESS_MARK + address)
    number = None if visit.workorder_no is None else work_order_number(prefix, key, visit.try_number)
    return replace(visit, key=key, carries=codes, workorder_no=number)
