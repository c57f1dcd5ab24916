"""Where what is observed goes: the protocol between an observed resolver and its logs and metrics."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from idlab.errors import Conflict
from idlab.model import Action, Decision, Interaction
from idlab.resolver import Resolver


class Origin(NamedTuple):
    """Where something happened.

    Args:
        store: The kind of store, as ``sqlite``.
        config: The first 12 digits of the scoring config's digest.
    """

    store: str
    config: str


def origin_of(resolver: Resolver) -> Origin:
    """The store and the config of a resolver, as logs and metrics call them.

    Example:
        >>> from pathlib import Path
        >>> from idlab import MemoryStore, ScoringConfig
        >>> origin_of(Resolver(ScoringConfig.load(Path("configs/default.json")), MemoryStore())).store
        'memory'
    """
    kind = type(resolver.store).__name__.removesuffix("Store").lower()
    return Origin(kind, resolver.ready.digest[:12])


class Sink(Protocol):
    """Takes note of what a resolver does. It is called in the thread that does it, and never to be kept waiting."""

    def opened(self, origin: Origin, resolver: Resolver) -> None:
        """A resolver is observed from now on."""
        ...

    def decided(self, origin: Origin, decision: Decision, seconds: float) -> None:
        """An interaction was answered, for the first time or again."""
        ...

    def acted(self, origin: Origin, action: Action, answer: str, seconds: float) -> None:
        """An action was carried out, or found closed already."""
        ...

    def retried(self, origin: Origin, conflict: Conflict) -> None:
        """Another step came between, so this one is done again."""
        ...

    def failed(self, origin: Origin, entry: Interaction | Action, failure: Exception, seconds: float) -> None:
        """An interaction or action came to nothing."""
        ...
