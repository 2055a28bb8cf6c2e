"""Playing the power-up against a host: a manifest, an address for its messages, and callbacks to it."""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests
from werkzeug.wrappers import Request, Response

from powerup.conformance.check import NotTried, Unmet
from powerup.conformance.console import Console
from powerup.conformance.exchange import Answer, Exchange, Headers, Wire
from powerup.conformance.expectations import expect, expect_schema
from powerup.conformance.listener import Listener
from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.errors import InvalidApiAddress, OutsmartError
from powerup.texts import Text, sentence_of, text
from powerup.timing import Clock
from powerup.webhooks.kit.signature import (
    InvalidSigningKeyError,
    InvalidWebhookError,
    decoded_key,
    matching_keys,
    proof,
    read_headers,
    signed_headers,
)

Document = dict[str, Any]

ASKS, FORM = "conformance.ask", "conformance.form"
"""Our buttons: one that asks first, one with a field of each kind."""

TOKEN = "cnf_conformance"  # noqa: S105 - what a host sends back to confirm, no secret
ENTERED: Mapping[str, object] = {"word": "one", "day": "2027-01-31", "number": 3, "sure": True, "choice": "b"}

_DONE: Document = {
    "status": "succeeded",
    "message": "Done.",
    "effects": [],
    "counts": {},
    "counted_until": None,
    "refresh": [],
}

_MANIFEST = "/.well-known/powerup.json"
_WEBHOOKS = "/webhooks"
_PANEL = "/panel/open"
_API_SECONDS = 15.0


