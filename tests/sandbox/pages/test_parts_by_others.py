"""The two scripts that others made come from installed packages, and are those that were tried."""

from hashlib import sha256

import requests

from powerup.sandbox.pages.htmx import VERSION, htmx_script
from powerup.sandbox.server import SandboxServer
from tests.sandbox.pages.browsing import axe_script

TRIED_HTMX = "491955cd1810747d7d7b9ccb936400afb760e06d25d53e4572b64b6563b2784e"
TRIED_AXE = "84494fec757e4710dc751c8d7a636e457f4532f08f85c86dc9070133fbff53bc"


def test_htmx_is_the_version_that_was_tried() -> None:
    assert f'version:"{VERSION}"'.encode() in htmx_script()
    assert sha256(htmx_script()).hexdigest() == TRIED_HTMX


def test_axe_is_the_version_that_was_tried() -> None:
    assert axe_script().startswith("/*! axe v4.12.1\n")
    assert sha256(axe_script().encode()).hexdigest() == TRIED_AXE


def test_a_page_loads_htmx_from_the_host_and_keeps_it(host: SandboxServer) -> None:
    address = f"/assets/htmx-{VERSION}.min.js"
    assert f'<script src="{address}" defer></script>' in requests.get(f"{host.url}/board", timeout=10).text
    answer = requests.get(host.url + address, timeout=10)
    assert answer.content == htmx_script()
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
