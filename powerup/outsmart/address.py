"""The address of API 8, from what people enter (host page 4.1)."""

from urllib.parse import urlsplit

from powerup.outsmart.errors import InvalidApiAddress

_PATH = "/openapi/8"


def api_address(entered: str) -> str:
    """The base address with `/openapi/8` and no final slash, such as https://app.out-smart.com/openapi/8.

    Takes it with or without `/openapi/8`, final slash or not. Raises InvalidApiAddress for another version of
    the API, and for what is no plain http(s) address; whether plain http is allowed is the settings' to say.
    """
    try:
        parts = urlsplit(entered.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.password or parts.query or parts.fragment:
        raise InvalidApiAddress(
            "The API address must look like https://app.out-smart.com/openapi/8, without name, password or tokens."
        )
    return f"{parts.scheme}://{parts.netloc.lower()}{_api_path(parts.path)}"


def _api_path(path: str) -> str:
    path = path.rstrip("/")
    root, found, version = path.rpartition("/openapi")
    if not found:
        return path + _PATH
    if version not in ("", "/8"):
        raise InvalidApiAddress(f"The API address ends in /openapi{version}; this product speaks /openapi/8.")
    return root + _PATH