def _words(nl: str, en: str) -> Document:
    return {"nl": nl, "en": en}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a message is answered in place of the usual."""

    status: int
    document: Mapping[str, Any]
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Message:
    """A message that the host has sent, signed by one of the keys it may be signed by."""

    id: str
    envelope: Document
    exchange: Exchange

    @property
    def data(self) -> Document:
        """Its data."""
        return dict(self.envelope["data"])


class PlayedPowerup:
    """The power-up of one run.

    listing_key: agreed with the host. patience: seconds that something is waited for. with_writes: orders may be made
    at the host. clock gives aware moments.
    """

    def __init__(
        self,
        wire: Wire,
        listener: Listener,
        console: Console,
        *,
        listing_key: str,
        environment: str,
        clock: Clock,
        patience: float,
        with_writes: bool,
    ) -> None:
        self.wire = wire
        self.listener = listener
        self.console = console
        self.listing_key = listing_key
        self.environment = environment
        self.clock = clock
        self.patience = patience
        self.with_writes = with_writes
        self.created: Message | None = None
        self.active = False
        self.proves = True
        self._key = ""
        self._replies: list[Reply] = []
        self._refused: Text | None = None
        wire.secrets.add(listing_key)
        listener.answering = self._answer

    # What the host finds here.

    @property
    def url(self) -> str:
        """Our base address, with its final slash."""
        return f"{self.listener.url}/"

    def manifest(self) -> Document:
        """What we say of ourselves."""
        fields = {
            "word": {"type": "string", "title": "word"},
            "day": {"type": "string", "format": "date", "title": "day"},
            "number": {"type": "integer", "title": "number"},
            "sure": {"type": "boolean", "title": "sure"},
            "choice": {"type": "string", "enum": ["a", "b"], "title": "choice"},
        }
        return {
            "manifest_version": "1",
            "id": "conformance",
            "version": "1",
            "name": _words("Conformiteitsproef", "Conformance test"),
            "summary": _words("Probeert een host.", "Tries a host."),
            "vendor": {"name": "Conformance", "address": self.listener.url, "support": self.listener.url},
            "base_url": self.listener.url,
            "endpoints": {"webhooks": _WEBHOOKS, "panel": _PANEL, "health": "/health/ready"},
            "signature": "standard-webhooks-v1",
            "scopes": [{"scope": "work_orders:read", "reason": _words("Om te proberen.", "To try it.")}],
            "events": ["work_order.changed", "relation.changed"],
            "actions": [
                _action(ASKS, _words("Vraagt eerst", "Asks first"), "danger", {}),
                _action(FORM, _words("Formulier", "Form"), "default", fields),
            ],
            "panels": [{"id": "conformance", "label": _words("Proef", "Test"), "where": ["main_menu"]}],
            "a_member_that_is_not_known": True,
        }

    def reply_next(self, status: int, document: Mapping[str, Any], **headers: str) -> None:
        """Answer the next message so, in place of the usual; several are used one after the other."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._replies.append(Reply(status, document, named))

    def _answer(self, request: Request) -> Response:
        if request.path == _MANIFEST:
            return _json(200, self.manifest())
        if request.path == "/health/ready":
            return _json(200, {})
        if request.path == _PANEL:
            return Response("", content_type="text/html")
        if request.path != _WEBHOOKS or request.method != "POST":
            return Response(status=404)
        document = _parsed(request.get_data())
        if self._replies:
            reply = self._replies.pop(0)
            response = _json(reply.status, reply.document)
            response.headers.update(reply.headers)
            return response
        return _json(200, self._usual(document))

    def _usual(self, message: Document) -> Document:
        data = message.get("data")
        match message.get("type"), data:
            case "installation.created", {"key": str(key), "challenge": str(challenge)}:
                self.wire.secrets.add(key)
                try:
                    proved = proof(key, challenge if self.proves else f"{challenge}, altered")
                except InvalidSigningKeyError:
                    return {"status": "invalid", "message": "The key is none."}
                return {"status": "succeeded", "message": "Installed.", "proof": proved}
            case "cards.requested", _:
                return {"cards": [], "actions": []}
            case "installation.key_rotated", {"key": str(key)}:
                self.wire.secrets.add(key)
                return _DONE
            case _:
                return _DONE

    # What the host sends.

    def drain(self) -> None:
        """Forget what has come until now."""
        while self.listener.next(0):
            pass

    def came(self, wanted: Callable[[Exchange], bool], what: Text) -> Exchange:
        """The next request of a kind, waited for; what names it. Raises Unmet where none comes."""
        until = self.clock() + timedelta(seconds=self.patience)
        while (found := self.listener.next((until - self.clock()).total_seconds())) is not None:
            self.wire.exchanges.append(found)
            if wanted(found):
                return found
        raise Unmet(text("Within {seconds} s it did not come: {what}.", what=what, seconds=self.patience))

    def message(self, message_type: str, key: str = "") -> Message:
        """The next message of a type, as its schema says, and signed by this key (the installation's). Raises Unmet."""
        exchange = self.came(
            lambda each: each.method == "POST" and _parsed(each.body).get("type") == message_type,
            text("{words}", words=message_type),
        )
        return self.checked(exchange, [key or self.key])

    def checked(self, exchange: Exchange, keys: Iterable[str]) -> Message:
        """A request as a message. Raises Unmet where it is not one of this contract, for us, signed by a key."""
        envelope = _parsed(exchange.body)
        expect_schema(envelope, "message")
        media = exchange.headers.get("content-type", "").partition(";")[0].strip().lower()
        expect(media == "application/json", text("Its content type is {found}.", found=media or "-"))
        try:
            signed = read_headers(exchange.headers, self.clock())
        except InvalidWebhookError as error:
            raise Unmet(text("It is not signed as messages are: {flaw}.", flaw=error.flaw.value)) from error
        expect(
            matching_keys(signed, exchange.body, [decoded_key(each) for each in keys]),
            text("It is not signed with the key that it has to be signed with."),
        )
        expect(
            signed.installation_id == envelope["installation"]["id"],
            text("Header and body name different installations."),
        )
        expect(
            envelope["audience"].rstrip("/") == self.listener.url,
            text("Its audience is {found}, and not our base_url.", found=envelope["audience"]),
        )
        expect(
            envelope["environment"] == self.environment,
            text("Its environment is {found}: see --environment.", found=envelope["environment"]),
        )
        return Message(signed.id, envelope, exchange)

    @property
    def key(self) -> str:
        """The present key of the installation."""
        return self._key

    def take_key(self, key: str) -> None:
        """Take a key as the present one. Raises Unmet where it is none."""
        try:
            decoded_key(key)
        except InvalidSigningKeyError as error:
            raise Unmet(sentence_of(error)) from error
        self.wire.secrets.add(key)
        self._key = key

    def install(self) -> Message:
        """Have the host install us: its message. Raises Unmet."""
        self.drain()
        answer = self.console.install(self.url)
        exchange = self.came(
            lambda each: _parsed(each.body).get("type") == "installation.created",
            text("{words}", words="installation.created"),
        )
        data = _parsed(exchange.body).get("data") or {}
        api = data.get("api") or {}
        self.wire.secrets.add(str(data.get("key", "")), str(api.get("token", "")), str(api.get("software_token", "")))
        message = self.checked(exchange, [self.listing_key])
        state = answer.get("state")
        if self.proves:
            expect(
                state in (None, "active"),
                text("After the proof its state at the host is {found}.", found=str(answer.get("reason") or state)),
            )
            self.take_key(str(data["key"]))
            self.created, self.active = message, True
        else:
            expect(state != "active", text("The host has taken a wrong proof."))
        return message

    def ready(self) -> None:
        """Installed and active. Raises NotTried where installing does not succeed."""
        self._replies.clear()
        if not self.active and self._refused is None:
            try:
                self.install()
            except Unmet as unmet:
                self._refused = unmet.sentence
        if self._refused is not None:
            raise NotTried(text("Installing did not succeed: {why}", why=self._refused))
        self.drain()

    def remove(self) -> None:
        """Have the host uninstall us, and ask for erasing. Raises Unmet."""
        if not self.active:
            return
        self.active = False
        self.console.step("uninstall")
        self.console.step("erase")

    # Callbacks.

    def call_back(
        self,
        callback_type: str = "cards.changed",
        data: Mapping[str, Any] | None = None,
        *,
        keys: Sequence[str] = (),
        message_id: str = "",
        seconds: int = 0,
        headers: Headers | None = None,
        altered: bytes = b"",
        body: bytes = b"",
        **changes: Any,
    ) -> Answer:
        """What the host answers a callback; headers replace those of its signature, altered comes behind what was
        signed, seconds is how far its timestamp is from now, changes replace members of the envelope, and body all of
        it."""
        created = self._created()
        envelope = {
            "type": callback_type,
            "api_version": "1",
            "sent_at": self.clock().isoformat(),
            "audience": created.data["callback_url"],
            "environment": self.environment,
            "installation": created.envelope["installation"],
            "tenant": created.envelope["tenant"],
            "data": data if data is not None else {"targets": [{"type": "relation", "id": "1"}]},
        } | changes
        body = body or json.dumps(envelope).encode()
        signed = signed_headers(
            keys or [self.key],
            message_id or f"msg_{secrets.token_hex(12)}",
            created.envelope["installation"]["id"],
            body,
            self.clock() + timedelta(seconds=seconds),
        )
        return self.wire.send("POST", created.data["callback_url"], {**signed, **(headers or {})}, body + altered)

    # The host's API.

    @contextmanager
    def api(self, **access: str) -> Iterator[OutsmartClient]:
        """A client of the host's API with the tokens that it gave, or with others. Raises Unmet for what goes wrong."""
        given = {**self._created().data["api"], **access}
        self.wire.secrets.add(given["token"], given["software_token"])
        session = requests.Session()
        session.trust_env = False
        session.verify, session.proxies = self.wire.session.verify, self.wire.session.proxies
        try:
            with OutsmartClient(
                given["base_url"],
                given["token"],
                given["software_token"],
                session=session,
                timeout_seconds=_API_SECONDS,
                read_retries=0,
            ) as client:
                yield client
        except (OutsmartError, InvalidApiAddress) as error:
            raise Unmet(sentence_of(error)) from error

    def customer(self) -> str:
        """The number of a customer of the host. Raises NotTried where it has none, and Unmet."""
        with self.api() as host:
            number = next((each.debtor_number for each in [*host.relations()]), None)
        if number is None:
            raise NotTried(text("The host has no customer."))
        return number

    def moment(self, **ahead: float) -> str:
        """A moment so far ahead, in RFC 3339."""
        return (self.clock() + timedelta(**ahead)).isoformat()

    def _created(self) -> Message:
        if self.created is None:
            raise NotTried(text("It is not installed."))
        return self.created


def _action(action_id: str, label: Document, style: str, fields: Document) -> Document:
    schema = {"type": "object", "properties": fields}
    return {"id": action_id, "label": label, "target": "relation", "style": style, "role": "planner", "input": schema}


def _json(status: int, document: Mapping[str, Any]) -> Response:
    return Response(json.dumps(document), status, content_type="application/json")


def _parsed(body: bytes) -> Document:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
