"""The whole way of one press, for tests that need neither its being done once nor its being deferred."""

from datetime import datetime

from powerup.actions.kit.answer import Answer, Refusal
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.confirmation import Confirmations
from powerup.actions.kit.host_reading import read_at_host
from powerup.actions.kit.request import Request
from powerup.actions.perform import perform, prepare, refused
from powerup.outsmart.host import Host
from powerup.outsmart.readers import HostReaders
from powerup.store.database import Database

_WITHIN_SECONDS = 3.0


def act(
    database: Database,
    host: Host,
    around: TenantCircumstances,
    request: Request,
    confirmations: Confirmations,
    now: datetime,
) -> Answer:
    """What the press is answered; now is aware."""
    try:
        with database.read() as connection:
            questions = prepare(connection, around, request, now)
        readings = read_at_host(host, questions, _WITHIN_SECONDS, HostReaders(), around.tenant_id)
    except Refusal as refusal:
        return refused(refusal)
    with database.write() as connection:
        return perform(connection, around, request, readings, confirmations, now)
