"""A plugin of pytest (`-p tests.mutations.gathering`) that notes which test runs which lines, and how long it takes.

Where it writes stands in the environment, so that the workers of xdist find it, too. What a test does in another
process is not seen. A test on PostgreSQL runs the lines that its twin on SQLite runs, and takes longer: outside the
tests of the store it is left out.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from coverage import Coverage

from tests.mutations.running import DIRECTORY

_PLACE = Path(os.environ[DIRECTORY])
_WHO = os.environ.get("PYTEST_XDIST_WORKER", "alone")
_coverage = Coverage(data_file=str(_PLACE / f"lines.{_WHO}"), source=["powerup"], config_file=False)
_coverage.set_option("run:disable_warnings", ["no-data-collected"])  # of xdist's own process
_seconds: dict[str, float] = {}
_failed: list[str] = []

_coverage.start()  # before the modules are loaded: what runs then is of no test


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what has a twin."""
    ids = {item.nodeid for item in items}
    items[:] = [item for item in items if item.nodeid.startswith("tests/store/") or not _twins_of(item.nodeid) & ids]


def _twins_of(test: str) -> set[str]:
    return {test.replace("postgresql", "sqlite")} - {test}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """What runs from here on is this test's, its fixtures included."""
    _coverage.switch_context(item.nodeid)
    return (yield)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how long it took."""
    _seconds[report.nodeid] = _seconds.get(report.nodeid, 0.0) + report.duration
    if report.failed:
        _failed.append(report.nodeid)


def pytest_unconfigure() -> None:
    """Write all of it."""
    _coverage.stop()
    _coverage.save()
    text = json.dumps({"seconds": _seconds, "failed": _failed})
    (_PLACE / f"tests.{_WHO}.json").write_text(text, "utf-8")
