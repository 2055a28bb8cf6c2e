"""Settings: defaults, what platforms set, errors that say what to do, and no secret shown (architecture: Settings)."""

from dataclasses import fields
from pathlib import Path
from stat import S_IMODE

import certifi
import pytest
from cryptography.fernet import Fernet

from powerup.settings import SETTINGS, Settings, SettingsError, own_keys, read_settings

KEYS = {
    "POWERUP_SECRET_KEY": "a-secret-of-the-operator",
    "POWERUP_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
}

MAIL = {
    "POWERUP_SMTP_URL": "smtp+starttls://me%40x:hunter2@mail.example",
    "POWERUP_MAIL_FROM": "De contracten <contracten@firma.example>",
}


def test_production_is_the_default_and_refuses_to_start_without_keys() -> None:
    with pytest.raises(SettingsError) as refusal:
        read_settings({})
    assert [str(problem).split()[0] for problem in refusal.value.problems] == [
        "POWERUP_SECRET_KEY",
        "POWERUP_ENCRYPTION_KEYS",
        "POWERUP_ENVIRONMENT",
    ]
    assert all("is not set" in str(problem) for problem in refusal.value.problems)


def test_without_an_environment_and_keys_the_settings_of_a_demo_are_named() -> None:
    with pytest.raises(SettingsError) as refusal:
        read_settings({})
    assert "set it to sandbox, and POWERUP_DATA_DIR" in str(refusal.value.problems[-1])
    with pytest.raises(SettingsError) as in_production:
        read_settings({"POWERUP_ENVIRONMENT": "production"})
    assert "sandbox" not in str(in_production.value)


def test_a_wrong_environment_does_not_ask_for_the_keys_of_another() -> None:
    with pytest.raises(SettingsError) as refusal:
        read_settings({"POWERUP_ENVIRONMENT": "demo"})
    assert str(refusal.value) == "POWERUP_ENVIRONMENT is 'demo': expected production or sandbox."


def test_defaults_are_those_of_the_architecture() -> None:
    settings = read_settings(KEYS)
    assert settings.environment == "production"
    assert settings.database_url == "sqlite:///powerup-data/powerup.db"
    assert settings.base_url == "http://127.0.0.1:8000/"
    assert (settings.tick_seconds, settings.reconcile_minutes) == (60, 30)
    assert (settings.lease_seconds, settings.host_timeout_seconds) == (60, 15)
    assert "https://app.out-smart.com/openapi/8/" in settings.host_api_urls
    assert settings.listing_keys == ()


def test_the_embedded_database_lies_in_the_data_directory() -> None:
    settings = read_settings(KEYS | {"POWERUP_DATA_DIR": "/srv/powerup"})
    assert settings.database_url == "sqlite:////srv/powerup/powerup.db"


def test_what_a_platform_sets_is_honoured_and_our_own_name_wins() -> None:
    platform = KEYS | {"DATABASE_URL": "postgres://user:word@db/name", "PORT": "5000"}
    assert read_settings(platform).database_url == "postgres://user:word@db/name"
    assert (read_settings(platform).port, read_settings(platform).base_url) == (5000, "http://127.0.0.1:5000/")
    both = platform | {"POWERUP_DATABASE_URL": "sqlite:///ours.db"}
    assert read_settings(both).database_url == "sqlite:///ours.db"


