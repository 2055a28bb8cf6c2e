"""Where contracts, ledger and host disagree, each with what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

from powerup.contracts.visit import VisitKey
from powerup.texts import Text


class DifferenceKind(StrEnum):
    """What an audit can find."""

    NOT_WRITTEN = "not_written"
    CONTRACT_PROBLEM = "contract_problem"
    GONE_AT_HOST = "gone_at_host"
    SECOND_ORDER = "second_order"
    ORDER_NOT_EXPECTED = "order_not_expected"
    CLASH = "clash"
    ORDER_WITHOUT_VISIT = "order_without_visit"
    NOT_COMPARED = "not_compared"


@dataclass(frozen=True, slots=True)
class Difference:
    """One finding: words say what it is and what to do. The rest is where, as far as it is known."""

    kind: DifferenceKind
    words: Text
    contract: str | None = None
    visit: VisitKey | None = None
    workorder_no: str | None = None
    host_row_id: int | None = None
