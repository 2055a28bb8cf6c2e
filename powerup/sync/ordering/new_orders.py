"""The work order of a visit, as it is sent to the host (rules: Generation; host page 4.7)."""

from powerup.contracts.configuration import TenantSettings
from powerup.contracts.contract import Contract, TemplateOverride, VisitPlan
from powerup.contracts.visit import LedgerVisit
from powerup.contracts.who_goes import who_goes
from powerup.contracts.work_address import work_address
from powerup.contracts.work_forms import forms_of
from powerup.contracts.work_text import work_text
from powerup.outsmart.outgoing import NewWorkOrder, Scheduled, Unscheduled
from powerup.sync.kit.facts import HostFacts


def new_work_order(contract: Contract, visit: LedgerVisit, facts: HostFacts, settings: TenantSettings) -> NewWorkOrder:
    """The record for a visit in `ordering`, from the contract's template, its plan's deviations, and the customer."""
    template, plan = contract.template, contract.plan(visit.key.plan)
    own = plan.override if plan else TemplateOverride()
    customer = facts.customer(contract.customer)
    objects = facts.carried_by(contract, visit)
    description = template.description if own.description is None else own.description
    if customer is None or visit.workorder_no is None:
        raise ValueError(f"Visit {visit.key} cannot be ordered: its customer or its number is not known.")
    address = work_address(contract, facts.addresses_of(objects), visit.key.address)
    return NewWorkOrder(
        workorder_no=visit.workorder_no,
        type_of_work=own.type_of_work or template.type_of_work,
        payment_method=template.payment_method,
        customer=customer,
        invoice_customer=facts.invoiced(contract, customer),
        when=when_of(contract, plan, visit),
        description=work_text(description, visit.key, visit.planned_date, objects),
        project=template.project or "",
        priority=template.priority or "",
        objects=objects,
        address=address,
        contact=facts.contact(contract, address),
        reference=facts.reference(contract),
        forms=forms_of(contract, visit.key.plan),
        materials=facts.materials(contract, visit.key.plan, settings.price_decimals),
    )


def when_of(contract: Contract, plan: VisitPlan | None, visit: LedgerVisit) -> Scheduled | Unscheduled:
    """With an employee: scheduled on the planned date. Without: a deadline only, the end of the window."""
    goes = who_goes(contract, visit)
    if goes is None:
        return Unscheduled(visit.deadline)
    own = plan.override if plan else TemplateOverride()
    minutes = own.duration_minutes or contract.template.duration_minutes
    return Scheduled(goes.employee, visit.planned_date, goes.start_time, minutes)
