"""Changes the code at random, one small thing at a time, and names the changes that no test notices.

    python -m tests.mutations store sync --seed 7 --sample 30

Rooms are those of `powerup` that have a folder of tests; without one it is all of them. It works on a copy in a
temporary directory. Which tests run which lines is gathered first, once for each room, into `.mutations/` (minutes;
`--gather` does it anew); what was gathered of other rooms counts, too, and new tests of the same room are run as well.
"""

import json
import random
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue

import click

from tests.mutations.changes import Change, Module, difference, module_of
from tests.mutations.running import PROJECT, Copy, Tests, Verdict, sources_of_project
from tests.mutations.seen_lines import SeenLines

ROOMS = sorted(
    path.parent.name
    for path in (PROJECT / "powerup").glob("*/__init__.py")
    if path.parent.name != "sandbox" and (PROJECT / "tests" / path.parent.name).is_dir()
)
WANTED = 95
"""Percent of the changes in each room that a test should notice."""

GATHERED = PROJECT / ".mutations"
_LEAST_SECONDS = 30
_TIMES = 5
"""How much longer than before the tests may take."""


@dataclass(frozen=True)
class Try:
    """One change of a sample."""

    room: str
    module: str
    code: str
    parsed: Module
    change: Change


@dataclass(frozen=True)
class Result:
    """What came of one change; tests is how many could notice it, run how many of them were run at most."""

    room: str
    file: str
    line: int
    kind: str
    before: str
    after: str
    verdict: Verdict
    tests: int
    run: int


def sample(room: str, sources: dict[str, str], seed: int, size: int) -> list[Try]:
    """So many changes of a room, of as many lines; the same ones for the same seed and code."""
    chance = random.Random(f"{seed} {room}")
    by_line: dict[tuple[str, int], list[Try]] = {}
    for module, code in sources.items():
        if module.startswith(f"powerup/{room}/") and "/migrations/" not in module:
            parsed = module_of(code)
            for change in parsed.changes:
                by_line.setdefault((module, change.line), []).append(Try(room, module, code, parsed, change))
    lines = chance.sample(sorted(by_line), min(size, len(by_line)))
    return [chance.choice(by_line[line]) for line in lines]


def at_line(place: str, sources: dict[str, str]) -> list[Try]:
    """All changes of one line, named as powerup/store/leases.py:35."""
    module, _, line = place.rpartition(":")
    parsed = module_of(sources[module])
    room = Path(module).parts[1]
    return [Try(room, module, sources[module], parsed, each) for each in parsed.changes if each.line == int(line)]


def tried(each: Try, copy: Copy, seen: SeenLines, sources: dict[str, str], budget: float) -> Result:
    """Make one change in the copy, and run the tests that could notice it, as many as last that many seconds, then
    those of its room that are new."""
    code = each.parsed.changed(each.change)
    found = seen.tests_of(each.module, sources, each.change.statement, copy.there)
    within: list[str] = []
    expected = 0.0
    for test, seconds in found.items():
        expected += seconds
        if within and expected > budget:
            break
        within.append(test)
    new = seen.new_tests(each.room, copy.there)
    tests = Tests([*within, *new], _LEAST_SECONDS + len(new) + _TIMES * expected)
    verdict = copy.try_with(each.module, code, tests)
    before, after = difference(each.code, code)
    return Result(
        each.room, each.module, each.change.line, each.change.kind, before, after, verdict, len(found), len(within)
    )


def results_of(tries: Sequence[Try], seen: SeenLines, budget: float, workers: int) -> Iterator[Result]:
    """What comes of each, in their order, as many at a time as there are workers."""
    sources = sources_of_project()
    free: SimpleQueue[Copy] = SimpleQueue()

    def in_a_free_copy(each: Try) -> Result:
        copy = free.get()
        try:
            return tried(each, copy, seen, sources, budget)
        finally:
            free.put(copy)

    with ThreadPoolExecutor(workers) as pool:
        copies = [Copy() for _ in range(workers)]
        try:
            for copy in copies:
                free.put(copy.__enter__())
                copy.load([*seen.folders])
            yield from pool.map(in_a_free_copy, tries)
        finally:
            for copy in copies:
                copy.__exit__()


def line_of(result: Result) -> str:
    """A survivor in words."""
    seen_by = f"{result.run} of {result.tests} tests" if result.run < result.tests else f"{result.tests} tests"
    return (
        f"{result.file}:{result.line}: {result.kind}, {result.verdict} ({seen_by})\n"
        f"  - {result.before}\n  + {result.after}"
    )


def table(results: Sequence[Result]) -> Iterator[str]:
    """A line per room."""
    yield f"{'room':<12}{'changes':>8}{'seen':>6}{'%':>5}"
    for room in dict.fromkeys(result.room for result in results):
        of_room = [result for result in results if result.room == room]
        seen = sum(_is_seen(result) for result in of_room)
        yield f"{room:<12}{len(of_room):>8}{seen:>6}{100 * seen // len(of_room):>5}"


def _is_seen(result: Result) -> bool:
    return result.verdict in (Verdict.SEEN, Verdict.TOOK_TOO_LONG)


@click.command(help=__doc__)
@click.argument("rooms", nargs=-1, type=click.Choice(ROOMS))
@click.option("--seed", default=1, help="Another seed takes another sample.")
@click.option("--sample", "size", default=20, help="Changes per room.")
@click.option(
    "--at", "places", multiple=True, help="All changes of a line instead, such as powerup/store/leases.py:35."
)
@click.option("--budget", default=120.0, help="Seconds of tests per change; the quickest are run.")
@click.option("--workers", default=1, help="Changes that are tried at a time.")
@click.option("--gather", is_flag=True, help="Gather anew which tests run which lines.")
@click.option("--json", "as_json", type=click.Path(path_type=Path), help="Write all results to a file, too.")
def main(
    rooms: tuple[str, ...],
    seed: int,
    size: int,
    places: tuple[str, ...],
    budget: float,
    workers: int,
    gather: bool,
    as_json: Path | None,
) -> None:
    """The command; its exit code is 1 where less than 95 % of a room was noticed."""
    seen, sources = SeenLines(GATHERED), sources_of_project()
    for room in rooms or ROOMS:
        if gather or not (room in seen.folders or places):
            click.echo(f"Running the tests of {room} once, to know which lines each of them runs …", err=True)
            as_gathered = sources_of_project()
            with Copy() as copy:
                copy.gather(room, GATHERED / room, workers)
            seen.keep(room, as_gathered)
    tries = [each for place in places for each in at_line(place, sources)]
    tries = tries or [each for room in rooms or ROOMS for each in sample(room, sources, seed, size)]
    results = []
    for result in results_of(tries, seen, budget, workers):
        results.append(result)
        click.echo(f"\r{len(results)} of {len(tries)} ", nl=False, err=True)
        if not _is_seen(result):
            click.echo(line_of(result))
    for line in table(results):
        click.echo(line)
    if as_json:
        as_json.write_text(json.dumps([asdict(result) for result in results], indent=1), "utf-8")
    by_room = [[_is_seen(each) for each in results if each.room == room] for room in {each.room for each in results}]
    sys.exit(any(100 * sum(seen_of) < WANTED * len(seen_of) for seen_of in by_room))


if __name__ == "__main__":
    main()
