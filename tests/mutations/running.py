"""The project in a copy of its own, in which a module is changed, tested and put back."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from tests.mutations.in_forks import SOCKET, Answer, Question
from tests.mutations.seen_lines import name_of

PROJECT = Path(__file__).parents[2]

DIRECTORY = "MUTATIONS_DIRECTORY"
"""The variable of the environment that tells the plugin `gathering` where to write."""


class Verdict(StrEnum):
    """What the tests said of a change."""

    SEEN = "seen"
    SURVIVED = "survived"
    TOOK_TOO_LONG = "took too long"
    NOT_RUN = "no test runs it"


_VERDICTS = {0: Verdict.SURVIVED, 5: Verdict.SURVIVED}
"""By pytest's exit code; any other than these is a failure, also of loading the module."""

_IN_FORKS = {Answer.SEEN: Verdict.SEEN, Answer.TOOK_TOO_LONG: Verdict.TOOK_TOO_LONG}
"""What needs no second look: a survivor is looked at again with the module loaded anew."""

_LOADING_SECONDS = 60
_FIRST = 25


@dataclass(frozen=True)
class Tests:
    """What is run: tests by their ids in this order, and how long that may take."""

    ids: Sequence[str]
    seconds: float


class Copy:
    """A copy of the project's files in a temporary directory; use it in a `with` statement."""

    _loaded: subprocess.Popen[bytes] | None = None
    _asked: "Connection[Question | None, Any] | None" = None
    there: Mapping[str, str] = MappingProxyType({})
    """The ids of the tests that are loaded, by their names."""

    def __enter__(self) -> Self:
        self._holder = Path(tempfile.mkdtemp(prefix="mutations-"))
        self.root = self._holder / "tree"
        for path in files_of_project():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / path, target)
        return self

    def __exit__(self, *_: object) -> None:
        if self._asked is not None and self._loaded is not None:
            with suppress(OSError):
                self._asked.send(None)
            self._asked.close()
            self._loaded.wait()
        shutil.rmtree(self._holder, ignore_errors=True)

    def gather(self, folder: str, directory: Path, workers: int) -> None:
        """Run the tests of a folder once, and note in the directory which lines each of them runs."""
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        plugin = ["-p", "tests.mutations.gathering"]
        self._pytest(["-n", str(workers), *plugin, f"tests/{folder}"], None, {DIRECTORY: str(directory)})

    def try_with(self, module: str, code: str, tests: Tests) -> Verdict:
        """What the tests say when the module has this code; it is as it was afterwards."""
        if not tests.ids:
            return Verdict.NOT_RUN
        return self._try_in_a_fork(module, code, tests) or self._try_alone(module, code, tests)

    def load(self, folders: Sequence[str]) -> None:
        """Load the tests of these folders, so that changes can be tried in forks."""
        place = str(self._holder / "questions")
        with Listener(place) as listener:
            arguments = ["-n", "0", "-p", "tests.mutations.in_forks", *(f"tests/{each}" for each in folders)]
            self._loaded = self._started(arguments, {SOCKET: place})
            self._asked = listener.accept()
        self.there = {name_of(test): test for test in self._asked.recv()}

    def _try_in_a_fork(self, module: str, code: str, tests: Tests) -> Verdict | None:
        if self._asked is None:
            return None
        before = (self.root / module).read_text("utf-8")
        self._asked.send(Question(module, before, code, tests.ids, tests.seconds))
        return _IN_FORKS.get(self._asked.recv())

    def _try_alone(self, module: str, code: str, tests: Tests) -> Verdict:
        """In a process of its own, which loads the files of all its tests: the first few, then the others."""
        path = self.root / module
        before = path.read_text("utf-8")
        try:
            path.write_text(code, "utf-8")
            for some in (tests.ids[:_FIRST], tests.ids[_FIRST:]):
                if some and (verdict := self._verdict_of(Tests(some, tests.seconds))) is not Verdict.SURVIVED:
                    return verdict
        finally:
            path.write_text(before, "utf-8")
        return Verdict.SURVIVED

    def _verdict_of(self, tests: Tests) -> Verdict:
        wanted = self._holder / "tests.txt"
        wanted.write_text("\n".join(tests.ids), "utf-8")
        try:
            answer = self._pytest(["-n", "0", "-x", f"@{wanted}"], tests.seconds + _LOADING_SECONDS, {})
        except subprocess.TimeoutExpired:
            return Verdict.TOOK_TOO_LONG
        return _VERDICTS.get(answer, Verdict.SEEN)

    def _pytest(self, arguments: Sequence[str], seconds: float | None, environment: dict[str, str]) -> int:
        with self._started(arguments, environment) as running:
            try:
                return running.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, 9)
                raise

    def _started(self, arguments: Sequence[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0", *arguments]
        # Before where the project is installed: what is tested is the copy, in processes of tests, too.
        around = os.environ | {"PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"} | environment
        return subprocess.Popen(
            command,
            cwd=self.root,
            env=around,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def files_of_project() -> list[str]:
    """What git has or would take, relative to the project."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return sorted(path for path in listed.split("\0") if path and (PROJECT / path).is_file())


def sources_of_project() -> dict[str, str]:
    """The text of its modules and tests, by path."""
    return {path: (PROJECT / path).read_text("utf-8") for path in files_of_project() if path.endswith(".py")}
