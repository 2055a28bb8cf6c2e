"""Open work orders under a corrective contract, by command."""

import json
from pathlib import Path

import pytest

from powerup.commands.sla import in_hours
from powerup.sandbox.server import SandboxServer
from tests.commands.conftest import CommandLine
from tests.sandbox.calling import Caller

POLICY = {
    "code": "GOLD",
    "name": "Goud",
    "clock": "calendar_hours",
    "priorities": [{"priority": "1", "response": {"number": 40, "unit": "day"}}],
}
CONTRACT = """\
contract_no,name,type,customer,start,sla_policy,type_of_work,payment_method
2001,Storingen,corrective,1001,2020-01-01,GOLD,Onderhoud,op rekening
"""


def test_the_time_that_is_left_is_shown(prompt: CommandLine, tenant: str, host: SandboxServer, tmp_path: Path) -> None:
    configuration, contracts = tmp_path / "config.json", tmp_path / "contracts.csv"
    configuration.write_text(json.dumps({"sla_policies": [POLICY]}))
    contracts.write_text(CONTRACT)
    prompt.json("config", "apply", tenant, configuration)
    prompt.json("contracts", "import", tenant, contracts)
    caller = Caller(host)
    row_id = caller.post_order("WB-1", PriorityCode="1")
    caller.session.close()
    prompt.json("sync", tenant)
    (row,) = prompt.json("sla", tenant)["rows"]
    assert (row["workorder_no"], row["row_id"], row["contract"]) == ("WB-1", row_id, "2001")
    assert (row["priority"], row["state"], row["resolution_deadline"]) == ("1", "running", None)
    assert row["response_deadline"] > row["came_in_at"]
    assert row["time_left"] == in_hours(row["time_left_minutes"])
    assert "WB-1" in prompt.run("sla", tenant).output


@pytest.mark.parametrize(
    ("minutes", "shown"), [(None, None), (0, "0:00"), (185, "3:05"), (-40, "-0:40"), (-61, "-1:01")]
)
def test_minutes_are_shown_as_hours(minutes: int | None, shown: str | None) -> None:
    assert in_hours(minutes) == shown
