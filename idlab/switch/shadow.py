"""A candidate config at work beside the one that serves: it decides about the same entries, and nobody waits for it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from queue import Full, Queue
from threading import Thread
from typing import Any, Protocol

from idlab.config import ScoringConfig
from idlab.model import Action, Decision, Interaction
from idlab.stores.base import Store

Sink = Callable[[Mapping[str, Any]], None]
"""Where events go, each a line's worth of plain JSON."""

_ROOM = 10_000


class Deciding(Protocol):
    """What decides and acts: a ``Resolver``, or what stands around one."""

    config: ScoringConfig
    store: Store

    def resolve(self, interaction: Interaction) -> Decision:
        """Decide about one interaction and remember it."""
        ...

    def act(self, action: Action, *, by: str = "", at: datetime | None = None) -> str:
        """Carry out what a person decided."""
        ...


class ShadowLog:
    """Events as lines of JSON at the end of a file, in which nobody's identifiers stand.

    Args:
        path: The file; made if there is none.

    Raises:
        OSError: If it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="ascii")

    def __call__(self, event: Mapping[str, Any]) -> None:
        """Write one event."""
        self._file.write(json.dumps(event, separators=(",", ":")) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Shadow:
    """A resolver whose entries a candidate decides about as well, in a thread of its own, into a store of its own.

    What is answered is always the live decision, at once. The candidate is asked about an entry when its turn comes; one that
    finds no room in the queue is dropped and counted. Where the candidate fails, that is counted by the class of the failure.

    Args:
        live: What serves.
        candidate: What is compared with it; over a store of its own.
        sink: Where differences go, by ids only: a ``ShadowLog``.
        room: How many entries may wait for the candidate.

    Example:
        >>> from datetime import UTC
        >>> from idlab import MemoryStore, Resolver
        >>> config = ScoringConfig.load("configs/default.json")
        >>> events = []
        >>> shadow = Shadow(Resolver(config, MemoryStore()), Resolver(config, MemoryStore()), events.append)
        >>> call = Interaction("call-1", datetime(2026, 1, 5, tzinfo=UTC), "voice", phone="+1 202 555 0143")
        >>> shadow.resolve(call).outcome
        <Outcome.NEW: 'NEW'>
        >>> shadow.close()
        >>> events[1]["differences"]
        []
    """

    def __init__(self, live: Deciding, candidate: Deciding, sink: Sink, *, room: int = _ROOM) -> None:
        self.config, self.store = live.config, live.store
        self._live, self._candidate, self._sink = live, candidate, sink
        self._waiting: Queue[Callable[[], Mapping[str, Any]] | None] = Queue(room)
        self.dropped = 0
        """Entries that the candidate was not asked about."""
        self.failed: Counter[str] = Counter()
        """Entries that the candidate failed at, or whose line could not be written, by class of failure."""
        self._tell(
            {
                "event": "opened",
                "live_config": live.config.digest,
                "candidate_config": candidate.config.digest,
            }
        )
        self._thread = Thread(target=self._work, name="idlab-shadow", daemon=True)
        self._thread.start()

    def resolve(self, interaction: Interaction) -> Decision:
        """Decide about one interaction and remember it: see ``Resolver.resolve``."""
        decision = self._live.resolve(interaction)
        self._offer(lambda: _compared(decision, self._candidate.resolve(interaction)))
        return decision

    def act(self, action: Action, *, by: str = "", at: datetime | None = None) -> str:
        """Carry out what a person decided: see ``Resolver.act``."""
        answer = self._live.act(action, by=by, at=at)

        def follow() -> Mapping[str, Any]:
            followed = self._candidate.act(action, by=by, at=at)
            return {"event": "acted", "kind": action.kind, "live": answer, "candidate": followed}

        self._offer(follow)
        return answer

    def close(self) -> None:
        """Let the candidate come to its end with all that waits for it, and say so."""
        self._waiting.put(None)
        self._thread.join()
        self._tell({"event": "closed", "dropped": self.dropped})

    def _offer(self, work: Callable[[], Mapping[str, Any]]) -> None:
        try:
            self._waiting.put_nowait(work)
        except Full:
            self.dropped += 1

    def _work(self) -> None:
        """What the candidate's thread does until it is told to end."""
        while (work := self._waiting.get()) is not None:
            try:
                event = work()
            except Exception as failure:  # noqa: BLE001 - nothing of the candidate's may stop anything
                name = type(failure).__name__
                self.failed[name] += 1
                event = {"event": "failed", "failure": name}
            self._tell({**event, "dropped": self.dropped} if self.dropped else event)

    def _tell(self, event: Mapping[str, Any]) -> None:
        try:
            self._sink(event)
        except Exception as failure:  # noqa: BLE001 - a full disk stops nothing either
            self.failed[type(failure).__name__] += 1


def _compared(live: Decision, candidate: Decision) -> dict[str, Any]:
    """One decision beside the other."""
    return {
        "event": "decided",
        "interaction": live.interaction_id,
        "differences": differences(live, candidate),
        "live": _told(live),
        "candidate": _told(candidate),
    }


def differences(live: Decision, candidate: Decision) -> list[str]:
    """In what two decisions about one interaction differ.

    Returns:
        Some of ``outcome``; ``customer``: another identity holds it; ``links``: the links or the review item point to others.
    """
    found = {
        "outcome": live.outcome != candidate.outcome,
        "customer": live.customer_id != candidate.customer_id,
        "links": set(live.targets) != set(candidate.targets),
    }
    return [kind for kind, differs in found.items() if differs]


def _told(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": str(decision.outcome),
        "customer": decision.customer_id,
        "score": decision.score,
        "targets": list(decision.targets),
    }
