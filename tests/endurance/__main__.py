"""Run one endurance run, print its outcome, and end with 1 when something is wrong."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict

import tests.endurance
from tests.endurance.kills import Run, run_kills
from tests.endurance.neighbours import run_neighbours


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the command line, and say with the exit code whether all is well."""
    parser = argparse.ArgumentParser(prog="python -m tests.endurance", description=tests.endurance.__doc__)
    names = parser.add_subparsers(required=True)
    kills = names.add_parser("kills", help="real processes, killed at random moments")
    kills.add_argument("--kills", type=int, default=200)
    kills.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    kills.add_argument("--power-cuts", type=int, default=0, help="of the database server, besides; PostgreSQL only")
    kills.add_argument("--seed", type=int, default=1)
    lives = names.add_parser("lives", help="made-up contracts through months of presses, faults and kills")
    lives.add_argument("--examples", type=int, default=100)
    lives.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    lives.add_argument("--seed", type=int, default=1)
    neighbours = names.add_parser("neighbours", help="ordinary firms beside bad hosts and strangers")
    neighbours.add_argument("--seconds", type=float, default=600.0)
    given = parser.parse_args(arguments)
    if "seconds" in given:
        came = run_neighbours(given.seconds)
        sys.stdout.write(json.dumps({"ok": came.ok, **asdict(came)}, indent=2) + "\n")
        return 0 if came.ok else 1
    if "examples" in given:
        return run_lives(given.examples, given.database, given.seed)
    outcome = run_kills(Run(given.database, given.kills, given.seed, given.power_cuts))
    sys.stdout.write(json.dumps({"ok": outcome.ok, **asdict(outcome)}, indent=2) + "\n")
    return 0 if outcome.ok else 1


def run_lives(examples: int, database: str, seed: int) -> int:
    """The properties of `tests/sync/proof/test_sync_invariant.py` with so many examples each; pytest's exit code."""
    test = ["tests/sync/proof/test_sync_invariant.py", "-k", database, "-n", "2", "--timeout", "0"]
    command = [sys.executable, "-m", "pytest", *test, f"--hypothesis-seed={seed}"]
    return subprocess.run(command, env=os.environ | {"LIVES": str(examples)}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
