"""A file that other software imports: done at once when nothing is wrong with it, else told by row, and undone."""

from base64 import b64encode
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from powerup.presses import importing
from tests.api.calling import Firm

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ROWS = (
    "contract_no;name;type;customer;start;type_of_work;payment_method;plan;unit\n"
    "8001;Ketel;{type};1001;2027-01-15;Onderhoud;op rekening;A;month\n"
)


def sent(firm: Firm, content: str, **members: Any) -> Any:
    body = {"file_name": "lijst.csv", "file": b64encode(content.encode()).decode()} | members
    return firm.call("POST", "/imports", body, headers={"Idempotency-Key": "een"})


def work(firm: Firm) -> None:
    while replace(firm.house.parts.import_work(), clock=firm.house.clock, rest=lambda _: None).take_turn():
        pass


def test_a_file_is_done_at_once_told_by_its_id_and_undone(firm: Firm) -> None:
    begun = sent(firm, ROWS.format(type="preventive"))
    assert begun.status_code == 202
    again = sent(firm, ROWS.format(type="preventive"))
    assert again.get_json()["id"] == begun.get_json()["id"]
    work(firm)
    path = begun.headers["Location"].removeprefix("/api/v1")
    done = firm.get(path)
    assert (done["state"], done["finished"], done["counts"]["created"]) == ("done", True, 1)
    assert firm.get("/contracts/8001")["name"] == "Ketel"
    assert firm.call("POST", f"{path}/undo", {}).status_code == 202
    work(firm)
    assert firm.get(path)["state"] == "undone"


def test_what_is_wrong_is_told_by_row_and_column(firm: Firm) -> None:
    path = sent(firm, ROWS.format(type="soms")).headers["Location"].removeprefix("/api/v1")
    work(firm)
    wrong = firm.get(path)
    assert wrong["state"] == "wrong"
    assert [(each["row"], each["column"]) for each in wrong["errors"]] == [(2, "type")]
    assert sent(firm, "x", file="geen base64!").status_code == 422
    assert sent(firm, "x", mapping="onbekend").get_json()["errors"][0]["pointer"] == "/mapping"


def test_after_its_turn_an_import_goes_on_behind_others_and_makes_nothing_twice(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_AT_ONCE", 1)
    rows = ROWS.format(type="preventive").splitlines()
    several = [rows[0], *(rows[1].replace("8001", number) for number in ("8001", "8002", "8003"))]
    path = sent(firm, "\n".join(several), again=True).headers["Location"].removeprefix("/api/v1")
    hours = count(0, 3600)
    slow = replace(
        firm.house.parts.import_work(),
        clock=firm.house.clock,
        rest=lambda _: None,
        stopwatch=lambda: float(next(hours)),
    )

    def one_turn() -> Any:
        assert slow.take_turn()
        return firm.get(path)

    one_turn()  # the file is looked at
    assert [one_turn()["done"] for _ in range(3)] == [1, 2, 3]
    assert one_turn()["state"] == "done"
    assert firm.get(path)["counts"]["created"] == 3
    assert firm.call("POST", f"{path}/undo", {}).status_code == 202
    assert [one_turn()["state"] for _ in range(4)] == ["undoing", "undoing", "undoing", "undone"]
    assert firm.get("/contracts")["items"] == []
