"""Which addresses may be told of changes (the API page: Changes out)."""

import pytest

from powerup.outsmart.public_ranges import is_public
from powerup.store.tenants import Environment
from powerup.tenants import webhook_addresses
from powerup.tenants.webhook_addresses import AddressRefused, check_url


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://erp.example/hook", "not_https"),
        ("https://user:word@erp.example/", "invalid"),
        ("https://erp.example/#part", "invalid"),
        ("https://erp.example\\@inside/", "invalid"),
        ("ftp://erp.example/", "invalid"),
        ("https://", "invalid"),
        ("https://erp.example/" + "x" * 1000, "invalid"),
        ("https://127.0.0.1/hook", "not_public"),
        ("https://10.0.0.7:8443/hook", "not_public"),
        ("https://[::1]/hook", "not_public"),
        ("https://169.254.169.254/latest", "not_public"),
    ],
)
def test_an_address_is_https_and_of_the_public_internet(url: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_addresses, "leads_outside", lambda host, _port: is_public(host))
    with pytest.raises(AddressRefused) as refused:
        check_url(url, Environment.PRODUCTION)
    assert refused.value.code == code


def test_in_the_sandbox_an_address_of_this_machine_is_taken_for_trying_out() -> None:
    check_url("http://127.0.0.1:9999/hook?x=1", Environment.SANDBOX)
    with pytest.raises(AddressRefused):
        check_url("http://10.0.0.7/hook", Environment.SANDBOX)
