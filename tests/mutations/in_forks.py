"""A plugin of pytest (`-p tests.mutations.in_forks`) that loads all tests once, and tries each change in a fork.

Loading takes seconds, most tests none. In the fork the code of the functions that are changed is put into the functions
that are there, whoever holds them. What only runs when a module is loaded (a class, a default, a schema) cannot be
changed like that: `Answer.LOAD_ANEW`. Whoever asks stands behind a socket, whose path is in the environment.
"""

import gc
import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from importlib import import_module
from inspect import CO_OPTIMIZED
from multiprocessing.connection import Client
from pathlib import Path
from types import CodeType, FunctionType

import pytest

SOCKET = "MUTATIONS_SOCKET"
"""The variable of the environment that says where the questions come from."""

_WARM = ("[sqlite", "[postgresql")
"""Of each one test is run first, so that the databases that others copy are there."""

_failed: list[str] = []


class Answer(IntEnum):
    """What came of a change; also the exit code of its process."""

    SURVIVED = 0
    SEEN = 1
    TOOK_TOO_LONG = 2
    LOAD_ANEW = 3


@dataclass(frozen=True)
class Question:
    """A module with the code that it has and the code that is tried, the tests in their order, and their seconds."""

    module: str
    before: str
    after: str
    tests: Sequence[str]
    seconds: float


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Instead of running the tests: answer questions until there are no more."""
    items = {item.nodeid: item for item in session.items}
    for kind in _WARM:
        for item in [each for each in session.items if kind in each.nodeid][:1]:
            _run(item, session.items)
    _failed.clear()
    with Client(os.environ[SOCKET]) as asking:
        asking.send(sorted(items))
        while (question := asking.recv()) is not None:
            asking.send(_answer(question, items))
    return True


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note that one failed."""
    if report.failed:
        _failed.append(report.nodeid)


def _answer(question: Question, items: dict[str, pytest.Item]) -> Answer:
    import_module(question.module.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    path = str(Path(question.module).absolute())
    changes = list(_functions(compile(question.before, path, "exec"), compile(question.after, path, "exec")))
    if not changes or any(_is_loaded_only(before) for before, _ in changes):
        return Answer.LOAD_ANEW
    functions = {id(before): _loaded(before) for before, _ in changes}
    if not all(functions[id(before)] for before, _ in changes if "<locals>" not in before.co_qualname):
        return Answer.LOAD_ANEW
    child = os.fork()
    if child == 0:
        os.setsid()
        code = Answer.SEEN
        try:
            for before, after in changes:
                for function in functions[id(before)]:
                    function.__code__ = after.replace(co_filename=path)
            code = _tried([items[test] for test in question.tests], list(items.values()))
        except ValueError:  # it closes over other names than before
            code = Answer.LOAD_ANEW
        finally:
            os._exit(code)
    return _end_of(child, question.seconds)


def _tried(chosen: Sequence[pytest.Item], items: Sequence[pytest.Item]) -> Answer:
    for item in chosen:
        _run(item, items)
        if _failed:
            return Answer.SEEN
    return Answer.SURVIVED


def _run(item: pytest.Item, items: Sequence[pytest.Item]) -> None:
    """Run one, and take down what is its own or its module's."""
    other = next((each for each in items if each.path != item.path), None)
    item.ihook.pytest_runtest_protocol(item=item, nextitem=other)


def _end_of(child: int, seconds: float) -> Answer:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return Answer(os.waitstatus_to_exitcode(status)) if os.WIFEXITED(status) else Answer.SEEN
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return Answer.TOOK_TOO_LONG


def _functions(before: CodeType, after: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """The code, before and after, of what is otherwise, with all that stands around it in a function."""
    if _shape(before) == _shape(after):
        return
    inner_before, inner_after = _inner(before), _inner(after)
    names = [code.co_qualname for code in inner_before]
    if before.co_flags & CO_OPTIMIZED or _own(before) != _own(after):
        yield before, after
    if names == [code.co_qualname for code in inner_after]:
        for one, other in zip(inner_before, inner_after, strict=True):
            yield from _functions(one, other)


def _inner(code: CodeType) -> list[CodeType]:
    return [each for each in code.co_consts if isinstance(each, CodeType)]


def _own(code: CodeType) -> tuple[object, ...]:
    """What a code does, wherever its lines stand, apart from the functions in it."""
    constants = [each.co_qualname if isinstance(each, CodeType) else repr(each) for each in code.co_consts]
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
    return (code.co_qualname, code.co_code, code.co_exceptiontable, names, counts, constants)


def _shape(code: CodeType) -> tuple[object, ...]:
    return (_own(code), *(_shape(each) for each in _inner(code)))


def _is_loaded_only(code: CodeType) -> bool:
    return not code.co_flags & CO_OPTIMIZED


def _loaded(code: CodeType) -> list[FunctionType]:
    """The functions that have this code now."""
    place = (code.co_filename, code.co_qualname, code.co_firstlineno)
    return [
        each
        for each in gc.get_objects()
        if isinstance(each, FunctionType)
        and (each.__code__.co_filename, each.__code__.co_qualname, each.__code__.co_firstlineno) == place
    ]
