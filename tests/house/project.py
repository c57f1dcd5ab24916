"""Where the project's files are, for the tests of its house."""

from __future__ import annotations

import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PACKAGES = ("idlab", "synthetic")
LAB_LIBRARIES = (
    "IPython",
    "boto3",
    "duckdb",
    "hypothesis",
    "ipywidgets",
    "jupyter_core",
    "jupyterlab",
    "matplotlib",
    "numba",
    "numpy",
    "optuna",
    "pandas",
    "prometheus_client",
    "psycopg",
    "pyarrow",
    "pyspark",
    "scipy",
    "sklearn",
    "splink",
    "yaml",
)
"""Import names of what only extras bring."""


def modules() -> list[Path]:
    """Every Python file of the packages, as a path from the project's root, in order."""
    found = (path for package in PACKAGES for path in (PROJECT / package).rglob("*.py"))
    return sorted(path.relative_to(PROJECT) for path in found)


def dotted(module: Path) -> str:
    """The name by which a file of a package is imported."""
    parts = module.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def own_files() -> list[Path]:
    """Every file that git tracks or would track, as a path from the project's root, in order."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = (Path(name) for name in listed.stdout.split("\0") if name)
    return sorted(path for path in set(paths) if (PROJECT / path).is_file())
