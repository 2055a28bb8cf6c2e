"""Playing the host against a power-up: messages signed as a host signs them, and a tenant of our own."""

import json
import secrets
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from powerup.conformance.check import NotTried, Unmet
from powerup.conformance.exchange import Answer, Exchange, Headers, Wire
from powerup.conformance.expectations import expect_schema, expect_status
from powerup.conformance.invented_host import CUSTOMER, OBJECT, PAYMENT_METHOD, TYPE_OF_WORK, InventedHost
from powerup.texts import Text, text
from powerup.timing import Clock
from powerup.webhooks.kit.signature import KEY_PREFIX, signed_headers

INSTALLATION, TENANT = "ins_conformance", "t_conformance"
"""The same in each run, so that a run removes what an earlier one that was killed has left."""

TENANT_NAME = "Conformance test"

Document = dict[str, Any]

ADMIN = {"id": "u_conformance_admin", "name": "Conformance admin", "role": "admin"}
PLANNER = {"id": "u_conformance_planner", "name": "Conformance planner", "role": "planner"}
VIEWER = {"id": "u_conformance_viewer", "name": "Conformance viewer", "role": "viewer"}

RELATION = {"type": "relation", "id": CUSTOMER}

_GENERATIONS_COUNT_FROM = 1_577_836_800
"""The second in which 2020 began: each run has a higher generation than those before it."""

_AHEAD = tuple(8**power for power in range(9))
"""How much higher than before a generation is tried to be: earlier runs of moments ago may have been that far."""

_MANIFEST = ".well-known/powerup.json"


def new_key() -> str:
    """A signing key that nobody has."""
    return KEY_PREFIX + b64encode(secrets.token_bytes(32)).decode()


