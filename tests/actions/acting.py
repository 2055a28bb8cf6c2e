"""The whole way of one press, for tests that need neither its being done once nor its being deferred."""

from datetime import datetime

from sqlalchemy import Connection

from powerup.actions.kit.answer import Answer, Refusal
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.confirmation import Confirmations
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.host_reading import read_at_host
from powerup.actions.kit.request import Request
from powerup.actions.perform import decide, perform, prepare, refused
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
            prepared = prepare(connection, around, request, now)
        readings = read_at_host(host, prepared.questions, _WITHIN_SECONDS, HostReaders(), around.tenant_id)
    except Refusal as refusal:
        return refused(refusal)
    with database.write() as connection:
        return perform(connection, around, request, decide(prepared, readings), confirmations, now)


def act_at_once(
    connection: Connection,
    around: TenantCircumstances,
    request: Request,
    readings: HostReadings,
    confirmations: Confirmations,
    now: datetime,
) -> Answer:
    """The same in one transaction, with what the host would say; now is aware."""
    try:
        decided = decide(prepare(connection, around, request, now), readings)
    except Refusal as refusal:
        return refused(refusal)
    return perform(connection, around, request, decided, confirmations, now)
