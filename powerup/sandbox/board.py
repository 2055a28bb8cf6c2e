"""What people at the firm do with work orders: on the device, at the planning board, in the back office."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from powerup.sandbox.errors import SandboxError
from powerup.sandbox.host import Host
from powerup.sandbox.moments import day_text
from powerup.sandbox.posting import numbered, with_end
from powerup.sandbox.workorders import WorkOrder


@dataclass(frozen=True, slots=True)
class WorkPeriod:
    """Hours worked on an order, all on one day."""

    day: date
    begin: time = time(9)
    end: time = time(10)

    def as_record(self, employee_nr: str) -> dict[str, str]:
        """The period in the host's spelling, TotalTime as H:i."""
        minutes = (self.end.hour - self.begin.hour) * 60 + self.end.minute - self.begin.minute
        return {
            "WorkDate": day_text(self.day),
            "BeginTime": f"{self.begin:%H:%M}",
            "EndTime": f"{self.end:%H:%M}",
            "TotalTime": f"{minutes // 60:02}:{minutes % 60:02}",
            "EmployeeNr": employee_nr,
        }


Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def _one_at_a_time(
    move: Callable[Concatenate[Host, Arguments], Result],
) -> Callable[Concatenate[Host, Arguments], Result]:
    """Nothing changes an order between the moment a move reads it and the moment it is stored."""

    @wraps(move)
    def alone(host: Host, /, *arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
        with host.store.exclusive():
            return move(host, *arguments, **named)

    return alone


@_one_at_a_time
def pick_up(host: Host, row_id: int) -> WorkOrder:
    """An employee fetches the order on the device: Opgehaald, and it has its OrderNr.

    Raises:
        SandboxError: the order is not Klaargezet.
    """
    order = _in_status(host, row_id, "Klaargezet")
    return _save(host, numbered(replace(order, status="Opgehaald")))


@_one_at_a_time
def complete(host: Host, row_id: int, period: WorkPeriod | None = None, finished: bool = True) -> WorkOrder:
    """An employee completes the order: Compleet.

    Args:
        period: the hours worked; without one the order gets no work period.
        finished: False for work that is not done although the order is Compleet (WorkFinished "0").

    Raises:
        SandboxError: the order is Compleet or Afgehandeld.
    """
    order = numbered(_in_status(host, row_id, "Klaargezet", "Opgehaald"))
    changes: dict[str, Any] = {"WorkFinished": "1" if finished else "0"}
    if period:
        changes["Workperiods"] = [*order.fields["Workperiods"], period.as_record(order.fields["EmployeeNr"])]
    return _save(host, replace(order.with_fields(**changes), status="Compleet"))


@_one_at_a_time
def settle(host: Host, row_id: int) -> WorkOrder:
    """The back office handles a completed order: Afgehandeld.

    Raises:
        SandboxError: the order is not Compleet.
    """
    return _save(host, replace(_in_status(host, row_id, "Compleet"), status="Afgehandeld"))


@_one_at_a_time
def put_back(host: Host, row_id: int) -> WorkOrder:
    """The back office sets an order back to Klaargezet, whatever its status."""
    return _save(host, replace(host.orders.find(row_id), status="Klaargezet"))


@_one_at_a_time
def reschedule(host: Host, row_id: int, day: date | None, start: time | None = None) -> WorkOrder:
    """A planner gives the order another date, or none (back to the unassigned orders).

    Args:
        start: the start time; None leaves the time as it was.
    """
    order = host.orders.find(row_id)
    changes = {"WorkDate": day_text(day) if day else ""}
    if start:
        changes["WorkTime"] = f"{start:%H:%M}"
    return _save(host, replace(order, fields=with_end({**order.fields, **changes})))


@_one_at_a_time
def assign(host: Host, row_id: int, employee_nr: str) -> WorkOrder:
    """A planner gives the order to an employee; an empty number takes it away from all.

    Raises:
        SandboxError: there is no such employee.
    """
    if employee_nr and host.masterdata.find("employees", employee_nr) is None:
        raise SandboxError(f"there is no employee with number {employee_nr}")
    employees = [employee_nr] if employee_nr else []
    return _save(host, host.orders.find(row_id).with_fields(EmployeeNr=employee_nr, Employees=employees))


@_one_at_a_time
def change_fields(host: Host, row_id: int, changes: Mapping[str, Any]) -> WorkOrder:
    """A person changes texts or other fields of an order, in the host's spelling."""
    return _save(host, host.orders.find(row_id).with_fields(**changes))


@_one_at_a_time
def archive(host: Host, row_id: int) -> WorkOrder:
    """The back office puts an order into the archive; its status stays."""
    return _save(host, replace(host.orders.find(row_id), archived=True))


@_one_at_a_time
def delete(host: Host, row_id: int) -> None:
    """A person deletes the order."""
    order = host.orders.find(row_id)
    host.orders.save([replace(order, deleted=True)])
    host.tell("work_order.deleted", [str(row_id)])


def _in_status(host: Host, row_id: int, *allowed: str) -> WorkOrder:
    order = host.orders.find(row_id)
    if order.status not in allowed:
        raise SandboxError(f"work order {row_id} is {order.status}; this needs {' or '.join(allowed)}")
    return order


def _save(host: Host, order: WorkOrder) -> WorkOrder:
    host.orders.save([order])
    host.tell("work_order.changed", [str(order.row_id)])
    return order