class PlayedHost:
    """The host of one run, with its installation at the power-up.

    url: of the power-up. listing_key: agreed with its operator. environment: production or sandbox. patience: seconds
    that a callback is waited for; 0 where none can come. clock gives aware moments.
    """

    def __init__(
        self,
        wire: Wire,
        invented: InventedHost,
        *,
        url: str,
        listing_key: str,
        environment: str,
        clock: Clock,
        patience: float,
    ) -> None:
        self.wire = wire
        self.invented = invented
        self.url = url.rstrip("/") + "/"
        self.listing_key = listing_key
        self.environment = environment
        self.clock = clock
        self.patience = patience
        self.key = new_key()
        self.generation = int(clock().timestamp()) - _GENERATIONS_COUNT_FROM
        self.active = False
        self._introduced = False
        self._refused: Text | None = None
        self._manifest: Document | None = None
        wire.secrets.add(listing_key, self.key, invented.token, invented.software_token)

    # What a host knows of the power-up.

    def fetch_manifest(self) -> Document:
        """The manifest. Raises Unmet."""
        answer = self.wire.send("GET", self.url + _MANIFEST, {})
        expect_status(answer, 200)
        return answer.document()

    @property
    def manifest(self) -> Document:
        """The same, asked for once; empty where there is none."""
        if self._manifest is None:
            before = list(self.wire.exchanges)
            try:
                self._manifest = self.fetch_manifest()
            except Unmet:
                self._manifest = {}
            self.wire.exchanges = before  # no part of what is tried
        return self._manifest

    @property
    def audience(self) -> str:
        """Whom messages are for."""
        return str(self.manifest.get("base_url") or self.url)

    def address_of(self, endpoint: str, usual: str) -> str:
        """The address of one of the manifest's endpoints."""
        endpoints = self.manifest.get("endpoints")
        path = endpoints.get(endpoint, usual) if isinstance(endpoints, dict) else usual
        return self.url + str(path).lstrip("/")

    @property
    def webhooks(self) -> str:
        """Where messages are delivered."""
        return self.address_of("webhooks", "webhooks")

    # Messages.

    def message(self, message_type: str, data: Mapping[str, Any], **changes: Any) -> Document:
        """A message of the installation as it is now, with members of the envelope replaced."""
        return {
            "type": message_type,
            "api_version": "1",
            "sent_at": self.clock().isoformat(),
            "audience": self.audience,
            "environment": self.environment,
            "installation": {"id": INSTALLATION, "generation": self.generation},
            "tenant": {"id": TENANT},
            "data": dict(data),
        } | changes

    def signed(
        self,
        body: bytes,
        *,
        keys: Iterable[str] | None = None,
        message_id: str = "",
        seconds: int = 0,
        installation: str = INSTALLATION,
    ) -> dict[str, str]:
        """The headers of a delivery; seconds is how far its timestamp is from now."""
        at = self.clock() + timedelta(seconds=seconds)
        return signed_headers(keys or (self.key,), message_id or _new("msg"), installation, body, at)

    def deliver(self, body: bytes, headers: Headers, *, patient: bool = True) -> Answer:
        """Deliver bytes with these headers. Raises Unmet where no answer comes."""
        return self.wire.send("POST", self.webhooks, headers, body, patient=patient)

    def send(
        self,
        message_type: str,
        data: Mapping[str, Any],
        *,
        keys: Iterable[str] | None = None,
        message_id: str = "",
        headers: Headers | None = None,
        **changes: Any,
    ) -> Answer:
        """Send a message; headers replace those of the signature, and changes members of the envelope."""
        body = _bytes(self.message(message_type, data, **changes))
        return self.deliver(body, {**self.signed(body, keys=keys, message_id=message_id), **(headers or {})})

    def tell(self, message_type: str, data: Mapping[str, Any], **options: Any) -> Document:
        """The document that a message is answered with, status 200 and as its schema says. Raises Unmet."""
        answer = self.send(message_type, data, **options)
        expect_status(answer, 200)
        document = answer.document()
        expect_schema(document, "cards" if message_type == "cards.requested" else "outcome")
        return document

    def tell_as(self, installation: str, message_type: str, data: Mapping[str, Any], keys: Iterable[str]) -> Document:
        """The same for a message of another installation, of generation 1. Raises Unmet."""
        body = _bytes(self.message(message_type, data, installation={"id": installation, "generation": 1}))
        return self._outcome(self.deliver(body, self.signed(body, keys=keys, installation=installation)))

    def look(self, **options: Any) -> Answer:
        """Ask for the cards of our customer: a question that changes nothing."""
        return self.send("cards.requested", self.question(), **options)

    @staticmethod
    def question(**target: str) -> Document:
        """The data of that question, about another target where one is given."""
        return {"target": target or RELATION, "actor": PLANNER, "locale": "en"}

    # Installing, and what comes after.

    def ready(self) -> None:
        """Installed and active. Raises NotTried where installing does not succeed."""
        if self.active:
            return
        if self._refused is None:
            try:
                self.install()
            except Unmet as unmet:
                self._refused = unmet.sentence
        if self._refused is not None:
            raise NotTried(text("Installing did not succeed: {why}", why=self._refused))

    def created(self, **changes: Any) -> Document:
        """Data of installation.created, with members replaced."""
        return {
            "tenant": {"id": TENANT, "name": TENANT_NAME, "locale": "en", "timezone": "Europe/Amsterdam"},
            "key": self.key,
            "api": self.api(),
            "origins": [self.invented.listener.url],
            "callback_url": self.invented.callback_url,
            "challenge": secrets.token_urlsafe(24),
            "actor": ADMIN,
        } | changes

    def api(self) -> dict[str, str]:
        """Access to the API of the invented host."""
        return {
            "base_url": self.invented.api_url,
            "token": self.invented.token,
            "software_token": self.invented.software_token,
        }

    def install(self, *, restore: bool = False, **changes: Any) -> tuple[Document, Document]:
        """Install with a key and a generation of its own: what was sent and what came. Raises Unmet.

        restore: signed with the key of before, too, so that its data comes back.
        """
        signing = [self.listing_key, *([self.key] if restore else [])]
        self.take_key(new_key())
        sent, before = self.created(**changes), self._introduced
        self._introduced = True  # also where no answer comes
        for ahead in _AHEAD:
            self.generation += ahead
            came = self.send("installation.created", sent, keys=signing)
            self._introduced = before or not 400 <= came.status < 500
            answer = self._outcome(came)
            if answer.get("status") != "ignored":
                break
        if answer.get("status") != "succeeded":
            self._introduced = before
            raise Unmet(_refusal(answer))
        self.active = True
        return sent, answer

    @staticmethod
    def _outcome(answer: Answer) -> Document:
        expect_status(answer, 200)
        document = answer.document()
        expect_schema(document, "outcome")
        return document

    def take_key(self, key: str) -> None:
        """Sign with this key from now on."""
        self.wire.secrets.add(key)
        self.key = key

    def remove(self) -> None:
        """Uninstall, and have everything erased that this run and earlier ones have left. Raises Unmet."""
        if not self._introduced:
            return
        if not self.active:
            self.install()
        for message_type in ("installation.uninstalled", "installation.erased"):
            answer = self.tell(message_type, {"actor": ADMIN})
            if answer.get("status") != "succeeded":
                raise Unmet(_refusal(answer))
        self.active = self._introduced = False

    # Buttons.

    def contract(self, **changes: Any) -> Document:
        """The input of a contract whose visits are years away."""
        return {
            "name": TENANT_NAME,
            "type": "preventive",
            "customer": CUSTOMER,
            "objects": [OBJECT],
            "start": date(self.clock().year + 3, 1, 1).isoformat(),
            "order_per_object": True,
            "template": {"type_of_work": TYPE_OF_WORK, "payment_method": PAYMENT_METHOD},
            "plans": [{"name": "A", "unit": "year", "every": 1, "months": [4]}],
        } | changes

    def pressed(self, action: str, target: Mapping[str, Any], entered: Mapping[str, Any], **members: Any) -> Document:
        """Data of action.invoked: a press of its own unless intent_id is given."""
        return {
            "action": action,
            "target": dict(target),
            "input": dict(entered),
            "actor": PLANNER,
            "locale": "en",
            "intent_id": _new("int"),
            "not_after": (self.clock() + timedelta(minutes=5)).isoformat(),
        } | members

    def press(self, action: str, target: Mapping[str, Any], entered: Mapping[str, Any], **members: Any) -> Document:
        """What a press is answered with; where it is `accepted`, what its run ends with. Raises Unmet."""
        return self.invoke(self.pressed(action, target, entered, **members))

    def invoke(self, data: Mapping[str, Any]) -> Document:
        """The same for data that is there. Raises Unmet."""
        answer = self.tell("action.invoked", data)
        if answer.get("status") != "accepted":
            return answer
        run = answer["run"]["id"]
        callback = self.callback(lambda each: (each["data"].get("run") or {}).get("id") == run)
        if callback is None:
            raise Unmet(text("It was accepted, and no run.finished came within {seconds} s.", seconds=self.patience))
        return dict(callback["data"])

    def make_contract(self) -> Document:
        """The target of a new contract. Raises Unmet."""
        answer = self.press("contract.create", RELATION, self.contract())
        if answer.get("status") != "succeeded":
            raise Unmet(_refusal(answer))
        return dict(answer["target"])

    def cards(self, target: Mapping[str, Any] = RELATION) -> list[Document]:
        """The cards beside a record. Raises Unmet."""
        answer = self.tell("cards.requested", self.question(**target))
        return list(answer["cards"])

    # Callbacks.

    def callback(self, wanted: Callable[[Document], bool]) -> Document | None:
        """The next callback of that kind, waited for as long as patience has it; None where none came."""
        found = self.callback_exchange(wanted)
        return dict(json.loads(found.body)) if found is not None else None

    def callback_exchange(self, wanted: Callable[[Document], bool]) -> Exchange | None:
        """The same as it came over HTTP."""
        until = self.clock() + timedelta(seconds=self.patience)
        while (left := (until - self.clock()).total_seconds()) > 0:
            came = self.invented.listener.next(left)
            if came is None:
                return None
            if not self.invented.is_callback(came.url):
                continue
            self.wire.exchanges.append(came)
            if (document := _parsed(came.body)) is not None and wanted(document):
                return came
        return None

    def moment(self, **distance: float) -> str:
        """A moment so far from now, in RFC 3339."""
        return _rfc3339(self.clock() + timedelta(**distance))


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat()


def _parsed(body: bytes) -> Document | None:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) and isinstance(document.get("data"), dict) else None


def _bytes(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document).encode()


def _new(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(12)}"


def _refusal(answer: Mapping[str, Any]) -> Text:
    problems = "; ".join(f"{each.get('pointer')}: {each.get('message')}" for each in answer.get("errors", ()))
    words = " ".join(filter(None, (str(answer.get("message", "")), problems)))
    return text("The answer is {status}: {words}", status=str(answer.get("status")), words=words)
