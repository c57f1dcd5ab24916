"""What holds for every test run: skips count in CI, properties repeat, the README's examples run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator, MutableMapping
from pathlib import Path
from typing import Any, TypeVar

import hypothesis
import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

PROJECT = Path(__file__).resolve().parent
REPORT = TypeVar("REPORT", pytest.CollectReport, pytest.TestReport)

# The same examples on every machine and in every run; no verdict depends on how fast a machine is.
# `pytest --hypothesis-profile=search` looks for new ones.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", deadline=None, max_examples=1000, print_blob=True)
hypothesis.settings.load_profile("repeatable")


# -- skips -----------------------------------------------------------------------------------------------


def _reason_of(report: pytest.CollectReport | pytest.TestReport) -> str:
    """Why a test was skipped, as pytest shows it."""
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


def _is_excused(reason: str) -> bool:
    """Third-party data that lies beside the project is no part of it, and nothing can install it."""
    return "../shared" in reason and not (PROJECT.parent / "shared").is_dir()


def _failed_if_skipped_in_ci(report: REPORT) -> REPORT:
    """In CI everything that tests need is installed, so a skip there hides something."""
    expected_failure = hasattr(report, "wasxfail")
    if os.environ.get("CI") == "true" and report.skipped and not expected_failure:
        reason = _reason_of(report)
        if not _is_excused(reason):
            report.outcome = "failed"
            report.longrepr = f"skipped under CI=true, where a skipped test fails the run: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _failed_if_skipped_in_ci((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _failed_if_skipped_in_ci((yield))


# -- README ----------------------------------------------------------------------------------------------


def _enter_reader_folder(namespace: MutableMapping[str, Any]) -> None:
    """The README's examples run in a folder of their own that has the project's configs in it."""
    namespace["_left"] = Path.cwd()
    namespace["_folder"] = tempfile.TemporaryDirectory()
    folder = Path(namespace["_folder"].name)
    (folder / "configs").symlink_to(PROJECT / "configs")
    os.chdir(folder)


def _leave_reader_folder(namespace: MutableMapping[str, Any]) -> None:
    os.chdir(namespace["_left"])
    namespace["_folder"].cleanup()


# Python blocks run in order, in one namespace; `<!-- skip: next "reason" -->` leaves one out, visibly.
pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    pattern="README.md",
    setup=_enter_reader_folder,
    teardown=_leave_reader_folder,
).pytest()
