"""The QR code that an authenticator app reads, as SVG in the page."""

import segno
from markupsafe import Markup

_DOT = 4
"""Pixels: a phone reads that from a screen at arm's length."""


def code_picture(address: str) -> Markup:
    """Black on white, in the dark too, since apps expect it so."""
    drawn = segno.make(address, error="m").svg_inline(scale=_DOT, border=4, dark="#000", light="#fff", svgclass="qr")
    return Markup(drawn)  # noqa: S704  # numbers alone: the address is drawn, not written
