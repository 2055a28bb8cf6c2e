"""The buttons on cards and beside what cards stand beside: which of them a person can press, and why not the others
(webhooks page, section 4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from powerup.actions.catalogue import ACTIONS
from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import Refusal
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.order_on_card import OrderOnCard
from powerup.actions.kit.request import Actor, Target, TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.texts import Reader, Text, text


@dataclass(frozen=True, slots=True)
class CardButtons:
    """The buttons of one tenant as JSON values, as one person sees them in the reader's language."""

    around: TenantCircumstances
    actor: Actor
    reader: Reader

    def scene_of(self, target: Target) -> ActionScene:
        """The scene of a press on the target as far as a card knows it: nothing is entered, the host is not asked."""
        return ActionScene(
            target=target,
            actor=self.actor,
            today=self.around.today,
            configuration=self.around.configuration,
            calendar=self.around.calendar,
            readings=HostReadings(),
        )

    def of_scene(self, target: TargetType, scene: ActionScene) -> list[dict[str, Any]]:
        """Those of a contract, customer or tenant, grey for what the scene is like."""
        return [self.of_action(action, scene) for action in ACTIONS if action.target is target]

    def of_row(self, actions: Iterable[Action]) -> list[dict[str, Any]]:
        """Those of a visit or work order on a card: the actions that it has been given."""
        return [self._plain(action) for action in actions]

    def of_order(self, order: OrderOnCard) -> list[dict[str, Any]]:
        """Those of the work order that cards stand beside, with what there is to choose from."""
        return [self._of_order(action, order) for action in ACTIONS if action.target is TargetType.WORK_ORDER]

    def why_off(self, action: Action, scene: ActionScene | None = None) -> Text | None:
        """Why the person cannot press it now, None where they can; scene is that of a contract, customer or tenant."""
        return self._why_not_at_all(action) or (_why_grey(action, scene) if scene is not None else None)

    def of_action(self, action: Action, scene: ActionScene) -> dict[str, Any]:
        """The one of this action, grey for what the scene is like."""
        button = self._plain(action, _why_grey(action, scene))
        if action.needed and (needed := action.needed(scene.configuration)):
            button["needed"] = list(needed)
        if action.prefilled:
            button["input"] = action.prefilled(scene.contract_situation.contract)
        return button

    def _of_order(self, action: Action, order: OrderOnCard) -> dict[str, Any]:
        if action.beside_order is None:
            return self._plain(action)
        try:
            offered = action.beside_order(order, self.around.today)
        except Refusal as refusal:
            return self._plain(action, refusal.message)
        button = self._plain(action)
        if not button["enabled"] or not offered:
            return button
        choices = {
            name: [{"value": value, "label": self.reader.say(words)} for value, words in values]
            for name, values in offered.items()
        }
        return button | {"choices": choices}

    def _plain(self, action: Action, grey: Text | None = None) -> dict[str, Any]:
        """A button with what its form can choose from. grey is why it is off, where the person might press it."""
        reason = self._why_not_at_all(action) or grey
        button: dict[str, Any] = {
            "id": action.id,
            "enabled": reason is None,
            "reason": self.reader.say(reason) if reason else None,
        }
        choices, hints = self._choices(action), self._hints(action)
        return button | ({"choices": choices} if choices else {}) | ({"hints": hints} if hints else {})

    def _choices(self, action: Action) -> dict[str, list[dict[str, str]]]:
        """What the tenant's own lists offer for members of the form (a host's manifest cannot know them)."""
        configuration = self.around.configuration
        lists = {
            "reasons": [(reason.code, reason.name) for reason in configuration.reasons],
            "terms": [(terms.code, terms.name) for terms in configuration.terms],
            "sla_policies": [(policy.code, policy.name) for policy in configuration.sla_policies],
            "contract_templates": [(each.code, each.name) for each in configuration.contract_templates],
        }
        return {
            name: [{"value": code, "label": label} for code, label in lists[field.metadata["choices"]]]
            for name, field in action.input().load_fields.items()
            if field.metadata.get("choices") in lists
        }

    def _hints(self, action: Action) -> dict[str, str]:
        """What members of the form come to when they are left empty, where they say that the tenant's settings decide
        it."""
        settings = self.around.configuration.settings
        return {
            name: self.reader.say(when_empty(settings))
            for name, field in action.input().load_fields.items()
            if (when_empty := field.metadata.get("when_empty"))
        }

    def _why_not_at_all(self, action: Action) -> Text | None:
        if not self.actor.role.may(action.role):
            return text("This needs the role {role}; you have {given}.", role=action.role, given=self.actor.role)
        if self.around.suspended:
            return text("The power-up is suspended: contracts can be looked at, not changed.")
        return None


def _why_grey(action: Action, scene: ActionScene) -> Text | None:
    """Why the button would be refused now, as far as can be said without the person's input or the host's word."""
    if action.possible is None:
        return None
    try:
        action.possible(scene)
    except Refusal as refusal:
        return refusal.message
    return None
