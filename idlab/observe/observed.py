"""A resolver that is watched while it works."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import perf_counter
from typing import TypeVar

from idlab.errors import Conflict
from idlab.model import Action, Decision, Interaction
from idlab.observe.correlation import correlated
from idlab.observe.sink import Sink, origin_of
from idlab.resolver import Resolver

_Answer = TypeVar("_Answer")


class Observed:
    """A resolver whose decisions, actions and failures are told to sinks; it decides as the resolver itself does.

    What happens in one call has one correlation id: that of ``correlated``, or a new one.

    Args:
        resolver: The resolver; it tells its conflicts to this from now on.
        sinks: Where to, as ``Logs()`` and ``Metrics()``. Without any, nothing is measured and nothing told.

    Example:
        >>> from datetime import datetime, UTC
        >>> from pathlib import Path
        >>> from idlab import MemoryStore, ScoringConfig
        >>> from idlab.observe import Logs
        >>> config = ScoringConfig.load(Path("configs/default.json"))
        >>> resolver = Observed(Resolver(config, MemoryStore()), Logs())
        >>> call = Interaction("call-1", datetime(2026, 1, 5, tzinfo=UTC), "voice", phone="+1 202 555 0143")
        >>> resolver.resolve(call).outcome
        <Outcome.NEW: 'NEW'>
    """

    def __init__(self, resolver: Resolver, *sinks: Sink) -> None:
        self.config, self.store, self.ready = resolver.config, resolver.store, resolver.ready
        self._resolver, self._sinks = resolver, sinks
        self._origin = origin_of(resolver)
        if sinks:
            resolver.on_conflict = self._retried
        for sink in sinks:
            sink.opened(self._origin, resolver)

    def resolve(self, interaction: Interaction) -> Decision:
        """Decide about one interaction and remember it: see ``Resolver.resolve``."""
        if not self._sinks:
            return self._resolver.resolve(interaction)

        def tell(sink: Sink, decision: Decision, seconds: float) -> None:
            sink.decided(self._origin, decision, seconds)

        return self._watch(interaction, lambda: self._resolver.resolve(interaction), tell)

    def act(self, action: Action, *, by: str = "", at: datetime | None = None) -> str:
        """Carry out what a person decided: see ``Resolver.act``. Who it was is for the store's own log, and not told here."""
        if not self._sinks:
            return self._resolver.act(action, by=by, at=at)

        def tell(sink: Sink, answer: str, seconds: float) -> None:
            sink.acted(self._origin, action, answer, seconds)

        return self._watch(action, lambda: self._resolver.act(action, by=by, at=at), tell)

    def _watch(
        self,
        entry: Interaction | Action,
        work: Callable[[], _Answer],
        tell: Callable[[Sink, _Answer, float], None],
    ) -> _Answer:
        """Do the work, under a correlation id, and tell every sink what came of it and how long it took."""
        with correlated():
            begun = perf_counter()
            try:
                answer = work()
            except Exception as failure:
                seconds = perf_counter() - begun
                for sink in self._sinks:
                    sink.failed(self._origin, entry, failure, seconds)
                raise
            seconds = perf_counter() - begun
            for sink in self._sinks:
                tell(sink, answer, seconds)
        return answer

    def _retried(self, conflict: Conflict) -> None:
        for sink in self._sinks:
            sink.retried(self._origin, conflict)
