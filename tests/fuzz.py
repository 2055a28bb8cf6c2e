"""What strangers send, made up: `python -m tests.fuzz [--minutes 10] [--seed 1]`.

Signatures and their headers, JSON bodies, queries of the API, and files with their mappings. None of it may end in
anything but its own refusal, and what is taken has to be what was sent. `tests/test_fuzz.py` does a few of each.
"""

import base64
import csv
import io
import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from click import echo
from flask import Request
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from powerup.api import routes  # noqa: F401 - loads every operation, and with it its query
from powerup.api.endpoint import Taken
from powerup.api.problems import Problem
from powerup.api.taking_in import read_query
from powerup.contracts.configuration import TenantConfiguration
from powerup.documents.errors import InvalidDocumentError
from powerup.documents.file_mapping import file_mapping_from_document
from powerup.documents.strict_json import MalformedJsonError, parse_object
from powerup.files.columns import COLUMNS
from powerup.files.contract_import import problems_of_cells, read_contract_file
from powerup.files.problems import InvalidFile
from powerup.files.table import mapping_flaws
from powerup.texts import Reader
from powerup.webhooks.kit.signature import InvalidWebhookError, decoded_key, matching_keys, read_headers, sign
from tests.webhooks.signed_messages import KEY, OTHER_KEY

NOW = datetime(2026, 12, 28, 10, tzinfo=UTC)
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature", "powerup-installation")
KEYS = (decoded_key(KEY), decoded_key(OTHER_KEY))
ENGLISH = Reader("en")

Check = Callable[..., None]
TARGETS: dict[str, tuple[Any, Check]] = {}
"""Each by its name: what makes its examples up, and what has to hold of one."""


def target(*examples: st.SearchStrategy[Any]) -> Callable[[Check], Check]:
    """A check of examples that are made up so."""

    def add(check: Check) -> Check:
        TARGETS[check.__name__] = (given(*examples), check)
        return check

    return add


texts = st.text(max_size=12)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
headings = st.sampled_from([column.name for column in COLUMNS]) | texts
cells = st.sampled_from(["", "1001", "31-3-2027", "2027-02-30", "month", "1;2", "=1+1", "x*9@1.5", "{", "-0"]) | texts


@st.composite
def altered(draw: st.DrawFn, whole: bytes) -> bytes:
    """The bytes with some of them replaced, taken out or put in."""
    start = draw(st.integers(0, len(whole)))
    end = draw(st.integers(start, min(len(whole), start + 4)))
    return whole[:start] + draw(st.binary(max_size=4)) + whole[end:]


@target(st.dictionaries(st.sampled_from(HEADERS), texts | st.text("v1a,+/=Az09 ", max_size=48), max_size=4))
def headers_of_strangers(headers: dict[str, str]) -> None:
    """Whatever stands in headers, they are refused or well formed, and none of it was signed by one of our keys."""
    with suppress(InvalidWebhookError):
        assert not matching_keys(read_headers(headers, NOW), b"{}", KEYS)


@target(st.binary(max_size=40), st.data())
def bodies_that_were_signed(body: bytes, data: st.DataObject) -> None:
    """A signature is of its body, and of no other."""
    signature = sign(KEY, "msg_1", int(NOW.timestamp()), body)
    headers = dict(zip(HEADERS, ("msg_1", str(int(NOW.timestamp())), signature, "ins_7Q"), strict=True))
    assert matching_keys(read_headers(headers, NOW), body, KEYS) == {0}
    other = data.draw(altered(body))
    assert other == body or not matching_keys(read_headers(headers, NOW), other, KEYS)
    raw = data.draw(altered(base64.b64decode(signature.removeprefix("v1,"))))
    forged = headers | {"webhook-signature": "v1," + base64.b64encode(raw).decode()}
    with suppress(InvalidWebhookError):
        assert forged == headers or not matching_keys(read_headers(forged, NOW), body, KEYS)


