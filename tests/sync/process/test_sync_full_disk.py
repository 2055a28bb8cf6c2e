"""A cycle on a disk that runs full, wherever it is at that moment: nothing is lost, nothing is doubled."""

import pytest

from powerup.contracts.contract import Lead
from powerup.contracts.visit import VisitState
from powerup.store.errors import StoreUnavailableError
from powerup.sync.proof.audit import audit
from tests.full_disk import room_for
from tests.sync.workplace import Workplace, contract, moment, only_sqlite

CONTRACTS = [contract(str(1001 + place), lead=Lead(366)) for place in range(5)]
VISITS_EACH = 12


def ran_with_room_for(pages: int, place: Workplace) -> bool:
    try:
        with room_for(pages, place.database):
            place.run()
    except StoreUnavailableError:
        return False
    return True


@only_sqlite
def test_a_cycle_that_finds_no_room_is_made_up_for_when_there_is_room(place: Workplace) -> None:
    place.add(*CONTRACTS)
    place.configure(change_cap=1000, batch_size=5)
    place.server.host.change_switches(duplicate_workorder_no="create", skip_flag_honoured=False)
    runs_without_room = 0
    while not ran_with_room_for(runs_without_room, place):
        runs_without_room += 1
        place.clock.go_on(minutes=2)  # the lease of that run has ended, and its calls are old enough to look up
    assert runs_without_room >= 3
    place.clock.go_on(hours=1)
    place.run(by_person=True)
    assert len(place.numbers()) == len(set(place.numbers())) == len(CONTRACTS) * VISITS_EACH
    assert place.ledger(VisitState.ORDERING) == []
    with place.open_host(place.tenant()) as host:
        assert audit(place.database, host, place.tenant(), moment(place.clock.now.date()).date()).ok


@only_sqlite
def test_a_full_disk_says_what_to_do(place: Workplace) -> None:
    many = [contract(str(number)) for number in range(2000, 2100)]
    with room_for(0, place.database), pytest.raises(StoreUnavailableError, match=r"full\. Make room on the disk"):
        place.add(*many)
