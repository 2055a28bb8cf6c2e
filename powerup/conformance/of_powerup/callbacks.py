"""What a power-up calls back (webhooks page, section 6)."""

import json

from powerup.conformance.check import Checks, NotTried, Unmet
from powerup.conformance.expectations import expect, expect_member, expect_schema
from powerup.conformance.playing_host import INSTALLATION, RELATION, PlayedHost
from powerup.texts import text
from powerup.webhooks.kit.signature import InvalidWebhookError, decoded_key, matching_keys, read_headers

CHECKS = Checks[PlayedHost]("webhooks 6")

_SLOW_SECONDS = 1.5
"""Longer than an action waits for its host (section 4), and not long for who tries it."""


@CHECKS.add(
    "callbacks.run_finished",
    text("Where the host is slow the answer is `accepted`, and its run ends with a signed run.finished."),
)
def _run_finished(host: PlayedHost) -> None:
    if not host.patience:
        raise NotTried(text("Nothing is waited for here: see --patience."))
    host.invented.slow = _SLOW_SECONDS
    try:
        answer = host.tell("action.invoked", host.pressed("contract.create", RELATION, host.contract()))
    finally:
        host.invented.slow = 0.0
    expect_member(answer, "status", "accepted")
    run = answer["run"]["id"]
    came = host.callback_exchange(lambda each: (each["data"].get("run") or {}).get("id") == run)
    if came is None:
        raise Unmet(text("No run.finished came within {seconds} s.", seconds=host.patience))
    message = json.loads(came.body)
    expect_schema(message, "message")
    expect_member(message, "type", "run.finished")
    expect_member(message, "audience", host.invented.callback_url)
    expect_member(message, "environment", host.environment)
    expect_member(message["installation"], "id", INSTALLATION)
    expect_member(message["installation"], "generation", host.generation)
    expect_member(message["data"], "status", "succeeded")
    try:
        signed = read_headers(came.headers, host.clock())
    except InvalidWebhookError as error:
        raise Unmet(text("It is not signed as messages are: {flaw}.", flaw=error.flaw.value)) from error
    expect(matching_keys(signed, came.body, [decoded_key(host.key)]), text("The installation key did not sign it."))
