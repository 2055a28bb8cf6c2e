"""Our own enums are handled member by member, so that a new one is forgotten nowhere without a failure.

What `match` leaves out is said by mypy (`exhaustive-match`); here is what mypy does not see.
"""

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)

POWERUP = Path(__file__).parents[1] / "powerup"
FILES = sorted(path for path in POWERUP.rglob("*.py") if "migrations" not in path.parts)
MODULES = {path.relative_to(POWERUP.parent).as_posix(): ast.parse(path.read_text("utf-8")) for path in FILES}

PARTIAL = {
    ("powerup/readings/why_line.py", "Shift"): "a visit that stays where it is, or is left out, was shifted nowhere",
    ("powerup/files/visit_calendar.py", "VisitState"): "in the other states a visit is confirmed",
}
"""Mappings that mean what they leave out, and why."""

STAGES = {"VisitState", "Reason", "Status", "SlaStage", "KeyKind", "TargetType", "TenantState", "Belongs", "EffectKind"}
"""Enums of which conditions speak one by one: where something stands, not how something is done."""


def _enums() -> dict[str, set[str]]:
    found = {}
    for module in MODULES.values():
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef) and any(ast.unparse(base) in ("Enum", "StrEnum") for base in node.bases):
                members = (each for each in node.body if isinstance(each, ast.Assign))
                found[node.name] = {ast.unparse(target) for each in members for target in each.targets}
    return found


ENUMS = _enums()


def _member(node: ast.AST) -> tuple[str, str] | None:
    if (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.attr in ENUMS.get(node.value.id, ())
    ):
        return node.value.id, node.attr
    return None


def _nodes(kind: type[Node]) -> Iterator[tuple[str, Node]]:
    """Each node of a kind in our code, with the file it stands in."""
    yield from ((file, node) for file, module in MODULES.items() for node in ast.walk(module) if isinstance(node, kind))


def _members(node: ast.AST) -> list[tuple[str, str]]:
    return [member for member in map(_member, ast.walk(node)) if member]


def test_there_are_enums_to_look_at() -> None:
    assert {"DAY", "YEAR"} <= ENUMS["Unit"]
    assert len(ENUMS) > 30


def test_mypy_says_which_members_a_match_leaves_out() -> None:
    settings = tomllib.loads((POWERUP.parent / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]
    assert "exhaustive-match" in settings["enable_error_code"]


def test_no_case_takes_whatever_is_left_of_our_own_enums() -> None:
    found = []
    for file, node in _nodes(ast.Match):
        named = [member for case in node.cases for member in _members(case.pattern)]
        if named and any(_takes_anything(case.pattern) for case in node.cases):
            found.append(f"{file}:{node.lineno} has `case _` over {named[0][0]}")
    assert found == []


def _takes_anything(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and (pattern.pattern is None or _takes_anything(pattern.pattern))


def test_a_mapping_of_our_own_enums_has_every_member() -> None:
    found = []
    for file, node in _nodes(ast.Dict):
        keys = [member for member in map(_member, filter(None, node.keys)) if member]
        for enum in {name for name, _ in keys} - {name for path, name in PARTIAL if path == file}:
            missing = ENUMS[enum] - {member for _, member in keys}
            found += [f"{file}:{node.lineno} has no {enum} {member}" for member in missing]
    assert found == []


def test_what_is_said_to_be_partial_is() -> None:
    for file, enum in PARTIAL:
        mappings = [node for node in ast.walk(MODULES[file]) if isinstance(node, ast.Dict)]
        keys = [{member for member in map(_member, filter(None, each.keys)) if member} for each in mappings]
        assert any(0 < len(each) < len(ENUMS[enum]) and (enum, next(iter(each))[1]) in each for each in keys)


def test_what_is_done_by_kind_is_matched_and_not_compared_one_by_one() -> None:
    assert [
        f"{file}:{function.lineno} compares {subject} with {sorted(members)}"
        for file, function in _nodes(ast.FunctionDef)
        for subject, members in _compared(function).items()
        if len(members) > 1
    ] == []


def _compared(function: ast.FunctionDef) -> dict[str, set[str]]:
    """By what is compared and the enum: the members it is compared with in one function, outside of `match`."""
    found = defaultdict(set)
    for node in ast.walk(function):
        if isinstance(node, ast.Compare):
            for enum, member in _compared_with(node):
                if enum not in STAGES:
                    found[f"{ast.unparse(node.left)} ({enum})"].add(member)
    return found


def _compared_with(node: ast.Compare) -> Iterator[tuple[str, str]]:
    """The members that something is compared to be; that it is not one is said of what only that one has."""
    for operator, comparator in zip(node.ops, node.comparators, strict=True):
        if isinstance(operator, ast.IsNot | ast.NotEq | ast.NotIn):
            continue
        parts = comparator.elts if isinstance(comparator, ast.Tuple | ast.Set) else [comparator]
        yield from (member for member in map(_member, parts) if member)
