"""Everything that a store holds about one person, as one document.

Whoever it is handed to must learn nothing of anybody else: other customers are named by their ids alone, and of an identifier
that others use too it says just that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from idlab.checking.marks import marks_under
from idlab.config import ScoringConfig
from idlab.model import Decision, customer_id_of
from idlab.queues.naming import root_of
from idlab.serving import config_of
from idlab.stores.base import Entry, Identifier, IdentityState, Key, RecordState, Rows
from idlab.subject.trail import told_by, touching, utc
from idlab.subject.waiting import links_of, reviews_of
from idlab.subject.words import ELSEWHERE, OUTCOMES, REASONS


def held_about(rows: Rows, customer: str, *, agents: bool = False) -> dict[str, Any]:
    """Everything held about one person.

    Args:
        rows: A store as it is at one moment.
        customer: A customer_id, of now or of before.
        agents: Whether to name the agents who worked on it and decided.

    Returns:
        A document of plain values; all times are UTC.

    Raises:
        UnknownReference: If there never was such a customer.
        BadInput: If the store serves no config.
    """
    config = config_of(rows)
    root = root_of(rows, customer)
    state, records = rows.identity(root), rows.members(root)
    names = {record.interaction_id for record in records}
    return {
        "asked_for": customer,
        "customer_id": customer_id_of(root),
        "known_as": [customer_id_of(record.interaction_id) for record in records],
        "erased": state.erased,
        "config": {"name": config.name, "digest": config.digest},
        "identity": _identity(state, len(records)),
        "profile": _profile(config, state, _Used(rows, config, records)),
        "records": [_record(config, record) for record in records],
        "decisions": [_decision(one) for record in records if (one := rows.decision(record.interaction_id))],
        "links": list(links_of(rows, names, agents=agents)),
        "review_items": list(reviews_of(rows, names, agents=agents)),
        "not_to_be_united_with": sorted({_customer_of(rows, other) for _, other in state.cannot}),
        "log": list(_log(rows, customer, agents=agents)),
        "elsewhere": list(ELSEWHERE),
    }


class _Used:
    """Whether others use an identifier of somebody, too.

    Args:
        rows: The store.
        config: What it serves.
        records: All records of this one.
    """

    def __init__(self, rows: Rows, config: ScoringConfig, records: Iterable[RecordState]) -> None:
        self._rows = rows
        marks = marks_under(config)
        self._keys: dict[Identifier, Counter[Key]] = {}
        self._identifiers: Counter[Identifier] = Counter()
        for record in records:
            keys, identifiers = marks(record.values)
            self._identifiers.update(identifiers)
            for key in keys:
                if len(key) == 2:
                    lone = key[0].partition(".")[0], key[1]
                    self._keys.setdefault(lone, Counter())[key] += 1

    def by_others(self, name: str, value: str) -> bool:
        """Whether records of others hold this value; only of keys and counted identifiers that can be known."""
        counted = self._rows.identifier((name, value))
        if counted is not None and counted.holders > self._identifiers[name, value]:
            return True
        found = [(self._rows.key(key), own) for key, own in self._keys.get((name, value), {}).items()]
        return any(held is not None and held.holders > own for held, own in found)


def _identity(state: IdentityState, interactions: int) -> dict[str, Any]:
    seen = [entry for entries in state.profile for entry in entries]
    return {
        "interactions": interactions,
        "first_seen": utc(min(entry[2] for entry in seen)) if seen else None,
        "last_seen": utc(max(entry[3] for entry in seen)) if seen else None,
        "distinct_names": state.names,
        "names_a_reviewer_allowed": state.allowance,
        "objected_to_being_linked": state.objected,
        "waits_for_an_answer": state.provisional,
    }


def _profile(config: ScoringConfig, state: IdentityState, used: _Used) -> list[dict[str, Any]]:
    return [
        {"field": field.name, "values": [_value(field.name, entry, used) for entry in entries]}
        for field, entries in zip(config.fields, state.profile, strict=True)
        if entries
    ]


def _value(name: str, entry: Entry, used: _Used) -> dict[str, Any]:
    value, count, first, last, *_ = entry
    return {
        "value": value,
        "count": count,
        "first_seen": utc(first),
        "last_seen": utc(last),
        "used_by_others": used.by_others(name, value),
    }


def _record(config: ScoringConfig, record: RecordState) -> dict[str, Any]:
    return {
        "interaction": record.interaction_id,
        "occurred_at": utc(record.time),
        "values": {
            field.name: value
            for field, value in zip(config.fields, record.values, strict=True)
            if value is not None
        },
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "interaction": decision.interaction_id,
        "outcome": str(decision.outcome),
        "in_words": f"{OUTCOMES[decision.outcome]}: {'; '.join(REASONS[one] for one in decision.reasons)}",
        "customer_id_then": decision.customer_id,
        "score": decision.score,
        "runner_up": decision.runner_up,
        "runner_up_score": decision.runner_up_score,
        "reasons": list(decision.reasons),
        "evidence": [
            {"field": one.field, "level": one.level, "contribution": one.contribution}
            for one in decision.evidence
        ],
        "asked_about": list(decision.targets),
        "config": decision.config_digest,
    }


def _customer_of(rows: Rows, interaction: str) -> str:
    return customer_id_of(rows.holder(interaction) or interaction)


def _log(rows: Rows, customer: str, *, agents: bool) -> Iterator[dict[str, Any]]:
    """What was done, without the ids of interactions that may be another's."""
    touches = touching(rows, customer)
    for entry in rows.logged():
        if touches(entry):
            kind, named = told_by(entry)
            about = {name: value for name, value in named.items() if name in _TOLD}
            what = kind if kind == entry.kind else f"{kind} ({entry.kind} since the config was switched)"
            told = {"number": entry.serial, "at": utc(entry.at), "what": what, "about": about}
            yield {**told, "by": entry.by} if agents else told


_TOLD = ("link", "review", "verdict", "customers")
