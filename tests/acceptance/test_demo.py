"""The demo as a newcomer runs it: a process of its own, in an empty home."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).parents[2]
POWERUP = [sys.executable, "-c", "from powerup.cli import main; main()"]


def environ(home: Path) -> dict[str, str]:
    """No setting of this process reaches the demo."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(PROJECT)}


def run(home: Path, *arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [*POWERUP, *map(str, arguments)]
    return subprocess.run(
        command, cwd=home, env=environ(home) | settings, capture_output=True, text=True, timeout=240, check=False
    )


@contextmanager
def running_demo(home: Path, *arguments: object) -> Iterator["subprocess.Popen[str]"]:
    """The demo that runs on, once it has said so; ended with Ctrl-C."""
    command = [*POWERUP, "demo", *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=home, env=environ(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            if "The demo runs" not in first:
                raise AssertionError(first + process.communicate(timeout=60)[1])
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)


def free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def test_demo_once_tells_the_story_of_a_year_and_proves_it(tmp_path: Path) -> None:
    result = run(tmp_path, "demo", "--once")
    assert result.returncode == 0, result.stdout + result.stderr
    story = result.stdout
    for part in (
        "installed the power-up by a signed webhook",
        "Jan 31, Feb 28, Mar 31, Apr 30, May 31, Jun 30, Jul 31, Aug 31, Sep 30, Oct 31, Nov 30, Dec 31",
        "Contract 5001 ends on",
        "2 retracted, 22 withheld: terminated",
        "Contract 5009 is restarted as contract 5013",
        "Work orders as the host now lists them",
        "C5007-F-20270101-ALL",
        "Audit of December 31, 2027: good.",
    ):
        assert part in story, story
    assert result.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_the_demo_goes_on_where_it_was(tmp_path: Path) -> None:
    port, host_port = free_ports()
    options = ("--data", tmp_path / "data", "--port", port, "--host-port", host_port)
    with running_demo(tmp_path, *options) as process:
        taken = run(tmp_path, "demo", "--data", tmp_path / "other", "--port", port)
        assert taken.returncode == 2
        assert f"127.0.0.1:{port} is taken" in taken.stderr
        assert taken.stderr.count("\n") == 1
        held = run(tmp_path, "demo", "--data", tmp_path / "data", "--port", 0, "--host-port", 0)
        assert (held.returncode, held.stderr.count("\n")) == (2, 1)
        assert "choose another with --data" in held.stderr
    assert process.returncode == 0
    settings = {"POWERUP_ENVIRONMENT": "sandbox", "POWERUP_DATA_DIR": str(tmp_path / "data")}
    export = ("contracts", "export", "Voorbeeld Installatietechniek")
    first = run(tmp_path, *export, **settings).stdout
    with running_demo(tmp_path, *options) as again:
        pass
    assert again.returncode == 0
    assert run(tmp_path, *export, **settings).stdout == first
    port, host_port = free_ports()
    with running_demo(tmp_path, *options[:2], "--port", port, "--host-port", host_port):
        ordered = run(tmp_path, "sync", "Voorbeeld Installatietechniek", **settings)
        assert ordered.returncode == 0, ordered.stderr
        shown = run(tmp_path, "tenant", "show", "Voorbeeld Installatietechniek", **settings).stdout
        assert f"http://127.0.0.1:{host_port}/openapi/8/" in shown
    assert run(tmp_path, *export, **settings).stdout == first
    assert first.count("\n") == 15  # the head, and a line for each visit plan of the twelve contracts
