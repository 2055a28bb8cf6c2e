"""What can go wrong between this product and its database, by type, so that callers decide by type."""

from collections.abc import Sequence

from powerup.contracts.visit import VisitKey, VisitState
from powerup.errors import PowerupError
from powerup.texts import text


class StoreError(PowerupError):
    """Root of the store's errors."""


class StoreUnavailableError(StoreError):
    """The database could not be used: not reached, too busy, disk full. Nothing of the transaction was written.

    Only when the connection was lost while committing is it unknown whether the transaction was written.
    """

    def __init__(self, cause: str) -> None:
        super().__init__(
            text("The database cannot be used now: {cause}. Try again; `powerup doctor` says more.", cause=cause)
        )


class UnknownZoneError(StoreError):
    """A tenant has a time zone that this machine does not know: which one has it, others may."""

    def __init__(self, name: str, zone: str) -> None:
        super().__init__(
            text(
                "This machine does not know the time zone {zone} of tenant {name}, and does nothing for it. Bring its "
                "package tzdata up to date.",
                zone=zone,
                name=name,
            )
        )


class UnknownContractError(StoreError):
    """The tenant has no contract of that number."""

    def __init__(self, number: str) -> None:
        super().__init__(text("There is no contract {number}.", number=number))
        self.number = number


class ContractExistsError(StoreError):
    """A contract number is used only once, for ever (rules: The two ideas)."""

    def __init__(self, number: str) -> None:
        super().__init__(text("There is already a contract {number}; numbers are never used again.", number=number))
        self.number = number


class VersionConflictError(StoreError):
    """Someone changed the contract in the meantime; the second of two editors is told."""

    def __init__(self, number: str, expected_version: int, current_version: int) -> None:
        super().__init__(
            text(
                "Contract {number} was changed meanwhile: expected version {expected}, it is {current}. Look at it "
                "again and repeat the change.",
                number=number,
                expected=expected_version,
                current=current_version,
            )
        )
        self.number = number
        self.expected_version = expected_version
        self.current_version = current_version


class LedgerConflictError(StoreError):
    """A visit is not, or no longer, as the writer believed: another one wrote it first."""

    def __init__(self, keys: Sequence[VisitKey], expected: VisitState | None) -> None:
        believed = f"in state {expected.value}" if expected else "not written yet"
        named = ", ".join(str(key) for key in keys[:5]) or "one or more of those given"
        super().__init__(f"Visits were expected to be {believed}, and are not: {named}.")
        self.keys = tuple(keys)
        self.expected = expected


class UnknownTenantError(StoreError):
    """No tenant has that id, host's id or name."""

    def __init__(self, wanted: str) -> None:
        super().__init__(text("There is no tenant {wanted}; `powerup tenant list` names them.", wanted=repr(wanted)))
        self.wanted = wanted


class AmbiguousTenantError(StoreError):
    """Several tenants carry that host's id or name."""

    def __init__(self, wanted: str, ids: Sequence[str]) -> None:
        super().__init__(
            text(
                "Several tenants are called {wanted}; use one of their ids: {ids}.", wanted=repr(wanted), ids=list(ids)
            )
        )
        self.wanted = wanted
        self.ids = tuple(ids)


class LeaseLostError(StoreError):
    """Another worker has taken the tenant over; what is not committed must be dropped, and no call made."""

    def __init__(self, tenant_id: str, fence: int) -> None:
        super().__init__(
            text(
                "The lease on tenant {tenant} with fence {fence} was taken over by another worker.",
                tenant=tenant_id,
                fence=fence,
            )
        )
        self.tenant_id = tenant_id
        self.fence = fence


class BackupError(StoreError):
    """A copy of the database could not be made."""


class EncryptionKeyError(StoreError):
    """The keys of POWERUP_ENCRYPTION_KEYS are malformed, or none of them opens what the database holds."""
