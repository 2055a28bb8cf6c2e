"""What is not kept for ever: message ids and traces of past work for 90 days, sessions for one, data of uninstalled
tenants for 30 (webhooks page, 2 and 3; operations page)."""

from datetime import datetime, timedelta

from powerup.presses.what_if import KEPT as WHAT_IFS_KEPT
from powerup.store.bulk_runs import forget_bulk_runs
from powerup.store.database import Database
from powerup.store.erasure import erase_tenant, uninstalled_before
from powerup.store.file_imports import forget_files, forget_imports
from powerup.store.inbox import forget_messages
from powerup.store.installations import Installations
from powerup.store.opened_panels import forget_opened_panels
from powerup.store.presses import forget_presses
from powerup.store.refused_installings import forget_refusals
from powerup.store.retention import forget_old_traces
from powerup.store.sessions import forget_sessions
from powerup.store.sign_in_tries import forget_tries
from powerup.store.turns import take_turn
from powerup.store.what_ifs import forget_what_ifs
from powerup.webhooks.messages.installing import RESTORED_WITHIN

IDS_KEPT = timedelta(days=90)
TRACES_KEPT = timedelta(days=90)
SESSIONS_KEPT = timedelta(days=1)
"""After they ended, or were last seen: whoever comes back is told that it was theirs."""
TRIES_KEPT = timedelta(days=1)
FILES_KEPT = timedelta(days=1)
"""Of imports that nobody said yes to."""

_AT_ONCE = 100


def forget_what_is_over(database: Database, now: datetime) -> None:
    """For the timer, once a day; now is aware. Each tenant is removed in a transaction of its own."""
    with database.write() as connection:
        forget_messages(connection, now - IDS_KEPT)
        forget_refusals(connection, now - IDS_KEPT)
        forget_presses(connection, now - IDS_KEPT)
        forget_old_traces(connection, now - TRACES_KEPT)
        forget_what_ifs(connection, now - WHAT_IFS_KEPT, now)
        forget_bulk_runs(connection, now - TRACES_KEPT)
        forget_imports(connection, now - TRACES_KEPT)
        forget_files(connection, now - FILES_KEPT)
        forget_sessions(connection, now - SESSIONS_KEPT)
        forget_tries(connection, now - TRIES_KEPT)
        forget_opened_panels(connection, now - TRIES_KEPT)
    with database.read() as connection:
        over = uninstalled_before(connection, now - RESTORED_WITHIN, _AT_ONCE)
    for tenant_id in over:
        _erase_if_still_over(database, tenant_id, now)


def _erase_if_still_over(database: Database, tenant_id: str, now: datetime) -> None:
    """Unless it was restored in this very moment."""
    with database.write() as connection:
        for installation in Installations(connection).of_tenant(tenant_id):
            take_turn(connection, installation.id)
        if tenant_id in uninstalled_before(connection, now - RESTORED_WITHIN, _AT_ONCE):
            erase_tenant(connection, tenant_id, now)
