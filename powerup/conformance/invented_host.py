"""A host that is nobody's: API 8 as far as a power-up needs it, with invented records, and an address for callbacks.

Whatever a power-up orders while it is tried is ordered here, so no record of a real account is touched.
"""

import json
import secrets
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.wrappers import Request, Response

from powerup.conformance.listener import Listener

CUSTOMER, OBJECT = "C-1", "O-1"
TYPE_OF_WORK, PAYMENT_METHOD = "Conformance", "none"

_API = "/openapi/8/"
_CALLBACKS = "/powerups/callbacks"

Record = Mapping[str, Any]

_RELATION: Record = {
    "debtor_number": CUSTOMER,
    "name": "Conformance test",
    "street": "Example Street",
    "house_number": "1",
    "postal_code": "1000 AA",
    "city": "Example",
    "contact": "Nobody",
    "active": "1",
}
_OBJECT: Record = {"obj_code": OBJECT, "obj_debiteur_nummer": CUSTOMER, "obj_description": "Conformance test"}

_RECORDS: Mapping[str, Sequence[Record]] = {
    "relations": [_RELATION],
    "objects": [_OBJECT],
    "object": [_OBJECT],
    "employees": [{"number": "1", "firstname": "Nobody", "lastname": "Conformance", "active": "1"}],
    "worktypes": [{"wrt_name": TYPE_OF_WORK, "wrt_description": "", "wrt_default_minutes": "60", "wrt_active": "1"}],
    "paymentmethods": [{"pmd_description": PAYMENT_METHOD}],
    **{
        name: []
        for name in (
            *("address", "addresses", "contactperson", "contactpersons", "forms", "freefields", "materials"),
            *("priorities", "projects", "tasks", "workstatusses"),
        )
    },
}


class InventedHost:
    """Answers at a listener. token and software_token open its API; slow: seconds that each of its answers takes.

    callback_status: what callbacks are answered.
    """

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.token, self.software_token = secrets.token_hex(16), secrets.token_hex(16)
        self.slow = 0.0
        self.callback_status = 204
        self._orders: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        listener.answering = self._answer

    @property
    def api_url(self) -> str:
        """The base address of its API."""
        return f"{self.listener.url}{_API}"

    @property
    def callback_url(self) -> str:
        """Where it takes callbacks."""
        return f"{self.listener.url}{_CALLBACKS}"

    @staticmethod
    def is_callback(url: str) -> bool:
        """Whether a request to this address is a callback, rather than a call of the API."""
        return url.partition("?")[0].endswith(_CALLBACKS)

    def _answer(self, request: Request) -> Response:
        if request.path == _CALLBACKS:
            return Response(status=self.callback_status)
        if not request.path.startswith(_API):
            return Response(status=404)
        if self.slow:
            self._stopping.wait(self.slow)
        endpoint = request.path.removeprefix(_API).strip("/")
        code, response = self._api(endpoint, request)
        messages = [] if code == 200 else [f"code {code}"]
        body = json.dumps({"code": code, "messages": messages, "response": response})
        return Response(body, content_type="application/json")

    def _api(self, endpoint: str, request: Request) -> tuple[int, Any]:
        if request.args.get("token") != self.token:
            return 1004, None
        if request.args.get("software_token") != self.software_token:
            return 1005, None
        if request.method == "GET" and endpoint in _RECORDS:
            return 200, _RECORDS[endpoint]
        with self._lock:
            return self._orders_api(endpoint, request)

    def _orders_api(self, endpoint: str, request: Request) -> tuple[int, Any]:
        if endpoint == "PostWorkorders" and request.method == "POST":
            return 200, [self._ordered(record) for record in json.loads(request.get_data())]
        if endpoint == "GetWorkorders":
            return 200, [each for each in self._orders if each["status"] == request.args.get("status")]
        found = [each for each in self._orders if _is_asked_for(each, request.args)]
        if endpoint == "GetWorkorder":
            return (200, found) if found else (1500, None)
        if endpoint == "DeleteEntity" and request.args.get("entity") == "workorder":
            self._orders = [each for each in self._orders if str(each["id"]) != request.args.get("value")]
            return 200, 1
        return 1001, None

    def _ordered(self, record: Record) -> Record:
        order = {**record, "id": len(self._orders) + 1, "status": "Klaargezet", "Archived": "0"}
        self._orders.append(order)
        return {"workorder_no": record.get("WorkorderNo"), "row_id": order["id"]}


def _is_asked_for(order: Record, asked: Mapping[str, str]) -> bool:
    if "row_id" in asked:
        return str(order["id"]) == asked["row_id"]
    return str(order.get("WorkorderNo")) == asked.get("workorder_no")
