"""Small changes of a module, each of which a test should notice: what could be changed, and the module changed.

Made with libcst alone: mutmut brings a runner and a terminal of its own, cosmic-ray a web client and git, and neither
drops a statement or takes `max` for `min`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

import libcst as cst
from libcst import metadata

_FLIPPED: dict[type[cst.BaseCompOp], list[cst.BaseCompOp]] = {
    cst.Equal: [cst.NotEqual()],
    cst.NotEqual: [cst.Equal()],
    cst.LessThan: [cst.LessThanEqual(), cst.GreaterThanEqual()],
    cst.LessThanEqual: [cst.LessThan(), cst.GreaterThan()],
    cst.GreaterThan: [cst.GreaterThanEqual(), cst.LessThanEqual()],
    cst.GreaterThanEqual: [cst.GreaterThan(), cst.LessThan()],
    cst.In: [cst.NotIn()],
    cst.NotIn: [cst.In()],
    cst.Is: [cst.IsNot()],
    cst.IsNot: [cst.Is()],
}
_OTHER_OPERATOR: dict[type[cst.BaseBinaryOp], cst.BaseBinaryOp] = {
    cst.Add: cst.Subtract(),
    cst.Subtract: cst.Add(),
    cst.Multiply: cst.FloorDivide(),
    cst.FloorDivide: cst.Multiply(),
    cst.BitAnd: cst.BitOr(),
    cst.BitOr: cst.BitAnd(),
}
_OTHER_NAME = {"max": "min", "min": "max", "any": "all", "all": "any", "True": "False", "False": "True"}
_DROPPED = (cst.AugAssign, cst.Raise, cst.Continue, cst.Break, cst.Del)


@dataclass(frozen=True)
class Change:
    """One change: of what kind, at which lines of its module (a statement's, the first and the last), and of what."""

    kind: str
    line: int
    statement: range
    old: cst.CSTNode
    new: cst.CSTNode


@dataclass(frozen=True)
class Module:
    """A module's code and all changes that could be made to it, in the order of their lines."""

    tree: cst.Module
    changes: tuple[Change, ...]

    def changed(self, change: Change) -> str:
        """The code with one of its changes."""
        tree = self.tree.deep_replace(change.old, change.new)
        assert isinstance(tree, cst.Module)
        return tree.code


def module_of(code: str) -> Module:
    """All that could be changed in this code; annotations, decorators, docstrings and imports stay as they are."""
    wrapper = metadata.MetadataWrapper(cst.parse_module(code))
    finder = _Finder()
    wrapper.visit(finder)
    return Module(wrapper.module, tuple(sorted(finder.found, key=lambda change: change.line)))


def difference(before: str, after: str) -> tuple[str, str]:
    """The lines that differ, before and after, each as one line."""
    old, new = before.splitlines(), after.splitlines()
    parts = [part for part in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if part[0] != "equal"]
    gone = [line.strip() for _, start, end, _, _ in parts for line in old[start:end]]
    come = [line.strip() for _, _, _, start, end in parts for line in new[start:end]]
    return " ".join(gone), " ".join(come)


class _Finder(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (metadata.PositionProvider, metadata.ParentNodeProvider)

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Change] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Annotation | cst.Decorator | cst.Import | cst.ImportFrom):
            return False
        parent = self._parent(node)
        for kind, new in _changes_of(node, parent, self._parent(parent) if parent else None):
            self.found.append(Change(kind, self._line(node), self._statement(node), node, new))
        return True

    def _parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        found: cst.CSTNode | None = self.get_metadata(metadata.ParentNodeProvider, node, None)
        return found

    def _line(self, node: cst.CSTNode) -> int:
        return int(self.get_metadata(metadata.PositionProvider, node).start.line)

    def _statement(self, node: cst.CSTNode) -> range:
        """The lines of the statement that holds the node; of a compound one those of its head."""
        holder = node
        while not isinstance(holder, cst.BaseCompoundStatement | cst.SimpleStatementLine | cst.MatchCase):
            holder = self.get_metadata(metadata.ParentNodeProvider, holder)
        where = self.get_metadata(metadata.PositionProvider, holder)
        first, last = where.start.line, where.end.line
        if isinstance(holder, cst.Match):
            last = max(first, self._line(holder.cases[0]) - 1)
        elif isinstance(holder, cst.BaseCompoundStatement | cst.MatchCase):
            last = max(first, self._line(holder.body) - 1)
        return range(min(first, self._line(node)), max(last, self._line(node)) + 1)


