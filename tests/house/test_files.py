"""What no file of the project may hold, whoever wrote it on whichever machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.project import PACKAGES, PROJECT, dotted, modules, own_files

# Written with a gap, so that this file does not hold what it looks for.
_HOME_FOLDERS = "|".join(["/hom" + "e/", "/User" + "s/", "/roo" + "t/", r"[A-Z]:\\User" + r"s\\"])
_REGISTRIES = "|".join(
    ["pyp" + "i", "test" + r"\.pyp" + "i", "file" + r"s\.pythonhosted", "regist" + r"ry\.npmjs"]
)
PATTERNS = {
    "a home folder": re.compile(rf"(?<![\w.])(?:{_HOME_FOLDERS})[\w.-]+"),
    "where this checkout lies": re.compile(rf"(?<![\w.]){re.escape(str(PROJECT))}(?![\w-])"),
    "a registry's address": re.compile(rf"https?://(?:www\.)?(?:{_REGISTRIES})"),
    "an index option": re.compile("--(?:extra-)?index" + "-url|--find" + "-links|--trusted" + "-host"),
}
SHAPELESS_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "base_classes"}


def _text_files() -> list[Path]:
    def is_text(path: Path) -> bool:
        with (PROJECT / path).open("rb") as file:
            return b"\0" not in file.read(8192)

    return [path for path in own_files() if is_text(path)]


@pytest.mark.parametrize("what", PATTERNS)
def test_no_file_names(what: str) -> None:
    found = [
        f"{path}:{number}"
        for path in _text_files()
        for number, line in enumerate((PROJECT / path).read_text(encoding="utf-8").splitlines(), start=1)
        if PATTERNS[what].search(line)
    ]
    assert not found, f"{what} stands in " + ", ".join(found)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a home folder", "open('" + "/hom" + "e/ada/calls.csv')"),
        ("a home folder", "/User" + "s/ada"),
        ("where this checkout lies", f"{PROJECT}/idlab"),
        ("a registry's address", "https:/" + "/pyp" + "i.org/simple"),
        ("an index option", "--extra-index" + "-url x"),
    ],
)
def test_the_patterns_find_what_they_are_for(what: str, text: str) -> None:
    assert PATTERNS[what].search(text)


@pytest.mark.parametrize(
    "text", ["/api/v2/users/me", "https://example.com/home/ada", "./root/x", "docs.pytest.org"]
)
def test_the_patterns_leave_other_text_alone(text: str) -> None:
    assert not [what for what, pattern in PATTERNS.items() if pattern.search(text)]


def test_every_module_is_named_after_its_subject() -> None:
    shapeless = [str(path) for path in modules() if path.stem in SHAPELESS_NAMES]
    assert not shapeless


def test_every_package_folder_is_a_package() -> None:
    folders = {path.parent for path in modules()}
    assert not [str(folder) for folder in folders if not (PROJECT / folder / "__init__.py").is_file()]
    assert {dotted(path).partition(".")[0] for path in modules()} == set(PACKAGES)


def test_pins_are_names_and_versions_only() -> None:
    lines = (PROJECT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    odd = [line for line in lines if not re.fullmatch(r"#.*|[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)]
    assert not odd
