"""Installing a power-up, and what a host tells it afterwards (webhooks page, sections 1 to 3)."""

from powerup.conformance.check import Checks, NotTried
from powerup.conformance.expectations import expect, expect_among
from powerup.conformance.playing_powerup import ASKS, FORM, PlayedPowerup
from powerup.texts import text

FIRST = Checks[PlayedPowerup]("webhooks 3")

CHECKS = Checks[PlayedPowerup]("webhooks 3")


@FIRST.add(
    "manifest.read",
    text("The host reads the manifest, passes over what it does not know, and has a button for each action."),
    section="webhooks 1",
    installed=False,
)
def _manifest(powerup: PlayedPowerup) -> None:
    powerup.drain()
    answer = powerup.console.read_manifest(powerup.url)
    powerup.came(lambda each: each.url.endswith("/.well-known/powerup.json"), text("Its reading of the manifest"))
    if "buttons" in answer:
        for action in (ASKS, FORM):
            expect_among(action, answer["buttons"], "buttons")


@FIRST.add(
    "installation.wrong_proof",
    text("A power-up that does not prove that it has the key is not installed."),
    installed=False,
)
def _wrong_proof(powerup: PlayedPowerup) -> None:
    powerup.proves = False
    try:
        powerup.created = powerup.install()
        powerup.take_key(powerup.created.data["key"])
    finally:
        powerup.proves = True
    answer = powerup.call_back()
    expect(
        400 <= answer.status < 500,
        text(
            "It takes callbacks of a power-up that did not prove itself (status {status}).", status=str(answer.status)
        ),
    )


@FIRST.add(
    "installation.created",
    text("installation.created is as its schema says, for us, signed with the listing key, and ends active."),
    installed=False,
)
def _created(powerup: PlayedPowerup) -> None:
    earlier = powerup.created
    message = powerup.install()
    header = message.exchange.headers.get("powerup-installation")
    expect(header == message.envelope["installation"]["id"], text("Header and body name different installations."))
    expect(
        message.data["tenant"]["id"] == message.envelope["tenant"]["id"],
        text("Data and envelope name different tenants."),
    )
    if earlier is not None:
        expect(message.data["key"] != earlier.data["key"], text("It has the key of before."))
        expect(message.data["challenge"] != earlier.data["challenge"], text("It has the challenge of before."))


@FIRST.add("installation.generation", text("Each installing raises the generation."), installed=False)
def _generation(powerup: PlayedPowerup) -> None:
    if not powerup.active or powerup.created is None:
        raise NotTried(text("It is not installed."))
    first = powerup.created.envelope["installation"]
    powerup.remove()
    second = powerup.install().envelope["installation"]
    if second["id"] == first["id"]:
        expect(
            second["generation"] > first["generation"],
            text("It was {first} and is {second}.", first=first["generation"], second=second["generation"]),
        )


@CHECKS.add("installation.suspended", text("Suspending and going on are told."))
def _suspended(powerup: PlayedPowerup) -> None:
    powerup.console.step("suspend")
    powerup.message("installation.suspended")
    powerup.console.step("resume")
    powerup.message("installation.resumed")


@CHECKS.add("installation.rotated", text("A new key is told with the present one, and signs what comes after."))
def _rotated(powerup: PlayedPowerup) -> None:
    old = powerup.key
    powerup.console.step("rotate_key")
    message = powerup.message("installation.key_rotated", old)
    new = message.data["key"]
    expect(new != old, text("It has the key of before."))
    powerup.take_key(new)
    powerup.console.show_cards({"type": "relation", "id": powerup.customer()})
    powerup.message("cards.requested", new)


@CHECKS.add(
    "installation.callbacks_after_rotation", text("Callbacks are taken with the new key, and with the old one.")
)
def _callbacks_after_rotation(powerup: PlayedPowerup) -> None:
    old = powerup.key
    powerup.console.step("rotate_key")
    powerup.take_key(powerup.message("installation.key_rotated", old).data["key"])
    for keys in ([powerup.key], [old, powerup.key], [old]):
        answer = powerup.call_back(keys=keys)
        expect(200 <= answer.status < 300, text("It was answered {status}.", status=str(answer.status)))


@CHECKS.add("installation.credentials", text("New tokens are told, and work."))
def _credentials(powerup: PlayedPowerup) -> None:
    powerup.console.step("change_credentials")
    api = powerup.message("installation.credentials_changed").data["api"]
    with powerup.api(**api) as host:
        host.work_types()
    if powerup.created is not None:
        powerup.created.envelope["data"]["api"] = api


@CHECKS.add("installation.uninstalled", text("Uninstalling is told, and callbacks are refused from then on."))
def _uninstalled(powerup: PlayedPowerup) -> None:
    powerup.console.step("uninstall")
    powerup.active = False
    powerup.message("installation.uninstalled")
    answer = powerup.call_back()
    expect(400 <= answer.status < 500, text("It was answered {status}.", status=str(answer.status)))
    powerup.console.step("erase")
    powerup.message("installation.erased")
