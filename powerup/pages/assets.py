"""Styles and scripts of the pages, each under an address with its hash in it, so that browsers keep it for ever.

Bootstrap and htmx come out of installed packages (decision 0008).
"""

import gzip
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import distribution
from importlib.resources import files
from pathlib import Path

BOOTSTRAP_VERSION = "5.3.8"

_OWN = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_DARK_RULE = re.compile(r"([^{}]*\[data-bs-theme=dark\][^{}]*)\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as browsers get it, plain and packed."""

    address: str
    mimetype: str
    content: bytes
    packed: bytes


@cache
def bootstrap_styles() -> bytes:
    """Bootstrap's styles as the package Bootstrap-Flask has them; read without importing it, which needs WTForms."""
    place = "flask_bootstrap/static/bootstrap5/css/bootstrap.min.css"
    return Path(str(distribution("Bootstrap-Flask").locate_file(place))).read_bytes()


@cache
def dark_styles() -> bytes:
    """Bootstrap's rules for the dark, to be asked for by who prefers it; as they come, a script would switch them."""
    rules = _DARK_RULE.findall(bootstrap_styles().decode())
    return "".join(f"{who.replace('[data-bs-theme=dark]', ':root')}{{{how}}}" for who, how in rules).encode()


@cache
def assets() -> dict[str, Asset]:
    """All of them, by their plain name."""
    contents = {
        "bootstrap.css": bootstrap_styles(),
        "bootstrap-dark.css": dark_styles(),
        "htmx.js": files("js_lib_htmx").joinpath("static", "htmx", "htmx.min.js").read_bytes(),
    } | {path.name: path.read_bytes() for path in sorted(_OWN.iterdir()) if path.suffix in _TYPES}
    return {name: _asset(Path(name), content) for name, content in contents.items()}


@cache
def by_address() -> dict[str, Asset]:
    """All of them, by the name that stands in their address."""
    return {asset.address: asset for asset in assets().values()}


def _asset(name: Path, content: bytes) -> Asset:
    address = f"{name.stem}.{sha256(content).hexdigest()[:16]}{name.suffix}"
    return Asset(address, _TYPES[name.suffix], content, gzip.compress(content, mtime=0))
