"""Every public name says what it is; ruff sees to the form in which it does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.project import PROJECT, dotted, modules

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _public_parts(node: ast.Module | ast.ClassDef, name: str) -> Iterator[tuple[str, Documented]]:
    """A module or class and, recursively, its public functions and classes."""
    yield name, node
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if child.name.startswith("_") or _is_overload(child):
                continue
            path = f"{name}.{child.name}"
            if isinstance(child, ast.ClassDef):
                yield from _public_parts(child, path)
            else:
                yield path, child


def _is_overload(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether this only adds a signature or a setter to a function that is documented elsewhere."""
    return any(
        ast.unparse(mark).endswith(("overload", ".setter", "override")) for mark in node.decorator_list
    )


def _is_public(module: Path) -> bool:
    return not any(part.startswith("_") and part != "__init__.py" for part in module.parts)


@pytest.mark.parametrize("module", [module for module in modules() if _is_public(module)], ids=str)
def test_public_names_have_docstrings(module: Path) -> None:
    tree = ast.parse((PROJECT / module).read_text(encoding="utf-8"))
    parts = _public_parts(tree, dotted(module))
    silent = [name for name, node in parts if not ast.get_docstring(node)]
    assert not silent, "without a docstring: " + ", ".join(silent)
