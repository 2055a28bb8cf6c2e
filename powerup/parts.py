"""The composition root: settings become the parts that web, timer, worker and commands share.

The clock is read here and above. Nothing of the web is known here: a command that asks the database has no need of it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from powerup.actions.confirmation import Confirmations
from powerup.outsmart.call_limits import CallLimits
from powerup.outsmart.circuits import Circuits
from powerup.outsmart.gate import TenantGate
from powerup.settings import Settings, make_data_dir
from powerup.store.database import Database
from powerup.store.encryption import Cipher
from powerup.store.tenants import Environment, Tenant
from powerup.sync.measures import Measures
from powerup.timing import Clock

if TYPE_CHECKING:
    from powerup.outsmart.client import OutsmartClient


@dataclass(frozen=True, slots=True)
class Parts:
    """What every entrance is made of: web, timer, worker and commands alike. clock gives aware moments in UTC."""

    settings: Settings
    database: Database
    confirmations: Confirmations
    measures: Measures
    circuits: Circuits
    limits: CallLimits
    clock: Clock

    def open_patient_host(self, tenant: Tenant) -> "OutsmartClient":
        """A client for cycles: it awaits the tenant's turn where its calls are limited. Raises InvalidApiAddress."""
        return self.open_host(tenant, patient=True)

    def open_host(
        self, tenant: Tenant, within_seconds: float | None = None, *, patient: bool = False
    ) -> "OutsmartClient":
        """A client for the tenant's host, to be closed; within_seconds is what its calls have where somebody waits.

        Where calls are limited, those of a person do not wait, unless patient; they are counted. Raises
        InvalidApiAddress. A tenant whose tokens were destroyed has none to send, and the host refuses.
        """
        # Only here: a command that asks the database alone has no need of what calls hosts.
        from powerup.outsmart.client import OutsmartClient
        from powerup.outsmart.public_session import host_session

        return OutsmartClient(
            tenant.api_url,
            tenant.token.reveal() if tenant.token else "",
            tenant.software_token.reveal() if tenant.software_token else "",
            session=host_session(public_only=self.settings.environment is Environment.PRODUCTION),
            timeout_seconds=self.settings.host_timeout_seconds,
            within_seconds=within_seconds,
            gate=TenantGate(
                tenant.id,
                tenant.api_url,
                self.circuits,
                self.limits,
                self.measures.host_called,
                patient=patient,
            ),
        )

    def close(self) -> None:
        """Close the database's connections."""
        self.database.dispose()


def now_in_utc() -> datetime:
    """The real moment."""
    return datetime.now(UTC)


def build_parts(settings: Settings, clock: Clock = now_in_utc) -> Parts:
    """The parts for these settings; nothing is connected yet. Raises EncryptionKeyError, SettingsError."""
    make_data_dir(settings.data_dir)
    return Parts(
        settings=settings,
        database=Database(settings.database_url, Cipher(settings.encryption_keys)),
        confirmations=Confirmations(settings.secret_key),
        measures=Measures(),
        circuits=Circuits(),
        limits=CallLimits(),
        clock=clock,
    )
