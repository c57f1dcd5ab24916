"""Watching a resolver at work: what ``--log`` and ``--metrics`` ask for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idlab.errors import BadInput

if TYPE_CHECKING:
    from idlab.observe import Observed, Sink
    from idlab.observe.metrics import Metrics
    from idlab.resolver import Resolver

LogTo = Annotated[
    str | None,
    typer.Option(
        "--log",
        metavar="FILE|-",
        help="Where the online engine logs, a line of JSON for each decision; - is standard error.",
        show_default=False,
    ),
]
MetricsTo = Annotated[
    str | None,
    typer.Option(
        "--metrics",
        metavar="FILE|PORT",
        help="Where the online engine's metrics for Prometheus go: a file at the end, or a port of this machine meanwhile.",
        show_default=False,
    ),
]


def check_observing(engine: str, log: str | None, metrics: str | None) -> None:
    """Refuses to watch an engine that takes all interactions in one go.

    Raises:
        BadInput: Naming the option.
    """
    for option, value in (("--log", log), ("--metrics", metrics)):
        if value is not None and engine != "online":
            hint = "leave it out, or take --engine online"
            raise BadInput(
                f"the engine '{engine}' takes all interactions in one pass and is not watched",
                where=option,
                hint=hint,
            )


@contextmanager
def observed(resolver: Resolver, log: str | None, metrics: str | None) -> Iterator[Observed]:
    """The resolver, watched as the options say for as long as the block lasts.

    Raises:
        BadInput: If metrics cannot be written or served there.
        MissingExtra: If metrics are asked for and the extra ``metrics`` is not installed.
        OSError: If the log cannot be opened.
    """
    from idlab.observe import Logs, Observed, logs_to

    with ExitStack() as opened:
        sinks: list[Sink] = []
        if log is not None:
            opened.enter_context(logs_to(sys.stderr if log == "-" else Path(log)))
            sinks.append(Logs())
        if metrics is not None:
            sinks.append(opened.enter_context(_counted(metrics)))
        yield Observed(resolver, *sinks)


@contextmanager
def _counted(target: str) -> Iterator[Metrics]:
    """Metrics, served at a port meanwhile or written to a file at the end, be it a bad one."""
    from idlab.observe.metrics import Metrics, serve_metrics, write_metrics

    metrics = Metrics()
    try:
        if target.isdecimal():
            with serve_metrics(metrics, int(target)):
                yield metrics
        else:
            write_metrics(metrics, Path(target))  # what cannot be written is told before the work, not after
            try:
                yield metrics
            finally:
                write_metrics(metrics, Path(target))
    finally:
        metrics.close()
