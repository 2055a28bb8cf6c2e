"""`--metrics-bind`: where a process without web pages tells what it has counted."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from prometheus_client import start_http_server

from powerup.commands.kit.listening import parse_bind, refuse_taken
from powerup.parts import Parts

OPTION = "--metrics-bind"

metrics_option = click.option(
    OPTION,
    "metrics_bind",
    metavar="ADDRESS:PORT",
    help="Where to serve this process's /metrics: an address that only your own machines reach (default: nowhere).",
)


@contextmanager
def serving_metrics(parts: Parts, metrics_bind: str | None) -> Iterator[None]:
    """Serve what the process counts while it works, where an address was given. Raises WrongUse for one in use."""
    if metrics_bind is None:
        yield
        return
    where = parse_bind(metrics_bind)
    refuse_taken(where, OPTION)
    server, thread = start_http_server(where.port, where.address, parts.measures.registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
