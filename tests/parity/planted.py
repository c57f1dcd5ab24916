"""Planting: the source of one function is changed in one place for as long as a test runs."""

from __future__ import annotations
import __future__

import importlib
import inspect
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

ONLINE, REPLAY = "online", "replay"
BOTH = (ONLINE, REPLAY)


@dataclass(frozen=True)
class Bug:
    """A change of one place in the source of a function.

    Args:
        name: What is wrong then.
        where: The function, as ``module:qualified name``, the module as seen from ``idlab``.
        right, wrong: Source text, which stands in the function exactly once, and what replaces it.
        engines: In which engines it is planted, in one at a time: the core's functions serve both.
    """

    name: str
    where: str
    right: str
    wrong: str
    engines: tuple[str, ...] = BOTH


def _function(where: str) -> FunctionType:
    module, _, path = where.partition(":")
    thing: Any = importlib.import_module(f"idlab.{module}")
    for part in path.split("."):
        thing = getattr(thing, part)
    assert isinstance(thing, FunctionType)
    return thing


def _changed(bug: Bug, function: FunctionType) -> CodeType:
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(bug.right) == 1, f"{bug.where} holds {source.count(bug.right)} times: {bug.right}"
    flags = __future__.annotations.compiler_flag
    module = compile(source.replace(bug.right, bug.wrong), f"<planted: {bug.name}>", "exec", flags)
    (code,) = [part for part in module.co_consts if isinstance(part, CodeType)]
    return code


@contextmanager
def planted(bug: Bug) -> Iterator[None]:
    """Run with the bug: the function keeps its identity, so that whoever imported it runs the changed code."""
    function = _function(bug.where)
    right = function.__code__
    function.__code__ = _changed(bug, function)
    try:
        yield
    finally:
        function.__code__ = right
