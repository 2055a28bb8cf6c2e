"""Which tests run which lines, as it was gathered once; also for code that has changed a little since."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path
from typing import Any

from coverage import CoverageData

_LINES, _TESTS, _SOURCES = "lines.all", "tests.json", "sources.json"


@dataclass
class SeenLines:
    """What was gathered, each folder of tests into a directory of its own."""

    directory: Path

    @cached_property
    def folders(self) -> dict[str, "_OfFolder"]:
        """What was gathered, by folder of tests."""
        there = sorted(path.parent for path in self.directory.glob(f"*/{_SOURCES}"))
        return {path.name: _OfFolder(path) for path in there}

    @cached_property
    def seconds(self) -> dict[str, float]:
        """How long each test took that passed."""
        return {test: seconds for part in self.folders.values() for test, seconds in part.seconds.items()}

    def tests_of(
        self, module: str, sources: dict[str, str], lines: Iterable[int], there: Mapping[str, str]
    ) -> dict[str, float]:
        """The tests that ran these lines of a module, those of its room first, each time the quickest first, with
        their seconds. there gives the ids that tests have now by their names (`name_of`).

        Of lines that only run when the module is loaded: all that run anything of it, and all of its room.
        """
        known = {test for part in self.folders.values() for test in part.tests_of(module, sources, set(lines))}
        room = Path(module).parts[1]
        in_order = sorted(known, key=lambda test: (not test.startswith(f"tests/{room}/"), *self._cost(test)))
        return {there[name]: self.seconds[test] for test in in_order if (name := name_of(test)) in there}

    def new_tests(self, room: str, there: Mapping[str, str]) -> list[str]:
        """The ids of the tests of a room that are new since."""
        known = {name_of(test) for test in self.folders[room].tests} if room in self.folders else set()
        of_room = [name for name, test in there.items() if test.startswith(f"tests/{room}/")]
        return sorted(there[name] for name in of_room if not {name, name.replace("postgresql", "sqlite")} & known)

    def keep(self, folder: str, sources: dict[str, str]) -> None:
        """Put together what the workers of pytest wrote for a folder, of code with these sources."""
        directory = self.directory / folder
        data = CoverageData(str(directory / _LINES))
        data.erase()
        seconds: dict[str, float] = {}
        failed: list[str] = []
        for path in sorted(directory.glob("lines.*")):
            if path.name == _LINES:
                continue
            part = CoverageData(str(path))
            part.read()
            data.update(part)
        for path in sorted(directory.glob("tests.*.json")):
            of_worker = json.loads(path.read_text("utf-8"))
            seconds |= of_worker["seconds"]
            failed += of_worker["failed"]
        data.write()
        (directory / _TESTS).write_text(json.dumps({"seconds": seconds, "failed": failed}), "utf-8")
        (directory / _SOURCES).write_text(json.dumps(sources), "utf-8")
        self.__dict__.pop("folders", None)
        self.__dict__.pop("seconds", None)

    def _cost(self, test: str) -> tuple[bool, float, str]:
        """Those that need a PostgreSQL server come last: it takes seconds to start."""
        return "postgresql" in test, self.seconds[test], test


@dataclass
class _OfFolder:
    """What was gathered from one folder: by module and line the tests that ran it, and the seconds of each test."""

    directory: Path
    _of_module: dict[str, dict[int, list[str]]] = field(default_factory=dict)

    @cached_property
    def seconds(self) -> dict[str, float]:
        found = self._read(_TESTS)
        failed = set(found["failed"])
        return {test: seconds for test, seconds in found["seconds"].items() if test not in failed}

    @cached_property
    def tests(self) -> set[str]:
        """All, also those that failed."""
        return {*self._read(_TESTS)["seconds"]}

    @cached_property
    def sources(self) -> dict[str, str]:
        """The modules as they were, by path."""
        return dict(self._read(_SOURCES))

    def tests_of(self, module: str, sources: dict[str, str], lines: set[int]) -> set[str]:
        before = self._earlier_path(module, sources)
        by_line = self._lines_of(before)
        earlier = _earlier_lines(self.sources.get(before, ""), sources[module])
        ran = {test for line in lines for test in by_line.get(earlier.get(line, 0), [])}
        if not ran & self.seconds.keys() and "" in ran:
            of_room = {test for test in self.seconds if test.startswith(f"tests/{Path(module).parts[1]}/")}
            ran = {test for tests in by_line.values() for test in tests} | of_room
        return ran & self.seconds.keys()

    def _earlier_path(self, module: str, sources: dict[str, str]) -> str:
        """Where a module stood; one that was moved since is the one that is gone and shares most lines with it."""
        if module in self.sources:
            return module
        lines = {*sources[module].splitlines()}
        gone = [path for path in self.sources if path.startswith("powerup/") and path not in sources]
        return max(gone, key=lambda path: len(lines & {*self.sources[path].splitlines()}), default=module)

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

    def _read(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.directory / name).read_text("utf-8"))
        return found


def name_of(test: str) -> str:
    """What stays of a test's id when its file is moved or split within a room: the room, and its own name."""
    path, _, name = test.partition("::")
    return f"{Path(path).parts[1]}::{name}"


def _earlier_lines(before: str, now: str) -> dict[int, int]:
    """The line that each line was; one that is new counts as the one above."""
    blocks = SequenceMatcher(None, before.splitlines(), now.splitlines(), autojunk=False).get_matching_blocks()
    known = {block.b + place + 1: block.a + place + 1 for block in blocks for place in range(block.size)}
    found, last = {}, 0
    for line in range(1, len(now.splitlines()) + 1):
        last = known.get(line, last)
        found[line] = last
    return found
