"""Golden interactions: a small stream that shows everything that a config can reach, up to the edge of thresholds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from idlab.bundle import Coverage, Sides
from idlab.config import ScoringConfig
from idlab.export.features import THRESHOLDS, Feature, all_features, ruled_out, shown_by, told
from idlab.export.moves import Moved, moves
from idlab.model import Decision, Interaction
from idlab.replay import Tape, encode_entries, replay
from idlab.tune.holdout import streams_of

ROOM = 1_500
"""How many golden interactions there are at most."""

ENOUGH = 300
"""From how many on only what nothing else shows is added."""

LEAST = 200
"""How many there are at least, if there are so many interactions."""


@dataclass(frozen=True)
class GoldenChoice:
    """The golden interactions of a config.

    Args:
        interactions: In the order handled; whole streams, so that they decide alone as they did among all.
        decisions: What the replay decided about them.
        reached: Every feature that they show, such as ``level phone/exact``.
        coverage: What they do not show, and how close they lie to each threshold.
    """

    interactions: tuple[Interaction, ...]
    decisions: tuple[Decision, ...]
    reached: tuple[str, ...]
    coverage: Coverage


class _Stream(NamedTuple):
    """Interactions that can be chosen together only, by their places in the log.

    Args:
        places: In the order handled.
        moved: The key rules, guards and sides of thresholds that one of their decisions shows.
    """

    places: list[int]
    moved: frozenset[Feature]


def choose_golden(
    config: ScoringConfig,
    interactions: Sequence[Interaction],
    *,
    room: int = ROOM,
    enough: int = ENOUGH,
    least: int = LEAST,
) -> GoldenChoice:
    """Choose a small part of a log that shows as much as possible of what the config can decide.

    A greedy cover over whole streams (connected components of shared keys and counted identifiers): at each
    step the stream that adds most per interaction. First every feature; then, up to ``enough``, what occurs
    together: outcomes with reasons, with a level, and with all levels at once; then whatever there is, up to
    ``least``.

    Args:
        config: What decides.
        interactions: Synthetic, in the order handled.
        room: How many may be chosen.
        enough: From how many on only what nothing else shows is added.
        least: How many are chosen at least.

    Returns:
        The choice.
    """
    tape = encode_entries(interactions, config)
    done = replay(tape, config)
    found = list(moves(tape, config))
    streams = [stream for stream in _streams(tape, config, found) if len(stream.places) <= room]
    decisions = {place: done.decision(place) for stream in streams for place in stream.places}
    chosen = _Cover(streams, decisions)
    chosen.add(shown_by, room, with_moves=True)
    for features in (_with_outcome, _as_a_whole):
        chosen.add(features, min(room, enough))
    chosen.fill(min(room, least))
    places = chosen.places
    reached = chosen.shown(shown_by) | chosen.moved
    return GoldenChoice(
        tuple(interactions[place] for place in places),
        tuple(decisions[place] for place in places),
        tuple(told(feature) for feature in all_features(config) if feature in reached),
        _coverage(config, reached, found),
    )


def _streams(tape: Tape, config: ScoringConfig, found: Sequence[Moved]) -> Iterator[_Stream]:
    of_row = streams_of(tape, config).tolist()
    places: dict[int, list[int]] = defaultdict(list)
    moved: dict[int, set[Feature]] = defaultdict(set)
    for place, stream in enumerate(of_row):
        places[stream].append(place)
    for move in found:
        for place in move.rows.nonzero()[0].tolist():
            moved[of_row[place]].add(move.feature)
    for stream, rows in places.items():
        yield _Stream(rows, frozenset(moved[stream]))


def _coverage(config: ScoringConfig, reached: set[Feature], found: Sequence[Moved]) -> Coverage:
    out = ruled_out(config)
    missing = [feature for feature in all_features(config) if feature not in reached]
    distance = {move.feature: move.distance for move in found if move.feature in reached}
    return Coverage(
        unreachable=tuple(told(feature) for feature in missing if feature in out),
        not_reached=tuple(told(feature) for feature in missing if feature not in out),
        thresholds={
            name: Sides(
                raised=distance.get(("threshold", name, "raised")),
                lowered=distance.get(("threshold", name, "lowered")),
            )
            for name in THRESHOLDS
        },
    )


def _with_outcome(decision: Decision) -> Iterator[Feature]:
    """The reasons and each level of a decision, with its outcome."""
    yield "reasons", decision.outcome.value, *decision.reasons
    for one in decision.evidence:
        if one.level is not None:
            yield "level", decision.outcome.value, one.field, one.level


def _as_a_whole(decision: Decision) -> Iterator[Feature]:
    """All levels of a decision, with its outcome."""
    yield "levels", decision.outcome.value, *(f"{one.field}/{one.level}" for one in decision.evidence)


class _Cover:
    """Streams chosen one after the other, each time the one that adds most per interaction."""

    def __init__(self, streams: Sequence[_Stream], decisions: Mapping[int, Decision]) -> None:
        self._decisions = decisions
        self._left = list(streams)
        self._chosen: list[_Stream] = []

    @property
    def places(self) -> list[int]:
        """The interactions chosen, in the order handled."""
        return sorted(place for stream in self._chosen for place in stream.places)

    @property
    def moved(self) -> set[Feature]:
        """The key rules, guards and sides of thresholds that the chosen show."""
        return {feature for stream in self._chosen for feature in stream.moved}

    def shown(self, features: Callable[[Decision], Iterable[Feature]]) -> set[Feature]:
        """The features that the chosen decisions show."""
        return {feature for place in self.places for feature in features(self._decisions[place])}

    def add(
        self, features: Callable[[Decision], Iterable[Feature]], room: int, *, with_moves: bool = False
    ) -> None:
        """Choose streams until no feature can be added within the room."""
        shows = {
            id(stream): {one for place in stream.places for one in features(self._decisions[place])}
            | (stream.moved if with_moves else frozenset())
            for stream in self._left
        }
        seen = self.shown(features) | (self.moved if with_moves else set())
        while True:
            free = room - len(self.places)
            fitting = [one for one in self._left if len(one.places) <= free and shows[id(one)] - seen]
            if not fitting:
                return
            best = max(
                fitting, key=lambda one: (len(shows[id(one)] - seen) / len(one.places), -one.places[0])
            )
            self._choose(best)
            seen |= shows[id(best)]

    def fill(self, least: int) -> None:
        """Choose streams as they come until there are enough interactions."""
        for stream in list(self._left):
            if len(self.places) >= least:
                return
            if len(self.places) + len(stream.places) <= max(least, ENOUGH):
                self._choose(stream)

    def _choose(self, stream: _Stream) -> None:
        self._left.remove(stream)
        self._chosen.append(stream)
