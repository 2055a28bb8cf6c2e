"""The project in a copy of its own, in which a module is changed, tested and put back."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

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


@dataclass(frozen=True)
class Tests:
    """What is run: tests by their ids in this order, and how long that may take."""

    ids: Sequence[str]
    seconds: float


class Copy:
    """A copy of the project's files in a temporary directory; use it in a `with` statement."""

    def __enter__(self) -> Self:
        self._holder = Path(tempfile.mkdtemp(prefix="mutations-"))
        self.root = self._holder / "tree"
        for path in files_of_project():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / path, target)
        return self

    def __exit__(self, *_: object) -> None:
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
        path = self.root / module
        before = path.read_text("utf-8")
        wanted = self._holder / "tests.txt"
        wanted.write_text("\n".join(tests.ids), "utf-8")
        try:
            path.write_text(code, "utf-8")
            answer = self._pytest(["-n", "0", "-x", f"@{wanted}"], tests.seconds, {})
        except subprocess.TimeoutExpired:
            return Verdict.TOOK_TOO_LONG
        finally:
            path.write_text(before, "utf-8")
        return _VERDICTS.get(answer, Verdict.SEEN)

    def _pytest(self, arguments: Sequence[str], seconds: float | None, environment: dict[str, str]) -> int:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0", *arguments]
        # Before where the project is installed: what is tested is the copy, in processes of tests, too.
        around = os.environ | {"PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"} | environment
        with subprocess.Popen(
            command,
            cwd=self.root,
            env=around,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as running:
            try:
                return running.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, 9)
                raise


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
