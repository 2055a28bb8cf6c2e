"""A tenant's configuration as one document: shown, changed in part, never half taken."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import CommandLine


def apply(prompt: CommandLine, tenant: str, tmp_path: Path, document: Any, *options: str) -> Any:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(document))
    return prompt.json("config", "apply", tenant, path, *options)


def test_absent_parts_stay_as_they_are(prompt: CommandLine, tenant: str, tmp_path: Path) -> None:
    before = prompt.json("config", "show", tenant)
    changed = apply(prompt, tenant, tmp_path, {"settings": {"change_cap": 7}})
    (row,) = changed["rows"]
    assert (row["part"], row["before"], row["after"]) == ("settings.change_cap", 50, 7)
    assert row["line"].endswith(": 50 → 7")
    after = prompt.json("config", "show", tenant)
    assert after["settings"].pop("change_cap") == 7
    assert before["settings"].pop("change_cap") == 50
    assert after == before


def test_a_dry_run_says_the_difference_and_changes_nothing(prompt: CommandLine, tenant: str, tmp_path: Path) -> None:
    terms = {"code": "STD", "name": "Standaard", "duration": {"number": 1, "unit": "year"}}
    changed = apply(prompt, tenant, tmp_path, {"terms": [terms]}, "--dry-run")
    assert [row["part"] for row in changed["rows"]] == ["terms.STD"]
    assert prompt.json("config", "show", tenant)["terms"] == []


def test_a_dry_run_is_read_in_the_readers_language(prompt: CommandLine, tenant: str, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"settings": {"change_cap": 7}}')
    told = prompt.run("config", "apply", tenant, path, "--dry-run", LANG="nl_NL.UTF-8")
    assert told.stdout.splitlines()[0] == "Dit zou veranderen:"
    assert told.stdout.splitlines()[1].endswith("van nieuwe en gewijzigde contracten: 50 → 7")
    path.write_text("{}")
    assert prompt.run("config", "apply", tenant, path).stdout == "Nothing changes.\n"


def test_the_schema_of_the_document_is_published(prompt: CommandLine) -> None:
    schema = json.loads(prompt.run("config", "schema").stdout)
    assert schema["properties"]["settings"]["additionalProperties"] is False


def test_what_show_says_apply_takes(prompt: CommandLine, tenant: str, tmp_path: Path) -> None:
    assert apply(prompt, tenant, tmp_path, prompt.json("config", "show", tenant))["rows"] == []


def test_a_wrong_document_changes_nothing(prompt: CommandLine, tenant: str, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"settings": {"change_cap": -1, "colour": "red"}}')
    line = prompt.error("config", "apply", tenant, path, code=1)
    assert "/settings/change_cap" in line
    assert "/settings/colour" in line
    path.write_text("{")
    assert "no JSON document" in prompt.error("config", "apply", tenant, path, code=1)
    assert prompt.json("config", "show", tenant)["settings"]["change_cap"] == 50


WRONG = {
    "settings": {"colour": "red", "number_prefix": "C 1", "catch_up": "some"},
    "calendar": {"working_days": []},
    "terms": [{"code": "STD", "name": "Standaard", "renewal": "automatic"}],
}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en_GB",
            (
                "/settings/catch_up: Choose one of: latest, all, none. "
                "/settings/number_prefix: One to ten letters, digits, - or _ are expected. "
                "/settings/colour: This field does not exist here. "
                "/calendar/working_days: Choose at least one weekday that is not always a holiday. "
                "/terms/0/renewal_period: Terms that renew need a renewal period."
            ),
        ),
        (
            "nl_NL",
            (
                "/settings/catch_up: Kies een van deze: latest, all, none. "
                "/settings/number_prefix: Een tot tien letters, cijfers, - of _ worden verwacht. "
                "/settings/colour: Dit veld bestaat hier niet. "
                "/calendar/working_days: Kies minstens één weekdag die niet altijd een feestdag is. "
                "/terms/0/renewal_period: Voorwaarden die verlengen, hebben een verlengingstermijn nodig."
            ),
        ),
    ],
)
def test_what_is_wrong_with_a_document_is_said_in_the_readers_language(
    prompt: CommandLine, tenant: str, tmp_path: Path, language: str, words: str
) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(WRONG))
    line = prompt.error("config", "apply", tenant, path, code=1, LANG=f"{language}.UTF-8")
    assert line.endswith(f" {words}\n")


def test_the_holidays_of_any_year_can_be_looked_at(prompt: CommandLine, tenant: str, tmp_path: Path) -> None:
    def days(year: int) -> list[str]:
        return [row["date"] for row in prompt.json("config", "holidays", tenant, year)["rows"]]

    assert "2030-05-05" in days(2030)
    assert not {"2031-05-05", "2031-04-11"} & set(days(2031))
    apply(prompt, tenant, tmp_path, {"calendar": {"good_friday": True, "liberation_day": "always"}})
    assert {"2031-05-05", "2031-04-11"} <= set(days(2031))
    assert "Koningsdag" in prompt.run("config", "holidays", tenant, 2031, LANG="nl_NL.UTF-8").output