def test_lists_are_written_with_commas_and_addresses_end_in_one_slash() -> None:
    settings = read_settings(
        KEYS
        | {
            "POWERUP_HOST_API_URLS": "https://One.example/openapi/8, http://127.0.0.1:8001/openapi/8/",
            "POWERUP_HOST_ORIGINS": "https://one.example,http://localhost:8001/",
        }
    )
    assert settings.host_api_urls == ("https://one.example/openapi/8/", "http://127.0.0.1:8001/openapi/8/")
    assert settings.host_origins == ("https://one.example", "http://localhost:8001")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("POWERUP_ENVIRONMENT", "test", "expected production or sandbox"),
        ("PORT", "80a", "expected a port number"),
        ("POWERUP_TICK_SECONDS", "0", "expected a number above 0"),
        ("POWERUP_LEASE_SECONDS", "nan", "expected a number above 0"),
        ("POWERUP_BASE_URL", "contracts.example", "expected an address such as"),
        ("POWERUP_BASE_URL", "http://contracts.example", "expected https"),
        ("POWERUP_BASE_URL", "https://name:word@contracts.example", "expected an address such as"),
        ("POWERUP_BASE_URL", "https://contracts.example:99999", "expected an address such as"),
        ("POWERUP_HOST_ORIGINS", "https://one.example/path", "expected an origin without a path"),
        ("POWERUP_HOST_API_URLS", "ftp://one.example", "expected an address such as"),
    ],
)
def test_an_unusable_setting_is_named_with_what_came_and_what_to_do(name: str, value: str, expected: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        read_settings(KEYS | {name: value})
    [problem] = map(str, refusal.value.problems)
    assert problem.startswith(f"{name} is {value!r}: ")
    assert expected in problem


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POWERUP_SECRET_KEY", "hunter2"),
        ("POWERUP_ENCRYPTION_KEYS", "hunter2-is-no-fernet-key"),
        ("POWERUP_LISTING_KEYS", "whsec_aHVudGVyMg=="),
        ("POWERUP_DATABASE_URL", "mysql://user:hunter2@db/name"),
        ("POWERUP_SMTP_URL", "https://user:hunter2@mail.example"),
        ("POWERUP_SMTP_URL", "smtp://user:hunter2@mail.example"),  # not encrypted, and not this machine
        ("POWERUP_SMTP_URL", "smtps://user:hunter2@mail.example:mail"),
    ],
)
def test_an_unusable_secret_is_named_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        read_settings(KEYS | {name: value})
    [problem] = map(str, refusal.value.problems)
    assert problem.startswith(f"{name} cannot be used")
    assert "hunter2" not in problem
    assert "aHVudGVyMg" not in problem


def test_no_secret_is_in_the_repr_or_shown_by_doctor() -> None:
    databases = {"POWERUP_DATABASE_URL": "postgresql://user:hunter2@db/name"}
    settings = read_settings(KEYS | databases | MAIL)
    shown = repr(settings) + "".join(str(setting.shown(settings)) for setting in SETTINGS)
    for secret in (*KEYS.values(), "hunter2"):
        assert secret not in shown


def test_a_mail_server_has_a_name_a_password_and_the_port_of_its_kind() -> None:
    settings = read_settings(KEYS | MAIL | {"POWERUP_CA_BUNDLE": certifi.where()})
    assert settings.post
    server = settings.post.server
    assert (server.host, server.port, server.encryption, server.user) == ("mail.example", 587, "smtp+starttls", "me@x")
    assert server.password
    assert (server.password.reveal(), server.ca_bundle) == ("hunter2", certifi.where())
    assert str(settings.post.sender) == "De contracten <contracten@firma.example>"
    assert read_settings(KEYS).post is None


@pytest.mark.parametrize("name", ["POWERUP_SMTP_URL", "POWERUP_MAIL_FROM"])
def test_a_mail_server_and_whom_mail_is_from_go_together(name: str) -> None:
    with pytest.raises(SettingsError, match="go together"):
        read_settings(KEYS | {name: MAIL[name]})


@pytest.mark.parametrize(
    "sender", ["contracten", "a@b@c.example", "Ik <a@b.example>\nBcc: c@d.example", "<a@b c.example>", "<a@localhost>"]
)
def test_whom_mail_is_from_is_one_address(sender: str) -> None:
    with pytest.raises(SettingsError, match="expected an e-mail address"):
        read_settings(KEYS | MAIL | {"POWERUP_MAIL_FROM": sender})


def test_each_field_has_a_setting_with_a_description() -> None:
    assert {setting.attribute for setting in SETTINGS} == {each.name for each in fields(Settings)}
    assert all(setting.description for setting in SETTINGS)


