"""Lists of the host that people pick from: read once for a while, looked through here, and never waited for long."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from cryptography.fernet import Fernet

from powerup.outsmart.errors import HostUnreachable
from powerup.outsmart.records import Relation
from powerup.store.database import Database
from powerup.store.encryption import Cipher, Secret
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.tenants import Environment, Tenant, Tenants
from powerup.tenants.host_choices import MOST_FOUND, HostChoices, RecordKind

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
TENANT = Tenant("ten_1", "Voorbeeld", Environment.SANDBOX, "Europe/Amsterdam", "http://x/", Secret("a"), Secret("b"))
CUSTOMERS = [Relation(str(number), f"Klant {number}", city="Zoeterwoude-Rijndijk") for number in range(1000, 1030)]


class CountingHost:
    def __init__(self) -> None:
        self.asked = 0
        self.down = False
        self.records = CUSTOMERS
        self.may_answer = Event()
        self.may_answer.set()

    def __enter__(self) -> "CountingHost":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def relations(self) -> Any:
        self.asked += 1
        if self.down:
            raise HostUnreachable("relations")
        self.may_answer.wait(10)
        return self.records


@pytest.fixture
def host() -> CountingHost:
    return CountingHost()


@pytest.fixture
def choices(database_url: str, host: CountingHost) -> Iterator[HostChoices]:
    database = Database(database_url, Cipher([Fernet.generate_key().decode()]))
    with database.write() as connection:
        Tenants(connection).add(TENANT)
        customers = {(NameKind.CUSTOMER, "1001"): HostName("Café Zeeën", "Assen")}
        HostNames(connection, TENANT.id).keep(customers)
    yield HostChoices(database, lambda *_: host, within_seconds=5)  # type: ignore[arg-type]
    host.may_answer.set()
    database.dispose()


def codes(choices: HostChoices, words: str, now: datetime = NOW) -> list[str]:
    return [record.code for record in choices.find("ten_1", RecordKind.RELATION, words, now).records]


def test_a_list_is_read_once_in_five_minutes_however_much_is_typed(choices: HostChoices, host: CountingHost) -> None:
    assert codes(choices, "klant 1007 zoeterwoude-rijn") == ["1007"]
    assert codes(choices, "KLANT 1008", NOW + timedelta(minutes=4)) == ["1008"]
    assert choices.name("ten_1", RecordKind.RELATION, "1009", NOW) == "Klant 1009"
    assert host.asked == 1
    assert codes(choices, "1009", NOW + timedelta(minutes=6)) == ["1009"]
    assert host.asked == 2


def test_of_many_the_first_are_offered_and_it_is_said_that_there_are_more(choices: HostChoices) -> None:
    found = choices.find("ten_1", RecordKind.RELATION, "klant", NOW)
    assert len(found.records) == MOST_FOUND
    assert str(found.told) == "There are more: type a little further."
    assert str(choices.find("ten_1", RecordKind.RELATION, "smid", NOW).told) == "Nothing found."


def test_what_begins_with_the_words_comes_first(choices: HostChoices) -> None:
    assert codes(choices, "102")[:3] == ["1020", "1021", "1022"]


def test_nobody_waits_for_a_slow_host_and_its_list_is_there_for_the_next_letter(
    choices: HostChoices, host: CountingHost
) -> None:
    host.may_answer.clear()
    slow = replace(choices, within_seconds=0.01)
    known = slow.find("ten_1", RecordKind.RELATION, "cafe zee", NOW)
    assert [record.name for record in known.records] == ["Café Zeeën"]
    assert "from earlier" in str(known.told)
    assert known.coming
    assert slow.find("ten_1", RecordKind.RELATION, "cafe zee", NOW, "1001").records == ()
    assert slow.name("ten_1", RecordKind.RELATION, "1001", NOW) == "Café Zeeën"
    host.may_answer.set()
    assert codes(replace(slow, within_seconds=5), "1005") == ["1005"]
    assert host.asked == 1


def test_a_host_that_failed_is_asked_again_after_some_seconds(choices: HostChoices, host: CountingHost) -> None:
    host.down = True
    assert codes(choices, "1005") == []
    host.down = False
    assert codes(choices, "1005", NOW + timedelta(seconds=10)) == []
    assert codes(choices, "1005", NOW + timedelta(seconds=30)) == ["1005"]


def test_each_tenant_picks_from_its_own_host(choices: HostChoices) -> None:
    other: Any = CountingHost()
    other.records = [Relation("1001", "Van een ander")]
    with choices.database.write() as connection:
        Tenants(connection).add(replace(TENANT, id="ten_2"))
    mine: Any = choices.open_host
    choices.open_host = lambda tenant, seconds: other if tenant.id == "ten_2" else mine(tenant, seconds)
    assert choices.name("ten_1", RecordKind.RELATION, "1001", NOW) == "Klant 1001"
    assert choices.name("ten_2", RecordKind.RELATION, "1001", NOW) == "Van een ander"
    assert choices.kept_names("ten_2", [(RecordKind.RELATION, "1001")]) == {}
