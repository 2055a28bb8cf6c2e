"""The host's records: which fields, which required, which code when one is missing (host page 4.3, 4.7, 4.9)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]

STATUSES = ("Klaargezet", "Opgehaald", "Compleet", "Afgehandeld")


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of master record.

    Args:
        endpoint: name in the address, for example `relations`.
        key: the field that says which record a post means.
        required: in the order of the documentation's field table.
        optional: the other documented fields.
        missing_code: the envelope's code when a required field is missing.
        date_fields: fields in the format Y-m-d.
    """

    endpoint: str
    key: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    missing_code: int
    date_fields: tuple[str, ...] = ()


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_OBJECT_OPTIONAL = _names(
    "obj_sup_code obj_adr_code obj_obj_code obj_image obj_price obj_floor_level obj_location obj_latitude obj_longitude"
    " obj_type obj_model obj_brand obj_serialnumber obj_date_warranty_expires obj_date_last_inspection"
    " obj_date_installation obj_order obj_created obj_modified"
) + tuple(f"obj_freefield_{number}" for number in range(1, 21))

KINDS = {
    kind.endpoint: kind
    for kind in (
        Kind(
            "relations",
            "debtor_number",
            _names("name debtor_number street postal_code city"),
            _names(
                "contact phone_number email email_workorder house_number remark latitude longitude country external_id"
                " debtor_number_invoice kvk_number vat_number debtor_type language accountmanager mobile status active"
                " source"
            ),
            1301,
        ),
        Kind(
            "objects",
            "obj_code",
            _names("obj_code obj_debiteur_nummer obj_description"),
            _OBJECT_OPTIONAL,
            1901,
            _names("obj_date_warranty_expires obj_date_last_inspection obj_date_installation"),
        ),
        Kind(
            "addresses",
            "adr_code",
            _names("adr_debtor_nr adr_code adr_line_1 adr_zip adr_city"),
            _names("adr_cpn_code adr_country adr_remark"),
            # Addresses, contact persons and tasks have no code of their own; 1051 is what examples use in such cases.
            1051,
        ),
        Kind(
            "contactpersons",
            "cpn_code",
            _names("cpn_debtor_nr cpn_code cpn_name"),
            _names("cpn_phone cpn_email"),
            1051,
        ),
        Kind("employees", "number", _names("firstname lastname number"), _names("active start_type"), 1101),
        Kind(
            "projects",
            "code",
            _names("code debtor_number status name date_start"),
            _names("code_ext adr_code cpn_code debtor_number_invoice description progress date_end active"),
            1701,
            _names("date_start date_end"),
        ),
        Kind("worktypes", "wrt_name", _names("wrt_name wrt_description wrt_default_minutes wrt_active"), (), 2601),
        Kind("paymentmethods", "pmd_description", _names("pmd_description"), (), 2701),
        Kind("priorities", "code", _names("code description"), _names("app_enabled"), 1051),
        Kind(
            "freefields",
            "fld_name",
            _names("fld_entity fld_name fld_type fld_order"),
            _names("fld_values fld_reference_name fld_required"),
            1051,
        ),
        Kind("forms", "name", _names("name"), _names("data template"), 2301),
        Kind("materials", "code", _names("code description price unit"), (), 1201),
        Kind("workstatusses", "sta_code", _names("sta_code sta_name"), (), 2801),
        Kind(
            "tasks",
            "tsk_reference",
            _names("tsk_type tsk_name tsk_reference tsk_category tsk_priority tsk_status"),
            _names("tsk_assigned_to tsk_debtor_nr tsk_order_nr tsk_timestamp_due tsk_description"),
            1051,
        ),
    )
}

_CUSTOMER_REQUIRED = _names("Name DebtorNr Street ZIP City ContactPerson")

WORK_ORDER_REQUIRED = (
    "WorkorderNo",
    *(f"Customer{part}" for part in _CUSTOMER_REQUIRED),
    *(f"Customer{part}Invoice" for part in _CUSTOMER_REQUIRED),
    "TypeOfWork",
    "PaymentMethod",
)

WORK_ORDER_TEXTS = _names(
    "CustomerStreetNo CustomerEmail CustomerPhone CustomerRemark CustomerLatitude CustomerLongitude"
    " CustomerStreetNoInvoice CustomerEmailInvoice CustomerPhoneInvoice CustomerRemarkInvoice"
    " WorkDescription InternalWorkDescription ShortWorkDescription Comment EmployeeNr"
    " WorkDate WorkTime WorkEndDate WorkEndTime WorkDeadline WorkDuration WorkStatus"
    " PriorityCode PriorityMessage ErrorCode ErrorMessage SolutionCode SolutionMessage PickupPlanning WebPlanning"
    " MinimumHours RoundingAmount CpnCode AdrCode ProjectNr ExternProjectNr"
)
WORK_ORDER_LISTS = _names("Employees WorkObjects Attachments Materials Workperiods Forms")

NESTED_REQUIRED = {
    "Materials": _names("MaterialCode MaterialNr MaterialPrice MaterialName"),
    "Workperiods": _names("WorkDate BeginTime EndTime TotalTime"),
    "Forms": _names("Name"),
}

_LONG_TEXTS = _names("WorkDescription InternalWorkDescription CustomerRemark CustomerRemarkInvoice")
LARGEST = dict.fromkeys(_LONG_TEXTS, 65_535)
"""The documentation's 64 kB: bytes of UTF-8."""

LONGEST = {name: 255 for name in (*WORK_ORDER_REQUIRED, *WORK_ORDER_TEXTS) if name not in LARGEST}
"""Characters."""

# Which kind a work order's field refers to, for the switch `refuse_unknown`.
REFERENCES = {
    "CustomerDebtorNr": "relations",
    "CustomerDebtorNrInvoice": "relations",
    "TypeOfWork": "worktypes",
    "PaymentMethod": "paymentmethods",
    "EmployeeNr": "employees",
    "Employees": "employees",
    "WorkObjects": "objects",
    "ProjectNr": "projects",
    "PriorityCode": "priorities",
    "WorkStatus": "workstatusses",
    "AdrCode": "addresses",
    "CpnCode": "contactpersons",
}


def missing_fields(record: Mapping[str, Any], required: Iterable[str]) -> list[str]:
    """One message per required field that is absent, null or empty, in the order of the field table."""
    return [f"Required field missing: {name}" for name in required if is_empty(record.get(name))]


def is_empty(value: object) -> bool:
    """Whether the host counts a value as missing. A number 0 is a value."""
    return value is None or (isinstance(value, str) and not value.strip())


def as_text(value: object) -> str:
    """A value as the host gives it back: nearly everything is text, booleans are "0" and "1" (host page 4.5)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)
