"""What a contract would be like that somebody is still typing: decided as its press would be, and nothing is asked.

Whatever the form names is taken to be at the host, and what is still missing is filled in with a dash, so that its
dates can be seen from the first member on. Nothing is written: the press itself asks and decides anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from powerup.actions.catalogue import find_action
from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import FieldProblem, Refusal
from powerup.actions.kit.at_once_warnings import at_once_warnings
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.host_questions import HostQuestions, HostReadings
from powerup.actions.kit.latest_words import passed_by, passed_in_words
from powerup.actions.kit.load_scene import load_scene
from powerup.actions.kit.request import Request, TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.contracts.effects import Effects
from powerup.contracts.heavy_weeks import MadeHeavy, added_work
from powerup.contracts.situation import ContractSituation
from powerup.outsmart.records import HostObject, Relation
from powerup.readings.heavy_weeks import weeks_made_heavy
from powerup.texts import Text

_STILL_MISSING = "–"
_A_FIRM = "business"


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be, or why nothing would.

    situation is the contract as it would be, None where it cannot be; problems are those of the form then, and refused
    says it in one sentence. counts_from has the day from which a changed rule counts, by plan. heavy are the weeks that
    have much more work than usual with it.
    """

    today: date
    situation: ContractSituation | None = None
    effects: Effects = field(default_factory=Effects)
    warnings: tuple[Text, ...] = ()
    problems: tuple[FieldProblem, ...] = ()
    refused: Text | None = None
    counts_from: Mapping[str, date] = field(default_factory=dict)
    heavy: tuple[MadeHeavy, ...] = ()


def look_at_draft(connection: Connection, around: TenantCircumstances, request: Request) -> Draft:
    """What would come of a form of contract.create or contract.edit as it is filled in so far.

    Of an edit the input has what is changed, as for its press. Raises InvalidInput for a contract that is not there.
    """
    action = find_action(request.action)
    if action is None:
        raise ValueError(request.action)
    scene = load_scene(connection, around, action, request, HostReadings())
    try:
        draft = _decided(action, scene, _filled_in(request, around.today))
    except Refusal as refusal:
        return Draft(around.today, problems=tuple(refusal.problems), refused=refusal.message)
    before = scene.situation if request.target.type is TargetType.CONTRACT else None
    return replace(draft, heavy=_heavy(connection, around, before, draft.situation))


def _heavy(
    connection: Connection,
    around: TenantCircumstances,
    before: ContractSituation | None,
    after: ContractSituation | None,
) -> tuple[MadeHeavy, ...]:
    if after is None:
        return ()
    added = added_work(before, after, around.today)
    said = {place: minutes for place, minutes in added.items() if place[1] != _STILL_MISSING}
    return tuple(weeks_made_heavy(connection, around, said))


def _decided(action: Action, scene: ActionScene, entered: Mapping[str, object]) -> Draft:
    wanted = action.wanted(scene, entered)
    asked = action.questions(scene, wanted) if action.questions else HostQuestions()
    change = action.decide(replace(scene, readings=_as_if_there(asked)), wanted)
    return Draft(
        scene.today,
        change.resulting or scene.situation,
        change.effects,
        (
            *passed_in_words(passed_by(scene, change)),
            *change.warnings,
            *at_once_warnings(change.effects, scene.configuration.settings.change_cap),
        ),
        counts_from=change.counts_from or {},
    )


def _filled_in(request: Request, today: date) -> dict[str, Any]:
    """The input with dashes for what has to be there and is not; work orders are not taken back by looking."""
    entered: dict[str, Any] = {**request.input}
    entered.pop("retract_not_started", None)
    if isinstance(plans := entered.get("plans"), list):
        entered["plans"] = [_named(plan, place) for place, plan in enumerate(plans, 1)]
    if request.target.type is not TargetType.RELATION:
        return entered
    missing = {"type_of_work": _STILL_MISSING, "payment_method": _STILL_MISSING}
    template = missing | (entered.get("template") or {})
    likely = {"name": _STILL_MISSING, "type": "preventive", "customer": _STILL_MISSING, "start": today.isoformat()}
    return likely | entered | {"template": template}


def _named(plan: Any, place: int) -> Any:
    return {"name": f"{_STILL_MISSING}{place}", **plan} if isinstance(plan, Mapping) else plan


def _as_if_there(asked: HostQuestions) -> HostReadings:
    """Readings in which all that was asked for is there, of a firm that is active."""
    return HostReadings(
        relations={code: Relation(code, debtor_type=_A_FIRM) for code in asked.relations},
        objects={code: HostObject(code) for code in asked.objects},
        addresses=frozenset(asked.addresses),
    )
