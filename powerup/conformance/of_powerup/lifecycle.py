"""Installing, and what becomes of an installation (webhooks page, section 3)."""

import base64
import hmac

from powerup.conformance.check import Checks, Unmet
from powerup.conformance.expectations import expect, expect_member, expect_pointer, expect_status
from powerup.conformance.playing_host import ADMIN, INSTALLATION, RELATION, TENANT, PlayedHost, new_key
from powerup.texts import text
from powerup.webhooks.kit.signature import KEY_PREFIX

FIRST = Checks[PlayedHost]("webhooks 3")
"""Without it nothing else can be tried."""

CHECKS = Checks[PlayedHost]("webhooks 3")

_BY_ADMIN = {"actor": ADMIN}
_ANOTHER = f"{INSTALLATION}_refused"
"""An installation that every attempt to make is refused."""


@FIRST.add("installation.first", text("It can be installed by a host whose addresses are allowed."), installed=False)
def _first(host: PlayedHost) -> None:
    try:
        host.install()
    except Unmet as unmet:
        raise Unmet(
            text(
                "{why} At the power-up POWERUP_LISTING_KEYS needs the key, POWERUP_HOST_API_URLS {api}, and "
                "POWERUP_HOST_ORIGINS {origin}.",
                why=unmet.sentence,
                api=host.invented.api_url,
                origin=host.invented.listener.url,
            )
        ) from unmet


@CHECKS.add("installation.created", text("It is installed, after the tokens were tried with one read."))
def _created(host: PlayedHost) -> None:
    while host.invented.listener.next(0):
        pass
    host.install()
    came = host.invented.listener.next(0)
    expect(came is not None and came.method == "GET", text("The API of the host was not asked before the answer."))


@CHECKS.add("installation.proof", text("The answer proves that the power-up has the key that was sent."))
def _proof(host: PlayedHost) -> None:
    sent, answer = host.install()
    key = base64.b64decode(sent["key"].removeprefix(KEY_PREFIX))
    expected = base64.b64encode(hmac.digest(key, sent["challenge"].encode(), "sha256")).decode()
    expect(answer.get("proof") == expected, text("The proof does not belong to the key and the challenge."))


_NOBODYS_API = "http://127.0.0.1:9/openapi/8/"
"""Where nobody listens, so that also a power-up that calls any address calls nobody."""


def _refused(name: str, pointer: str, **changes: object) -> None:
    @CHECKS.add(
        f"installation.refuses_{name}",
        text("An address at {pointer} that is not on the operator's lists is `invalid` there.", pointer=pointer),
    )
    def _(host: PlayedHost) -> None:
        data = host.created(key=new_key(), **changes)
        if name == "api":
            data["api"] = host.api() | {"base_url": _NOBODYS_API}
        answer = _by_another(host, data)
        expect_member(answer, "status", "invalid")
        expect_pointer(answer, pointer)


def _by_another(host: PlayedHost, data: dict[str, object]) -> dict[str, object]:
    """What another installation is answered that is made with this data."""
    return host.tell_as(_ANOTHER, "installation.created", data, keys=[host.listing_key])


_refused("api", "/api/base_url")
_refused("origin", "/origins/0", origins=["https://another.example"])
_refused("callback", "/callback_url", callback_url="https://another.example/callbacks")


@CHECKS.add("installation.wrong_tokens", text("Tokens that do not work are `failed`, and nothing is installed."))
def _wrong_tokens(host: PlayedHost) -> None:
    answer = _by_another(host, host.created(key=new_key(), api=host.api() | {"token": "wrong"}))
    expect_member(answer, "status", "failed")
    expect(answer.get("message"), text("It does not say what the host said."))


@CHECKS.add("installation.tenant_differs", text("Data of another tenant than the envelope's is `invalid` there."))
def _tenant_differs(host: PlayedHost) -> None:
    data = host.created(key=new_key())
    data["tenant"] = {**data["tenant"], "id": f"{TENANT}_another"}
    answer = _by_another(host, data)
    expect_member(answer, "status", "invalid")
    expect_pointer(answer, "/tenant/id")


@CHECKS.add("installation.late_created", text("An older installation.created is ignored."))
def _late_created(host: PlayedHost) -> None:
    older = {"id": INSTALLATION, "generation": host.generation - 1}
    answer = host.tell("installation.created", host.created(key=new_key()), keys=[host.listing_key], installation=older)
    expect_member(answer, "status", "ignored")
    expect_status(host.look(), 200)


