"""The walk of the API page, run as it stands there: all contracts of a customer end, with the effects shown first."""

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from powerup.store.api_keys import Scope
from tests.actions.scenes import FORM
from tests.api.calling import Firm

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_walk_from_a_key_to_contracts_that_end(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    script, *_ = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    numbers = [firm.act("/contracts", FORM).get_json()["target"]["id"] for _ in range(3)]
    server = make_server("127.0.0.1", 0, firm.client.application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    asked: list[str] = []

    def yes(question: str) -> str:
        asked.append(question)
        assert [firm.get(f"/contracts/{number}")["last_day"] for number in numbers] == [None] * 3
        return "yes"

    given: dict[str, Any] = {
        "KEY": firm.keys[Scope.WRITE],
        "ADDRESS": f"http://127.0.0.1:{server.server_port}",
        "CUSTOMER": "1001",
        "LAST_DAY": "2027-02-01",
        "input": yes,
    }
    try:
        exec(compile(script, str(PAGE), "exec"), given)
    finally:
        given["api"].close()
        server.shutdown()
        server.server_close()
    assert asked == ["End these contracts? "]
    assert [firm.get(f"/contracts/{number}")["last_day"] for number in numbers] == ["2027-02-01"] * 3
    told = capsys.readouterr().out
    assert all(f"{number} CV-ketel {{'withheld': {{'terminated'" in told for number in numbers), told
