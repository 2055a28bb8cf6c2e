"""Tasks: what people at the firm have to do, such as the reminders that the power-up writes."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from powerup.sandbox.host import Host
from powerup.sandbox.moments import parse_iso_day
from powerup.sandbox.pages.pickers import Pickers
from powerup.sandbox.pages.site import Site
from powerup.sandbox.records import KINDS, Record


@dataclass(frozen=True, slots=True)
class ListedTask:
    """A task as a list shows it.

    Args:
        due: None where it has no day.
        customer: debtor number, empty where it is about none.
    """

    name: str
    description: str
    due: date | None
    customer: str
    customer_name: str
    assigned_to: str


def tasks_of(host: Host, customer: str = "") -> list[ListedTask]:
    """The tasks, or those about one customer, what is due first at the top."""
    names = {one["debtor_number"]: str(one["name"]) for one in host.masterdata.all(KINDS["relations"])}
    employees = dict(Pickers(host).employees())
    found = [_listed(one, names, employees) for one in host.masterdata.all(KINDS["tasks"])]
    shown = [task for task in found if not customer or task.customer == customer]
    return sorted(shown, key=lambda task: (task.due or date.max, task.name))


def add_task_views(blueprint: Blueprint, site: Site) -> None:
    """The page of all tasks."""

    @blueprint.get("/tasks")
    def tasks() -> ResponseReturnValue:
        return render_template("tasks.html", tasks=tasks_of(site.host))


def _listed(task: Record, names: dict[str, str], employees: dict[str, str]) -> ListedTask:
    customer, assigned = str(task.get("tsk_debtor_nr") or ""), str(task.get("tsk_assigned_to") or "")
    return ListedTask(
        name=str(task["tsk_name"]),
        description=str(task.get("tsk_description") or ""),
        due=parse_iso_day(str(task.get("tsk_timestamp_due") or "")[:10]),
        customer=customer,
        customer_name=names.get(customer, customer),
        assigned_to=employees.get(assigned, assigned),
    )
