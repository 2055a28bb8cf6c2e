"""How much a press asks of the database, which is most of what it costs (architecture: How fast)."""

import pytest

from tests.presses.office import Office
from tests.store.query_counting import counted_queries

OF_SQLITE = 23
OF_POSTGRESQL = OF_SQLITE + 2
"""The turn that it takes, and the hint for workers."""


def test_a_pause_by_webhook_is_so_many_statements(office: Office, database_url: str) -> None:
    house, target = office.house, office.contract()
    about = {"type": "contract", "id": target.id}
    with counted_queries() as statements:
        answer = house.invoke("contract.pause", about, {"from": "2027-01-04", "until": "2027-01-08"})
    asked = [each for each in statements if not each.startswith(("BEGIN", "PRAGMA"))]
    assert (answer["status"], len(asked)) == (
        "succeeded",
        OF_SQLITE if database_url.startswith("sqlite") else OF_POSTGRESQL,
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_of_a_contract_that_nobody_changed_nothing_is_loaded_twice(office: Office) -> None:
    target = office.contract()
    with counted_queries() as statements:
        office.press(office.request("contract.pause", target, {"from": "2027-01-04", "until": "2027-01-08"}))
    assert sum("FROM visit_plans" in each for each in statements) == 1
