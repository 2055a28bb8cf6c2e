"""How fast the product is: `python -m tests.benchmarks NAME` prints its figures as JSON.

A benchmark is a module of this package, found by its name, with `run() -> dict[str, object]`: the figures, with their
unit in the name (`visits_per_second`). What is compared is measured in the same run. Modules that start with `_` are
shared by benchmarks and are none themselves.
"""
