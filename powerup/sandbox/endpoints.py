"""Which endpoints API 8 has here, and what each does with a call."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from powerup.sandbox.errors import ApiError
from powerup.sandbox.faults import FaultName, Strikes
from powerup.sandbox.host import Host
from powerup.sandbox.posting import Post, post_work_orders
from powerup.sandbox.query import Query
from powerup.sandbox.reading import get_work_order, get_work_orders
from powerup.sandbox.records import KINDS, Kind
from powerup.sandbox.updating import delete_entity, update_work_order

# A webhook event per changed master record, where webhooks page 5 has one.
_EVENTS = {"relations": "relation.changed", "objects": "object.changed", "employees": "employee.changed"}


@dataclass(frozen=True, slots=True)
class Request:
    """One call of API 8, out of its HTTP.

    Args:
        number: of the call.
        query: all parameters.
        records: the posted records; empty for GET.
        strikes: the faults that strike it.
    """

    number: int
    query: Query
    records: Sequence[Mapping[str, Any]]
    strikes: Strikes


Handler = Callable[[Host, Request], Any]


def _list(kind: Kind, host: Host, request: Request) -> Any:
    switches = host.switches
    filtered = (
        kind.endpoint in ("relations", "freefields")
        or switches.undocumented_filters
        or (kind.endpoint == "projects" and switches.projects_filtered)
    )
    return host.masterdata.all(kind, request.query.filters() if filtered else ())


def _find(kind: Kind, host: Host, request: Request) -> Any:
    return host.masterdata.all(kind, request.query.filters())


def _save(kind: Kind, host: Host, request: Request) -> int:
    code = host.switches.workstatus_missing_code if kind.endpoint == "workstatusses" else None
    saved = host.masterdata.save(kind, request.records, code)
    if kind.endpoint in _EVENTS:
        host.tell(_EVENTS[kind.endpoint], [str(record[kind.key]) for record in request.records])
    return saved


def _post_work_orders(host: Host, request: Request) -> Any:
    refused = request.strikes.get(FaultName.REFUSE_RECORD)
    numbers = [str(record.get("WorkorderNo")) for record in request.records]
    matching = [number for number in numbers if refused and refused.matching in number]
    post = Post(
        records=request.records,
        skip_duplicates=request.query.flag("skip_duplicate_workorder_no", default=False),
        call_number=request.number,
        # The middle one, so that records before and behind it can be seen not to be stored either.
        refused_no=matching[len(matching) // 2] if matching else None,
    )
    return post_work_orders(host, post)


def _get_work_order(host: Host, request: Request) -> Any:
    return get_work_order(host, request.query)


def _get_work_orders(host: Host, request: Request) -> Any:
    lag = request.strikes.get(FaultName.LIST_LAG)
    return get_work_orders(host, request.query, request.number, lag.lag_calls if lag else 0)


def _update_work_order(host: Host, request: Request) -> None:
    update_work_order(host, request.query)


def _delete_entity(host: Host, request: Request) -> int:
    return delete_entity(host, request.query)


ENDPOINTS: dict[tuple[str, str], Handler] = {
    ("POST", "PostWorkorders"): _post_work_orders,
    ("GET", "GetWorkorder"): _get_work_order,
    ("GET", "GetWorkorders"): _get_work_orders,
    ("GET", "UpdateWorkorder"): _update_work_order,
    ("GET", "DeleteEntity"): _delete_entity,
    ("GET", "object"): partial(_find, KINDS["objects"]),
    ("GET", "address"): partial(_find, KINDS["addresses"]),
    ("GET", "contactperson"): partial(_find, KINDS["contactpersons"]),
    **{("GET", name): partial(_list, kind) for name, kind in KINDS.items()},
    **{("POST", name): partial(_save, kind) for name, kind in KINDS.items()},
}


def handler_for(method: str, endpoint: str) -> Handler:
    """What answers this call.

    Raises:
        ApiError: 1000 without an endpoint, 1001 for one that does not exist (or not for this method).
    """
    if not endpoint:
        raise ApiError(1000, "No endpoint in URL")
    if (method, endpoint) not in ENDPOINTS:
        raise ApiError(1001, f"Unknown endpoint: {endpoint}")
    return ENDPOINTS[method, endpoint]
