"""Who may use the practice host without signing in: browsers on this machine, and only its own pages."""

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_LOOPBACK_NAMES = frozenset({"127.0.0.1", "[::1]", "localhost"})


def is_this_machine() -> bool:
    """Whether the request comes from this machine and names it so: a page of another site may not rebind a name."""
    name = request.host.rpartition(":")[0] or request.host
    return request.remote_addr in _LOOPBACK and name in _LOOPBACK_NAMES


def refuse_strangers() -> ResponseReturnValue | None:
    """Before a page is shown or a form is taken.

    Raises:
        Forbidden: another machine, or a form that a page of another site sent.
    """
    if not is_this_machine():
        raise Forbidden("The pages of the practice host answer this machine only.")
    if request.method != "GET" and request.headers.get("Origin") != request.host_url.rstrip("/"):
        raise Forbidden("This form did not come from a page of the practice host.")
    return None
