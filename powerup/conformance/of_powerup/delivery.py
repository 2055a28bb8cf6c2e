"""What is checked of a delivery, in its order, and what each check answers (webhooks page, section 2)."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from powerup.conformance.check import Checks, NotTried, Unmet
from powerup.conformance.exchange import Answer
from powerup.conformance.expectations import expect, expect_member, expect_pointer, expect_status
from powerup.conformance.playing_host import INSTALLATION, TENANT, PlayedHost, new_key
from powerup.texts import Text, text

CHECKS = Checks[PlayedHost]("webhooks 2")

_MOST_BYTES = 256 * 1024
_DEEPEST = 32
_TOLERANCE_SECONDS = 300
_UNSURE_SECONDS = 15
"""How far apart our clock and theirs may be without a check being wrong about it."""

_EVENT = "relation.changed"
_IDS = {"ids": ["C-1"]}

_BURST, _PER_SECOND, _MOST_SENT, _AT_ONCE = 100, 20, 400, 8

Sending = Callable[[PlayedHost], Answer]


def _refused(check_id: str, expects: Text, status: int, code: str | None, send: Sending) -> None:
    """A check that something is refused, with a status and a code."""

    @CHECKS.add(check_id, expects)
    def _(host: PlayedHost) -> None:
        expect_status(send(host), status, code)


def _taken(check_id: str, expects: Text, send: Sending) -> None:
    """A check that something which looks odd is taken all the same."""

    @CHECKS.add(check_id, expects)
    def _(host: PlayedHost) -> None:
        answer = send(host)
        expect_status(answer, 200)
        expect("cards" in answer.document(), text("The answer has no cards."))


def _look(**message: Any) -> Sending:
    return lambda host: host.look(**message)


def _with_body(body: bytes) -> Sending:
    return lambda host: host.deliver(body, host.signed(body))


def _question(host: PlayedHost, **changes: Any) -> bytes:
    return json.dumps(host.message("cards.requested", host.question(), **changes)).encode()


def _asked_again(host: PlayedHost, **changes: Any) -> Answer:
    """The question with other headers about its signature; options as of `PlayedHost.signed`."""
    body = _question(host)
    return host.deliver(body, host.signed(body, **changes))


# Method and path, content type, size: nothing of these needs a signature.

_refused(
    "delivery.get",
    text("GET is refused with 405."),
    405,
    None,
    lambda host: host.wire.send("GET", host.webhooks, {}),
)
_refused(
    "delivery.path",
    text("An address beside it is refused with 404."),
    404,
    None,
    lambda host: host.wire.send("POST", f"{host.webhooks}/nowhere", {"Content-Type": "application/json"}, b"{}"),
)
_refused(
    "delivery.content_type",
    text("Another content type is refused with 415."),
    415,
    "unsupported_media_type",
    _look(headers={"Content-Type": "text/plain"}),
)
_refused(
    "delivery.charset",
    text("JSON in another charset is refused with 415."),
    415,
    "unsupported_media_type",
    _look(headers={"Content-Type": "application/json; charset=latin-1"}),
)
_refused(
    "delivery.encoding",
    text("A content encoding is refused with 415."),
    415,
    "unsupported_media_type",
    _look(headers={"Content-Encoding": "gzip"}),
)
_refused(
    "delivery.too_large",
    text("A body of more than 256 KiB is refused with 413."),
    413,
    "too_large",
    lambda host: _padded(host, _MOST_BYTES + 1),
)
_taken("delivery.large", text("A body of exactly 256 KiB is taken."), lambda host: _padded(host, _MOST_BYTES))


def _padded(host: PlayedHost, length: int) -> Answer:
    body = _question(host).ljust(length)
    return host.deliver(body, host.signed(body))


# Who it is from: one answer for every flaw.

_UNAUTHORIZED: dict[str, tuple[Text, Sending]] = {
    "delivery.no_id": (text("Without webhook-id: 401."), _look(headers={"webhook-id": None})),
    "delivery.no_timestamp": (text("Without webhook-timestamp: 401."), _look(headers={"webhook-timestamp": None})),
    "delivery.no_signature": (text("Without webhook-signature: 401."), _look(headers={"webhook-signature": None})),
    "delivery.no_installation": (
        text("Without powerup-installation: 401."),
        _look(headers={"powerup-installation": None}),
    ),
    "delivery.odd_timestamp": (text("A timestamp that is no number: 401."), _look(headers={"webhook-timestamp": "x"})),
    "delivery.old": (
        text("A timestamp of more than 300 s ago: 401."),
        lambda host: _asked_again(host, seconds=-_TOLERANCE_SECONDS - _UNSURE_SECONDS),
    ),
    "delivery.early": (
        text("A timestamp of more than 300 s ahead: 401."),
        lambda host: _asked_again(host, seconds=_TOLERANCE_SECONDS + _UNSURE_SECONDS),
    ),
    "delivery.wrong_key": (text("Signed with a key of nobody: 401."), lambda host: host.look(keys=[new_key()])),
    "delivery.altered": (
        text("A body that was altered after signing: 401."),
        lambda host: host.deliver(_question(host) + b" ", host.signed(_question(host))),
    ),
    "delivery.altered_id": (
        text("A webhook-id that is not the one that was signed: 401."),
        _look(headers={"webhook-id": "msg_another"}),
    ),
    "delivery.unknown_installation": (
        text("An installation that is not known: 401."),
        lambda host: _asked_again(host, installation="ins_of_nobody"),
    ),
    "delivery.key_of_type": (
        text("A message of an installation that is signed with the listing key: 401."),
        lambda host: host.look(keys=[host.listing_key]),
    ),
    "delivery.key_of_created": (
        text("installation.created that is signed with the installation key alone: 401."),
        lambda host: host.send("installation.created", host.created()),
    ),
    "delivery.many_signatures": (
        text("More than 16 signatures: 401."),
        lambda host: host.look(keys=[*(new_key() for _ in range(16)), host.key]),
    ),
    "delivery.signature_before_json": (
        text("A body that is no JSON is 401, when it is not signed: nobody else learns what is wrong with it."),
        lambda host: host.deliver(b"{", host.signed(b"{", keys=[new_key()])),
    ),
}

for _check_id, (_expects, _send) in _UNAUTHORIZED.items():
    _refused(_check_id, _expects, 401, "unauthorized", _send)


@CHECKS.add("delivery.same_401", text("Every 401 is byte for byte the same, whatever its reason."))
def _same_401(host: PlayedHost) -> None:
    bodies = {send(host).body for _, send in _UNAUTHORIZED.values()}
    expect(len(bodies) == 1, text("Different answers came: {number}.", number=len(bodies)))


_taken("delivery.signed", text("A signed message is taken."), _look())
_taken(
    "delivery.within_tolerance",
    text("A timestamp within 300 s is taken."),
    lambda host: _asked_again(host, seconds=-_TOLERANCE_SECONDS + _UNSURE_SECONDS),
)
_taken(
    "delivery.one_good_signature",
    text("One good signature among malformed ones, other versions and other keys is enough."),
    lambda host: _with_signatures(host, "v1a,AAAA v1,%% nonsense"),
)


def _with_signatures(host: PlayedHost, others: str) -> Answer:
    body = _question(host)
    signed = host.signed(body, keys=[new_key(), host.key])
    return host.deliver(body, signed | {"webhook-signature": f"{others} {signed['webhook-signature']}"})


# What it is: JSON, of this contract, for us.

_MALFORMED: dict[str, tuple[Text, bytes]] = {
    "delivery.empty": (text("An empty body: 400 with its offset."), b""),
    "delivery.no_json": (text("No JSON: 400 with its offset."), b'{"type": '),
    "delivery.no_object": (text("JSON that is no object: 400 with its offset."), b"[]"),
    "delivery.no_utf8": (text("No UTF-8: 400 with its offset."), b'{"type": "\xff"}'),
    "delivery.duplicate_names": (text("A name that comes twice: 400 with its offset."), b'{"a": 1, "a": 1}'),
    "delivery.not_a_number": (text("NaN, which is no JSON: 400 with its offset."), b'{"a": NaN}'),
    "delivery.deep": (
        text("Nesting of more than 32: 400 with its offset."),
        b'{"a": ' + b"[" * _DEEPEST + b"]" * _DEEPEST + b"}",
    ),
}


def _malformed(check_id: str, expects: Text, body: bytes) -> None:
    @CHECKS.add(check_id, expects)
    def _(host: PlayedHost) -> None:
        answer = host.deliver(body, host.signed(body))
        expect_status(answer, 400, "malformed")
        offset = answer.document().get("offset")
        expect(
            isinstance(offset, int) and 0 <= offset <= len(body),
            text("Expected an offset within the body, came {found}.", found=str(offset)),
        )


for _check_id, (_expects, _body) in _MALFORMED.items():
    _malformed(_check_id, _expects, _body)


def _invalid(check_id: str, expects: Text, pointer: str, send: Sending) -> None:
    @CHECKS.add(check_id, expects)
    def _(host: PlayedHost) -> None:
        answer = send(host)
        expect_status(answer, 400, "invalid_message")
        expect_pointer(answer.document(), pointer)


_invalid(
    "delivery.unknown_type",
    text("An unknown type: 400 with a pointer to it."),
    "/type",
    lambda host: host.send("nothing.known", {}),
)
_invalid(
    "delivery.unknown_version",
    text("Another api_version: 400 with a pointer to it."),
    "/api_version",
    _look(api_version="2"),
)
_invalid(
    "delivery.member_missing",
    text("A member that is missing: 400 with a pointer to it."),
    "/installation/generation",
    _look(installation={"id": INSTALLATION}),
)
_invalid(
    "delivery.member_malformed",
    text("A moment that is none: 400 with a pointer to it."),
    "/sent_at",
    _look(sent_at="yesterday"),
)
_taken(
    "delivery.unknown_member", text("A member that is not known is passed over."), _look(colour={"of_the": "contract"})
)
_refused(
    "delivery.audience",
    text("A message for another power-up: 403."),
    403,
    "wrong_recipient",
    _look(audience="https://another.example/"),
)


@CHECKS.add("delivery.environment", text("A message of the other environment: 403."))
def _environment(host: PlayedHost) -> None:
    other = "production" if host.environment == "sandbox" else "sandbox"
    expect_status(host.look(environment=other), 403, "wrong_recipient")


@CHECKS.add("delivery.installation", text("A body of another installation than its header: 403."))
def _installation(host: PlayedHost) -> None:
    other = {"id": "ins_another", "generation": host.generation}
    expect_status(host.look(installation=other), 403, "wrong_recipient")


_refused(
    "delivery.tenant",
    text("A message of another tenant: 403."),
    403,
    "wrong_recipient",
    _look(tenant={"id": f"{TENANT}_another"}),
)
_refused(
    "delivery.shape_before_recipient",
    text("A message that is malformed and for somebody else is told that it is malformed."),
    400,
    "invalid_message",
    _look(audience="https://another.example/", api_version="2"),
)


# Whether it came before.


def _event(host: PlayedHost, message_id: str, changed: str = "C-1", **changes: Any) -> Answer:
    return host.send(_EVENT, {"ids": [changed]}, message_id=message_id, **changes)


@CHECKS.add("delivery.replayed", text("The same id and body again: the stored answer, with powerup-replayed: true."))
def _replayed(host: PlayedHost) -> None:
    body = json.dumps(host.message(_EVENT, _IDS)).encode()
    first, again = (
        host.deliver(body, host.signed(body, message_id=f"msg_again_{host.generation}", seconds=seconds))
        for seconds in (0, 1)
    )
    expect_status(first, 200)
    expect_status(again, 200)
    expect(first.body == again.body, text("The second answer is another one."))
    expect("powerup-replayed" not in first.headers, text("The first answer says that it is a replay."))
    found = again.headers.get("powerup-replayed")
    expect(
        found == "true",
        text(
            "Expected {name} to be {expected}, came {found}.",
            name="powerup-replayed",
            expected="true",
            found=str(found),
        ),
    )


@CHECKS.add("delivery.id_reused", text("The same id with another body: 400."))
def _id_reused(host: PlayedHost) -> None:
    message_id = f"msg_reused_{host.generation}"
    expect_status(_event(host, message_id), 200)
    expect_status(_event(host, message_id, "C-2"), 400, "id_reused")


@CHECKS.add("delivery.recipient_before_id", text("A message for somebody else takes no id."))
def _recipient_before_id(host: PlayedHost) -> None:
    message_id = f"msg_elsewhere_{host.generation}"
    expect_status(_event(host, message_id, audience="https://another.example/"), 403, "wrong_recipient")
    expect_status(_event(host, message_id), 200)


@CHECKS.add("delivery.id_before_generation", text("An id that is taken is told also of an older generation."))
def _id_before_generation(host: PlayedHost) -> None:
    message_id = f"msg_generation_{host.generation}"
    expect_status(_event(host, message_id), 200)
    older = {"id": INSTALLATION, "generation": host.generation - 1}
    expect_status(_event(host, message_id, installation=older), 400, "id_reused")


@CHECKS.add("delivery.older_generation", text("A message of an older generation is ignored."))
def _older_generation(host: PlayedHost) -> None:
    older = {"id": INSTALLATION, "generation": host.generation - 1}
    expect_member(host.tell(_EVENT, _IDS, installation=older), "status", "ignored")


@CHECKS.add("delivery.newer_generation", text("A message of a newer generation: 403."))
def _newer_generation(host: PlayedHost) -> None:
    newer = {"id": INSTALLATION, "generation": host.generation + 1}
    expect_status(host.send(_EVENT, _IDS, installation=newer), 403, "wrong_recipient")


@CHECKS.add("delivery.at_once", text("Two deliveries of one message at the same moment get one answer."))
def _at_once(host: PlayedHost) -> None:
    body = json.dumps(host.message(_EVENT, _IDS)).encode()
    headers = host.signed(body)
    with ThreadPoolExecutor(2) as pool:
        answers = [*pool.map(lambda _: host.deliver(body, headers), range(2))]
    for answer in answers:
        expect_status(answer, 200)
    expect(answers[0].body == answers[1].body, text("The second answer is another one."))


@CHECKS.add("delivery.rate", text("Who sends too fast is answered 429 with Retry-After (by default 20/s after 100)."))
def _rate(host: PlayedHost) -> None:
    body = b"{"
    began = time.monotonic()

    def send(_: int) -> Answer:
        return host.deliver(body, host.signed(body), patient=False)

    sent = 0
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        while sent < _MOST_SENT:
            answers = [*pool.map(send, range(_AT_ONCE))]
            sent += len(answers)
            if refused := [each for each in answers if each.status == 429]:
                break
    host.wire.exchanges = host.wire.exchanges[-_AT_ONCE:]
    seconds = time.monotonic() - began
    if not refused:
        if sent < _BURST + _PER_SECOND * seconds:
            raise NotTried(text("From here it cannot be sent to fast enough (sent: {sent}).", sent=sent))
        raise Unmet(text("All were taken (sent: {sent}, seconds: {seconds}).", sent=sent, seconds=round(seconds, 1)))
    expect_status(refused[0], 429, "too_many_requests")
    wait = refused[0].headers.get("retry-after", "")
    expect(wait.isdecimal(), text("It says no seconds in Retry-After."))
    host.wire.pause(float(wait))


@CHECKS.add("delivery.unavailable", text("Without its store it answers 503 with Retry-After, and does nothing."))
def _unavailable(_: PlayedHost) -> None:
    raise NotTried(text("It cannot be provoked from outside."))
