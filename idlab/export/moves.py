"""Moves: a rule switched off or a threshold moved a little, and the decisions that come out otherwise then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from idlab.compiled import Compiled, compiled
from idlab.config import ScoringConfig
from idlab.core.codes import MISSING, NO_LIMIT
from idlab.core.world import Rules
from idlab.export.features import SIDES, THRESHOLDS, Feature, key_name, ruled_out
from idlab.metrics.arrays import Flags
from idlab.replay import Replay, Tape, replay

_PRECISION = 0.01
"""How well the least distance that is noticed is found, as a share of it, or absolutely where it is below 1."""


class Moved(NamedTuple):
    """What a move changes.

    Args:
        feature: What its changes show.
        rows: [n] the interactions, in the order handled, about which it decides otherwise.
        distance: By how much a threshold was moved, in units of weight; 0 for a rule switched off.
    """

    feature: Feature
    rows: Flags
    distance: float


def moves(tape: Tape, config: ScoringConfig) -> Iterator[Moved]:
    """Every key rule and guard switched off, and every threshold moved to both sides as little as is noticed.

    Args:
        tape: Interactions, encoded for the config.
        config: What decides.

    Returns:
        The moves that change a decision about one of the interactions.
    """
    ready = compiled(config)
    as_is = replay(tape, ready)
    for feature, rules in _switched_off(config, ready.rules):
        rows = _otherwise(as_is, replay(tape, replace(ready, rules=rules)))
        if rows.any():
            yield Moved(feature, rows, 0.0)
    impossible = ruled_out(config)
    for threshold in THRESHOLDS:
        for side in SIDES:
            if ("threshold", threshold, side) not in impossible:
                yield from _least(as_is, ready, threshold, side)


def _switched_off(config: ScoringConfig, rules: Rules) -> Iterator[tuple[Feature, Rules]]:
    """The rules with one key rule or guard less."""
    if config.guards.max_distinct_names is not None:
        yield ("guard", "max_distinct_names"), rules._replace(max_names=NO_LIMIT)
    if config.guards.max_names_per_identifier is not None:
        yield ("guard", "max_names_per_identifier"), rules._replace(max_identifier_names=NO_LIMIT)
    for place, rule in enumerate(config.keys):
        if rule.enabled:
            off = [0 if other == place else on for other, on in enumerate(rules.key_on)]
            yield ("key", key_name(rule)), rules._replace(key_on=off)
            wide = [NO_LIMIT if other == place else most for other, most in enumerate(rules.max_fanout)]
            yield ("guard", "max_fanout", key_name(rule)), rules._replace(max_fanout=wide)


def _least(as_is: Replay, ready: Compiled, threshold: str, side: str) -> Iterator[Moved]:
    """The least move of a threshold to one side that is noticed, by halving; nothing if none is."""
    at = getattr(ready.rules, threshold)
    sign = 1.0 if side == "raised" else -1.0

    def otherwise(distance: float) -> Flags:
        rules = ready.rules._replace(**{threshold: at + sign * distance})
        return _otherwise(as_is, replay(as_is.tape, replace(ready, rules=rules)))

    unnoticed, noticed = 0.0, _room(as_is, ready.rules, threshold, side)
    if noticed <= 0.0:
        return
    rows = otherwise(noticed)
    if not rows.any():
        return
    while noticed - unnoticed > _PRECISION * max(1.0, noticed):
        middle = (unnoticed + noticed) / 2
        found = otherwise(middle)
        if found.any():
            noticed, rows = middle, found
        else:
            unnoticed = middle
    yield Moved(("threshold", threshold, side), rows, noticed)


def _room(as_is: Replay, rules: Rules, threshold: str, side: str) -> float:
    """How far a threshold can be moved to one side: to its neighbour, or past every weight there is."""
    weighed = as_is.results.subject != MISSING
    weights = as_is.results.weight[weighed]
    low, high = (float(weights.min()), float(weights.max())) if weights.size else (0.0, 0.0)
    beyond = 1e-3
    return {
        ("merge_at", "raised"): high - rules.merge_at + beyond,
        ("merge_at", "lowered"): rules.merge_at - rules.pending_at,
        ("pending_at", "raised"): rules.merge_at - rules.pending_at,
        ("pending_at", "lowered"): rules.pending_at - low + beyond,
        ("margin", "raised"): high - low + beyond,
        ("margin", "lowered"): rules.margin,
        ("bridge_at", "raised"): -rules.bridge_at,
        ("bridge_at", "lowered"): high - low + beyond,
    }[threshold, side]


def _otherwise(one: Replay, other: Replay) -> Flags:
    """[n] whether two replays of one tape decide otherwise about each interaction, in any part of a decision."""
    a, b = one.results, other.results
    rows = one.tape.n_interactions
    found: Flags = np.zeros(rows, dtype=np.bool_)
    for name in ("outcome", "joined", "subject", "runner_up", "reasons"):
        found |= getattr(a, name) != getattr(b, name)
    weighed = (a.subject != MISSING) & (b.subject != MISSING)
    found |= weighed & (a.weight != b.weight)
    for name in ("level", "contribution"):
        unlike = (getattr(a, name) != getattr(b, name)).reshape(rows, -1).any(axis=1)
        found |= weighed & unlike
    return found | _other_targets(one, other)


def _other_targets(one: Replay, other: Replay) -> Flags:
    starts = [done.results.target_start for done in (one, other)]
    sizes = [np.diff(start) for start in starts]
    found: Flags = sizes[0] != sizes[1]
    alike = np.flatnonzero(~found)
    owner = np.repeat(alike, sizes[0][alike])
    within = np.arange(owner.size) - np.repeat(np.cumsum(sizes[0][alike]) - sizes[0][alike], sizes[0][alike])
    a, b = (
        done.results.target[start[owner] + within] for done, start in zip((one, other), starts, strict=True)
    )
    found[owner[a != b]] = True
    return found
