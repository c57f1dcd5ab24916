"""The core keeps to the part of Python that numba compiles unchanged."""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
from collections.abc import Iterator
from types import FunctionType
from typing import Any

import pytest

from idlab.core import similarity
from idlab.replay import jit

ALLOWED = (
    *(
        ast.FunctionDef,
        ast.arguments,
        ast.arg,
        ast.Return,
        ast.Expr,
        ast.Constant,
        ast.Name,
        ast.Load,
        ast.Store,
    ),
    *(
        ast.Assign,
        ast.AnnAssign,
        ast.AugAssign,
        ast.If,
        ast.IfExp,
        ast.For,
        ast.While,
        ast.Break,
        ast.Continue,
    ),
    *(
        ast.Attribute,
        ast.Subscript,
        ast.Tuple,
        ast.Call,
        ast.BoolOp,
        ast.And,
        ast.Or,
        ast.UnaryOp,
        ast.Not,
        ast.USub,
    ),
    *(
        ast.BinOp,
        ast.Add,
        ast.Sub,
        ast.Mult,
        ast.Div,
        ast.FloorDiv,
        ast.Mod,
        ast.BitAnd,
        ast.BitOr,
        ast.BitXor,
    ),
    *(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE),
)
"""Every kind of syntax that may stand in the body of a function: no power, no container but the tuple, no object."""

BUILTINS = {"range", "min", "max", "abs", "len", "int", "float"}

DISPATCH: tuple[Any, ...] = (similarity.jaro_winkler, similarity.damerau_levenshtein)
"""What compiled code never enters: it calls the functions over packed code points in their place."""


def core_functions() -> list[FunctionType]:
    """Every function that the kernel may call, and the kernel's own."""
    modules = [importlib.import_module(name) for name in jit._MODULES]
    return [one for module in modules for one in jit.functions_of(module) if one not in DISPATCH]


def body_of(function: FunctionType) -> list[ast.AST]:
    """The nodes of a function, its annotations and its docstring apart."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(tree, ast.FunctionDef)
    tree.body = tree.body[1:] if ast.get_docstring(tree) else tree.body
    tree.returns = None
    for argument in ast.walk(tree.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return list(ast.walk(tree))


def problems_of(function: FunctionType, known: set[FunctionType]) -> Iterator[str]:
    """What a function holds that the subset does not have."""
    for node in body_of(function):
        if not isinstance(node, ALLOWED):
            yield f"line {getattr(node, 'lineno', '?')}: {type(node).__name__}"
        elif isinstance(node, ast.Constant) and type(node.value) not in (int, float, bool):
            yield f"line {node.lineno}: a constant of type {type(node.value).__name__}"
        elif isinstance(node, ast.Call):
            yield from _call_problems(function, node, known)


def _call_problems(function: FunctionType, node: ast.Call, known: set[FunctionType]) -> Iterator[str]:
    if node.keywords:
        yield f"line {node.lineno}: keyword arguments"
    if not isinstance(node.func, ast.Name):
        yield f"line {node.lineno}: calls {ast.unparse(node.func)}"
    elif node.func.id not in BUILTINS and not _is_known(function, node.func.id, known):
        yield f"line {node.lineno}: calls {node.func.id}"


def _is_known(function: FunctionType, name: str, known: set[FunctionType]) -> bool:
    """Whether a call by this name is one of a core function, or of the user's predicates handed in."""
    if name in inspect.signature(function).parameters:
        return bool(inspect.signature(function).parameters[name].annotation == "UserPredicates")
    return function.__globals__.get(name) in known


CORE = core_functions()


@pytest.mark.parametrize("function", CORE, ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_every_function_of_the_core_stays_in_the_subset(function: FunctionType) -> None:
    assert not list(problems_of(function, {*CORE, *DISPATCH}))


def test_the_core_is_found() -> None:
    names = {function.__name__ for function in CORE}
    assert {"decide", "weigh", "split", "run", "packed_jaro_winkler", "take_in"} <= names
    assert len(CORE) > 100


def test_globals_that_the_core_reads_are_numbers() -> None:
    for function in CORE:
        for name in function.__code__.co_names:
            thing = function.__globals__.get(name)
            assert thing is None or callable(thing) or type(thing) in (int, float), (
                f"{function.__name__}: {name}"
            )


def power(x: float) -> float:
    square: float = 2.0**x
    return square


def listing(x: int) -> int:
    return len([x])


def foreign(x: float) -> str:
    return repr(x)


def membership(x: int) -> bool:
    return x in (1, 2)


def text(x: int) -> bool:
    return x == "a"  # type: ignore[comparison-overlap]


@pytest.mark.parametrize("function", [power, listing, foreign, membership, text])
def test_the_check_finds_what_it_is_for(function: FunctionType) -> None:
    assert list(problems_of(function, set()))
