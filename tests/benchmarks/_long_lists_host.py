"""A host with very many work orders, in a process of its own: its lists go out as real HTTP with records of the real
shape and size (host page 4.7), made as they are sent. `python -m tests.benchmarks._long_lists_host` prints its address.

The first orders of each list are the tenant's, by contract, row id and number; the others are the firm's own work, one
in ten with a number built as ours are.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from powerup.outsmart.records import WorkOrderStatus

OPEN_ORDERS, COMPLETED_ORDERS = 200_000, 300_000
PICKED_UP_ORDERS = 20_000
"""So many of the open ones are Opgehaald."""

OUR_OPEN, OUR_WAITING = 3_000, 5_000
"""The tenant's work orders that are open, and that are completed and not settled by the firm."""

STARTED, SETTLED, REMOVED = 50, 20, 5
"""Of the tenant's so many were picked up since they were last compared, were settled after waiting, were deleted."""

ELSEWHERE = 1_000_000
"""Row ids of the firm's own orders begin here."""

WHERE_OURS_ARE = {
    WorkOrderStatus.KLAARGEZET: range(1 + STARTED, 1 + OUR_OPEN - REMOVED),
    WorkOrderStatus.OPGEHAALD: range(1, 1 + STARTED),
    WorkOrderStatus.COMPLEET: range(1 + OUR_OPEN, 1 + OUR_OPEN + OUR_WAITING - SETTLED),
    WorkOrderStatus.AFGEHANDELD: range(1 + OUR_OPEN + OUR_WAITING - SETTLED, 1 + OUR_OPEN + OUR_WAITING),
}
HOW_MANY = {
    WorkOrderStatus.KLAARGEZET: OPEN_ORDERS - PICKED_UP_ORDERS,
    WorkOrderStatus.OPGEHAALD: PICKED_UP_ORDERS,
    WorkOrderStatus.COMPLEET: COMPLETED_ORDERS,
    WorkOrderStatus.AFGEHANDELD: SETTLED,
}
PIECE = 500


def number_of(row_id: int) -> str:
    """The number of the tenant's order with this row id: one of the contracts from 1001 on, twelve each."""
    place = row_id - 1
    return f"C{1001 + place // 12}-A-2026{place % 12 + 1:02}28-ALL"


@dataclass(frozen=True, slots=True)
class _Template:
    """A record with places for what differs, as bytes, so that the host costs little beside what is measured."""

    record: str

    def filled(self, row_id: int, number: str, status: WorkOrderStatus) -> str:
        return self.record % (row_id, number, status.value)


def _template() -> _Template:
    address = {
        "Name": "Voorbeeld Vastgoed BV",
        "Street": "Dorpsstraat",
        "StreetNo": "12",
        "ZIP": "3811 AB",
        "City": "Amersfoort",
        "ContactPerson": "Mevr. J. de Vries",
        "Email": "beheer@example.nl",
        "Phone": "033 123 45 67",
        "Remark": "",
    }
    sides = {f"Customer{name}{side}": value for side in ("", "Invoice") for name, value in address.items()}
    record = {
        "id": "%ROW%",
        "WorkorderNo": "%NUMBER%",
        "status": "%STATUS%",
        "OrderNr": "WB-2026-00012345",
        "CreationDate": "2026-11-02 08:14:11",
        "CustomerDebtorNr": "1001",
        "CustomerDebtorNrInvoice": "1001",
        **sides,
        "TypeOfWork": "Onderhoud",
        "PaymentMethod": "op rekening",
        "WorkDescription": "Onderhoud aan de installatie. " * 20,
        "InternalWorkDescription": "Sleutel bij de buren. " * 8,
        "ShortWorkDescription": "",
        "Comment": "",
        "EmployeeNr": "7",
        "Employees": [{"EmployeeNr": "7"}],
        "WorkDate": "",
        "WorkTime": "",
        "WorkDeadline": "28-12-2026",
        "WorkDuration": "60",
        "WorkStatus": "",
        "PriorityCode": "",
        "ProjectNr": "",
        "ExternProjectNr": "",
        "AdrCode": "",
        "WorkObjects": [{"obj_code": "CV-1"}, {"obj_code": "CV-2"}],
        "Archived": "0",
        "WorkFinished": "0",
        "Signature": "",
        "PdfUrl": "https://host.example/pdf/5d41402abc4b2a76b9719d911017c592",
        "Photos": [],
        "Documents": [],
        "Forms": [],
        "Materials": [{"MaterialCode": "F-12", "MaterialNr": "1", "MaterialPrice": "4,55", "MaterialName": "Filter"}],
        "Workperiods": [{"WorkDate": "27-11-2026", "BeginTime": "08:00", "EndTime": "09:00", "TotalTime": "60"}],
    }
    text = json.dumps(record).replace("%", "%%")
    return _Template(re.sub(r"%%ROW%%|%%NUMBER%%|%%STATUS%%", "%s", text))


TEMPLATE = _template()


def records(status: WorkOrderStatus) -> Iterator[str]:
    """All records of a list."""
    ours = WHERE_OURS_ARE[status]
    for row_id in ours:
        yield TEMPLATE.filled(row_id, number_of(row_id), status)
    first = ELSEWHERE * (1 + [*HOW_MANY].index(status))
    for row_id in range(first, first + HOW_MANY[status] - len(ours)):
        number = f"K{row_id}-B-20260{row_id % 9 + 1}15-X" if row_id % 10 == 0 else f"WB-2026-{row_id}"
        yield TEMPLATE.filled(row_id, number, status)


class _Host(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        endpoint = address.path.strip("/").rpartition("/")[2]
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        answers = {"GetWorkorders": self._list, "GetWorkorder": self._single}.get(endpoint, self._customer)
        for piece in answers(asked):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _list(self, asked: dict[str, str]) -> Iterator[bytes]:
        yield b'{"code":200,"messages":[],"response":['
        some: list[str] = []
        before = ""
        for record in records(WorkOrderStatus(asked["status"])):
            some.append(record)
            if len(some) == PIECE:
                yield (before + ",".join(some)).encode()
                some.clear()
                before = ","
        yield (before + ",".join(some) if some else "").encode() + b"]}"

    def _customer(self, _: dict[str, str]) -> Iterator[bytes]:
        record = {
            "debtor_number": "1001",
            "name": "Voorbeeld Vastgoed BV",
            "street": "Dorpsstraat",
            "city": "Amersfoort",
        }
        yield b'{"code":200,"messages":[],"response":[%s]}' % json.dumps(record).encode()

    def _single(self, asked: dict[str, str]) -> Iterator[bytes]:
        """Of those that are in no list some are settled, the others are gone."""
        row_id = int(asked.get("row_id", 0))
        if row_id > OUR_OPEN:
            record = TEMPLATE.filled(row_id, number_of(row_id), WorkOrderStatus.AFGEHANDELD)
            yield b'{"code":200,"messages":[],"response":%s}' % record.encode()
        else:
            yield b'{"code":1500,"messages":["Workorder not found"],"response":null}'


if __name__ == "__main__":
    with _Host() as host:
        sys.stdout.write(f"http://127.0.0.1:{host.server_address[1]}/openapi/8\n")
        sys.stdout.flush()
        host.serve_forever()
