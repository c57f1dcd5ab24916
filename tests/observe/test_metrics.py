"""Metrics: what Prometheus reads, at a port or in a file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import current_thread
from typing import Any
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from idlab import Action, Interaction, MemoryStore, Resolver, ScoringConfig
from idlab.errors import BadInput, StoreFailure
from idlab.observe import Observed, queues
from idlab.observe.metrics import BUCKETS, Metrics, serve_metrics, write_metrics
from idlab.observe.queues import OpenWork, Queues
from idlab.stores.base import Store
from idlab.testing.logs import START
from tests.conftest import PROJECT
from tests.observe.driving import drive, watched, world_of
from tests.observe.hearing import hearing


@pytest.fixture
def metrics() -> Iterator[Metrics]:
    metrics = Metrics(hold=0.0)
    yield metrics
    metrics.close()


def call(name: str, **raw: str) -> Interaction:
    return Interaction(name, START, "voice", **raw)


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_outcomes_actions_failures_and_times_are_counted(handmade: ScoringConfig, metrics: Metrics) -> None:
    resolver = Observed(Resolver(handmade, MemoryStore()), metrics)
    first = resolver.resolve(call("call-1", phone="+1 202 555 0143", full_name="Ann Lee"))
    resolver.resolve(call("call-2", phone="+1 202 555 0143", full_name="Ann Lee"))
    resolver.resolve(call("call-2", phone="+1 202 555 0143", full_name="Ann Lee"))
    assert resolver.act(Action.do_not_link(first.customer_id)) == "done"
    with pytest.raises(BadInput):
        resolver.act(Action.accept("none+none"))
    assert value(metrics, "idlab_decisions_total", outcome="NEW") == 1
    assert (
        value(metrics, "idlab_decisions_total", outcome="MERGE") == 2
    )  # one delivered again is one more answer
    assert value(metrics, "idlab_decisions_total", outcome="REVIEW") == 0  # is there before it happens
    assert value(metrics, "idlab_actions_total", kind="do_not_link", answer="done") == 1
    assert value(metrics, "idlab_failures_total", kind="UnknownReference") == 1
    assert value(metrics, "idlab_entry_seconds_count", entry="interaction") == 3
    assert value(metrics, "idlab_entry_seconds_count", entry="action") == 2
    seconds = value(metrics, "idlab_entry_seconds_sum", entry="interaction")
    assert seconds is not None and seconds > 0
    assert (BUCKETS[0], BUCKETS[-1]) == (0.0005, 5.0)


def test_what_runs_is_told(handmade: ScoringConfig, metrics: Metrics) -> None:
    Observed(Resolver(handmade, MemoryStore()), metrics)
    (family,) = [one for one in metrics.registry.collect() if one.name == "idlab"]
    (sample,) = family.samples
    assert sample.labels.keys() == {"version", "config", "store"}
    assert (sample.labels["config"], sample.labels["store"]) == (handmade.digest[:12], "memory")


@pytest.mark.parametrize("seed", range(8))
def test_queues_are_as_long_as_the_store_says(seed: int) -> None:
    world, store = world_of(seed), MemoryStore()
    with hearing() as heard:
        drive(watched(world.config, store, heard), world.moves, heard)
        links = sum(link.state == "open" for link in store.links())
        reviews = sum(item.state == "open" for item in store.reviews())
        assert value(heard.metrics, "idlab_open_links") == links
        assert value(heard.metrics, "idlab_open_reviews") == reviews


class Counted:
    """A store that is asked for its queues."""

    def __init__(self, *, broken: bool = False) -> None:
        self.asked: list[str] = []
        self.broken = broken

    @contextmanager
    def reading(self) -> Iterator[Any]:
        self.asked.append(current_thread().name)
        if self.broken:
            raise StoreFailure("it is gone", where="nowhere", hint="wait")
        yield self

    def links_in(self, state: str) -> list[str]:
        return [state] * 3

    def reviews_in(self, state: str) -> list[str]:
        return [state] * 2


def as_store(store: Any) -> Store:
    return store


def test_a_count_is_held_and_made_in_a_thread_of_its_own() -> None:
    store = Counted()
    held = Queues(as_store(store), hold=1e9)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: held.count(), range(20))) == [OpenWork(3, 2)] * 20
    assert len(store.asked) == 1
    assert store.asked[0].startswith("idlab-queues")
    held.close()


def test_counting_that_takes_long_is_done_the_less(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, store = [0.0], Counted()
    monkeypatch.setattr(queues, "monotonic", lambda: clock[0])

    def count_slowly(_: Store) -> OpenWork:
        store.asked.append("slowly")
        clock[0] += 2.0
        return OpenWork(0, 0)

    monkeypatch.setattr(queues, "open_work", count_slowly)
    slow = Queues(as_store(store), hold=10.0)
    for second in range(100):
        clock[0] = max(clock[0], float(second))
        slow.count()
    assert len(store.asked) == 3  # at 0, 42 and 84 s
    slow.close()


def test_a_store_that_cannot_be_read_leaves_the_queues_out_and_nothing_else(
    handmade: ScoringConfig, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = MemoryStore()
    resolver = Observed(Resolver(handmade, store), metrics)
    resolver.resolve(call("call-1"))
    monkeypatch.setattr(store, "reading", Counted(broken=True).reading)
    monkeypatch.setattr(queues, "_SHARE", 0.0)
    assert value(metrics, "idlab_open_links") is None
    assert value(metrics, "idlab_decisions_total", outcome="NEW") == 1
    assert (value(metrics, "idlab_failures_total", kind="StoreFailure") or 0) >= 1
    monkeypatch.delattr(store, "reading")
    assert value(metrics, "idlab_open_links") == 0


def test_two_resolvers_count_apart(handmade: ScoringConfig) -> None:
    one, other = Metrics(), Metrics()
    Observed(Resolver(handmade, MemoryStore()), one).resolve(call("call-1"))
    Observed(Resolver(handmade, MemoryStore()), other)
    assert value(one, "idlab_decisions_total", outcome="NEW") == 1
    assert value(other, "idlab_decisions_total", outcome="NEW") == 0
    for metrics in (one, other):
        metrics.close()


def read(text: str) -> dict[str, float]:
    """The samples without labels of a text that Prometheus can read."""
    return {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.labels
    }


def test_a_port_serves_them_to_this_machine_until_it_is_closed(
    handmade: ScoringConfig, metrics: Metrics
) -> None:
    resolver = Observed(Resolver(handmade, MemoryStore()), metrics)
    with serve_metrics(metrics, 0) as server:
        assert server._server.server_address[0] == "127.0.0.1"
        for number in range(3):
            resolver.resolve(call(f"call-{number}"))
            with urlopen(f"http://127.0.0.1:{server.port}/metrics") as answer:
                text = answer.read().decode()
            assert f'idlab_decisions_total{{outcome="NEW"}} {number + 1}.0' in text
            assert read(text)["idlab_open_links"] == 0
        with pytest.raises(BadInput, match="choose a free port"):
            serve_metrics(metrics, server.port)
    with pytest.raises(OSError, match="refused"):
        urlopen(f"http://127.0.0.1:{server.port}/metrics")
    with pytest.raises(BadInput, match="choose a free port"):
        serve_metrics(metrics, 70_000)


def test_a_file_holds_them_wholly(handmade: ScoringConfig, metrics: Metrics, tmp_path: Path) -> None:
    path = tmp_path / "idlab.prom"
    path.write_text("what was there before")
    Observed(Resolver(handmade, MemoryStore()), metrics).resolve(call("call-1"))
    write_metrics(metrics, path)
    assert read(path.read_text())["idlab_conflicts_total"] == 0
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(BadInput, match="cannot be written"):
        write_metrics(metrics, tmp_path / "absent" / "idlab.prom")


WITHOUT = """
import sys
sys.modules["prometheus_client"] = None
from idlab.errors import MissingExtra
from idlab.observe import Logs, Observed
try:
    from idlab.observe.metrics import Metrics
except MissingExtra as missing:
    print(missing)
"""


def test_without_the_extra_there_are_logs_and_a_line_that_says_what_to_install() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True, cwd=PROJECT
    )
    assert done.stdout.startswith("metrics for Prometheus requires idlab[metrics]")
