"""Which tests run which lines, as it was gathered once; also for code that has changed a little since."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path
from typing import Any

from coverage import CoverageData

_LINES, _TESTS, _SOURCES = "lines.all", "tests.json", "sources.json"


@dataclass
class SeenLines:
    """What was gathered into a directory: by module and line the tests that ran it, and the seconds of each test."""

    directory: Path
    _of_module: dict[str, dict[int, list[str]]] = field(default_factory=dict)

    @property
    def is_there(self) -> bool:
        """Whether anything was gathered yet."""
        return (self.directory / _SOURCES).exists()

    @cached_property
    def seconds(self) -> dict[str, float]:
        """How long each test took that passed."""
        found = self._read(_TESTS)
        failed = set(found["failed"])
        return {test: seconds for test, seconds in found["seconds"].items() if test not in failed}

    @cached_property
    def sources(self) -> dict[str, str]:
        """The modules and the tests as they were, by path."""
        return dict(self._read(_SOURCES))

    def tests_of(self, module: str, code: str, lines: Iterable[int]) -> list[str]:
        """The tests that run these lines of a module whose code is this now, the quickest first.

        Of lines that only run when the module is loaded: all that run anything of it.
        """
        by_line = self._lines_of(module)
        earlier = _earlier_lines(self.sources.get(module, ""), code)
        ran = {test for line in lines for test in by_line.get(earlier.get(line, 0), [])}
        if not ran & self.seconds.keys() and "" in ran:
            ran = {test for tests in by_line.values() for test in tests}
        return sorted(ran & self.seconds.keys(), key=self._cost)

    def changed_tests(self, sources: dict[str, str]) -> list[str]:
        """Files with tests that are new or otherwise since."""
        return sorted(
            path
            for path, text in sources.items()
            if Path(path).name.startswith("test_") and self.sources.get(path) != text
        )

    def keep(self, sources: dict[str, str]) -> None:
        """Put together what the workers of pytest wrote, of code with these sources."""
        data = CoverageData(str(self.directory / _LINES))
        data.erase()
        seconds: dict[str, float] = {}
        failed: list[str] = []
        for path in sorted(self.directory.glob("lines.*")):
            if path.name == _LINES:
                continue
            part = CoverageData(str(path))
            part.read()
            data.update(part)
        for path in sorted(self.directory.glob("tests.*.json")):
            of_worker = json.loads(path.read_text("utf-8"))
            seconds |= of_worker["seconds"]
            failed += of_worker["failed"]
        data.write()
        (self.directory / _TESTS).write_text(json.dumps({"seconds": seconds, "failed": failed}), "utf-8")
        (self.directory / _SOURCES).write_text(json.dumps(sources), "utf-8")

    def _lines_of(self, module: str) -> dict[int, list[str]]:
        if module not in self._of_module:
            data = self._data
            measured = [path for path in data.measured_files() if path.endswith(f"/{module}")]
            self._of_module[module] = dict(data.contexts_by_lineno(measured[0])) if measured else {}
        return self._of_module[module]

    @cached_property
    def _data(self) -> CoverageData:
        data = CoverageData(str(self.directory / _LINES))
        data.read()
        return data

    def _cost(self, test: str) -> tuple[bool, float, str]:
        """Those that need a PostgreSQL server come last: it takes seconds to start."""
        return "postgresql" in test, self.seconds[test], test

    def _read(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.directory / name).read_text("utf-8"))
        return found


def _earlier_lines(before: str, now: str) -> dict[int, int]:
    """The line that each line was; one that is new counts as the one above."""
    blocks = SequenceMatcher(None, before.splitlines(), now.splitlines(), autojunk=False).get_matching_blocks()
    known = {block.b + place + 1: block.a + place + 1 for block in blocks for place in range(block.size)}
    found, last = {}, 0
    for line in range(1, len(now.splitlines()) + 1):
        last = known.get(line, last)
        found[line] = last
    return found
