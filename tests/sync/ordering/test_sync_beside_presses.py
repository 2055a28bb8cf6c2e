"""What a cycle decides is worked out while others may write, and what they wrote meanwhile counts."""

from dataclasses import replace
from datetime import date

import pytest

from powerup.contracts.contract import Lead
from powerup.contracts.schedule import due
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, Reason, VisitState
from powerup.store.ledger import Ledger
from tests.sync.workplace import TENANT, Workplace, contract, only_sqlite


@only_sqlite
def test_a_visit_that_is_skipped_while_a_cycle_works_out_what_is_due_gets_no_order(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    skipped: list[LedgerVisit] = []

    def due_and_skipped(situation: ContractSituation, today: date) -> list[LedgerVisit]:
        found = due(situation, today)
        if not skipped:
            skipped.extend(replace(each, state=VisitState.WITHHELD, reason=Reason.SKIPPED) for each in found)
            with place.database.write() as connection:  # on SQLite nobody else could while the cycle writes
                Ledger(connection, TENANT).add(skipped)
        return found

    monkeypatch.setattr("powerup.sync.ordering.generate.due", due_and_skipped)
    place.add(contract(lead=Lead(30)))
    assert place.run().ordered == 0
    assert [each.key for each in place.ledger(VisitState.WITHHELD)] == [each.key for each in skipped]
