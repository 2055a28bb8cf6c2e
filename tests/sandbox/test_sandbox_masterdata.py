"""Customers, objects, employees and the other lists over API 8 (host page 4.6, 4.9)."""

from typing import Any

import pytest

from powerup.sandbox.server import SandboxServer
from tests.sandbox.calling import Caller


def test_the_example_firm_is_there(caller: Caller) -> None:
    counts = {
        name: len(caller.get(name)["response"])
        for name in (
            *("relations", "objects", "addresses", "contactpersons", "employees", "worktypes", "paymentmethods"),
            *("priorities", "projects", "forms", "materials"),
        )
    }
    assert counts == {
        "relations": 12,
        "objects": 25,
        "addresses": 4,
        "contactpersons": 5,
        "employees": 5,
        "worktypes": 11,
        "paymentmethods": 5,
        "priorities": 4,
        "projects": 3,
        "forms": 3,
        "materials": 4,
    }


def test_every_object_belongs_to_a_customer_that_exists(caller: Caller) -> None:
    debtors = {found["debtor_number"] for found in caller.get("relations")["response"]}
    assert {found["obj_debiteur_nummer"] for found in caller.get("objects")["response"]} <= debtors


def test_addresses_and_contact_persons_are_of_customers_that_exist(caller: Caller) -> None:
    debtors = {found["debtor_number"] for found in caller.get("relations")["response"]}
    addresses = {found["adr_code"]: found for found in caller.get("addresses")["response"]}
    persons = {found["cpn_code"]: found["cpn_debtor_nr"] for found in caller.get("contactpersons")["response"]}
    assert {found["adr_debtor_nr"] for found in addresses.values()} | {*persons.values()} <= debtors
    named = [found for found in addresses.values() if found["adr_cpn_code"]]
    assert named
    assert all(persons[found["adr_cpn_code"]] == found["adr_debtor_nr"] for found in named)
    at_an_address = [found for found in caller.get("objects")["response"] if found["obj_adr_code"]]
    assert at_an_address
    for found in at_an_address:
        assert addresses[found["obj_adr_code"]]["adr_debtor_nr"] == found["obj_debiteur_nummer"]


def test_an_address_and_a_contact_person_are_found_by_key_and_value_and_deleted_by_code(caller: Caller) -> None:
    found = caller.get("address", key="adr_debtor_nr", value="1004")["response"]
    assert [each["adr_code"] for each in found] == ["1004-A", "1004-B"]
    assert len(caller.get("contactperson", key="cpn_code", value="1010-MB")["response"]) == 1
    for entity, code in (("address", "1004-B"), ("contactperson", "1010-MB"), ("material", "KM-R32")):
        reply = caller.get("DeleteEntity", entity=entity, key="code", value=code, delete_all="false")
        assert (reply["code"], reply["response"]) == (200, 1), entity
    assert len(caller.get("address", key="adr_debtor_nr", value="1004")["response"]) == 1


@pytest.mark.parametrize(
    ("parameters", "debtors"),
    [
        ({"key": "debtor_number", "value": "1005"}, ["1005"]),
        ({"key": "name", "value": "familie", "operator": "li"}, ["1008", "1009"]),
        ({"key[]": "debtor_number", "value[]": "1011", "operator[]": "ge"}, ["1011", "1012"]),
        (
            {"key[0]": "city", "value[0]": "Utrecht", "key[1]": "debtor_number", "value[1]": "1009"},
            ["1009"],
        ),
        (
            {"key[]": ["city", "debtor_number"], "value[]": ["Utrecht", "1009"], "operator[]": ["eq", "ne"]},
            ["1010"],
        ),
        ({"key": "debtor_number", "value": "404"}, []),
    ],
)
def test_relations_are_filtered_in_every_documented_way(
    caller: Caller, parameters: dict[str, Any], debtors: list[str]
) -> None:
    found = caller.get("relations", **parameters)["response"]
    assert [relation["debtor_number"] for relation in found] == debtors


def test_singular_object_is_found_by_any_field(caller: Caller) -> None:
    found = caller.get("object", key="obj_debiteur_nummer", value="1001")["response"]
    assert [one["obj_code"] for one in found] == ["CV-1", "CV-2", "AC-1"]
    assert caller.get("object", key="obj_code", value="none")["response"] == []


