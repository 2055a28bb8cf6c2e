"""Run one endurance run, print its outcome, and end with 1 when something is wrong."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

import tests.endurance
from tests.endurance.kills import Run, run_kills


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the command line, and say with the exit code whether all is well."""
    parser = argparse.ArgumentParser(prog="python -m tests.endurance", description=tests.endurance.__doc__)
    names = parser.add_subparsers(required=True)
    kills = names.add_parser("kills", help="real processes, killed at random moments")
    kills.add_argument("--kills", type=int, default=200)
    kills.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    kills.add_argument("--power-cuts", type=int, default=0, help="of the database server, besides; PostgreSQL only")
    kills.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    outcome = run_kills(Run(given.database, given.kills, given.seed, given.power_cuts))
    sys.stdout.write(json.dumps({"ok": outcome.ok, **asdict(outcome)}, indent=2) + "\n")
    return 0 if outcome.ok else 1


if __name__ == "__main__":
    sys.exit(main())
