"""What the demo fills its firm with: the configuration that the example contracts name, and these contracts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from powerup.commands.demo.world import World
from powerup.commands.kit.group import Finding
from powerup.commands.kit.surroundings import OPERATOR
from powerup.documents.configuration import merge_configuration
from powerup.sandbox.buttons import press
from powerup.sandbox.example_contracts import example_contracts
from powerup.store.contracts import Contracts
from powerup.tenants.circumstances import circumstances_of
from powerup.tenants.configure import configure
from powerup.tenants.today import today_of
from powerup.texts import text

_INDEX = "VOORBEELD"
_VALUES = ("97.8", "100.4", "103.1")
_PUBLISHED_IN = 11
"""The example's index has a value of each October, known in November."""

_CONFIGURATION = {
    "settings": {"cost_per_hour": "58.00"},
    "terms": [
        {
            "code": "STD",
            "name": "Een jaar, stilzwijgend verlengd",
            "duration": {"number": 1, "unit": "year"},
            "renewal": "automatic",
            "renewal_period": {"number": 1, "unit": "year"},
            "notice_before_end": {"number": 1, "unit": "month"},
        }
    ],
    "sla_policies": [
        {
            "code": "GOLD",
            "name": "Goud: binnen vier uur ter plaatse",
            "priorities": [
                {
                    "priority": "1",
                    "response": {"number": 4, "unit": "hour"},
                    "resolution": {"number": 1, "unit": "day"},
                }
            ],
        }
    ],
}

_FIRST_NUMBER = 5001
"""The example's customers have numbers of their own from 1001 on, which nobody should take for contracts."""

Answer = Mapping[str, Any]


def enter_contracts(world: World) -> dict[str, Answer]:
    """Configure the firm that has installed, and press "new contract" a dozen times; the answers by contract name.

    Raises Finding for the first contract that the power-up does not create.
    """
    today = today_of(world.tenant(), world.parts.clock())
    _configure(world, today)
    answers: dict[str, Answer] = {}
    for button in example_contracts(today, _INDEX):
        name = str(button.input["name"])
        attempt = press(world.host.marketplace, button)
        answer = world.came_of(attempt)
        if answer.get("status") != "succeeded":
            came = str(answer or (attempt and attempt.answer_body))
            raise Finding(text("{contract} was not created: {answer}", contract=name, answer=came))
        answers[name] = answer
    return answers


def _configure(world: World, today: date) -> None:
    tenant, now = world.tenant(), world.parts.clock()
    wanted = {**_CONFIGURATION, "indexes": [_index(today)]}
    with world.parts.database.write() as connection:
        around = circumstances_of(connection, tenant, now)
        Contracts(connection, tenant.id).count_on_from(_FIRST_NUMBER)
        configure(connection, around, merge_configuration(around.configuration, wanted), OPERATOR, now)


def _index(today: date) -> dict[str, Any]:
    """An index that says by its name that it is none of anybody's statistics; what lies ahead is not known yet."""
    newest = today.year if today.month >= _PUBLISHED_IN else today.year - 1
    years = range(today.year - 2, newest + 1)
    values = {f"{year}-10": {"value": value} for year, value in zip(years, _VALUES, strict=False)}
    return {"code": _INDEX, "reference_year": today.year - 1, "values": values}
