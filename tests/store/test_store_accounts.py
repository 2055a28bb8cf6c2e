"""A host account goes to one tenant, also when two are added at the same moment (rules: The two ideas)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier

from powerup.store.accounts import Account, Accounts, AccountTakenError
from powerup.store.database import Database
from powerup.store.encryption import Secret
from powerup.store.erasure import erase_tenant
from powerup.store.tenants import Tenants
from powerup.tenants.new_tenant import add_tenant
from tests.store.conftest import tenant

NOW = datetime(2027, 1, 1, 8, tzinfo=UTC)
TOKEN = Secret("a-token")


def test_of_tenants_that_are_added_at_once_one_gets_the_account(database: Database) -> None:
    ready = Barrier(4)

    def add(number: int) -> bool:
        ready.wait()
        try:
            with database.write() as connection:
                add_tenant(connection, replace(tenant(f"t_new{number}"), token=TOKEN, host_tenant_id=None))
        except AccountTakenError:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(add, range(4))) == [False, False, False, True]


def test_tokens_that_were_written_before_there_were_marks_are_known_once_an_account_is_given(
    database: Database,
) -> None:
    with database.write() as connection:
        Tenants(connection).add(replace(tenant("t_before"), token=TOKEN))
        assert Accounts(connection).holder(Account(None, TOKEN), "t_new") is None
        Accounts(connection).lock()
        holder = Accounts(connection).holder(Account(None, TOKEN), "t_new")
    assert holder is not None
    assert holder.tenant_id == "t_before"


def test_what_stays_of_an_erased_tenant_names_neither_its_id_at_the_host_nor_its_token(database: Database) -> None:
    with database.write() as connection:
        add_tenant(connection, replace(tenant("t_gone"), token=TOKEN, host_tenant_id="t_42"))
        line = erase_tenant(connection, "t_gone", NOW)
        marks = [Accounts(connection).mark(text) for text in ("t_42", "a-token")]
    assert [line.host_tenant_mark, line.token_mark, line.prefixes] == [*marks, ("C",)]
    assert {len(mark) for mark in marks} == {64}
