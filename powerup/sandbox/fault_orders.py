"""Fault orders: somebody at the firm takes a call of a customer and makes a work order of it, by hand.

No contract has made it and no software has posted it: its number is the host's own.
"""

from dataclasses import dataclass, replace

from powerup.sandbox.errors import NotFoundError, SandboxError
from powerup.sandbox.host import Host
from powerup.sandbox.posting import number_of_order, stored_fields
from powerup.sandbox.records import LONGEST
from powerup.sandbox.workorders import WorkOrder, insert_order, save_order

_TYPE_OF_WORK, _PAYMENT_METHOD = "Storing", "op rekening"


@dataclass(frozen=True, slots=True)
class FaultReport:
    """What a customer calls about.

    Args:
        customer: debtor number.
        description: what is wrong; not empty.
        priority: code of the host's priorities, empty for none.
        object_code: of the machine that it is about, empty where it is about none.
    """

    customer: str
    description: str
    priority: str = ""
    object_code: str = ""


def make_fault_order(host: Host, report: FaultReport) -> WorkOrder:
    """Make the work order, which is Klaargezet, without a date, and has its number at once.

    Raises:
        NotFoundError: there is no such customer.
        SandboxError: nothing is said to be wrong.
    """
    customer = host.masterdata.find("relations", report.customer)
    if customer is None:
        raise NotFoundError(f"there is no customer {report.customer}")
    if not report.description.strip():
        raise SandboxError("a fault order says what is wrong")
    party = {
        "Name": customer["name"],
        "DebtorNr": report.customer,
        "Street": customer["street"],
        "StreetNo": customer["house_number"],
        "ZIP": customer["postal_code"],
        "City": customer["city"],
        "ContactPerson": customer["contact"] or customer["name"],
    }
    fields = stored_fields(
        host,
        {
            **{f"Customer{name}": value for name, value in party.items()},
            **{f"Customer{name}Invoice": value for name, value in party.items()},
            "TypeOfWork": _TYPE_OF_WORK,
            "PaymentMethod": _PAYMENT_METHOD,
            "ShortWorkDescription": report.description.strip()[: LONGEST["ShortWorkDescription"]],
            "WorkDescription": report.description.strip(),
            "PriorityCode": report.priority,
            "WorkObjects": [report.object_code] if report.object_code else [],
        },
    )
    order = WorkOrder(0, "", "", "Klaargezet", host.calendar.stamp(), host.calls.last_number, fields)
    with host.store.transaction() as db:
        order = replace(order, row_id=insert_order(db, order))
        number = number_of_order(order)
        order = replace(order.with_fields(WorkorderNo=number), workorder_no=number, order_no=number)
        save_order(db, order)
    host.tell("work_order.changed", [str(order.row_id)])
    return order
