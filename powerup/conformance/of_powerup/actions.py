"""Buttons, cards and events (webhooks page, sections 4 and 5)."""

from powerup.conformance.check import Checks
from powerup.conformance.expectations import expect, expect_among, expect_member, expect_pointer
from powerup.conformance.invented_host import CUSTOMER
from powerup.conformance.playing_host import ADMIN, PLANNER, RELATION, VIEWER, PlayedHost
from powerup.texts import text

CHECKS = Checks[PlayedHost]("webhooks 4")

_TERMINATE = "contract.terminate"


def _end(host: PlayedHost) -> dict[str, str]:
    return {"last_day": f"{host.clock().year + 5}-12-31", "reason": "MOVED", "existing_orders": "retract"}


@CHECKS.add("actions.all", text("Every action of the manifest is known: it is answered with a status, not refused."))
def _all(host: PlayedHost) -> None:
    for action in host.manifest["actions"]:
        target = {"type": action["target"], "id": "0"}
        answer = host.tell("action.invoked", host.pressed(action["id"], target, {}, actor=ADMIN, preview=True))
        pointers = [each["pointer"] for each in answer.get("errors", ())]
        expect("/action" not in pointers, text("{what} is in the manifest, and is not known.", what=action["id"]))


@CHECKS.add("actions.unknown", text("An action that is not in the manifest is `invalid` at /action."))
def _unknown(host: PlayedHost) -> None:
    answer = host.press("contract.dance", RELATION, {})
    expect_member(answer, "status", "invalid")
    expect_pointer(answer, "/action")


@CHECKS.add("actions.preview", text("A preview says the effects, with a token, and does nothing."))
def _preview(host: PlayedHost) -> None:
    before = len(host.cards())
    answer = host.press("contract.create", RELATION, host.contract(), preview=True)
    expect_member(answer, "status", "needs_confirmation")
    for member in ("effects", "counts", "confirmation", "schedule"):
        expect_among(member, answer, "answer")
    expect(len(host.cards()) == before, text("The preview has changed something."))


@CHECKS.add("actions.succeeded", text("What was done says its effects, and its target with a version."))
def _succeeded(host: PlayedHost) -> None:
    answer = host.press("contract.create", RELATION, host.contract())
    expect_member(answer, "status", "succeeded")
    for member in ("message", "effects", "counts", "counted_until", "refresh", "schedule"):
        expect_among(member, answer, "answer")
    expect_member(answer["target"], "type", "contract")
    expect(isinstance(answer["target"].get("version"), int), text("The target has no version."))
    numbers = [card["id"] for card in host.cards()]
    expect_among(answer["target"]["id"], numbers, "cards")


@CHECKS.add("actions.intent", text("One press that is sent twice does its work once, and gets the same answer."))
def _intent(host: PlayedHost) -> None:
    pressed = host.pressed("contract.create", RELATION, host.contract())
    first = host.invoke(pressed)
    expect_member(first, "status", "succeeded")
    count = len(host.cards())
    again = host.invoke(pressed)
    expect(again.get("target") == first["target"], text("The second answer is another one."))
    expect(len(host.cards()) == count, text("The work was done twice."))


@CHECKS.add("actions.another_with_intent", text("The same intent with another input is `conflict`."))
def _another_with_intent(host: PlayedHost) -> None:
    pressed = host.pressed("contract.create", RELATION, host.contract())
    expect_member(host.invoke(pressed), "status", "succeeded")
    count = len(host.cards())
    other = {**pressed, "input": host.contract(name="Another")}
    expect_member(host.invoke(other), "status", "conflict")
    expect(len(host.cards()) == count, text("The work was done twice."))


@CHECKS.add("actions.intent_of_another", text("The same intent of another person is a press of its own."))
def _intent_of_another(host: PlayedHost) -> None:
    pressed = host.pressed("contract.create", RELATION, host.contract())
    first = host.invoke(pressed)
    second = host.invoke({**pressed, "actor": ADMIN})
    expect(first.get("target") != second.get("target"), text("Two people's presses were taken for one."))


@CHECKS.add("actions.denied", text("A viewer's press is `denied`, before anything else is looked at."))
def _denied(host: PlayedHost) -> None:
    expect_member(host.press("contract.create", RELATION, {}, actor=VIEWER), "status", "denied")


@CHECKS.add("actions.language", text("Sentences are in the language that is asked for, nl or en."))
def _language(host: PlayedHost) -> None:
    dutch, english = (
        host.press("contract.create", RELATION, {}, actor=VIEWER, locale=locale)["message"] for locale in ("nl", "en")
    )
    expect(dutch != english, text("Both say: {words}", words=dutch))


@CHECKS.add("actions.invalid", text("Input that lacks something is `invalid`, with a pointer."))
def _invalid(host: PlayedHost) -> None:
    entered = host.contract()
    del entered["start"]
    answer = host.press("contract.create", RELATION, entered)
    expect_member(answer, "status", "invalid")
    expect_pointer(answer, "/start", "/input/start")