@target(json_values, st.data())
def bodies(value: Any, data: st.DataObject) -> None:
    """A body is refused at a place within it, or is what the standard's parser makes of it."""
    body = data.draw(st.binary(max_size=60) | altered(json.dumps(value).encode()) | altered(b'{"a":' * 30 + b"1"))
    refused_at = 0
    try:
        assert parse_object(body) == json.loads(body)
    except MalformedJsonError as refused:
        refused_at = refused.offset
    assert 0 <= refused_at <= len(body)


def _queries(known: type[Taken] = Taken) -> Iterator[type[Taken]]:
    for each in known.__subclasses__():
        yield each
        yield from _queries(each)


QUERIES = sorted({each for each in _queries() if not each.__name__.endswith("Body")}, key=lambda each: each.__name__)


@target(st.data())
def queries(data: st.DataObject) -> None:
    """A query is read, or refused with each flaw at its place."""
    schema = data.draw(st.sampled_from(QUERIES))()
    names = st.sampled_from([field.data_key or name for name, field in schema.load_fields.items()] or ["x"]) | texts
    values = st.sampled_from(["1", "-1", "true", "2027-01-31", "9999-12-31", "active", "[]", "\0"]) | texts
    pairs = data.draw(st.lists(st.tuples(names, values), max_size=5))
    asked = urlencode([(name, value.encode("utf-8", "replace")) for name, value in pairs], errors="replace")
    request = Request(EnvironBuilder(query_string=asked).get_environ())
    refusal: Problem | None = None
    try:
        read_query(schema, request, ENGLISH)
    except Problem as refused:
        refusal = refused
    if refusal is not None:
        assert refusal.status == 422
        assert all(each["pointer"].startswith("/query/") for each in refusal.errors)


@target(
    st.fixed_dictionaries(
        {"name": texts},
        optional={
            "columns": st.dictionaries(headings, headings | cells, max_size=4) | json_values,
            "values": st.dictionaries(headings, st.dictionaries(cells, st.dictionaries(headings, cells)), max_size=2),
            "constants": st.dictionaries(headings, cells, max_size=3) | json_values,
        },
    ),
    st.lists(headings, min_size=1, max_size=6),
    st.lists(st.lists(cells, min_size=1, max_size=6), max_size=4),
    st.data(),
)
def mappings(document: dict[str, Any], names: list[str], rows: list[list[str]], data: st.DataObject) -> None:
    """A mapping is refused, or a file is read with it; what is wrong with the file is told by its cells."""
    written = io.StringIO()
    csv.writer(written, delimiter=data.draw(st.sampled_from(";,\t"))).writerows([names, *rows])
    content = written.getvalue().encode("utf-8", "replace")
    try:
        mapping = file_mapping_from_document(document)
    except InvalidDocumentError:
        return
    if not mapping_flaws(mapping):
        with suppress(InvalidFile):
            problems_of_cells(read_contract_file(content, mapping), TenantConfiguration())
    with suppress(InvalidFile):
        problems_of_cells(read_contract_file(data.draw(altered(content))), TenantConfiguration())


def run(name: str, examples: int, seed: int) -> None:
    """So many examples, the same ones for the same seed. Raises what the check did, with the example as a note."""
    made_up, check = TARGETS[name]
    quick = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    seeded(seed)(quick(made_up(check)))()


def main() -> int:
    """All of them in turns until the time is over."""
    arguments = ArgumentParser(prog="python -m tests.fuzz")
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--seed", type=int, default=1)
    given_ = arguments.parse_args()
    until, examples = monotonic() + given_.minutes * 60, 0
    for seed in count(given_.seed):
        for name in TARGETS:
            if monotonic() > until:
                echo(f"{examples} examples, seeds {given_.seed} to {seed}: nothing found.")
                return 0
            run(name, 500, seed)
            examples += 500
    return 1


if __name__ == "__main__":
    sys.exit(main())