def test_filters_without_documentation_work_only_by_switch(server: SandboxServer, caller: Caller) -> None:
    assert len(caller.get("employees", key="number", value="1")["response"]) == 5
    server.host.change_switches(undocumented_filters=True)
    assert len(caller.get("employees", key="number", value="1")["response"]) == 1


def test_projects_are_filtered_as_a_client_in_use_asks_unless_a_switch_forbids_it(
    server: SandboxServer, caller: Caller
) -> None:
    asked = {"key[0]": "code", "value[0]": "P-2026-01"}
    assert [one["code"] for one in caller.get("projects", **asked)["response"]] == ["P-2026-01"]
    server.host.change_switches(projects_filtered=False)
    assert len(caller.get("projects", **asked)["response"]) == 3


def test_a_post_inserts_or_updates_by_code(caller: Caller) -> None:
    relation = {"name": "Nieuw", "debtor_number": "1001", "street": "A", "postal_code": "1000 AA", "city": "B"}
    assert caller.post("relations", [relation, {**relation, "debtor_number": "2001"}])["response"] == 2
    changed = caller.get("relations", key="debtor_number", value="1001")["response"][0]
    assert (changed["name"], changed["contact"]) == ("Nieuw", "Marieke Smit")
    assert len(caller.get("relations")["response"]) == 13


@pytest.mark.parametrize(
    ("endpoint", "record", "code", "messages"),
    [
        ("employees", {"firstname": "A", "number": ""}, 1101, ["lastname", "number"]),
        ("relations", {"name": "A", "street": "B"}, 1301, ["debtor_number", "postal_code", "city"]),
        (
            "projects",
            {"code": "P", "debtor_number": "1", "status": "", "name": "N", "date_start": "2026-01-01"},
            1701,
            ["status"],
        ),
        ("objects", {}, 1901, ["obj_code", "obj_debiteur_nummer", "obj_description"]),
        ("addresses", {"adr_code": "A"}, 1051, ["adr_debtor_nr", "adr_line_1", "adr_zip", "adr_city"]),
        ("contactpersons", {"cpn_code": "C"}, 1051, ["cpn_debtor_nr", "cpn_name"]),
        ("forms", {}, 2301, ["name"]),
        ("materials", {"code": "M", "price": 0}, 1201, ["description", "unit"]),
        ("worktypes", {"wrt_name": "A", "wrt_description": "A", "wrt_active": 1}, 2601, ["wrt_default_minutes"]),
        ("paymentmethods", {}, 2701, ["pmd_description"]),
        ("workstatusses", {"sta_code": "1"}, 2501, ["sta_name"]),
        ("priorities", {"code": "1"}, 1051, ["description"]),
    ],
)
def test_missing_fields_have_the_code_of_their_list(
    caller: Caller, endpoint: str, record: dict[str, Any], code: int, messages: list[str]
) -> None:
    reply = caller.post(endpoint, [record])
    assert reply["code"] == code
    assert reply["messages"] == [f"Required field missing: {name}" for name in messages]


def test_a_project_with_another_date_format_is_1701(caller: Caller) -> None:
    project = {"code": "P", "debtor_number": "1001", "status": "Open", "name": "N", "date_start": "01-02-2026"}
    assert caller.post("projects", [project])["code"] == 1701


def test_tasks_are_kept_by_their_reference(caller: Caller) -> None:
    task = {
        "tsk_type": "TASK",
        "tsk_name": "Contract 1042 loopt af",
        "tsk_reference": "C1042-90",
        "tsk_category": "CALL",
        "tsk_priority": "NORMAL",
        "tsk_status": "YET_TO_START",
    }
    caller.post("tasks", [task])
    caller.post("tasks", [{**task, "tsk_status": "CLOSED"}])
    (kept,) = caller.get("tasks")["response"]
    assert kept["tsk_status"] == "CLOSED"


def test_master_records_are_deleted_by_documented_keys(caller: Caller) -> None:
    assert caller.get("DeleteEntity", entity="object", key="code", value="CV-1")["response"] == 1
    assert caller.get("DeleteEntity", entity="relation", key="name", value="Familie Jansen")["response"] == 1
    assert caller.get("DeleteEntity", entity="object", key="obj_code", value="CV-2")["code"] == 1600
    assert len(caller.get("objects")["response"]) == 24
