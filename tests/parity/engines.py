"""One log through the oracle, the online engine and the replay; what each made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from idlab import Action, Interaction, MemoryStore, Resolver, ScoringConfig
from idlab.core.codes import (
    DONE,
    INVALID,
    LINK_STATES,
    OUTCOMES,
    REVIEW_STATES,
    UNKNOWN,
    WAS_ERASED,
)
from idlab.core.predicates import registered
from idlab.errors import BadInput, UnknownReference
from idlab.model import Decision, Link, ReviewItem, customer_id_of
from idlab.replay import encode_entries, replay
from tests.oracle.oracle import Oracle
from tests.parity.worlds import Move, Naming, contact

_WORDS = {DONE: "done", WAS_ERASED: "erased", UNKNOWN: "unknown", INVALID: "invalid"}


@dataclass
class Account:
    """What an engine made of a log."""

    results: list[Any]
    decisions: dict[str, Decision]
    identities: dict[str, str]
    links: list[Link]
    reviews: list[ReviewItem]


def run_oracle(config: ScoringConfig, log: list[Move]) -> tuple[list[Interaction | Action], Account, Oracle]:
    """Let the oracle handle a log, choosing on the way what actions name; returns the entries too."""
    oracle = Oracle(config, {"same last digit": registered("same last digit")})
    handled: dict[str, Interaction] = {}
    names: list[str] = []
    naming = Naming(oracle.links, oracle.reviews, names)
    naming.holder = lambda one: oracle.identities()[one]
    entries: list[Interaction | Action] = []
    results: list[Any] = []
    decisions: dict[str, Decision] = {}
    for number, move in enumerate(log):
        if move.kind == "contact" or not names:
            entry: Interaction | Action = contact(number, move.picks)
        elif move.kind == "repeat":
            entry = handled[names[move.picks[0] % len(names)]]
        else:
            entry = naming.action(move)
        entries.append(entry)
        if isinstance(entry, Interaction):
            decision = oracle.resolve(entry)
            results.append(str(decision.outcome))
            if entry.interaction_id not in handled:
                decisions[entry.interaction_id] = decision
                handled[entry.interaction_id] = entry
                names.append(entry.interaction_id)
        else:
            results.append(oracle.act(entry))
    return entries, Account(results, decisions, oracle.identities(), oracle.links(), oracle.reviews()), oracle


def run_online(config: ScoringConfig, entries: list[Interaction | Action]) -> Account:
    """Let the online engine over the store in memory handle the entries."""
    store = MemoryStore()
    resolver = Resolver(config, store)
    results: list[Any] = []
    decisions: dict[str, Decision] = {}
    for entry in entries:
        if isinstance(entry, Interaction):
            decision = resolver.resolve(entry)
            results.append(str(decision.outcome))
            decisions.setdefault(entry.interaction_id, decision)
            continue
        try:
            results.append(resolver.act(entry))
        except UnknownReference:
            results.append("unknown")
        except BadInput:
            results.append("invalid")
    identities = {one: store.identity_of(one) or "" for one in decisions}
    return Account(results, decisions, identities, store.links(), store.reviews())


def run_replay(config: ScoringConfig, entries: list[Interaction | Action]) -> Account:
    """Replay the entries."""
    tape = encode_entries(entries, config)
    done = replay(tape, config)
    results: list[Any] = []
    for entry, code in zip(entries, done.results.result.tolist(), strict=True):
        if isinstance(entry, Interaction):
            results.append(OUTCOMES[code])
        elif code in _WORDS:
            results.append(_WORDS[code])
        else:
            results.append((REVIEW_STATES if entry.kind == "close" else LINK_STATES)[code])
    decisions = {tape.ids[i]: done.decision(i) for i in range(tape.n_interactions)}
    identities = {
        one: customer_id_of(tape.ids[root]) for one, root in zip(tape.ids, done.identity.tolist(), strict=True)
    }
    return Account(results, decisions, identities, done.links(), done.reviews())
