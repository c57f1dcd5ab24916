"""One log through the oracle, the online engine and the replay; what each made of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from functools import cache

from idlab import Action, Interaction, MemoryStore, Resolver, ScoringConfig
from idlab.core.codes import DONE, INVALID, LINK_STATES, OUTCOMES, REVIEW_STATES, UNKNOWN, WAS_ERASED
from idlab.core.predicates import registered
from idlab.errors import BadInput, UnknownReference
from idlab.model import Decision, Link, ReviewItem, customer_id_of
from idlab.replay import encode_entries, replay
from idlab.stores import Store
from idlab.testing.logs import Move, Namer
from tests.oracle.oracle import Oracle

Entries = Sequence[Interaction | Action]

_WORDS = {DONE: "done", WAS_ERASED: "erased", UNKNOWN: "unknown", INVALID: "invalid"}


@dataclass
class Account:
    """What an engine made of a log: what every entry came to, first decisions, and the state at the end."""

    results: list[str]
    decisions: list[Decision]
    identities: dict[str, str]
    links: list[Link]
    reviews: list[ReviewItem]

    def digest(self) -> str:
        """sha256 of every bit of it."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()


def differences(expected: Account, got: Account) -> list[str]:
    """What is not the same in two accounts: for each part the first difference, in words."""
    found = []
    for part in fields(Account):
        one, other = getattr(expected, part.name), getattr(got, part.name)
        if one == other:
            continue
        pairs = zip(_listed(one), _listed(other), strict=False)
        first = next(((k, a, b) for k, (a, b) in enumerate(pairs) if a != b), None)
        size = f"{len(one)} against {len(other)}"
        found.append(f"{part.name}: {size if first is None else '[{}] {} against {}'.format(*first)}")
    return found


def _listed(part: list[object] | dict[str, str]) -> list[object]:
    return list(part.items()) if isinstance(part, dict) else part


def run_oracle(
    config: ScoringConfig, log: Iterable[Move | Interaction | Action]
) -> tuple[list[Interaction | Action], Account, Oracle]:
    """Let the oracle handle a log; returns the entries that its moves became, too."""
    oracle = Oracle(config, {"same last digit": registered("same last digit")})
    setattr(oracle, "keys", cache(oracle.keys))  # noqa: B010 - what is most of its time; a record's keys never change
    holders: dict[str, str] = {}
    namer = Namer(oracle.links, oracle.reviews, holders.get)
    entries: list[Interaction | Action] = []
    results: list[str] = []
    for number, move in enumerate(log):
        entry = namer.entry(number, move) if isinstance(move, Move) else move
        entries.append(entry)
        results.append(oracle.act(entry) if isinstance(entry, Action) else str(oracle.resolve(entry).outcome))
        holders.update(oracle.identities())
    account = Account(
        results, list(oracle.decisions.values()), oracle.identities(), oracle.links(), oracle.reviews()
    )
    return entries, account, oracle


def run_online(config: ScoringConfig, entries: Entries, store: Store | None = None) -> Account:
    """Let the online engine over a store that is empty, one in memory unless told otherwise, handle the entries."""
    store = MemoryStore() if store is None else store
    resolver = Resolver(config, store)
    results: list[str] = []
    decisions: dict[str, Decision] = {}
    for entry in entries:
        if isinstance(entry, Interaction):
            decision = resolver.resolve(entry)
            results.append(str(decision.outcome))
            decisions.setdefault(entry.interaction_id, decision)
        else:
            results.append(answer(resolver, entry))
    identities = {one: store.identity_of(one) or "" for one in decisions}
    return Account(results, list(decisions.values()), identities, store.links(), store.reviews())


def answer(resolver: Resolver, action: Action) -> str:
    """What an action comes to, in the words of an account."""
    try:
        return resolver.act(action)
    except UnknownReference:
        return "unknown"
    except BadInput:
        return "invalid"


def run_replay(config: ScoringConfig, entries: Entries) -> Account:
    """Replay the entries, every other log on two threads."""
    tape = encode_entries(entries, config)
    done = replay(tape, config, threads=1 + len(entries) % 2)
    results: list[str] = []
    for entry, code in zip(entries, done.results.result.tolist(), strict=True):
        if isinstance(entry, Interaction):
            results.append(OUTCOMES[code])
        elif code in _WORDS:
            results.append(_WORDS[code])
        else:
            results.append((REVIEW_STATES if entry.kind == "close" else LINK_STATES)[code])
    return Account(
        results,
        [done.decision(i) for i in range(tape.n_interactions)],
        {
            one: customer_id_of(tape.ids[root])
            for one, root in zip(tape.ids, done.identity.tolist(), strict=True)
        },
        done.links(),
        done.reviews(),
    )
