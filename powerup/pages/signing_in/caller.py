"""Where a request comes from."""

from flask import Request


def address_of(request: Request, base_url: str) -> str:
    """The address of the browser, by which guessing is slowed down.

    This server speaks plain http: where it is reached by https, a proxy stands before it, and says whom it asks for at
    the end of `X-Forwarded-For`.
    """
    if base_url.startswith("https://") and (route := request.headers.getlist("X-Forwarded-For")):
        return route[-1].rpartition(",")[2].strip()
    return request.remote_addr or ""


def browser_of(request: Request) -> str:
    """What the browser says it is."""
    return request.headers.get("User-Agent", "")
