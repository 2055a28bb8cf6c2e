"""Sending webhooks: retries, and everything that may go wrong on the way (webhooks page 2)."""

import json
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import requests

from powerup.sandbox.delivery_log import Attempt, DeliveryLog, Message
from powerup.sandbox.moments import Clock
from powerup.sandbox.signing import signed_headers


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a message is tried when it did not get through: no answer, 429 or 5xx.

    Args:
        waits: seconds before the second, third, ... try; empty for one try only.
        timeout: seconds that the power-up may take for an answer.
    """

    waits: tuple[float, ...] = (0.5, 2.0, 5.0)
    timeout: float = 10.0


@dataclass(slots=True)
class Deliveries:
    """Sends messages and logs every try.

    Args:
        log: where messages and tries are kept.
        clock: real time, which signatures need.
        stopping: ends waits between tries.
        policy: how often to try.
        holding: new messages are stored but not sent, to be released late or in another order.
    """

    log: DeliveryLog
    clock: Clock
    stopping: threading.Event
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    holding: bool = False

    def send(
        self, url: str, installation_id: str, keys: tuple[str, ...], envelope: Mapping[str, Any], once: bool = False
    ) -> Attempt | None:
        """Store a new message and deliver it.

        Args:
            once: try it only once; for a question that a person waits for and can ask again.

        Returns:
            The last try; None while messages are held.
        """
        message = self.log.keep_message(
            Message(
                number=0,
                webhook_id=f"msg_{secrets.token_hex(12)}",
                type=str(envelope["type"]),
                url=url,
                installation_id=installation_id,
                keys=keys,
                body=json.dumps(envelope, ensure_ascii=False).encode(),
            )
        )
        if self.holding:
            return None
        return self._try(message, "sent") if once else self.deliver(message)

    def deliver(self, message: Message) -> Attempt:
        """Try until the message got through or the policy's tries are used up. Returns the last try."""
        attempt = self._try(message, "sent")
        for wait in self.policy.waits:
            if attempt.got_through or self.stopping.wait(wait):
                break
            attempt = self._try(message, "retry")
        return attempt

    def release(self, message_numbers: Sequence[int] | None = None) -> list[Attempt]:
        """Stop holding, and deliver held messages: these in this order, or all in the order they were made."""
        self.holding = False
        if message_numbers is None:
            return [self.deliver(message) for message in self.log.never_tried()]
        return [self.deliver(self.log.message(number)) for number in message_numbers]

    def redeliver(self, message_number: int) -> Attempt:
        """Send a message once more: same id and body, new timestamp and signature."""
        return self._try(self.log.message(message_number), "redelivered")

    def redeliver_at_once(self, message_number: int, times: int) -> list[Attempt]:
        """Send a message several times at the same moment."""
        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(self.redeliver, [message_number] * times))

    def redeliver_altered(
        self,
        message_number: int,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        signed: bool = False,
    ) -> Attempt:
        """Send a message changed on its way.

        Args:
            body: in place of the message's; with neither body nor headers given, one letter of it is changed.
            headers: replace the headers of that name.
            signed: the signature is of the changed body; else of the original one.
        """
        message = self.log.message(message_number)
        if body is None:
            body = message.body if headers else _corrupted(message.body)
        signature = self._headers(message, body if signed else message.body)
        return self._post(message, "altered", {**signature, **(headers or {})}, body)

    def replay(self, attempt_number: int) -> Attempt:
        """Send exactly the headers and bytes of an earlier try again, old timestamp and all."""
        earlier = self.log.attempt(attempt_number)
        message = self.log.message(earlier.message_number)
        return self._post(message, "replayed", earlier.request_headers, earlier.request_body)

    def _headers(self, message: Message, body: bytes) -> dict[str, str]:
        return signed_headers(message.webhook_id, message.installation_id, body, message.keys, self.clock())

    def _try(self, message: Message, how: str) -> Attempt:
        return self._post(message, how, self._headers(message, message.body), message.body)

    def _post(self, message: Message, how: str, headers: Mapping[str, str], body: bytes) -> Attempt:
        attempt = Attempt(0, message.number, self.clock().isoformat(), how, headers, body)
        started = time.perf_counter()
        try:
            with requests.Session() as session:
                session.trust_env = False  # a proxy of the surroundings has no business between the two
                answer = session.post(
                    message.url, data=body, headers=headers, timeout=self.policy.timeout, allow_redirects=False
                )
            attempt = replace(
                attempt,
                status=answer.status_code,
                answer_headers=dict(answer.headers),
                answer_body=answer.content,
            )
        except requests.RequestException as flaw:
            attempt = replace(attempt, error=f"{type(flaw).__name__}: {flaw}")
        return self.log.keep_attempt(replace(attempt, milliseconds=(time.perf_counter() - started) * 1000))


def _corrupted(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + (b"x" if body[middle : middle + 1] != b"x" else b"y") + body[middle + 1 :]
