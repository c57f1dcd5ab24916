"""Every name that the report offers is there when it is asked for, and no other one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import idlab.report


@pytest.mark.parametrize("name", idlab.report.__all__)
def test_a_name_comes_from_the_module_that_type_checkers_are_told(name: str) -> None:
    found = getattr(idlab.report, name)
    told = {
        alias.name: node.module
        for node in ast.walk(ast.parse(Path(idlab.report.__file__).read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert told[name] == idlab.report._HOME[name]
    assert found.__name__ == name


def test_other_names_are_unknown() -> None:
    assert set(idlab.report._HOME) == set(idlab.report.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = idlab.report.nothing
