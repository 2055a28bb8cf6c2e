"""serve, timer and sandbox as processes: they say where they are, and end when they are told to."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

PROJECT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def process(home: Path, *arguments: object, says: str) -> Iterator["subprocess.Popen[str]"]:
    """A powerup process that has said so; ended with SIGTERM, which has to be a good end."""
    settings = {"POWERUP_ENVIRONMENT": "sandbox", "HOME": str(home), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", "from powerup.cli import main; main()", *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=home, env=settings | {"PYTHONPATH": str(PROJECT)}, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        seen = ""
        while says not in seen:
            line = running.stderr.readline()
            assert line, seen
            seen += line
        try:
            yield running
            running.send_signal(signal.SIGTERM)
            running.communicate(timeout=60)
        finally:
            running.kill()
    assert running.returncode == 0


def test_serve_alone_is_the_whole_product(tmp_path: Path) -> None:
    port = free_port()
    with (
        process(tmp_path, "serve", "--bind", f"127.0.0.1:{port}", says="Listening on"),
        urlopen(f"http://127.0.0.1:{port}/health/ready") as answer,
    ):
        ready = json.load(answer)
    assert (ready["status"], ready["timer"]["late"]) == ("ready", False)
    assert (tmp_path / "powerup-data" / "powerup.db").exists()


def test_the_stand_in_host_keeps_its_tokens_off_the_screen(tmp_path: Path) -> None:
    bind = f"127.0.0.1:{free_port()}"
    with process(tmp_path, "sandbox", "--bind", bind, "--fault", "lost_answer=0.1", says="tokens.json") as running:
        tokens = json.loads((tmp_path / "powerup-data" / "host" / "tokens.json").read_text())
        assert tokens["token"]
    assert running.returncode == 0


def test_a_stand_in_host_whose_file_is_damaged_says_so_in_one_line(tmp_path: Path) -> None:
    directory = tmp_path / "powerup-data" / "host"
    directory.mkdir(parents=True)
    (directory / "sandbox.sqlite").write_bytes(b"no database at all " * 500)
    command = [sys.executable, "-m", "powerup", "sandbox", "--bind", f"127.0.0.1:{free_port()}"]
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(PROJECT)}
    ended = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert "choose another directory" in ended.stderr


def test_the_timer_runs_alone(tmp_path: Path) -> None:
    with process(tmp_path, "serve", "--bind", f"127.0.0.1:{free_port()}", "--no-timer", says="Listening on"):
        pass
    metrics = f"127.0.0.1:{free_port()}"
    with (
        process(tmp_path, "timer", "--metrics-bind", metrics, says="The timer runs"),
        urlopen(f"http://{metrics}/metrics") as answer,
    ):
        assert b"powerup_leases_lost_total 0.0" in answer.read()


def test_a_process_ends_whichever_of_its_threads_is_told_to() -> None:
    program = """
import signal, threading, time
from powerup.commands.kit.stopping import until_told_to_stop, wait_until_told

def told():
    time.sleep(0.1)
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

with until_told_to_stop():
    threading.Thread(target=told).start()
    wait_until_told()
raise SystemExit(7)
"""
    ended = subprocess.run([sys.executable, "-c", program], timeout=30, check=False)
    assert ended.returncode == 7
