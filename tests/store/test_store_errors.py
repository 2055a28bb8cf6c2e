"""What went wrong with the database is said in words that name what it is about."""

from datetime import date

import pytest

from powerup.contracts.visit import VisitKey, VisitState
from powerup.errors import PowerupError
from powerup.store import errors

KEY = VisitKey("1042", "A", date(2027, 1, 31))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errors.StoreUnavailableError("disk full"), "The database cannot be used now: disk full"),
        (errors.UnknownContractError("1042"), "There is no contract 1042."),
        (errors.ContractExistsError("1042"), "There is already a contract 1042; numbers are never used again."),
        (errors.VersionConflictError("1042", 3, 5), "Contract 1042 was changed meanwhile: expected version 3, it is 5"),
        (errors.LedgerConflictError([KEY], None), f"expected to be not written yet, and are not: {KEY}."),
        (errors.LedgerConflictError([KEY], VisitState.ORDERED), "expected to be in state ordered, and are not"),
        (errors.LedgerConflictError([], None), "are not: one or more of those given."),
        (errors.UnknownTenantError("Jansen"), "There is no tenant 'Jansen'"),
        (errors.AmbiguousTenantError("Jansen", ["t_1", "t_2"]), "called 'Jansen'; use one of their ids: t_1, t_2."),
        (errors.LeaseLostError("t_1", 7), "The lease on tenant t_1 with fence 7 was taken over"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_an_error_says_what_it_is_about(error: PowerupError, words: str) -> None:
    assert words in str(error)


def test_a_conflict_of_many_visits_names_the_first_five() -> None:
    keys = [VisitKey("1042", "A", date(2027, month, 1)) for month in range(1, 9)]
    said = str(errors.LedgerConflictError(keys, None))
    assert [str(key) in said for key in keys] == [True] * 5 + [False] * 3
