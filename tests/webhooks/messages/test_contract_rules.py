"""What the rules refuse, as the host hears it of a button (rules: Actions; webhooks page, section 4)."""

from typing import Any

import pytest

from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.store.tenants import Tenants
from tests.webhooks.installed import House
from tests.webhooks.messages.test_invoking import CREATE, RELATION

YEAR = Period(1, PeriodUnit.YEAR)


@pytest.fixture(autouse=True)
def _installed(house: House) -> None:
    assert house.install()["status"] == "succeeded"
    offered = tuple(
        Terms(renewal.value, "-", duration=YEAR, renewal=renewal, renewal_period=YEAR) for renewal in Renewal
    )
    with house.parts.database.write() as connection:
        Tenants(connection).save_configuration(house.tenant().id, TenantConfiguration(terms=offered))


def created(house: House, **members: Any) -> dict[str, Any]:
    answer = house.invoke("contract.create", RELATION, CREATE | members)
    assert answer["status"] == "succeeded", answer
    return dict(answer["target"])


@pytest.mark.parametrize(
    ("renewal", "why"),
    [("automatic", "verlengt vanzelf"), ("none", "verlengen niet"), (None, "geen contractvoorwaarden")],
)
def test_only_terms_that_renew_by_hand_can_be_renewed(house: House, renewal: str | None, why: str) -> None:
    contract = created(house, terms=renewal, end=None if renewal else "2027-12-31")
    answer = house.invoke("contract.renew", contract, {})
    assert answer["status"] == "failed"
    assert why in answer["message"]


def test_a_renewal_goes_at_most_one_period_further(house: House) -> None:
    contract = created(house, start="2026-12-01", terms="by_hand")
    answer = house.invoke("contract.renew", contract, {"until": "2028-12-01"})
    assert answer["status"] == "invalid"
    assert [(each["pointer"], each["code"]) for each in answer["errors"]] == [("/input/until", "more_than_one_period")]
    assert house.invoke("contract.renew", contract, {"until": "2028-11-30"})["status"] == "succeeded"


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"unit": "week", "every": 2, "weekdays": ["mon", "thu"]}, "weekdays"),
        ({"unit": "year", "months": [4, 10], "month_day": 1}, "months"),
    ],
)
def test_a_floating_plan_counts_from_one(house: House, rule: dict[str, Any], field: str) -> None:
    plan = {"name": "A", "schedule": "floating"} | rule
    answer = house.invoke("contract.create", RELATION, CREATE | {"plans": [plan]})
    assert answer["status"] == "invalid"
    assert [(each["pointer"], each["code"]) for each in answer["errors"]] == [
        (f"/input/plans/0/{field}", "floating_counts_from_one")
    ]
    contract = created(house, plans=[plan | {field: rule[field][:1]}])
    answer = house.invoke("contract.edit", contract, {"plans": [{"name": "A", field: rule[field]}]})
    assert answer["errors"][0]["code"] == "floating_counts_from_one"
