"""What the documents of the API show: one consistent firm, whose contract 1042 is for two boilers of customer 1001."""

from collections.abc import Mapping
from typing import Any

CONTRACT = "1042"
VISIT = "1042:A:2027-03-31:CV-1"
CUSTOMER = "1001"
OBJECT = "CV-1"
WORK_ORDER = "120815"
RUN = "run_3sK1"
BULK = "bulk_8Qw2"
CYCLE = "412"
IMPORT = "imp_7Qd2"
KEY = "key_8Zk0"
WEBHOOK_ADDRESS = "wha_4Kd9"
CALENDAR_KEY = "cal_2Ws6"

IN_ADDRESS: Mapping[str, tuple[str, str]] = {
    "number": ("The contract's number, its id for ever.", CONTRACT),
    "id": ("The visit's id: contract, visit plan, nominal date, object.", VISIT),
    "row_id": ("The work order's row id at the host.", WORK_ORDER),
    "code": ("The object's code at the host.", OBJECT),
    "run": ("The run's id.", RUN),
    "bulk": ("The bulk run's id.", BULK),
    "cycle": ("The cycle's number.", CYCLE),
    "year": ("A calendar year; of planned work last year, this year or the next.", "2027"),
    "month": ("A month, such as 2027-03.", "2027-03"),
    "import": ("The import's id.", IMPORT),
    "key": ("The key's id, which is not the key itself.", KEY),
    "calendar_key": ("The id of the calendar's key.", CALENDAR_KEY),
    "address": ("The address's id.", WEBHOOK_ADDRESS),
}
"""What stands in addresses: what it is, and an example."""

INPUTS: Mapping[str, Mapping[str, Any]] = {
    "contract.create": {
        "name": "CV-ketels Havenstraat",
        "type": "preventive",
        "customer": CUSTOMER,
        "objects": ["CV-1", "CV-2"],
        "start": "2027-01-31",
        "order_per_object": True,
        "template": {"type_of_work": "Onderhoud", "payment_method": "op rekening", "description": "Onderhoud {object}"},
        "plans": [{"name": "A", "unit": "month", "every": 1, "month_day": 31}],
    },
    "contract.edit": {"name": "CV-ketels Havenkwartier"},
    "contract.terminate": {"last_day": "2027-06-30", "reason": "MOVED", "existing_orders": "retract"},
    "contract.undo_termination": {},
    "contract.restart": {"start": "2027-07-01"},
    "contract.delete": {},
    "contract.undo_delete": {},
    "contract.refresh": {},
    "contract.note": {"text": "Sleutel ligt bij de buren."},
    "contract.pause": {"from": "2027-07-01", "until": "2027-08-31", "reason": "Zomer", "extend_end": False},
    "contract.resume": {"on": "2027-08-01"},
    "contract.renew": {"until": "2028-12-31"},
    "contract.remind": {},
    "contract.index": {"from": "2028-01-01", "percentage": "2.5", "reason": "Loonronde"},
    "contract.replace_object": {"old": "CV-1", "new": "CV-9", "from": "2027-06-01"},
    "contract.call_off": {"date": "2027-05-14"},
    "contract.release": {},
    "tenant.release": {},
    "visit.skip": {"reason": "Relatie is met vakantie"},
    "visit.unskip": {},
    "visit.move": {"to": "2027-04-02"},
    "visit.assign": {"employee": "7"},
    "visit.order_now": {},
    "visit.retry": {},
    "work_order.attach": {"contract": "1050"},
    "work_order.detach": {},
}
"""The input of each action."""

ANSWERS: Mapping[int, Mapping[str, Any]] = {
    200: {
        "status": "needs_confirmation",
        "message": "Contract 1042 wordt beëindigd; 1 werkbon wordt teruggenomen.",
        "target": {"type": "contract", "id": CONTRACT, "version": 1},
        "effects": [
            {
                "effect": "retracted",
                "contract": CONTRACT,
                "plan": "A",
                "object": OBJECT,
                "nominal_date": "2027-07-31",
                "planned_date": "2027-07-30",
                "moved_from": None,
                "workorder_no": "C1042-A-20270731-CV-1",
                "state": "withheld",
                "reason": "terminated",
            }
        ],
        "counts": {"retracted": 1},
        "counted_until": None,
        "confirmation": {"token": "cnf_eyJmb3IiOi…", "expires_at": "2027-05-03T10:10:00Z"},
    },
    202: {
        "status": "accepted",
        "message": "Contract 1042 is beëindigd.",
        "target": {"type": "contract", "id": CONTRACT, "version": 2},
        "effects": [],
        "counts": {},
        "counted_until": None,
        "run": {"id": RUN},
    },
}
