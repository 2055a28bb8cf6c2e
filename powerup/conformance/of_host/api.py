"""API 8 of a host as far as a power-up needs it: read only, but for one order where that is allowed (host page, 4)."""

import secrets
from collections.abc import Callable, Iterable

from powerup.conformance.check import Checks, NotTried, Unmet
from powerup.conformance.expectations import expect
from powerup.conformance.playing_powerup import PlayedPowerup
from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.errors import TokenRefused
from powerup.outsmart.outgoing import NewWorkOrder, Unscheduled
from powerup.outsmart.records import WorkOrderStatus
from powerup.texts import Text, text

CHECKS = Checks[PlayedPowerup]("host 4.9")

_OF_ORDERS = "host 4.7"


@CHECKS.add("api.tokens", text("Tokens that are nobody's are refused."), section="host 4.2")
def _tokens(powerup: PlayedPowerup) -> None:
    for changed in ("token", "software_token"):
        try:
            with powerup.api(**{changed: "0" * 32}) as host:
                host.work_types()
        except Unmet as unmet:
            if isinstance(unmet.__cause__, TokenRefused):
                continue
            raise
        raise Unmet(text("A {what} that is nobody's was taken.", what=changed))


Reading = Callable[[OutsmartClient], Iterable[object]]


def _listed(name: str, expects: Text, read: Reading, *, needed: bool = False) -> None:
    """A check that a list can be read, each record of it; needed: a power-up can do nothing where it is empty."""

    @CHECKS.add(f"api.{name}", expects)
    def _(powerup: PlayedPowerup) -> None:
        with powerup.api() as host:
            number = len([*read(host)])
            aside = sum(each.number for each in host.put_aside)
        expect(not aside, text("Records that cannot be read: {how_many}.", how_many=aside))
        expect(number or not needed, text("The list is empty."))


def _list(name: str, read: Reading, *, needed: bool = False) -> None:
    _listed(name, text("This list can be read: {name}.", name=name), read, needed=needed)


_list("relations", lambda host: host.relations(), needed=True)
_list("objects", lambda host: host.objects())
_list("addresses", lambda host: host.addresses())
_list("contactpersons", lambda host: host.contact_persons())
_list("employees", lambda host: host.employees())
_list("projects", lambda host: host.projects())
_list("worktypes", lambda host: host.work_types(), needed=True)
_list("paymentmethods", lambda host: host.payment_methods(), needed=True)
_list("priorities", lambda host: host.priorities())
_list("freefields", lambda host: host.free_fields("WORKORDER"))
_list("forms", lambda host: host.forms())
_list("materials", lambda host: host.materials())
_list("tasks", lambda host: host.tasks())


@CHECKS.add("api.relation", text("A customer is found by its number, and none by a number that nobody has."))
def _relation(powerup: PlayedPowerup) -> None:
    number = powerup.customer()
    with powerup.api() as host:
        found, nobody = host.relation(number), host.relation(f"{number}-nobody")
    expect(found is not None, text("The customer {number} is not found.", number=number))
    expect(nobody is None, text("A customer is found by a number that nobody has."))


@CHECKS.add("api.object", text("An object is found by its code, and none by a code that nothing has."))
def _object(powerup: PlayedPowerup) -> None:
    with powerup.api() as host:
        code = next((each.code for each in [*host.objects()]), None)
        if code is None:
            raise NotTried(text("The host has no object."))
        found, nothing = host.object(code), host.object(f"{code}-nothing")
    expect(found is not None, text("The object {code} is not found.", code=code))
    expect(nothing is None, text("An object is found by a code that nothing has."))


@CHECKS.add(
    "api.work_orders", text("Work orders can be read by each status, and have that status."), section=_OF_ORDERS
)
def _work_orders(powerup: PlayedPowerup) -> None:
    with powerup.api() as host:
        for status in WorkOrderStatus:
            others = [each.row_id for each in host.work_orders(status) if each.whole().status is not status]
            expect(
                not others, text("An order that was asked for as {status}, has another status.", status=status.value)
            )
        expect(not host.put_aside, text("Some records cannot be read."))


@CHECKS.add(
    "api.reading_changes_nothing",
    text("With update_status=false reading completed orders leaves them completed."),
    section=_OF_ORDERS,
)
def _reading_changes_nothing(powerup: PlayedPowerup) -> None:
    with powerup.api() as host:
        before, after = ([each.row_id for each in host.work_orders(WorkOrderStatus.COMPLEET)] for _ in range(2))
    if not before:
        raise NotTried(text("The host has no completed work order."))
    expect({*before} <= {*after}, text("Orders that were read are not completed any more."))


@CHECKS.add("api.unknown_order", text("A number that no order has is answered so."), section=_OF_ORDERS)
def _unknown_order(powerup: PlayedPowerup) -> None:
    with powerup.api() as host:
        found = host.work_order(workorder_no=f"conformance-{secrets.token_hex(8)}")
    expect(found is None, text("An order is found by a number that none has."))


@CHECKS.add(
    "api.order",
    text("An order can be made, found by its number, planned on a day, and deleted, and is gone then."),
    section=_OF_ORDERS,
)
def _order(powerup: PlayedPowerup) -> None:
    if not powerup.with_writes:
        raise NotTried(text("It makes a work order: see --with-writes."))
    number, day = f"CONFORMANCE-{secrets.token_hex(6)}", powerup.clock().date()
    with powerup.api() as host:
        customer = next(iter([*host.relations()]))
        order = NewWorkOrder(
            workorder_no=number,
            type_of_work=host.work_types()[0].name,
            payment_method=host.payment_methods()[0].description,
            customer=customer,
            when=Unscheduled(day),
            description="Conformance test: may be deleted",
        )
        try:
            (posted,) = host.post_work_orders([order])
            found = host.work_order(workorder_no=number)
            expect(found is not None and found.row_id == posted.row_id, text("It is not found by its number."))
            host.update_work_order(posted.row_id, work_date=day)
            planned = host.work_order(row_id=posted.row_id)
            expect(planned is not None and planned.work_date == day, text("It is not planned on the day."))
        finally:
            left = host.work_order(workorder_no=number)
            if left is not None:
                host.delete_work_order(left.row_id)
        expect(host.work_order(workorder_no=number) is None, text("It is still there."))
