"""UpdateWorkorder, a GET that writes, and DeleteEntity, a GET that deletes (host page 4.7, 4.9)."""

from dataclasses import replace

from powerup.sandbox.errors import ApiError
from powerup.sandbox.host import Host
from powerup.sandbox.moments import DATE_MESSAGE, TIME_MESSAGE, parse_day, parse_time
from powerup.sandbox.posting import with_end
from powerup.sandbox.query import Filter, Query
from powerup.sandbox.reading import identified
from powerup.sandbox.records import KINDS, Record

_FIELDS = {
    "workdate": "WorkDate",
    "worktime": "WorkTime",
    "employee_nr": "EmployeeNr",
    "workstatus": "WorkStatus",
}

# The keys by which a record of each entity may be deleted. Entities without a list here have no rows.
DELETE_KEYS = {
    "workorder": ("db_row", "workorder_no", "order_no"),
    "employee": ("db_row", "number"),
    "material": ("db_row", "code", "description"),
    "relation": ("db_row", "name", "debtor_number"),
    "project": ("code",),
    "hourtype": ("code",),
    "category": ("code",),
    "address": ("code",),
    "contactperson": ("code",),
    "object": ("code",),
    "error": ("code",),
    "priority": ("code",),
    "solution": ("code",),
    "region": ("code",),
    "location": ("identifier",),
    "vehicle": ("license_plate",),
    "material_category": ("mct_mat_code", "mct_cat_code"),
    "object_part": ("obj_code", "prt_code", "serial_number"),
}
_ENTITY_KINDS = {
    "address": "addresses",
    "contactperson": "contactpersons",
    "employee": "employees",
    "material": "materials",
    "relation": "relations",
    "project": "projects",
    "object": "objects",
    "priority": "priorities",
}
_EVENTS = {"object": "object.deleted", "relation": "relation.changed", "employee": "employee.changed"}
_COLUMNS = {"db_row": "row_id", "workorder_no": "workorder_no", "order_no": "order_no"}


def update_work_order(host: Host, query: Query) -> None:
    """Change date, time, employee or work status of the oldest order that is named.

    Raises:
        ApiError: 1500 not found, 1502 no data, 1503 nothing changed, 1504 a value that cannot be.
    """
    order = identified(host, query)[0]
    given: Record = {field: value for name, field in _FIELDS.items() if (value := query.get(name)) is not None}
    if not given:
        raise ApiError(1502, "No data to update")
    if flaws := _flaws(host, given):
        raise ApiError(1504, *flaws)
    if all(order.fields[field] == value for field, value in given.items()):
        raise ApiError(1503, "Nothing changed")
    if "EmployeeNr" in given:
        given["Employees"] = [given["EmployeeNr"]]
    host.orders.save([replace(order, fields=with_end({**order.fields, **given}))])
    host.tell("work_order.changed", [str(order.row_id)])


def _flaws(host: Host, given: Record) -> list[str]:
    flaws = []
    if "WorkDate" in given and parse_day(given["WorkDate"]) is None:
        flaws.append(DATE_MESSAGE)
    if "WorkTime" in given and parse_time(given["WorkTime"]) is None:
        flaws.append(TIME_MESSAGE)
    if "EmployeeNr" in given and host.masterdata.find("employees", given["EmployeeNr"]) is None:
        flaws.append("Employee not updated")
    return flaws


def delete_entity(host: Host, query: Query) -> int:
    """Delete records of one entity.

    Returns:
        The number of affected rows.

    Raises:
        ApiError: 1600, with the documented texts.
    """
    entity = query.get("entity") or ""
    if entity not in DELETE_KEYS:
        raise ApiError(1600, f"Entity: {entity} not found")
    if query.flag("delete_all", default=False):
        if entity == "workorder":
            raise ApiError(1600, "Delete all not allowed on Workorder entity")
        return host.masterdata.delete_all(KINDS[_ENTITY_KINDS[entity]]) if entity in _ENTITY_KINDS else 0
    conditions = query.filters() or [Filter(key="", value="")]
    for condition in conditions:
        if condition.key not in DELETE_KEYS[entity]:
            raise ApiError(1600, f"Key: {condition.key} not allowed for entity: {entity}")
    affected = _delete(host, entity, conditions[0].key, conditions[0].value)
    if not affected and host.switches.delete_of_nothing == "1600":
        raise ApiError(1600, "Nothing deleted")
    return affected


def _delete(host: Host, entity: str, key: str, value: str) -> int:
    if entity == "workorder":
        return _delete_work_orders(host, _COLUMNS[key], value)
    if entity not in _ENTITY_KINDS:
        return 0
    kind = KINDS[_ENTITY_KINDS[entity]]
    field = kind.key if key == "code" else key
    affected = host.masterdata.delete(kind, field, value)
    if affected and field == kind.key and entity in _EVENTS:
        host.tell(_EVENTS[entity], [value])
    return affected


def _delete_work_orders(host: Host, column: str, value: str) -> int:
    orders = host.orders.matching(column, value) if value else []
    for order in orders:
        if order.status not in host.switches.deletable_statuses:
            raise ApiError(1600, f"Workorder with status {order.status} can not be deleted")
    host.orders.save([replace(order, deleted=True) for order in orders])
    host.tell("work_order.deleted", [str(order.row_id) for order in orders])
    return len(orders)
