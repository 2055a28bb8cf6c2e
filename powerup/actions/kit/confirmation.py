"""Confirmation tokens: bound to who asks, for what, and to exactly what was shown: effects, and latest dates passed.

Signed with itsdangerous. The moment is given, so that the token's ten minutes count from the answer.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from powerup.actions.kit.answer import Confirmation, PriceChange
from powerup.actions.kit.request import Request, TargetType
from powerup.contracts.effects import Effect, Effects
from powerup.contracts.latest import LatestDate

LASTS = timedelta(minutes=10)

_PREFIX = "cnf_"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person confirms: the effects, the latest dates that visits pass then, and the prices that change."""

    effects: Effects
    passed: tuple[LatestDate, ...] = ()
    prices: tuple[PriceChange, ...] = ()


class Confirmations:
    """Makes and checks the tokens of one server."""

    def __init__(self, secret_key: str) -> None:
        """secret_key signs the tokens; servers that share a database share it."""
        self._serializer = URLSafeSerializer(secret_key, salt="confirmation")

    def issue(self, request: Request, version: int | None, shown: Shown, now: datetime) -> Confirmation:
        """A token for this press with what it shows; now is aware. version is the target's present one."""
        expires_at = now + LASTS
        payload = {"for": _fingerprint(request, version, shown), "until": int(expires_at.timestamp())}
        return Confirmation(_PREFIX + str(self._serializer.dumps(payload)), expires_at)

    def prolonged(self, token: str, now: datetime) -> str:
        """The same confirmation for as long as a new one, from now (aware) on: of what was shown to a person who said
        yes while it held, and is done later. Another one's stays what it is, which confirms nothing."""
        try:
            payload = self._serializer.loads(token.removeprefix(_PREFIX))
        except BadSignature:
            return token
        return _PREFIX + str(self._serializer.dumps(payload | {"until": int((now + LASTS).timestamp())}))

    def confirms(self, request: Request, version: int | None, shown: Shown, now: datetime) -> bool:
        """Whether the request's token is one of ours, not lapsed, and for this very press and what it shows."""
        if not request.confirmation or not request.confirmation.startswith(_PREFIX):
            return False
        try:
            payload = self._serializer.loads(request.confirmation.removeprefix(_PREFIX))
        except BadSignature:
            return False
        in_time = now <= datetime.fromtimestamp(payload["until"], UTC)
        return in_time and payload["for"] == _fingerprint(request, version, shown)


def _fingerprint(request: Request, version: int | None, shown: Shown) -> str:
    bound: dict[str, Any] = {
        "binding": request.binding,
        "actor": request.actor.id,
        "intent": request.intent_id,
        "action": request.action,
        "target": [request.target.type, request.target.id, version],
        "input": request.input,
        "effects": [_effect(request, effect) for effect in shown.effects.listed],
        "counts": shown.effects.counts(),
    }
    if shown.prices:
        bound["prices"] = [(each.contract, each.old, each.new, each.since) for each in shown.prices]
    if shown.passed:
        bound["passed"] = [(each.plan, each.object, each.day, each.comes_on) for each in shown.passed]
    return hashlib.sha256(json.dumps(bound, sort_keys=True, default=str).encode()).hexdigest()


def _effect(request: Request, effect: Effect) -> dict[str, Any]:
    """A contract that is still to be made gets its number when it is: another one may be made meanwhile."""
    told = asdict(effect)
    if request.target.type is TargetType.RELATION:
        told["key"]["contract"] = told["workorder_no"] = ""
    return told
