"""What a store holds after everything broke, against what it must hold: the replay of its log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.faults.conducting import Told
from benchmarks.faults.worker import digest_of
from idlab.checking import check
from idlab.config import ScoringConfig
from idlab.model import Action, Decision, Interaction, customer_id_of
from idlab.replay import encode_entries, replay
from idlab.resolver import Resolver
from idlab.stores import MemoryStore, Store
from idlab.stores.documents import from_text
from idlab.stores.reading import ReadableStore, Reading

Entry = Interaction | Action


@dataclass(frozen=True)
class Verdict:
    """What was found after a run.

    Args:
        found: Interactions that the store has a decision about.
        lost: Interactions whose decision was told, or that were sent, and that the store does not know.
        doubled: Interactions that were answered with more than one decision.
        half_applied: Invariants of the store that do not hold.
        otherwise: Decisions, identities, links and review items that are not those of the replay.
    """

    found: int
    lost: int
    doubled: int
    half_applied: int
    otherwise: int

    @property
    def holds(self) -> bool:
        """Whether nothing is lost, doubled, half applied or otherwise."""
        return self.lost + self.doubled + self.half_applied + self.otherwise == 0


def order_handled(store: Store) -> list[str]:
    """The interactions that a store holds, in the order of their serial numbers."""
    with _reading(store) as rows:
        numbered = [
            (serial, from_text(name)) for _, name, serial in rows.every("interactions", "name, serial")
        ]
    return [name for _, name in sorted(numbered)]


def judge(
    store: Store, config: ScoringConfig, entries: Sequence[Entry], sent: dict[str, int], told: Told
) -> Verdict:
    """Compare a store with the replay of its log.

    Args:
        store: The store, with nobody else writing to it.
        config: The config of the workers.
        entries: The log, in the order in which the store says that it was handled.
        sent: The place of every interaction that was sent, by its id.
        told: What the workers told.
    """
    tape = encode_entries(entries, config)
    done = replay(tape, config)
    decisions = {tape.ids[i]: done.decision(i) for i in range(tape.n_interactions)}
    holders = {
        name: customer_id_of(tape.ids[root])
        for name, root in zip(tape.ids, done.identity.tolist(), strict=True)
    }
    expected = _kept_in_memory(config, entries, sent)
    with _reading(store) as rows:
        kept = {name: rows.decision(name) for name in sent}
        held = {name: rows.holder(name) for name in sent}
        members = _members(rows, held)
        report = check(rows)
    otherwise = sum(kept[name] != expected[name] for name in sent)
    otherwise += sum(holders.get(name) != (root and customer_id_of(root)) for name, root in held.items())
    otherwise += (store.links() != done.links()) + (store.reviews() != done.reviews())
    answers = {name: told.answers.get(place, set()) for name, place in sent.items()}
    otherwise += sum(
        bool(answers[name]) and digest_of(one) not in answers[name] for name, one in decisions.items()
    )
    return Verdict(
        found=sum(one is not None for one in kept.values()),
        lost=sum(one is None for one in kept.values()),
        doubled=sum(len(one) > 1 for one in answers.values()) + _doubled(members, held),
        half_applied=sum(one.failures for one in report.failing),
        otherwise=otherwise,
    )


def _kept_in_memory(
    config: ScoringConfig, entries: Sequence[Entry], names: Iterable[str]
) -> dict[str, Decision | None]:
    """The decisions that one resolver over memory keeps of the log; of an erased interaction what is left."""
    memory = MemoryStore()
    resolver = Resolver(config, memory)
    for entry in entries:
        if isinstance(entry, Interaction):
            resolver.resolve(entry)
        else:
            resolver.act(entry)
    return {name: memory.decision(name) for name in names}


def _members(rows: Reading, held: dict[str, str | None]) -> list[str]:
    """The members of every identity, by the lists of the identities."""
    roots = dict.fromkeys(root for root in held.values() if root is not None)
    return [one.interaction_id for root in roots for one in rows.members(root)]


def _doubled(members: list[str], held: dict[str, str | None]) -> int:
    """How many interactions are members of more or fewer than one identity."""
    there = {name for name, root in held.items() if root is not None}
    return len(members) - len(set(members)) + len(there.symmetric_difference(members))


def _reading(store: Store) -> Any:
    assert isinstance(store, ReadableStore)
    return store.reading()
