"""Styles and scripts come from packages, under addresses that change with them."""

from hashlib import sha256

from powerup.pages.assets import BOOTSTRAP_VERSION, assets, bootstrap_styles, dark_styles
from tests.pages.reading import PageClient

TRIED_BOOTSTRAP = "d85327d99c7a3ee1f9b5d0500d1370acea3ad2db39c163c2f51f232baedbdede"


def test_bootstrap_is_the_version_that_was_tried() -> None:
    assert f"v{BOOTSTRAP_VERSION} ".encode() in bootstrap_styles()[:100]
    assert sha256(bootstrap_styles()).hexdigest() == TRIED_BOOTSTRAP


def test_the_dark_needs_no_script() -> None:
    dark = dark_styles().decode()
    assert dark.startswith(":root{color-scheme:dark;")
    assert "data-bs-theme" not in dark


def test_a_browser_keeps_a_style_for_ever_and_gets_it_packed(viewer: PageClient) -> None:
    style = assets()["bootstrap.css"]
    answer = viewer.get(f"/assets/{style.address}", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(answer.data) < 35_000
    assert viewer.get(f"/assets/{style.address}").data == style.content


def test_an_address_of_an_earlier_style_is_not_there(viewer: PageClient) -> None:
    assert viewer.get("/assets/bootstrap.0123456789abcdef.css").status_code == 404


def test_all_that_a_page_loads_is_far_below_its_limit() -> None:
    assert sum(len(asset.packed) for asset in assets().values()) < 75_000
