"""Run one benchmark and print what machine it ran on and its figures."""

import argparse
import json
import os
import pkgutil
import platform
import sys
from collections.abc import Sequence
from importlib import import_module

import tests.benchmarks


def benchmark_names() -> list[str]:
    """The modules of the package that are benchmarks, by name."""
    modules = pkgutil.iter_modules(tests.benchmarks.__path__)
    return sorted(module.name for module in modules if not module.name.startswith("_"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the benchmark that the command line names and write the answer to standard output."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=tests.benchmarks.__doc__)
    parser.add_argument("name", choices=benchmark_names())
    name = parser.parse_args(arguments).name
    figures = import_module(f"tests.benchmarks.{name}").run()
    machine = {"processors": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    sys.stdout.write(json.dumps({"benchmark": name, "machine": machine, "figures": figures}, indent=2) + "\n")


if __name__ == "__main__":
    main()
