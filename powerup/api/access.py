"""Who asks: the bearer of a key. Whatever is wrong with it, the answer is the same."""

from datetime import datetime

from flask import Request

from powerup.api.endpoint import ApiParts, Caller
from powerup.api.problems import Problem, preferred_reader
from powerup.store.api_keys import ApiKey, ApiKeys
from powerup.store.encryption import Secret
from powerup.store.tenants import Tenant, TenantState
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import text

_LONGEST = 200


def caller_of(parts: ApiParts, request: Request, now: datetime) -> Caller:
    """The caller whose key the request bears; its use is noted. Raises Problem, 401."""
    secret = _borne(request)
    if secret is None:
        raise _not_let_in()
    with parts.database.read() as connection:
        key = ApiKeys(connection).find(secret)
        if key is None:
            raise _not_let_in()
        tenant, around = tenant_in_circumstances(connection, key.tenant_id, now, open_tokens=False)
    if not _is_served(parts, tenant):
        raise _not_let_in()
    _note_use(parts, key, now)
    return Caller(key, tenant, around, preferred_reader(tenant.locale))


def _borne(request: Request) -> Secret | None:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    return Secret(secret) if kind.lower() == "bearer" and 0 < len(secret) <= _LONGEST else None


def _is_served(parts: ApiParts, tenant: Tenant) -> bool:
    return tenant.environment is parts.environment and tenant.state is not TenantState.UNINSTALLED


def _note_use(parts: ApiParts, key: ApiKey, now: datetime) -> None:
    if key.use_is_to_be_noted(now):
        with parts.database.write() as connection:
            ApiKeys(connection).note_use(key, now)


def _not_let_in() -> Problem:
    detail = text("Send a key that counts, as Authorization: Bearer cmk_…")
    return Problem(401, "unauthorized", detail, headers={"WWW-Authenticate": 'Bearer realm="contract-management"'})
