"""Rotating the key that secrets are sealed with (operations page)."""

import pytest
from cryptography.fernet import Fernet

from powerup.store.accounts import Accounts
from powerup.store.database import Database
from powerup.store.encryption import Cipher, Secret
from powerup.store.errors import EncryptionKeyError
from powerup.store.installations import Installation, InstallationKey, Installations, InstallationState
from powerup.store.key_check import keys_fit
from powerup.store.resealing import reseal
from powerup.store.tenants import Tenants
from tests.store.conftest import tenant

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def opened(url: str, *keys: str) -> Database:
    return Database(url, Cipher(keys))


def fits(url: str, *keys: str) -> bool:
    database = opened(url, *keys)
    with database.read() as connection:
        found = keys_fit(connection, 100)
    database.dispose()
    return found


@pytest.fixture
def with_old_key(database_url: str) -> str:
    """A database whose secrets were written with the old key."""
    database = opened(database_url, OLD)
    key = InstallationKey(Secret("whsec_of-the-installation"))
    with database.write() as connection:
        Tenants(connection).add(tenant())
        Installations(connection).add(Installation("t_1", "inst_1", 1, InstallationState.ACTIVE, (key,)))
    database.dispose()
    return database_url


def test_after_sealing_anew_the_old_key_is_needed_no_more(with_old_key: str) -> None:
    assert (fits(with_old_key, NEW), fits(with_old_key, NEW, OLD)) == (False, True)
    database = opened(with_old_key, NEW, OLD)
    with database.write() as connection:
        assert reseal(connection) == 3
    database.dispose()
    with_new = opened(with_old_key, NEW)
    with with_new.read() as connection:
        assert Tenants(connection).get("t_1") == tenant()
        (installation,) = Installations(connection).of_tenant("t_1")
    with_new.dispose()
    assert installation.keys[0].key == Secret("whsec_of-the-installation")


def test_the_key_that_accounts_are_known_by_is_sealed_anew_and_stays_the_same(with_old_key: str) -> None:
    database = opened(with_old_key, OLD)
    with database.write() as connection:
        Accounts(connection).lock()
        before = Accounts(connection).mark("a-token")
    database.dispose()
    database = opened(with_old_key, NEW, OLD)
    with database.write() as connection:
        assert reseal(connection) == 4
    database.dispose()
    database = opened(with_old_key, NEW)
    with database.read() as connection:
        assert Accounts(connection).known_mark("a-token") == before
    database.dispose()


def test_without_the_old_key_nothing_is_changed(with_old_key: str) -> None:
    database = opened(with_old_key, NEW)
    with pytest.raises(EncryptionKeyError), database.write() as connection:
        reseal(connection)
    database.dispose()
    assert fits(with_old_key, OLD)
