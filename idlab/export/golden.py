"""Golden interactions: a small stream that shows every outcome, reason and level that a config can reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from idlab.config import ScoringConfig
from idlab.core.codes import ERASED, OUTCOMES, REASONS
from idlab.model import Decision, Interaction
from idlab.replay import encode_entries, replay
from idlab.tune.holdout import streams_of

ROOM = 300
"""How many golden interactions there are at most."""

_LARGEST_STREAM = 160
"""Streams with more interactions are not looked at."""

Feature = tuple[str, ...]


@dataclass(frozen=True)
class GoldenChoice:
    """The golden interactions of a config.

    Args:
        interactions: In the order handled; whole streams, so that they decide alone as they did among all.
        decisions: What the replay decided about them.
        reached: Every outcome, reason and level that they show, such as ``level phone/exact``.
        not_reached: What they do not show.
    """

    interactions: tuple[Interaction, ...]
    decisions: tuple[Decision, ...]
    reached: tuple[str, ...]
    not_reached: tuple[str, ...]


def choose_golden(
    config: ScoringConfig, interactions: Sequence[Interaction], *, room: int = ROOM
) -> GoldenChoice:
    """Choose a small part of a log that shows as much as possible of what the config can decide.

    A greedy cover over whole streams (connected components of shared keys and counted identifiers): at each
    step the stream that adds most per interaction. First single outcomes, reasons and levels; then, while
    there is room, what occurs together: outcomes with reasons, with a level, and with all levels at once.

    Args:
        config: What decides.
        interactions: Synthetic, in the order handled.
        room: How many may be chosen.

    Returns:
        The choice.
    """
    tape = encode_entries(interactions, config)
    done = replay(tape, config)
    streams: dict[int, list[int]] = defaultdict(list)
    for place, stream in enumerate(streams_of(tape, config).tolist()):
        streams[stream].append(place)
    small = [places for places in streams.values() if len(places) <= min(room, _LARGEST_STREAM)]
    decisions = {place: done.decision(place) for places in small for place in places}
    chosen = _cover(small, decisions, room)
    reached = {feature for place in chosen for feature in single_features(decisions[place])}
    return GoldenChoice(
        tuple(interactions[place] for place in chosen),
        tuple(decisions[place] for place in chosen),
        tuple(_told(feature) for feature in all_features(config) if feature in reached),
        tuple(_told(feature) for feature in all_features(config) if feature not in reached),
    )


def all_features(config: ScoringConfig) -> Iterator[Feature]:
    """Every outcome that an interaction can have, every reason, and every level of a config."""
    for outcome in OUTCOMES[:ERASED]:
        yield "outcome", outcome
    for reason in REASONS:
        yield "reason", reason
    for field in config.fields:
        for level in field.levels:
            yield "level", field.name, level.name


def single_features(decision: Decision) -> Iterator[Feature]:
    """The outcome, the reasons and the levels that a decision shows."""
    yield "outcome", decision.outcome.value
    for reason in decision.reasons:
        yield "reason", reason
    for one in decision.evidence:
        if one.level is not None:
            yield "level", one.field, one.level


def _with_outcome(decision: Decision) -> Iterator[Feature]:
    """The reasons and each level of a decision, with its outcome."""
    yield "reasons", decision.outcome.value, *decision.reasons
    for one in decision.evidence:
        if one.level is not None:
            yield "level", decision.outcome.value, one.field, one.level


def _as_a_whole(decision: Decision) -> Iterator[Feature]:
    """All levels of a decision, with its outcome."""
    yield "levels", decision.outcome.value, *(f"{one.field}/{one.level}" for one in decision.evidence)


def _cover(streams: list[list[int]], decisions: dict[int, Decision], room: int) -> list[int]:
    chosen: list[int] = []
    left = list(range(len(streams)))
    for features in (single_features, _with_outcome, _as_a_whole):
        shown = [{f for place in places for f in features(decisions[place])} for places in streams]
        seen = {feature for place in chosen for feature in features(decisions[place])}
        while True:
            fitting = [k for k in left if len(chosen) + len(streams[k]) <= room and shown[k] - seen]
            if not fitting:
                break
            best = max(fitting, key=lambda k: (len(shown[k] - seen) / len(streams[k]), -streams[k][0]))
            left.remove(best)
            chosen.extend(streams[best])
            seen |= shown[best]
    return sorted(chosen)


def _told(feature: Feature) -> str:
    return f"{feature[0]} {'/'.join(feature[1:])}"
