"""Addresses are written in one place, whatever stands in a number, and a request goes on to pages of ours alone."""

import pytest
from flask import Flask, request

from powerup.pages import addresses
from powerup.pages.addresses import is_own_path


def test_a_number_or_code_is_quoted_whatever_it_holds() -> None:
    assert addresses.contract_page("10/4 a&b") == "/contract/10%2F4%20a%26b"
    assert addresses.customer_page("é?#") == "/customer/%C3%A9%3F%23"
    assert addresses.visits() == "/visits"
    assert addresses.contracts(status=["active", "paused"], q="", sort=None) == "/contracts?status=active&status=paused"
    assert (
        addresses.action("visit.move", "1042:A:2027-03-27", version=3, back="/today", planned_date="2027-03-29")
        == "/actions/visit.move/1042%3AA%3A2027-03-27?version=3&back=%2Ftoday&planned_date=2027-03-29"
    )


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\\b",
        "/a b",
        "/a\nb",
        "javascript:alert(1)",
        "today",
        "",
    ],
)
def test_a_request_goes_on_to_own_paths_alone(elsewhere: str) -> None:
    assert not is_own_path(elsewhere)
    with Flask(__name__).test_request_context("/", query_string={"back": elsewhere}):
        assert addresses.back(request) == "/today"
        assert addresses.back(request, "/contracts") == "/contracts"


def test_what_a_form_says_counts_before_the_address() -> None:
    with Flask(__name__).test_request_context("/?back=/visits", method="POST", data={"back": "/contracts?page=2#row"}):
        assert addresses.back(request) == "/contracts?page=2#row"