@CHECKS.add("actions.expired", text("What comes after not_after is `expired`, and does nothing."))
def _expired(host: PlayedHost) -> None:
    before = len(host.cards())
    late = host.moment(minutes=-1)
    expect_member(host.press("contract.create", RELATION, host.contract(), not_after=late), "status", "expired")
    expect(len(host.cards()) == before, text("It was done all the same."))


@CHECKS.add("actions.old_version", text("A target that has changed since is `conflict`, with its new version."))
def _old_version(host: PlayedHost) -> None:
    target = host.make_contract()
    edited = host.press("contract.edit", target, {"name": "Conformance test, edited"})
    expect_member(edited, "status", "succeeded")
    answer = host.press("contract.edit", target, {"name": "Conformance test, edited again"})
    expect_member(answer, "status", "conflict")
    expect_member(answer["target"], "version", edited["target"]["version"])


@CHECKS.add("actions.danger", text("A dangerous action asks first, and does it with its token."))
def _danger(host: PlayedHost) -> None:
    target = host.make_contract()
    pressed = host.pressed(_TERMINATE, target, _end(host))
    asked = host.invoke(pressed)
    expect_member(asked, "status", "needs_confirmation")
    expect(_status(host, target) != "ended", text("It was done before it was confirmed."))
    done = host.invoke({**pressed, "confirmation": asked["confirmation"]["token"]})
    expect_member(done, "status", "succeeded")
    again = host.press("contract.undo_termination", done["target"], {})
    expect_member(again, "status", "succeeded", "needs_confirmation")


def _status(host: PlayedHost, target: dict[str, object]) -> object:
    return next(card["status"] for card in host.cards() if card["id"] == target["id"])


@CHECKS.add("actions.token_of_another", text("A token confirms nothing for another person."))
def _token_of_another(host: PlayedHost) -> None:
    target = host.make_contract()
    pressed = host.pressed(_TERMINATE, target, _end(host))
    token = host.invoke(pressed)["confirmation"]["token"]
    answer = host.invoke({**pressed, "actor": {**PLANNER, "id": "u_conformance_other"}, "confirmation": token})
    expect_member(answer, "status", "needs_confirmation", "invalid", "conflict", "denied")


@CHECKS.add("actions.token_of_another_input", text("A token confirms nothing but the input that it was given for."))
def _token_of_another_input(host: PlayedHost) -> None:
    target = host.make_contract()
    pressed = host.pressed(_TERMINATE, target, _end(host))
    token = host.invoke(pressed)["confirmation"]["token"]
    other = {**_end(host), "last_day": f"{host.clock().year + 6}-12-31"}
    answer = host.invoke({**pressed, "input": other, "confirmation": token})
    expect_member(answer, "status", "needs_confirmation", "invalid", "conflict")


@CHECKS.add("actions.token_of_another_target", text("A token confirms nothing but the target that it was given for."))
def _token_of_another_target(host: PlayedHost) -> None:
    first, second = host.make_contract(), host.make_contract()
    pressed = host.pressed(_TERMINATE, first, _end(host))
    token = host.invoke(pressed)["confirmation"]["token"]
    answer = host.invoke({**pressed, "target": second, "confirmation": token})
    expect_member(answer, "status", "needs_confirmation", "invalid", "conflict")


@CHECKS.add("cards.beside", text("Cards say version, status and which buttons can be pressed, or why not."))
def _beside(host: PlayedHost) -> None:
    target = host.make_contract()
    card = next(each for each in host.cards() if each["id"] == target["id"])
    expect_member(card, "version", target["version"])
    known = {each["id"] for each in host.manifest["actions"]}
    for button in card["actions"]:
        expect_among(button["id"], known, "manifest")
        expect(
            button["enabled"] or button.get("reason"),
            text("{what} is grey, and does not say why.", what=button["id"]),
        )


@CHECKS.add("cards.nothing", text("Beside a record that has nothing there are no cards."))
def _nothing(host: PlayedHost) -> None:
    expect(host.cards({"type": "relation", "id": f"{CUSTOMER}-nobody"}) == [], text("There are cards of another."))


def _event(name: str) -> None:
    @CHECKS.add(f"events.{name}", text("The event {name} is taken.", name=name), section="webhooks 5")
    def _(host: PlayedHost) -> None:
        expect_member(host.tell(name, {"ids": [CUSTOMER]}), "status", "succeeded")


for _name in (
    *("work_order.changed", "work_order.deleted", "relation.changed", "object.changed", "object.deleted"),
    "employee.changed",
):
    _event(_name)


@CHECKS.add("events.too_many", text("More than 500 ids in one event are `invalid`, at /ids."), section="webhooks 5")
def _too_many(host: PlayedHost) -> None:
    answer = host.tell("relation.changed", {"ids": [str(number) for number in range(501)]})
    expect_member(answer, "status", "invalid")
    expect_pointer(answer, "/ids")
