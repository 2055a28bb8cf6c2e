"""Whether a visit that was decided to be ordered still is, at the moment of creation (rules: Generation)."""

from datetime import date

from powerup.contracts.contract import Contract
from powerup.contracts.schedule import Facts
from powerup.contracts.series import agreed_end
from powerup.contracts.visit import Reason


def reason_against(contract: Contract, object_code: str, planned_date: date, facts: Facts) -> Reason | None:
    """Why no work order may be made any more for a visit on that date, or None when it may.

    Only what can have happened after the visit was decided: the contract deleted, ended, terminated or paused, the
    object retired, the customer blocked.
    """
    if contract.deleted_on is not None:
        return Reason.CONTRACT_DELETED
    end = agreed_end(contract)
    if end and planned_date > end:
        return Reason.CONTRACT_ENDED
    if contract.termination and planned_date > contract.termination.last_day:
        return Reason.TERMINATED
    if contract.pause_on(planned_date):
        return Reason.PAUSED
    carried = (object_code,) if object_code else contract.objects
    if carried and facts.retired_objects.issuperset(carried):
        return Reason.OBJECT_RETIRED
    return Reason.CUSTOMER_BLOCKED if facts.customer_blocked else None