def test_a_sandbox_server_makes_its_own_keys_once(tmp_path: Path) -> None:
    environ = {"POWERUP_ENVIRONMENT": "sandbox", "POWERUP_DATA_DIR": str(tmp_path / "new")}
    settings = read_settings(environ)
    assert settings == read_settings(environ)
    assert settings.listing_keys
    assert S_IMODE((tmp_path / "new" / "keys.json").stat().st_mode) == 0o600
    assert read_settings(environ | {"POWERUP_SECRET_KEY": "x" * 16}).secret_key == "x" * 16
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["keys.json"]


@pytest.mark.parametrize("kept", ["", "{broken", "[]", "{}", '{"POWERUP_SECRET_KEY": "alone"}'])
def test_own_keys_that_cannot_be_read_are_never_replaced(tmp_path: Path, kept: str) -> None:
    (tmp_path / "keys.json").write_text(kept)
    with pytest.raises(SettingsError, match="put the file back"):
        own_keys(tmp_path)
    assert (tmp_path / "keys.json").read_text() == kept


def test_a_file_of_own_keys_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys.json").mkdir()  # what may not be read by root either
    with pytest.raises(SettingsError, match="name a directory"):
        own_keys(tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:hunter2@db:port/name",
        "postgresql+asyncpg://db/name",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite+aiosqlite:///a.db",
    ],
)
def test_a_database_that_nobody_could_open_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="expected sqlite:///path or postgresql") as refusal:
        read_settings(KEYS | {"POWERUP_DATABASE_URL": url})
    assert "hunter2" not in str(refusal.value)


def test_each_flaw_is_a_sentence_of_its_own() -> None:
    with pytest.raises(SettingsError) as refusal:
        read_settings({"PORT": "80a"})
    assert all(str(problem).endswith(".") and not str(problem).endswith("..") for problem in refusal.value.problems)


def test_own_keys_are_those_of_whoever_wrote_them_first(tmp_path: Path) -> None:
    assert own_keys(tmp_path) == own_keys(tmp_path)
    assert own_keys(tmp_path) != own_keys(tmp_path / "other")


def test_listing_keys_have_the_names_of_their_hosts_or_none() -> None:
    key = "whsec_" + "k" * 32
    hosts = '{"one": {"api_urls": ["https://one.example/api"], "origins": ["https://one.example"]}}'
    settings = read_settings(
        KEYS | {"POWERUP_LISTING_KEYS": f"{key},one={key},one={key}", "POWERUP_LISTING_HOSTS": hosts}
    )
    assert settings.listing_keys == (("", key), ("one", key), ("one", key))
    assert settings.listing_hosts["one"].api_urls == ("https://one.example/api/",)


@pytest.mark.parametrize(
    ("keys", "hosts", "words"),
    [
        ("One={}", "", "expected whsec_"),
        ("one={}", '{"two": {"api_urls": [], "origins": []}}', "no key of POWERUP_LISTING_KEYS"),
        ("one={}", '{"one": {"api_urls": ["https://one.example/"]}}', "each name with both lists"),
        ("one={}", '{"one": {"api_urls": ["http://one.example/"], "origins": []}}', "expected https"),
        ("one={}", "one", "each name with both lists"),
    ],
)
def test_names_of_hosts_that_cannot_be_used_stop_the_start(keys: str, hosts: str, words: str) -> None:
    given = {"POWERUP_LISTING_KEYS": keys.format("whsec_" + "k" * 32), "POWERUP_LISTING_HOSTS": hosts}
    with pytest.raises(SettingsError, match=words):
        read_settings(KEYS | given)


@pytest.mark.parametrize(
    "given",
    [
        {"POWERUP_CA_BUNDLE": "/nowhere/at/all.pem"},
        {"POWERUP_CA_BUNDLE": __file__},
        {"POWERUP_PROXY": "proxy.example:3128"},
        {"POWERUP_PROXY": "http://proxy.example:3128/path"},
        {"POWERUP_PROXY": "socks5://user:pass-word@proxy.example"},
    ],
)
def test_a_way_out_that_cannot_be_used_stops_the_start(given: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="expected") as refused:
        read_settings(KEYS | given)
    assert "pass-word" not in str(refused.value)
