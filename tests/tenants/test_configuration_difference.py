"""What changes in a configuration is said member by member, in the reader's language."""

from typing import Any

import pytest

from powerup.contracts.configuration import TenantConfiguration
from powerup.documents.configuration import configuration_document, configuration_from_document, merge_configuration
from powerup.tenants.configuration_difference import differences
from powerup.texts import Reader
from tests.documents.test_configuration_document import PUBLISHED

BEFORE = merge_configuration(TenantConfiguration(), PUBLISHED)


def told(change: Any, language: str = "en") -> list[str]:
    found = differences(BEFORE, merge_configuration(BEFORE, change))
    return [Reader(language).say(each.line) for each in found]


def with_terms(**members: Any) -> dict[str, Any]:
    return {"terms": [PUBLISHED["terms"][0] | members]}


@pytest.mark.parametrize(
    ("change", "english", "dutch"),
    [
        (
            {"settings": {"change_cap": 200}},
            "Settings, Most work orders at once of new and changed contracts: 50 → 200",
            "Instellingen, Hoogste aantal werkbonnen ineens van nieuwe en gewijzigde contracten: 50 → 200",
        ),
        (
            {"settings": {"mode": "dry_run"}},
            "Settings, Work orders are made: yes → no, cycles only say what they would do",
            "Instellingen, Werkbonnen worden aangemaakt: ja → nee, rondes zeggen alleen wat ze zouden doen",
        ),
        (
            {"calendar": {"good_friday": True}},
            "Calendar, Good Friday is a day off: no → yes",
            "Kalender, Goede Vrijdag is een vrije dag: nee → ja",
        ),
        (
            {"calendar": {"working_hours": {"from": "07:30", "to": "16:00"}}},
            "Calendar, Working hours: from 08:00 to 17:00 → from 07:30 to 16:00",
            "Kalender, Werktijden: van 08:00 tot 17:00 → van 07:30 tot 16:00",
        ),
        (
            with_terms(notice_before_end={"number": 1, "unit": "month"}, renewal="by_hand"),
            "Contract terms STD, Renewal: automatic → by hand",
            "Contractvoorwaarden STD, Verlenging: automatisch → met de hand",
        ),
        (
            {"reasons": []},
            "Reason for an early end MOVED: dropped (Verhuisd)",
            "Reden van beëindiging MOVED: vervalt (Verhuisd)",
        ),
        (
            {
                "calendar": {
                    "closed_days": [*PUBLISHED["calendar"]["closed_days"], {"date": "2027-05-07", "name": "Brug"}]
                }
            },
            "Closed day May 7, 2027: added (Brug)",
            "Gesloten dag 7 mei 2027: toegevoegd (Brug)",
        ),
    ],
)
def test_a_difference_is_one_line_per_member_in_both_languages(change: Any, english: str, dutch: str) -> None:
    assert told(change)[0] == english
    assert told(change, "nl")[0] == dutch


def test_lengths_of_time_are_said_as_people_do() -> None:
    line = "Contract terms STD, Notice before the first end: 3 months → 1 month"
    assert told(with_terms(notice_before_end={"number": 1, "unit": "month"})) == [line]


def test_an_sla_policy_names_the_times_of_each_priority() -> None:
    policy = PUBLISHED["sla_policies"][0]
    priority = {"priority": "1", "response": {"number": 2, "unit": "hour"}}
    (line,) = told({"sla_policies": [policy | {"priorities": [priority]}]})
    before, _, after = line.partition(" → ")
    assert before == "SLA policy GOLD, Times per priority: 1: response 4 hours, resolution 8 hours"
    assert after == "1: response 2 hours, resolution none"


def test_paths_are_stable_for_programs() -> None:
    after = merge_configuration(BEFORE, with_terms(name="Anders") | {"settings": {"change_cap": 1}})
    assert [(each.part, each.before, each.after) for each in differences(BEFORE, after)] == [
        ("settings.change_cap", 50, 1),
        ("terms.STD.name", "Standaard", "Anders"),
    ]


def test_every_value_that_may_stand_in_a_document_can_be_said() -> None:
    empty = merge_configuration(TenantConfiguration(), {"reasons": []})
    for before, after in ((empty, BEFORE), (BEFORE, empty)):
        assert all(Reader(language).say(each.line) for each in differences(before, after) for language in ("nl", "en"))
    assert differences(BEFORE, merge_configuration(BEFORE, configuration_document(BEFORE))) == []


def test_closed_days_from_one_to_another_are_named_by_both() -> None:
    closed = {"from": "2027-07-26", "until": "2027-08-13", "name": "Bouwvak"}
    before = configuration_from_document({})
    after = configuration_from_document({"calendar": {"closed_days": [closed]}})
    (added,) = differences(before, after)
    assert (added.part, added.after) == ("calendar.closed_days.2027-07-26/2027-08-13", closed)
    assert Reader("nl").say(added.line) == "Gesloten dag 26 juli 2027 tot en met 13 augustus 2027: toegevoegd (Bouwvak)"
    renamed = configuration_from_document({"calendar": {"closed_days": [closed | {"name": "Zomer"}]}})
    (changed,) = differences(after, renamed)
    assert (changed.before, changed.after) == ("Bouwvak", "Zomer")
    again = configuration_from_document({"calendar": {"closed_days": [closed | {"every_year": True}]}})
    (changed,) = differences(after, again)
    assert Reader("nl").say(changed.line).endswith("Elk jaar: nee → ja")
    (changed,) = differences(again, after)
    assert Reader("nl").say(changed.line).endswith("Elk jaar: ja → nee")


def test_closed_days_of_customers_are_named_by_customer_and_days() -> None:
    one = {"customer": "1001", "from": "2027-07-26", "until": "2027-08-13", "name": "Park dicht"}
    other = {"customer": "1001", "date": "2027-05-07", "name": "Brug", "every_year": True}
    assert told({"calendar": {"customer_closed_days": [one, other]}}) == [
        "Closed at customer 1001, May 7, 2027: added (Brug)",
        "Closed at customer 1001, July 26, 2027 to August 13, 2027: added (Park dicht)",
    ]
    document = configuration_document(merge_configuration(BEFORE, {"calendar": {"customer_closed_days": [one, other]}}))
    assert document["calendar"]["customer_closed_days"] == [one, other]