def _changes_of(
    node: cst.CSTNode, parent: cst.CSTNode | None, above: cst.CSTNode | None
) -> Iterator[tuple[str, cst.CSTNode]]:
    yield from _changes_of_condition(node)
    match node:
        case cst.BinaryOperation() if type(node.operator) in _OTHER_OPERATOR:
            yield "arithmetic", node.with_changes(operator=_OTHER_OPERATOR[type(node.operator)])
        case cst.Integer() | cst.Float():
            yield "constant", node.with_changes(value=str(node.evaluated_value + 1))
        case cst.Name(value=name) if name in _OTHER_NAME and not _is_a_name_given(node, parent):
            yield ("true/false" if name in ("True", "False") else "max/min"), cst.Name(_OTHER_NAME[name])
        case cst.Call():
            yield from (("argument dropped", new) for new in _without_an_argument(node))
        case cst.SimpleStatementLine(body=[only]) if _can_be_dropped(only):
            yield "statement dropped", node.with_changes(body=[cst.Pass()])
        case cst.SimpleStatementLine(body=[cst.Return()]) if not isinstance(above, cst.FunctionDef):
            yield "return dropped", node.with_changes(body=[cst.Pass()])


def _changes_of_condition(node: cst.CSTNode) -> Iterator[tuple[str, cst.CSTNode]]:
    match node:
        case cst.Comparison():
            yield from (("comparison", new) for new in _compared_otherwise(node))
        case cst.BooleanOperation():
            other = cst.Or() if isinstance(node.operator, cst.And) else cst.And()
            yield "and/or", node.with_changes(operator=other)
            yield "condition dropped", node.left
            yield "condition dropped", node.right
        case cst.UnaryOperation(operator=cst.Not()):
            yield "not", node.expression
        case cst.If() | cst.While() | cst.IfExp() | cst.CompIf():
            yield "not", node.with_changes(test=_negated(node.test))


def _compared_otherwise(node: cst.Comparison) -> Iterator[cst.Comparison]:
    for place, target in enumerate(node.comparisons):
        for operator in _FLIPPED.get(type(target.operator), []):
            changed = target.with_changes(operator=operator)
            yield node.with_changes(comparisons=[*node.comparisons[:place], changed, *node.comparisons[place + 1 :]])


def _negated(test: cst.BaseExpression) -> cst.BaseExpression:
    inner = test if test.lpar else test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return cst.UnaryOperation(cst.Not(), inner)


def _without_an_argument(node: cst.Call) -> Iterator[cst.Call]:
    for place, argument in enumerate(node.args):
        if argument.keyword is not None:
            left = [*node.args[:place], *node.args[place + 1 :]]
            if left and place == len(left):
                left[-1] = left[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
            yield node.with_changes(args=left)


def _can_be_dropped(statement: cst.BaseSmallStatement) -> bool:
    match statement:
        case cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString() | cst.Ellipsis()):
            return False
        case cst.Expr():
            return True
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute() | cst.Subscript())]):
            return True
    return isinstance(statement, _DROPPED)


def _is_a_name_given(node: cst.Name, parent: cst.CSTNode | None) -> bool:
    """Whether it names an argument or a parameter."""
    return (isinstance(parent, cst.Arg) and parent.keyword is node) or (
        isinstance(parent, cst.Param) and parent.name is node
    )
