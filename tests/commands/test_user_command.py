"""`powerup user`: invited with a link that is shown once, reset, listed and removed."""

import re

from sqlalchemy import update

from powerup.parts import build_parts
from powerup.settings import read_settings
from powerup.store.tables import tenants
from tests.commands.conftest import CommandLine
from tests.mail.catcher import catching


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


def test_the_mail_of_the_day_is_tried_by_hand(prompt: CommandLine, tenant: str) -> None:
    prompt.json("user", "add", tenant, "bea@voorbeeld.example", "--role", "planner")
    ask = ("user", "digest", tenant, "bea@voorbeeld.example")
    assert "This server sends no mail" in prompt.error(*ask, code=2)
    with catching() as catcher:
        mail = {
            "POWERUP_SMTP_URL": f"smtp://localhost:{catcher.port}",
            "POWERUP_MAIL_FROM": str(catcher.post.sender),
        }
        prompt.environ |= mail
        assert "no mail goes to bea@voorbeeld.example" in prompt.run(*ask).output
        parts = build_parts(read_settings(prompt.environ))
        with parts.database.write() as connection:
            connection.execute(update(tenants).values(attention="Het token werkt niet meer."))
        parts.close()
        shown = prompt.run(*ask, "--show").output
        assert "Het token werkt niet meer." in shown
        assert catcher.mails == []
        assert prompt.json(*ask)["outcome"] == "taken"
        checks = {row["check"]: row for row in prompt.json("doctor")["rows"]}
        assert checks["mail server"]["ok"]
        catcher.to_reader = "550 nobody"
        assert "answered 550 nobody" in prompt.error(*ask, code=1)
    assert catcher.readers == ["bea@voorbeeld.example"]
    assert "Check POWERUP_SMTP_URL" in prompt.run("doctor").output
