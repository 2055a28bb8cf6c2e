"""What the tool changes: each kind once, and nothing that no test could notice."""

import pytest

from tests.mutations.changes import Module, difference, module_of


def _changed(code: str) -> set[tuple[str, str]]:
    """Kind and the changed lines of every change of this code."""
    module: Module = module_of(code)
    return {(change.kind, difference(code, module.changed(change))[1]) for change in module.changes}


@pytest.mark.parametrize(
    ("code", "kind", "after"),
    [
        ("x = a < b\n", "comparison", "x = a <= b"),
        ("x = a < b\n", "comparison", "x = a >= b"),
        ("x = a is None\n", "comparison", "x = a is not None"),
        ("x = a not in b\n", "comparison", "x = a in b"),
        ("x = a and b\n", "and/or", "x = a or b"),
        ("x = a or b\n", "condition dropped", "x = b"),
        ("x = not a\n", "not", "x = a"),
        ("if a == b:\n    pass\n", "not", "if not (a == b):"),
        ("x = [a for a in b if a]\n", "not", "x = [a for a in b if not (a)]"),
        ("x = a + b\n", "arithmetic", "x = a - b"),
        ("x = a | b\n", "arithmetic", "x = a & b"),
        ("x = 14\n", "constant", "x = 15"),
        ("x = max(a, b)\n", "max/min", "x = min(a, b)"),
        ("x = func.min(a)\n", "max/min", "x = func.max(a)"),
        ("x = any(a)\n", "max/min", "x = all(a)"),
        ("def f(a=True): ...\n", "true/false", "def f(a=False): ..."),
        ("f(a, b=1)\n", "argument dropped", "f(a)"),
        ("f(a)\n", "statement dropped", "pass"),
        ("x.y = a\n", "statement dropped", "pass"),
        ("x[y] = a\n", "statement dropped", "pass"),
        ("x += a\n", "statement dropped", "pass"),
        ("def f():\n    if a:\n        return b\n    return c\n", "return dropped", "pass"),
    ],
)
def test_each_kind_of_change_is_made(code: str, kind: str, after: str) -> None:
    assert (kind, after) in _changed(code)


@pytest.mark.parametrize(
    "code",
    [
        '"""A docstring with 1 < 2."""\n',
        "x: Literal[1] = a\n",
        "@decorator(slots=True)\nclass A:\n    pass\n",
        "from a import b as max\n",
        "def f(max):\n    return a\n",
        "def f():\n    return a\n",
        "x = 'text'\n",
    ],
)
def test_what_no_test_could_notice_stays(code: str) -> None:
    assert _changed(code) == set()


def test_the_lines_of_a_case_are_its_head() -> None:
    module = module_of("match f(a):\n    case (1, b) if b < 3:\n        g(b)\n    case _:\n        pass\n")
    lines = {change.kind: (change.line, change.statement) for change in module.changes}
    assert lines["comparison"] == lines["constant"] == (2, range(2, 3))
    assert lines["statement dropped"] == (3, range(3, 4))


def test_a_change_says_which_lines_its_statement_has() -> None:
    module = module_of(
        "def f(a):\n    if (\n        a < 1\n    ):\n        return a\n    return (\n        a + 1\n    )\n"
    )
    lines = {change.kind: (change.line, change.statement) for change in module.changes if change.kind != "constant"}
    assert lines["comparison"] == (3, range(2, 5))
    assert lines["return dropped"] == (5, range(5, 6))
    assert lines["arithmetic"] == (7, range(6, 9))
