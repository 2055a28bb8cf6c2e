"""Panels: pages that a host shows in a frame of its own, opened by a token that it signs (webhooks page, section 7)."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from sqlalchemy import Connection

from powerup.actions.kit.request import Role
from powerup.errors import PowerupError
from powerup.store.database import Database
from powerup.store.encryption import Secret
from powerup.store.installations import Installation, Installations, InstallationState
from powerup.store.opened_panels import OpenedPanels
from powerup.store.tenants import Environment, Tenants
from powerup.texts import Text, text
from powerup.visitors.open_sessions import OpenSessions, SentPerson

LONGEST_LIFE = timedelta(seconds=60)
"""Of a token: it goes through a browser, and is used at once."""

_LONGEST_TOKEN = 8000
_LONGEST_WORD = 200
_NEEDED = ("aud", "iss", "ins", "gen", "sub", "name", "role", "locale", "panel", "jti", "exp")
_NO_KEY = b"\0" * 32
"""Tried where an installation is unknown, so that it costs the same."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A place in a host's own pages that leads to ours: what it is called there, and beside which records it stands."""

    id: str
    label: Text
    where: tuple[str, ...]


PANELS = (
    Panel("office", text("Contract management"), ("main_menu",)),
    Panel("contracts", text("All contracts"), ("main_menu",)),
    Panel("customer", text("Contracts and visits"), ("relation",)),
    Panel("object", text("Contract of this object"), ("object",)),
    Panel("work_order", text("Contract of this work order"), ("work_order",)),
    Panel("users", text("Users of contract management"), ("settings",)),
)
"""All there are; the manifest lists them."""


class PanelRefused(PowerupError):
    """A token that opens nothing; origins may show why, where it was signed by their host."""

    def __init__(self, sentence: Text, origins: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.origins = origins


@dataclass(frozen=True, slots=True)
class OpenedPanel:
    """What a token opened: a session with its secret, and which panel, beside which record (None in menus)."""

    secret: Secret = field(repr=False)
    tenant_id: str
    installation_id: str
    panel: str
    target: str | None
    role: Role


class Panels:
    """Takes the tokens of hosts; moments are aware."""

    def __init__(self, database: Database, sessions: OpenSessions, environment: Environment, audience: str) -> None:
        """audience is where the pages are: a token for another power-up opens nothing here."""
        self._database = database
        self._sessions = sessions
        self._environment = environment
        self._audience = audience

    def open(self, token: str, browser: str, now: datetime) -> OpenedPanel:
        """Begin a session for whom a host has sent. Raises PanelRefused."""
        with self._database.write() as connection:
            installation, claims = _signed(connection, token, now)
            self._check(connection, installation, claims, now)
            until = datetime.fromtimestamp(claims["exp"], UTC)
            opened = OpenedPanels(connection, installation.tenant_id)
            if not opened.add(installation.id, claims["jti"], until):
                raise PanelRefused(_USED, installation.origins)
            person = SentPerson(installation, *(claims[name] for name in ("sub", "name", "role", "locale")))
            secret = self._sessions.begin_of_host(connection, person, browser, now)
        target = claims.get("target")
        return OpenedPanel(
            secret=secret,
            tenant_id=installation.tenant_id,
            installation_id=installation.id,
            panel=claims["panel"],
            target=target["id"] if target else None,
            role=Role(claims["role"]),
        )

    def origins_of(self, installation_id: str) -> tuple[str, ...]:
        """The pages of the host that made an installation; none of one that is not here."""
        with self._database.read() as connection:
            found = Installations(connection).find(installation_id)
        return found.origins if found and found.state is not InstallationState.UNINSTALLED else ()

    def _check(
        self, connection: Connection, installation: Installation, claims: Mapping[str, Any], now: datetime
    ) -> None:
        origins = installation.origins
        if not _well_formed(claims):
            raise PanelRefused(_MALFORMED, origins)
        expires_at = claims["exp"]
        if not now.timestamp() < expires_at <= (now + LONGEST_LIFE).timestamp():
            raise PanelRefused(_LAPSED, origins)
        tenant = Tenants(connection).get(installation.tenant_id, open_tokens=False)
        belongs = (
            claims["aud"].rstrip("/") == self._audience.rstrip("/")
            and claims["iss"] in origins
            and claims["gen"] == installation.generation
            and installation.state is not InstallationState.UNINSTALLED
            and tenant.environment is self._environment
        )
        if not belongs:
            raise PanelRefused(_ELSEWHERE, origins if installation.state is not InstallationState.UNINSTALLED else ())


_UNKNOWN = text("The link by which this page was opened is not one of your host.")
_MALFORMED = text("Your host has opened this page without all that is needed. Tell its support.")
_LAPSED = text("That took too long. Open this page again from the menu.")
_USED = text("This page was opened already. Open it again from the menu.")
_ELSEWHERE = text("Contract management is not installed here any more, or anew. Open this page again from the menu.")


def _signed(connection: Connection, token: str, now: datetime) -> tuple[Installation, dict[str, Any]]:
    """The installation whose key has signed a token, and what the token claims. Raises PanelRefused."""
    installation = Installations(connection).find(_claimed_installation(token))
    keys = [_decoded(each.key) for each in installation.keys if each.is_valid(now)] if installation else [_NO_KEY]
    for key in keys:
        try:
            claims = jwt.decode(token, key, algorithms=["HS256"], options=_SIGNATURE_ALONE)
        except jwt.InvalidTokenError:
            continue
        if installation is not None:
            return installation, claims
    raise PanelRefused(_UNKNOWN)


_CLAIMS = ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")

_SIGNATURE_ALONE: Any = {"verify_signature": True} | {f"verify_{claim}": False for claim in _CLAIMS}
"""What is claimed is checked here, at the moment that is given."""


def _claimed_installation(token: str) -> str:
    """Whose a token says it is, before that is known. Raises PanelRefused."""
    if len(token) > _LONGEST_TOKEN:
        raise PanelRefused(_UNKNOWN)
    try:
        claimed = jwt.decode(token, options={"verify_signature": False}).get("ins")
    except (jwt.InvalidTokenError, UnicodeError, RecursionError):
        raise PanelRefused(_UNKNOWN) from None
    return claimed if isinstance(claimed, str) and _is_word(claimed) else ""


def _decoded(key: Secret) -> bytes:
    return base64.b64decode(key.reveal().removeprefix("whsec_"))


def _well_formed(claims: Mapping[str, Any]) -> bool:
    words = [claims.get(name) for name in _NEEDED if name not in ("gen", "exp")]
    numbers = (claims.get("gen"), claims.get("exp"))
    target = claims.get("target")
    return (
        all(isinstance(each, str) and _is_word(each) for each in words)
        and all(isinstance(each, int) and not isinstance(each, bool) and 0 < each < 2**40 for each in numbers)
        and claims["role"] in set(Role)
        and any(panel.id == claims["panel"] for panel in PANELS)
        and (target is None or _is_record(target))
    )


def _is_record(target: object) -> bool:
    return isinstance(target, dict) and all(
        isinstance(target.get(name), str) and _is_word(target[name]) for name in ("type", "id")
    )


def _is_word(given: str) -> bool:
    return 0 < len(given) <= _LONGEST_WORD and given.isprintable()
