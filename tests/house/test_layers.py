"""Imports go one way, and the contracts that say so would notice if they did not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.project import PACKAGES, PROJECT

# What no contract may let pass: a module that does not exist, and what it imports.
FORBIDDEN = {
    "upwards": ("idlab/model.py", "import idlab.evaluate", "idlab/evaluate.py"),
    "between the engines": ("idlab/resolver.py", "import idlab.replay", "idlab/replay/__init__.py"),
    "between independent siblings": (
        "idlab/normalize/planted.py",
        "import idlab.core",
        "idlab/core/__init__.py",
    ),
    "the generator outside the command line": ("idlab/report/planted.py", "import synthetic", None),
    "the resolver in the generator": ("synthetic/planted.py", "import idlab.resolver", "idlab/resolver.py"),
    "the package itself in the generator": ("synthetic/planted.py", "from idlab import __doc__", None),
    "numba outside core and replay": ("idlab/evaluate.py", "import numba", None),
    "optuna outside tune": ("idlab/evaluate.py", "def f():\n    import optuna", None),
    "matplotlib outside report": ("idlab/explore/planted.py", "import matplotlib.pyplot", None),
    "scikit-learn outside fit": ("idlab/metrics/planted.py", "import sklearn.metrics", None),
    "psycopg outside its store": ("idlab/stores/sqlite.py", "import psycopg", None),
    "boto3 outside its store": ("idlab/stores/base.py", "import boto3", None),
    "prometheus_client outside its file": ("idlab/observe/planted.py", "import prometheus_client", None),
    "pyspark outside spark": ("idlab/replay/planted.py", "import pyspark", None),
    "frames in the base install": ("idlab/normalize/planted.py", "import pandas", None),
    "arrays in the online engine": ("idlab/resolver.py", "import numpy as np", None),
    "a part of idlab without a place": ("idlab/planted.py", "import idlab.errors", None),
}


def _lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_imports_go_one_way() -> None:
    linted = _lint_imports(PROJECT)
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.fixture(scope="module")
def copied_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(PROJECT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", root)
    return root


def _plant(path: Path, line: str) -> None:
    """Adds a line to a module, which is made where it does not exist, with its package."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.parent.name not in PACKAGES:
        (path.parent / "__init__.py").touch()
    with path.open("a") as module:
        module.write(f"\n{line}\n")


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_a_planted_import_is_found(rule: str, copied_house: Path) -> None:
    importer, statement, imported = FORBIDDEN[rule]
    root = copied_house.with_name(f"planted-{list(FORBIDDEN).index(rule)}")
    shutil.copytree(copied_house, root)
    if imported is not None:
        _plant(root / imported, "")
    _plant(root / importer, statement)
    linted = _lint_imports(root)
    assert linted.returncode == 1, linted.stdout + linted.stderr
    assert "BROKEN" in linted.stdout, linted.stdout + linted.stderr
