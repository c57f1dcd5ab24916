"""Every library that the packages import is asked for by name in pyproject.toml."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
import tomllib

from tests.house.project import PACKAGES, PROJECT, modules


def _normal(name: str) -> str:
    """A distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _declared() -> set[str]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirements = [
        *project["dependencies"],
        *(one for extra in project["optional-dependencies"].values() for one in extra),
    ]
    return {_normal(re.split(r"[\[<>=!~; ]", requirement)[0]) for requirement in requirements}


def _imported() -> dict[str, str]:
    """Top-level names of the libraries that the packages import, each with a module that does."""
    found: dict[str, str] = {}
    for module in modules():
        for node in ast.walk(ast.parse((PROJECT / module).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            else:
                continue
            for name in names:
                found.setdefault(name.partition(".")[0], str(module))
    own = {*sys.stdlib_module_names, *PACKAGES}
    return {name: module for name, module in found.items() if name not in own}


def test_every_imported_library_is_declared() -> None:
    brought_by = importlib.metadata.packages_distributions()
    declared = _declared()
    missing = {
        name: module
        for name, module in _imported().items()
        if declared.isdisjoint({_normal(name), *map(_normal, brought_by.get(name, []))})
    }
    assert not missing, "declare these in pyproject.toml, with the module that imports them: " + str(missing)
