"""Addresses that come back in forms: only paths of this site are followed."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import request


def back(default: str = "/") -> str:
    """The page that a form wants to return to, from its field `back`."""
    return own_path(request.values.get("back"), default)


def own_path(path: str | None, default: str = "/") -> str:
    """The path when it leads to a page of this site, else the default: never to another site."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path:
        return default
    parts = urlsplit(path)
    return default if parts.scheme or parts.netloc else path


def with_query(path: str, **values: str) -> str:
    """The path with these values in its query, in place of earlier ones of the same name."""
    parts = urlsplit(path)
    query = {**dict(parse_qsl(parts.query)), **values}
    return urlunsplit(("", "", parts.path, urlencode(query), ""))
