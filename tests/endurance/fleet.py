"""The product's processes as an operator runs them, to be killed and started again."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.endurance.firms import Firm

PROJECT = Path(__file__).parents[2]
_POWERUP = [sys.executable, "-c", "from powerup.cli import main; main()"]
_STARTS_WITHIN_SECONDS = 60
_STOPS_WITHIN_SECONDS = 60
_SAYS_IT_RUNS = b"Ctrl-C ends it"


def environ_of(home: Path, address: str, firms: Sequence[Firm]) -> dict[str, str]:
    """The settings of a server of its own for the hosts of these firms, with a free port; address is the database's."""
    port = _free_port()
    return {
        "POWERUP_ENVIRONMENT": "sandbox",
        "POWERUP_DATA_DIR": str(home / "data"),
        "POWERUP_DATABASE_URL": address,
        "PORT": str(port),
        "POWERUP_BASE_URL": f"http://127.0.0.1:{port}/",
        "POWERUP_HOST_API_URLS": ",".join(firm.server.api_url for firm in firms),
        "POWERUP_HOST_ORIGINS": ",".join(firm.server.url for firm in firms),
    }


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@dataclass(slots=True)
class Fleet:
    """Processes of the product, each by its place in `commands`; their log is kept in `home`.

    Use it in a `with` statement: nothing outlives it. environ is all the settings they get. One that ends by itself is
    started again, as an operator's supervisor does; it may do so when it starts while the database is away.
    """

    home: Path
    environ: Mapping[str, str]
    commands: Sequence[Sequence[str]]
    kills: int = 0
    _running: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    _begun_at: dict[int, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._running = [self._start(place) for place in range(len(self.commands))]
        threading.Thread(target=self._supervise, name="supervisor").start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end_supervising()
        for process in self._running:
            process.kill()
            process.wait()

    def kill(self, place: int) -> None:
        """Kill that process as a crash would, and start it again at once."""
        with self._lock:
            self._running[place].kill()
            self._running[place].wait()
            self.kills += 1
            self._running[place] = self._start(place)

    def working(self) -> list[int]:
        """The places of the processes that have said that they run."""
        return [place for place in range(len(self._running)) if _SAYS_IT_RUNS in self._said(place)]

    def place_of(self, pid: int) -> int | None:
        """The place of the process with that id, None where it is none of these."""
        return next((place for place, process in enumerate(self._running) if process.pid == pid), None)

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """A command beside them, until it ends."""
        return subprocess.run(
            [*_POWERUP, *arguments], cwd=self.home, env=self._environ(), capture_output=True, text=True, check=False
        )

    def stop(self) -> list[str]:
        """Tell all to stop once they run, and wait; returns what was wrong with how they ended."""
        self._end_supervising()
        self._wait_until_all_run()
        for process in self._running:
            process.send_signal(signal.SIGTERM)
        return [flaw for place, process in enumerate(self._running) for flaw in self._ends(place, process)]

    def _ends(self, place: int, process: "subprocess.Popen[bytes]") -> Iterator[str]:
        """What is wrong with how a process ends that was told to; of one that goes on, where its threads are."""
        told = f"{' '.join(self.commands[place])} was told to stop"
        try:
            code = process.wait(_STOPS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)
            process.wait()
            yield f"{told} and went on: {self._said(place)[-20_000:].decode(errors='replace')}"
        else:
            if code != 0:
                yield f"{told} and ended with {code}"

    def errors(self, expected: Sequence[str] = ()) -> list[str]:
        """What the processes logged as an error, or wrote besides their log; lines with what is expected left out."""
        found = [line for path in sorted(self.home.glob("*.log")) for line in _errors_in(path)]
        return [line for line in found if not any(words in line for words in expected)]

    def _supervise(self) -> None:
        while not self._ended.wait(0.2):
            with self._lock:
                for place, process in enumerate(self._running):
                    if process.poll() is not None:
                        self._running[place] = self._start(place)

    def _end_supervising(self) -> None:
        self._ended.set()
        with self._lock:  # what it is about to start is there by then
            return

    def _wait_until_all_run(self) -> None:
        """One that is only starting knows nothing yet of how to end well."""
        until = time.monotonic() + _STARTS_WITHIN_SECONDS
        while len(self.working()) < len(self.commands) and time.monotonic() < until:
            time.sleep(0.1)

    def _log(self, place: int) -> Path:
        return self.home / f"{place}-{self.commands[place][0]}.log"

    def _said(self, place: int) -> bytes:
        """What the process in that place has said since it was started."""
        with self._log(place).open("rb") as log:
            log.seek(self._begun_at.get(place, 0))
            return log.read()

    def _start(self, place: int) -> "subprocess.Popen[bytes]":
        with self._log(place).open("ab") as log:
            self._begun_at[place] = log.tell()
            return subprocess.Popen(
                [*_POWERUP, *self.commands[place]],
                cwd=self.home,
                env=self._environ(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _environ(self) -> dict[str, str]:
        surroundings = {"PATH": os.environ["PATH"], "HOME": str(self.home), "PYTHONPATH": str(PROJECT)}
        return {**surroundings, "LANG": "C.UTF-8", "PYTHONFAULTHANDLER": "1", **self.environ}


def _errors_in(path: Path) -> Iterator[str]:
    for line in path.read_text(errors="replace").splitlines():
        try:
            if json.loads(line).get("level") in ("error", "critical"):
                yield f"{path.name}: {line}"
        except ValueError:
            if line.strip().startswith(("Traceback", "Error", "Warning")):
                yield f"{path.name}: {line}"
