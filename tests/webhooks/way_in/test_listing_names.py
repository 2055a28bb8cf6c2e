"""Hosts by the names of their listing keys: an installation is of the host that made it (webhooks page, section 3)."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from powerup.sandbox.server import SandboxServer
from tests.webhooks.installed import TENANT, Clock, House, key_number
from tests.webhooks.signed_messages import LISTING_KEY

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ONE, ONE_AGAIN, TWO = LISTING_KEY, key_number(91), key_number(92)
NAMED = f"one={ONE},one={ONE_AGAIN},two={TWO}"
ELSEWHERE = {"api_urls": ["https://elsewhere.example/"], "origins": ["https://elsewhere.example"]}

Build = Callable[..., House]


@pytest.fixture
def build(database_url: str, tmp_path: Path, clock: Clock, sandbox: SandboxServer) -> Iterator[Build]:
    """A power-up with these listing keys, and addresses of its hosts by name; a second one has the first one's data."""
    built: list[House] = []

    def made(keys: str, **hosts: Any) -> House:
        directory = tmp_path / "powerup"
        settings = {"POWERUP_LISTING_KEYS": keys, "POWERUP_LISTING_HOSTS": json.dumps(hosts) if hosts else ""}
        before = {"POWERUP_ENCRYPTION_KEYS": built[0].parts.settings.encryption_keys[0]} if built else {}
        built.append(House.build(database_url, directory, clock, sandbox, **settings, **before))
        built[-1].numbers = built[0].numbers
        return built[-1]

    yield made
    for each in built:
        each.parts.close()


def install_again(house: House, listing_key: str) -> int:
    """The HTTP status of installing the next generation, signed with this listing key."""
    house.generation += 1
    return house.send("installation.created", house.created(), keys=(listing_key,)).status_code


def test_another_hosts_key_takes_no_installation_over(build: Build) -> None:
    house = build(NAMED)
    assert house.install(keys=(ONE,))["status"] == "succeeded"
    refused = house.send("installation.created", house.created(), keys=(TWO,))
    assert (refused.status_code, refused.get_data()) == (401, house.post(b"{}", keys=(key_number(5),)).get_data())
    assert install_again(house, TWO) == 401
    assert install_again(house, ONE_AGAIN) == 200, "keys of one name are one host: so a listing key is rotated"
    assert house.installation().listing == "one"


def test_a_message_that_two_hosts_signed_installs_nothing(build: Build) -> None:
    house = build(NAMED)
    assert house.send("installation.created", house.created(), keys=(ONE, TWO)).status_code == 401


def test_each_host_brings_addresses_of_its_own_list_alone(build: Build, sandbox: SandboxServer) -> None:
    house = build(NAMED, two=ELSEWHERE)
    answer = house.install(keys=(TWO,))
    assert answer["status"] == "invalid"
    assert {each["pointer"] for each in answer["errors"]} == {"/api/base_url", "/origins/0", "/callback_url"}
    own = {"api_urls": [sandbox.api_url], "origins": [sandbox.url]}
    house = build(NAMED, one=ELSEWHERE, two=own)
    assert house.install(keys=(TWO,))["status"] == "succeeded"
    told = house.told("installation.updated", {"origins": ["https://elsewhere.example"]})
    assert [each["pointer"] for each in told["errors"]] == ["/origins/0"]
    api = house.created()["api"] | {"base_url": "https://elsewhere.example/"}
    told = house.told("installation.credentials_changed", {"api": api})
    assert [each["pointer"] for each in told["errors"]] == ["/api/base_url"]


def test_what_was_installed_before_keys_had_names_is_of_the_name_that_has_its_address(
    build: Build, sandbox: SandboxServer
) -> None:
    assert build(ONE).install(keys=(ONE,))["status"] == "succeeded"
    own = {"api_urls": [sandbox.api_url], "origins": [sandbox.url]}
    house = build(NAMED, one=own, two=ELSEWHERE)
    assert install_again(house, TWO) == 401
    assert install_again(house, ONE) == 200
    assert house.installation().listing == "one"


def test_an_installation_in_use_is_not_given_to_another_tenant(build: Build) -> None:
    house = build(ONE)
    assert house.install(keys=(ONE,))["status"] == "succeeded"
    house.generation += 1
    answer = house.told(
        "installation.created", house.created(tenant=TENANT | {"id": "t_43"}), keys=(ONE,), tenant={"id": "t_43"}
    )
    assert (answer["status"], [each["pointer"] for each in answer["errors"]]) == ("invalid", ["/tenant/id"])
    assert house.tenant().host_tenant_id == TENANT["id"]
