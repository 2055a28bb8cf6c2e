"""What is read of every record in a list of work orders: most are nobody's here, so the rest waits until asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from marshmallow import ValidationError

from powerup.outsmart import formats, schemas
from powerup.outsmart.host_schema import from_text, text
from powerup.outsmart.records import WorkOrder

_SCHEMA = schemas.WorkOrderSchema()
_TELLING = (
    "id",
    "WorkorderNo",
    "status",
    "Status",
    "CustomerDebtorNr",
    "WorkDate",
    "WorkDeadline",
    "WorkObjects",
    "Archived",
)
_read_row_id = from_text(formats.read_row_id)


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """A work order in one of the host's lists: what tells whose it is, and the host's record."""

    row_id: int
    workorder_no: str
    customer_debtor_number: str
    record: Mapping[str, object]

    def cut_down(self) -> "ListedOrder":
        """The same without what tells nothing of whose it is and whether it is still there, for who keeps many."""
        return replace(self, record={name: self.record[name] for name in _TELLING if name in self.record})

    def whole(self) -> WorkOrder:
        """All that this product reads of it, as far as it was not cut down."""
        order: WorkOrder = _SCHEMA.load(self.record)
        return order


@dataclass(slots=True)
class PutAside:
    """Records of one of the host's lists that could not be read and were passed over: how many, and the place of the
    first, counted from 1."""

    name: str
    number: int = 0
    first_place: int = 0


def listed_order(record: object) -> ListedOrder:
    """The work order of a record. Raises ValidationError where it cannot be told from another one."""
    if not isinstance(record, Mapping):
        raise ValidationError({"id": ["expected a record"]})
    if "id" not in record:
        record = _SCHEMA.in_own_spelling(record)
    row_id = _row_id(record.get("id"))
    return ListedOrder(row_id, _text(record.get("WorkorderNo")), _text(record.get("CustomerDebtorNr")), record)


def _row_id(value: object) -> int:
    if type(value) is int and value > 0:
        return value
    try:
        row_id: int = _read_row_id(value)  # type: ignore[assignment]
    except ValueError:
        raise ValidationError({"id": ["unreadable"]}) from None
    return row_id


def _text(value: object) -> str:
    """As the schema reads it; the usual case costs little, since there may be hundreds of thousands."""
    if type(value) is str and value.isascii() and "\0" not in value:
        return value.strip()
    try:
        return text(value)
    except ValueError:
        return ""