@CHECKS.add("installation.suspended", text("While it is suspended reads are answered, and changes are `failed`."))
def _suspended(host: PlayedHost) -> None:
    expect_member(host.tell("installation.suspended", _BY_ADMIN), "status", "succeeded")
    try:
        host.cards()
        expect_member(host.press("contract.create", RELATION, host.contract()), "status", "failed")
    finally:
        resumed = host.tell("installation.resumed", _BY_ADMIN)
    expect_member(resumed, "status", "succeeded")
    expect_member(host.press("contract.create", RELATION, host.contract()), "status", "succeeded")


@CHECKS.add("installation.updated", text("Name, locale and time zone are taken; a time zone that is none is not."))
def _updated(host: PlayedHost) -> None:
    expect_member(host.tell("installation.updated", {"tenant": {"locale": "nl"}}), "status", "succeeded")
    answer = host.tell("installation.updated", {"tenant": {"timezone": "Mars/Olympus"}})
    expect_member(answer, "status", "invalid")
    expect_pointer(answer, "/tenant/timezone")


@CHECKS.add("installation.credentials", text("New tokens are tried before they replace the old."))
def _credentials(host: PlayedHost) -> None:
    wrong = host.tell("installation.credentials_changed", {"api": host.api() | {"token": "wrong"}})
    expect_member(wrong, "status", "failed")
    expect_member(host.press("contract.create", RELATION, host.contract()), "status", "succeeded")
    same = host.tell("installation.credentials_changed", {"api": host.api()})
    expect_member(same, "status", "succeeded")


@CHECKS.add("installation.rotated", text("After a rotation both keys count, the old one not for what ends or rotates."))
def _rotated(host: PlayedHost) -> None:
    old, new = host.key, new_key()
    host.wire.secrets.add(new)
    expect_member(host.tell("installation.key_rotated", {"key": new}), "status", "succeeded")
    host.take_key(new)
    expect_status(host.look(), 200)
    expect_status(host.look(keys=[old]), 200)
    expect_status(host.send("installation.uninstalled", _BY_ADMIN, keys=[old]), 401, "unauthorized")
    expect_status(host.send("installation.key_rotated", {"key": new_key()}, keys=[old]), 401, "unauthorized")


@CHECKS.add("installation.revoked", text("With revoke_old the old key ends at once."))
def _revoked(host: PlayedHost) -> None:
    old, new = host.key, new_key()
    host.wire.secrets.add(new)
    answer = host.tell("installation.key_rotated", {"key": new, "revoke_old": True})
    expect_member(answer, "status", "succeeded")
    host.take_key(new)
    expect_status(host.look(), 200)
    expect_status(host.look(keys=[old]), 401, "unauthorized")


@CHECKS.add("installation.uninstalled", text("After uninstalling whatever comes is ignored."))
def _uninstalled(host: PlayedHost) -> None:
    expect_member(host.tell("installation.uninstalled", _BY_ADMIN), "status", "succeeded")
    host.active = False
    expect_member(host.tell("relation.changed", {"ids": ["C-1"]}), "status", "ignored")
    pressed = host.pressed("contract.create", RELATION, host.contract())
    expect_member(host.tell("action.invoked", pressed), "status", "ignored")


@CHECKS.add("installation.restored", text("Installed again with the old key's signature, it has its data back."))
def _restored(host: PlayedHost) -> None:
    target = host.make_contract()
    expect_member(host.tell("installation.uninstalled", _BY_ADMIN), "status", "succeeded")
    host.active = False
    host.install(restore=True)
    numbers = [card["id"] for card in host.cards()]
    expect(target["id"] in numbers, text("The contract is not there any more."))


@CHECKS.add("installation.fresh", text("Installed again without it, it has nothing of before."))
def _fresh(host: PlayedHost) -> None:
    host.make_contract()
    expect_member(host.tell("installation.uninstalled", _BY_ADMIN), "status", "succeeded")
    host.active = False
    host.install()
    expect(host.cards() == [], text("There are cards of before."))


@CHECKS.add("installation.erased", text("After erasing its key opens nothing any more."))
def _erased(host: PlayedHost) -> None:
    host.remove()
    expect_status(host.look(), 401, "unauthorized")
