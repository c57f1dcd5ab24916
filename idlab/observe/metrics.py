"""Metrics for Prometheus: what was decided, how long it took, what failed, and how much human work waits.

================================  =============================================================================
metric                            what it is
================================  =============================================================================
``idlab_decisions_total``         interactions answered, by ``outcome``; one that is delivered again counts again
``idlab_actions_total``           actions carried out, by ``kind`` and ``answer``
``idlab_entry_seconds``           histogram of the time an ``entry`` took: an ``interaction`` or an ``action``
``idlab_conflicts_total``         steps done again since another one came between
``idlab_failures_total``          entries that came to nothing, by ``kind``: the class of the exception
``idlab_open_links``              links that wait for an answer
``idlab_open_reviews``            review items that wait for a reviewer
``idlab_info``                    1, for the ``version``, the ``config`` and the kind of ``store``
================================  =============================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from idlab.errors import BadInput, Conflict, MissingExtra
from idlab.model import Action, Decision, Interaction, Outcome
from idlab.observe.queues import Queues
from idlab.observe.sink import Origin
from idlab.resolver import Resolver
from idlab.version import __version__

try:
    from prometheus_client import (
        CollectorRegistry,
        Counter,
        Histogram,
        Info,
        start_http_server,
        write_to_textfile,
    )
    from prometheus_client.metrics_core import GaugeMetricFamily
except ModuleNotFoundError as absent:
    feature = "metrics for Prometheus"
    raise MissingExtra(feature, "metrics") from absent

BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Upper limits of the histogram, in seconds: from a store in memory to one that is in trouble."""


class Metrics:
    """Counts what a resolver does, in a registry of its own.

    Args:
        hold: Seconds for which the lengths of queues are held once they were counted.

    Example:
        >>> from datetime import datetime, UTC
        >>> from idlab import MemoryStore, ScoringConfig
        >>> from idlab.observe import Observed
        >>> config, metrics = ScoringConfig.load(Path("configs/default.json")), Metrics()
        >>> resolver = Observed(Resolver(config, MemoryStore()), metrics)
        >>> _ = resolver.resolve(Interaction("call-1", datetime(2026, 1, 5, tzinfo=UTC), "voice", phone="+12025550143"))
        >>> metrics.registry.get_sample_value("idlab_decisions_total", {"outcome": "NEW"})
        1.0
    """

    def __init__(self, hold: float = 10.0) -> None:
        self.registry = registry = CollectorRegistry()
        self._hold = hold
        self._queues: Queues | None = None
        decisions = Counter("idlab_decisions", "Interactions answered", ["outcome"], registry=registry)
        self._decisions = {outcome: decisions.labels(outcome.value) for outcome in Outcome}
        self._actions = Counter("idlab_actions", "Actions carried out", ["kind", "answer"], registry=registry)
        seconds = Histogram(
            "idlab_entry_seconds", "How long entries took", ["entry"], buckets=BUCKETS, registry=registry
        )
        self._of_interactions, self._of_actions = seconds.labels("interaction"), seconds.labels("action")
        self._conflicts = Counter("idlab_conflicts", "Steps done again", registry=registry)
        self._failures = Counter(
            "idlab_failures", "Entries that came to nothing", ["kind"], registry=registry
        )
        self._info = Info("idlab", "What runs here", registry=registry)
        registry.register(self)

    def opened(self, origin: Origin, resolver: Resolver) -> None:
        """A resolver is observed from now on; of several, the last is the one whose store and config are shown."""
        self._info.info({"version": __version__, "config": origin.config, "store": origin.store})
        if self._queues is None or self._queues.store is not resolver.store:
            self.close()
            self._queues = Queues(resolver.store, self._hold)

    def decided(self, origin: Origin, decision: Decision, seconds: float) -> None:  # noqa: ARG002 - a sink's
        """An interaction was answered."""
        self._decisions[decision.outcome].inc()
        self._of_interactions.observe(seconds)

    def acted(self, origin: Origin, action: Action, answer: str, seconds: float) -> None:  # noqa: ARG002 - a sink's
        """An action was carried out."""
        self._actions.labels(action.kind, answer).inc()
        self._of_actions.observe(seconds)

    def retried(self, origin: Origin, conflict: Conflict) -> None:  # noqa: ARG002 - a sink's
        """A step is done again."""
        self._conflicts.inc()

    def failed(
        self,
        origin: Origin,  # noqa: ARG002 - a sink's
        entry: Interaction | Action,
        failure: Exception,
        seconds: float,
    ) -> None:
        """An interaction or action came to nothing."""
        self._failures.labels(type(failure).__name__).inc()
        (self._of_actions if isinstance(entry, Action) else self._of_interactions).observe(seconds)

    def describe(self) -> list[GaugeMetricFamily]:
        """The lengths of queues, which are counted when the registry is read."""
        return [
            GaugeMetricFamily("idlab_open_links", "Links that wait for an answer"),
            GaugeMetricFamily("idlab_open_reviews", "Review items that wait for a reviewer"),
        ]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The same with their values; they are left out where the store cannot be read."""
        if self._queues is None:
            return
        try:
            counted = self._queues.count()
        except Exception as failure:  # noqa: BLE001 - what else was counted is told all the same
            self._failures.labels(type(failure).__name__).inc()
            return
        for gauge, length in zip(self.describe(), counted, strict=True):
            gauge.add_metric([], length)
            yield gauge

    def close(self) -> None:
        """Leave the store alone; what was counted stays."""
        if self._queues is not None:
            self._queues.close()
            self._queues = None


class MetricsServer:
    """Answers Prometheus over HTTP in a thread of its own, until it is closed or the block ends that it is opened for.

    Args:
        metrics: What to tell.
        port: Where to listen; 0 takes any free port.
        address: On which of the machine's addresses. The default lets nobody in from elsewhere.

    Raises:
        BadInput: If it cannot listen there.
    """

    def __init__(self, metrics: Metrics, port: int, address: str = "127.0.0.1") -> None:
        try:
            self._server, self._thread = start_http_server(port, address, metrics.registry)
        except (OSError, OverflowError) as failure:
            what = f"cannot listen there ({getattr(failure, 'strerror', None) or 'no such port'})"
            raise BadInput(what, where=f"{address}:{port}", hint="choose a free port, or 0 for any") from None
        self.port: int = self._server.server_port

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def serve_metrics(metrics: Metrics, port: int, address: str = "127.0.0.1") -> MetricsServer:
    """Let Prometheus ask for metrics at ``http://ADDRESS:PORT/metrics``: see ``MetricsServer``.

    Example:
        >>> from urllib.request import urlopen
        >>> with serve_metrics(Metrics(), 0) as server:
        ...     with urlopen(f"http://127.0.0.1:{server.port}/metrics") as answer:
        ...         b"idlab_decisions_total" in answer.read()
        True
    """
    return MetricsServer(metrics, port, address)


def write_metrics(metrics: Metrics, path: Path) -> None:
    """Write metrics to a file, wholly or not at all, for the textfile collector of Prometheus' node exporter.

    Args:
        metrics: What to tell.
        path: The file; the collector reads those that end in ``.prom``.

    Raises:
        BadInput: If it cannot be written.
    """
    try:
        write_to_textfile(str(path), metrics.registry)
    except OSError as failure:
        what = f"cannot be written ({failure.strerror})"
        raise BadInput(what, where=str(path), hint="name a file in a folder that exists") from None
