"""A production install is small: `import idlab` loads nothing that only an extra brings."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.house.project import LAB_LIBRARIES, PACKAGES, PROJECT, own_files

LOADED = """
import json, sys
import idlab
from idlab import *
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""

WITHOUT_EXTRAS = """
import sys
for name in sys.argv[1:]:
    sys.modules[name] = None  # importing it now raises ModuleNotFoundError
import idlab
from idlab import *
if "Resolver" in vars(idlab):
    from idlab import Resolver
"""


def _python(source: str, *arguments: str) -> str:
    command = [sys.executable, "-c", source, *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_import_loads_no_library_of_an_extra() -> None:
    loaded = set(json.loads(_python(LOADED)))
    assert "idlab" in loaded
    assert loaded.isdisjoint(LAB_LIBRARIES), sorted(loaded & set(LAB_LIBRARIES))


def test_public_names_are_there_without_any_extra() -> None:
    _python(WITHOUT_EXTRAS, *LAB_LIBRARIES)


def test_base_dependencies_are_disjoint_from_the_extras() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    base = {requirement.partition(">")[0] for requirement in project["dependencies"]}
    for extra, requirements in project["optional-dependencies"].items():
        assert base.isdisjoint(requirement.partition(">")[0] for requirement in requirements), extra


def _run(command: list[str], cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), "."], cwd=PROJECT)
    (built,) = folder.glob("idlab-*.whl")
    return built


@pytest.mark.slow
def test_wheel_holds_every_file_of_the_packages_and_nothing_else(wheel: Path) -> None:
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert inside == {path.as_posix() for path in own_files() if path.parts[0] in PACKAGES}


@pytest.mark.slow
def test_wheel_alone_brings_a_working_resolver(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    _run([sys.executable, "-m", "venv", str(environment)], cwd=tmp_path)
    python = str(environment / "bin" / "python")
    pins = str(PROJECT / "constraints.txt")
    _run([python, "-m", "pip", "install", "-q", "-c", pins, str(wheel)], cwd=tmp_path)
    found = json.loads(_run([python, "-m", "pip", "list", "--format=json"], cwd=tmp_path))
    installed = {package["name"].lower() for package in found}
    assert installed.isdisjoint(name.lower() for name in LAB_LIBRARIES)
    _run([python, "-c", WITHOUT_EXTRAS], cwd=tmp_path)
