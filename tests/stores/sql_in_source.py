"""How SQL comes about in a source file: every text that is put together, and whatever reaches a cursor, by the syntax tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

RUNS_SQL = {
    "execute": 0,
    "executemany": 0,
    "executescript": 0,
    "_rows": 0,
    "_hold": 0,
    "_pages": 0,
    "_patiently": 1,
}
"""What runs a statement, and which of its arguments that is; in the body of the last four it comes from their callers."""

_IS_SQL = re.compile(
    r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|FROM|WHERE|VALUES|AND|OR|SET|JOIN|UNION|LIMIT|ORDER BY)\b"
)
_FILLS_IN = {"format", "format_map", "join", "substitute"}


class Doubt(NamedTuple):
    """A piece of a statement that is no literal: somebody must have looked at it."""

    line: int
    piece: str


def doubts(source: str) -> list[Doubt]:
    """Every piece of an SQL statement in a file that is no literal of its own."""
    tree = ast.parse(source)
    found = {
        Doubt(node.lineno, piece)
        for node in ast.walk(tree)
        if isinstance(node, ast.expr) and _is_built(node) and _looks_like_sql(node)
        for piece in _pieces(node)
    }
    for scope in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for call in (node for node in ast.walk(scope) if isinstance(node, ast.Call)):
            statement = _statement_of(call)
            if statement is not None:
                found |= {Doubt(call.lineno, piece) for piece in _unexplained(statement, scope, tree, set())}
    return sorted(found)


def _statement_of(call: ast.Call) -> ast.expr | None:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    place = RUNS_SQL.get(name)
    return call.args[place] if place is not None and len(call.args) > place else None


def _unexplained(
    statement: ast.expr, scope: ast.FunctionDef, tree: ast.Module, seen: set[str]
) -> Iterator[str]:
    """The pieces of what reaches a cursor that are neither literals nor constants of the file."""
    if isinstance(statement, ast.Constant):
        return
    if isinstance(statement, ast.Name):
        yield from _of_name(statement.id, scope, tree, seen)
    elif isinstance(statement, ast.Subscript) and isinstance(statement.value, ast.Name):
        yield from _of_name(statement.value.id, scope, tree, seen)
    elif (call := _call_of(statement, {"replace", "split"})) is not None:
        for part in (call.on, *call.given):
            yield from _unexplained(part, scope, tree, seen)
    elif _is_built(statement):
        yield from _pieces(statement)
    else:
        yield ast.unparse(statement)


def _of_name(name: str, scope: ast.FunctionDef, tree: ast.Module, seen: set[str]) -> Iterator[str]:
    """What a name stands for: a constant, an argument, or whatever is assigned to it anywhere in the function."""
    if name in seen:
        return
    seen = {*seen, name}
    values = list(_assigned(name, scope))
    if not values:
        is_argument = name in {argument.arg for argument in ast.walk(scope) if isinstance(argument, ast.arg)}
        is_constant = any(True for node in tree.body for _ in _assigned(name, node)) and name.upper() == name
        if not is_constant and not (is_argument and scope.name in RUNS_SQL):
            yield name
    for value in values:
        yield from _unexplained(value, scope, tree, seen)


def _assigned(name: str, scope: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value is not None:
            targets, value = (
                [node.target],
                node.value,
            )  # what was there before is looked at where it was assigned
        elif isinstance(node, ast.For):
            targets, value = [node.target], node.iter
        else:
            continue
        named = {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
        if name in named:
            yield value


def _is_built(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(one, ast.FormattedValue) for one in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        return True
    return _call_of(node, _FILLS_IN) is not None


class _Call(NamedTuple):
    """A call of a method: on what, and with what."""

    on: ast.expr
    given: list[ast.expr]


def _call_of(node: ast.expr, names: set[str]) -> _Call | None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
        return _Call(node.func.value, [*node.args, *(keyword.value for keyword in node.keywords)])
    return None


def _looks_like_sql(node: ast.expr) -> bool:
    """Whether a literal within says so, or nothing does: what is filled in by a name may be SQL."""
    call = _call_of(node, _FILLS_IN - {"join"})
    if call is not None and isinstance(call.on, ast.Name):
        return True
    texts = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
    return any(isinstance(text, str) and _IS_SQL.search(text) for text in texts)


def _pieces(node: ast.expr) -> Iterator[str]:
    """What is put into a built text, as source."""
    if isinstance(node, ast.Constant):
        return
    if isinstance(node, ast.JoinedStr):
        for one in node.values:
            if isinstance(one, ast.FormattedValue):
                yield from _pieces(one.value)
    elif isinstance(node, ast.BinOp):
        yield from _pieces(node.left)
        yield from _pieces(node.right)
    elif (call := _call_of(node, _FILLS_IN)) is not None:
        for one in call.given:
            yield from _pieces(one.elt if isinstance(one, ast.GeneratorExp | ast.ListComp) else one)
    else:
        yield ast.unparse(node)
