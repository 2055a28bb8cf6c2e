"""`powerup user`: invited with a link that is shown once, reset, listed and removed."""

import re

from tests.commands.conftest import CommandLine


def test_a_user_is_invited_listed_reset_and_removed(prompt: CommandLine, tenant: str) -> None:
    added = prompt.json("user", "add", tenant, " Bea@Voorbeeld.example", "--role", "planner")
    assert (added["email"], added["role"]) == ("bea@voorbeeld.example", "planner")
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/invitation/[\w-]{43}", added["link"])
    assert "is a user already" in prompt.error(
        "user", "add", tenant, "bea@voorbeeld.example", "--role", "viewer", code=2
    )
    assert "is no e-mail address" in prompt.error("user", "add", tenant, "bea", "--role", "viewer", code=2)
    told = prompt.run(
        "user", "reset", tenant, "bea@voorbeeld.example", POWERUP_BASE_URL="https://contracts.example"
    ).output
    assert told.startswith("https://contracts.example/invitation/")
    assert "it is not shown again" in told
    listed = prompt.json("user", "list", tenant)["rows"]
    assert [(row["email"], row["role"], row["state"], row["sessions"]) for row in listed] == [
        ("bea@voorbeeld.example", "planner", "invited", 0)
    ]
    assert "planner" in prompt.run("user", "list", tenant).output
    assert prompt.run("user", "remove", tenant, "bea@voorbeeld.example").output == "bea@voorbeeld.example is removed.\n"
    assert "has no user" in prompt.error("user", "remove", tenant, "bea@voorbeeld.example", code=2)
    exported = "".join(prompt.outputs)
    assert exported.count("/invitation/") == 2
