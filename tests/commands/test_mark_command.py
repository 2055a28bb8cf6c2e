"""Marks by command: set, listed, removed."""

from tests.commands.conftest import CommandLine


def test_a_mark_is_set_listed_and_removed(prompt: CommandLine, tenant: str) -> None:
    assert prompt.json("mark", "set", tenant, "customer", "1001", "--remark", "betaalt niet") == {"contracts": []}
    prompt.json("mark", "set", tenant, "object", "CV-1")
    rows = prompt.json("mark", "list", tenant)["rows"]
    assert [(row["mark"], row["code"], row["remark"]) for row in rows] == [
        ("customer_blocked", "1001", "betaalt niet"),
        ("object_retired", "CV-1", ""),
    ]
    prompt.json("mark", "remove", tenant, "customer", "1001")
    assert [row["code"] for row in prompt.json("mark", "list", tenant)["rows"]] == ["CV-1"]


def test_only_customers_and_objects_are_marked(prompt: CommandLine, tenant: str) -> None:
    assert "choose from customer, object" in prompt.error("mark", "set", tenant, "employee", "1", code=2)


def test_a_mark_names_what_it_marks_and_marks_nothing_without_a_code(prompt: CommandLine, tenant: str) -> None:
    assert "Customer 1001 is marked." in prompt.run("mark", "set", tenant, "customer", "1001").stdout
    assert "Customer 1001 is not marked any more." in prompt.run("mark", "remove", tenant, "customer", "1001").stdout
    assert "it is empty" in prompt.error("mark", "set", tenant, "customer", " ", code=2)
