"""How long the API takes on the server with 50,000 contracts: a list of 100 of them, and actions, beside a bare Flask
answer of the same size in the same run.

The firm is that of the benchmark of pages. Everything is asked for through the web application, in the process, with a
key; the filter changes with each request. An action is a pause: it reads no host, and changes one contract.
"""

import logging
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import quantiles
from time import perf_counter

import structlog
from cryptography.fernet import Fernet
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from powerup.api.blueprint import ROOT, Api
from powerup.app import create_app
from powerup.parts import Parts, build_parts
from powerup.rate import RateLimit
from powerup.settings import read_settings
from powerup.store.api_keys import ApiKeys, Scope
from powerup.store.database import upgrade
from tests.benchmarks._workload import TENANT
from tests.benchmarks.pages import CONTRACTS, NOW, _fill
from tests.postgres import PostgresServer

REQUESTS = 60
ACTIONS = 300
PAUSE = {"from": "2027-07-01", "until": "2027-08-31", "reason": "Zomer"}

LISTS: dict[str, Callable[[int], dict[str, str]]] = {
    "list_of_100": lambda turn: {"ends_within": str(3_000 + turn)},
    "list_of_100_by_name": lambda turn: {"sort": "-name" if turn % 2 else "name"},
    "search_of_100": lambda turn: {"search": ("zutphen", "assen", "lift")[turn % 3]},
}


def run() -> dict[str, object]:
    """Milliseconds per answer, half of them and all but a twentieth, and actions a second, on each database."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as directory, PostgresServer() as server:
        addresses = {"sqlite": f"sqlite:///{Path(directory) / 'powerup.db'}", "postgresql": server.create_database()}
        return {"contracts": CONTRACTS} | {name: _figures(each, directory) for name, each in addresses.items()}


def _figures(address: str, directory: str) -> dict[str, object]:
    upgrade(address)
    environ = {
        "POWERUP_ENVIRONMENT": "sandbox",
        "POWERUP_DATA_DIR": directory,
        "POWERUP_DATABASE_URL": address,
        "POWERUP_SECRET_KEY": "a-secret-of-the-operator",
        "POWERUP_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "POWERUP_BASE_URL": "https://contracts.example/",
    }
    parts = replace(build_parts(read_settings(environ)), clock=lambda: NOW)
    try:
        _fill(parts.database)
        return _measured(parts)
    finally:
        parts.close()


def _measured(parts: Parts) -> dict[str, object]:
    with parts.database.write() as connection:
        _, secret = ApiKeys(connection).make(TENANT, Scope.WRITE, NOW)
    app = create_app(parts)
    api = app.blueprints["api"]
    assert isinstance(api, Api)
    object.__setattr__(api.parts, "limit", RateLimit(1e9, 1e9))
    client, headers = app.test_client(), {"Authorization": f"Bearer {secret.reveal()}"}

    def listed(query: Callable[[int], dict[str, str]], turn: int) -> TestResponse:
        return client.get(f"{ROOT}/contracts", headers=headers, query_string=query(turn) | {"limit": "100"})

    figures: dict[str, object] = {}
    for name, query in LISTS.items():
        body = listed(query, 0).get_data()
        bare = _bare(body)
        figures[name] = {"bytes": len(body)} | {
            **_times(lambda turn, query=query: listed(query, turn)),  # type: ignore[misc]  # of this turn of the loop
            "bare": _times(lambda _, bare=bare: bare.get("/")),  # type: ignore[misc]
        }
    figures["actions_per_second"] = _rate(client, headers)
    return figures


def _bare(body: bytes) -> FlaskClient:
    app = Flask(__name__)
    app.add_url_rule("/", "bare", lambda: Response(body, content_type="application/json"))
    return app.test_client()


def _times(ask: Callable[[int], TestResponse]) -> dict[str, float]:
    taken = []
    for turn in range(REQUESTS):
        begun = perf_counter()
        assert ask(turn).status_code == 200
        taken.append((perf_counter() - begun) * 1000)
    cut = quantiles(taken, n=20)
    return {"p50_ms": round(cut[9], 1), "p95_ms": round(cut[18], 1)}


def _rate(client: FlaskClient, headers: dict[str, str]) -> float:
    begun = perf_counter()
    for turn in range(ACTIONS):
        path = f"{ROOT}/contracts/{2_001 + turn}/actions/pause"
        keys = {"Idempotency-Key": f"wish-{turn}", "If-Match": '"1"'}
        assert client.post(path, json={"input": PAUSE}, headers=headers | keys).status_code == 200
    return round(ACTIONS / (perf_counter() - begun), 1)
