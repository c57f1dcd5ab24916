"""Fitting a scoring config to a dataset: replay, count levels, weigh, and again until the decisions settle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from idlab.config import ScoringConfig
from idlab.core.codes import MISSING
from idlab.errors import BadInput
from idlab.evaluate.running import silent
from idlab.fit.chance import Chance, chance_of
from idlab.fit.em import EmFit, Patterns, expected_counts, fit_em, patterns_of
from idlab.fit.levels import Comparisons, Session, asking, comparisons_of, sessions_of
from idlab.fit.weights import (
    SMOOTHING,
    TOGETHER,
    LevelFit,
    as_rows,
    check_exact,
    evidence,
    fitted_config,
    level_fits,
    prior_for,
)
from idlab.metrics.arrays import Flags, Floats, Ints
from idlab.replay import Replay, Tape, replay
from idlab.replay.encode import Progress

LEAST_COMPARISONS = 100
"""Fewer comparisons in all sessions are refused."""

LEAST_SHARE = 0.001
"""A share of matches closer to 0 or 1 is refused."""

SETTLED = 0.001
"""Decisions have settled when at most this share of them changed."""

MOST_ROUNDS = 6

BELIEF = 100.0
"""How many comparisons u of random pairs is worth. Candidates that are no match are relatives more often than two
people drawn at random, and have last names in common: so much has to be seen before u gives way to that."""

EM_BELIEF = 1_000.0
"""The same for EM, which has no labels to tell relatives by: where u gives way sooner, EM comes to part those who
share an e-mail from those who share a phone instead of matches from the rest, and decisions do not settle."""


class Round(NamedTuple):
    """One round of a fit.

    Args:
        changed: The share of decisions that the new weights changed.
        comparisons: How many comparisons were in a session.
        matches: The share of matches among them.
        log_likelihood, iterations, converged, starts: Of EM, see ``EmFit``; of labels, iterations is 0.
    """

    changed: float
    comparisons: int
    matches: float
    log_likelihood: float | None = None
    iterations: int = 0
    converged: bool = True
    starts: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted config, and what it stands on.

    Args:
        config: Fitted.
        method: ``em``, ``labels`` or ``logistic``.
        levels: Every level.
        prior: log2 odds.
        sessions: Comparisons and share of matches of each key rule.
        rounds: Every round; decisions settled if the last one changed at most ``SETTLED`` of them.
        remarks: What a reader should know.
    """

    config: ScoringConfig
    method: str
    levels: tuple[LevelFit, ...]
    prior: float
    sessions: tuple[dict[str, Any], ...]
    rounds: tuple[Round, ...]
    remarks: tuple[str, ...] = ()
    extra: dict[str, Any] | None = None

    @property
    def settled(self) -> bool:
        """Whether the last round left the decisions as they were."""
        return self.rounds[-1].changed <= SETTLED

    def document(self) -> dict[str, Any]:
        """All of it but the config, ready to be JSON."""
        return {
            "method": self.method,
            "config_digest": self.config.digest,
            "prior": self.prior,
            "settled": self.settled,
            "rounds": [one._asdict() | {"starts": list(one.starts)} for one in self.rounds],
            "sessions": list(self.sessions),
            "levels": as_rows(self.levels),
            "remarks": list(self.remarks),
            **(self.extra or {}),
        }


class Stacked(NamedTuple):
    """The comparisons of all sessions, one after the other, each without what its key says.

    Args:
        patterns: Counted by what they look like.
        comparison: [n] which comparison each is.
        sessions: What they are called, in the order numbered.
    """

    patterns: Patterns
    comparison: Ints
    sessions: tuple[str, ...]


def stack(config: ScoringConfig, level: Ints, sessions: Sequence[Session]) -> Stacked:
    """Lay sessions end to end; the fields of their keys, what travels with these, and conversations are missing.

    Raises:
        BadInput: If there are too few comparisons to fit anything to, or nothing beside the keys to compare.
    """
    kinds = [field.kind for field in config.fields]
    used = [one for one in sessions if one.chosen.any()]
    parts, numbers, places = [], [], []
    for number, session in enumerate(used):
        rows = np.flatnonzero(session.chosen)
        part = level[rows].copy()
        part[:, list(_silent_fields(kinds, session.fields))] = MISSING
        parts.append(part)
        numbers.append(np.full(rows.size, number))
        places.append(rows)
    size = sum(len(part) for part in parts)
    if size < LEAST_COMPARISONS:
        raise BadInput(
            f"only {size} comparisons share a key outside of conversations",
            where="fit",
            hint=f"at least {LEAST_COMPARISONS} are needed; give more data, or switch keys on",
        )
    whole = np.concatenate(parts)
    if not (whole != MISSING).any():
        raise BadInput(
            "no field beside the keys is there on both sides of any comparison",
            where="fit",
            hint="what agrees cannot be told from what does not; more fields or labels are needed",
        )
    patterns = patterns_of(whole, np.concatenate(numbers))
    return Stacked(patterns, np.concatenate(places), tuple(one.name for one in used))


def _silent_fields(kinds: Sequence[str], on: Sequence[int]) -> set[int]:
    silent_kinds = {"conversation"}
    for pair in TOGETHER:
        if any(kinds[place] in pair for place in on):
            silent_kinds |= set(pair)
    return set(on) | {place for place, kind in enumerate(kinds) if kind in silent_kinds}


Judgement = tuple[Stacked, Floats, Sequence[Floats], EmFit | None]
"""The comparisons that were judged, the probability of each pattern that it is a match, u, and how EM came to it."""

Judge = Callable[[Replay, Comparisons, Stacked, Sequence[Chance]], Judgement]

Finish = Callable[[Replay, Comparisons, Sequence[LevelFit]], tuple[list[LevelFit], float]]
"""Gives the levels with other weights, and the prior to them."""


class Method(NamedTuple):
    """How matches are told.

    Args:
        name: One of ``idlab.fit.METHODS``.
        judge: Tells them.
        finish: Weighs anew what was counted.
        counted: [n] which interactions' comparisons are counted; all if None.
        person: [n] who each interaction belongs to where that is known: u is then about other persons' records,
            else about what other identities of the replay hold.
    """

    name: str
    judge: Judge
    finish: Finish | None = None
    counted: Flags | None = None
    person: Ints | None = None


def fit_rounds(
    tape: Tape,
    base: ScoringConfig,
    method: Method,
    *,
    seed: int = 0,
    rounds: int = MOST_ROUNDS,
    progress: Progress | None = None,
) -> Fit:
    """Fit, replay and fit again until the decisions settle.

    Args:
        tape: The interactions.
        base: Where to start; its levels, keys, thresholds and guards stay.
        method: How matches are told.
        seed: Of samples and starts.
        rounds: At most.
        progress: Called with what is being done.

    Raises:
        BadInput: If the config is a weighted average, or the fit degenerates; see ``stack``, ``check_exact``.
    """
    if base.model.kind != "fellegi_sunter":
        raise BadInput(
            f"the model is {base.model.kind!r}, which has no m and u",
            where="model",
            hint="give fellegi_sunter",
        )
    say, config = progress or silent, base
    told: list[Round] = []
    done = replay(tape, config)
    while True:
        say(f"round {len(told) + 1}: counting levels")
        asked = asking(done)
        group = done.identity if method.person is None else method.person
        chances = [chance_of(asked, place, group, seed=seed) for place in range(len(base.fields))]
        found = comparisons_of(done, method.counted)
        stacked = stack(base, found.level, sessions_of(base, found.level))
        say(f"round {len(told) + 1}: weighing")
        stacked, posterior, u, em = method.judge(done, found, stacked, chances)
        share = _share(stacked, posterior)
        chances = [one._replace(u=learnt) for one, learnt in zip(chances, u, strict=True)]
        matches = expected_counts(stacked.patterns, posterior, [one.size for one in u])
        fits = level_fits(base, matches, chances)
        check_exact(base, fits)
        prior = _prior(base, found, stacked, posterior, fits)
        if method.finish is not None:
            fits, prior = method.finish(done, found, fits)
        config = fitted_config(base, fits, prior)
        again = replay(tape, config)
        told.append(_round(changed(done, again), stacked, share, em))
        done = again
        if told[-1].changed <= SETTLED or len(told) == rounds:
            break
    remarks = [] if told[-1].changed <= SETTLED else [f"decisions had not settled after {rounds} rounds"]
    if not told[-1].converged:
        remarks.append("EM had not converged")
    return Fit(
        config,
        method.name,
        tuple(fits),
        round(prior, 3),
        _told(stacked, posterior),
        tuple(told),
        tuple(remarks),
    )


def em_judge(*, starts: int = 5, seed: int = 0) -> Judge:
    """Tells matches by EM, without labels."""

    def judge(_done: Replay, _found: Comparisons, stacked: Stacked, chances: Sequence[Chance]) -> Judgement:
        given = [one.u for one in chances]
        em = fit_em(stacked.patterns, given, starts=starts, seed=seed, smoothing=SMOOTHING, belief=EM_BELIEF)
        return stacked, em.posterior, em.u, em

    return judge


def changed(before: Replay, after: Replay) -> float:
    """The share of decisions with another outcome or another identity."""
    differs = (before.outcome != after.outcome) | (before.results.joined != after.results.joined)
    return float(differs.mean()) if differs.size else 0.0


def _share(stacked: Stacked, posterior: Floats) -> float:
    size = stacked.patterns.size
    share = float((size * posterior).sum() / size.sum())
    if not LEAST_SHARE <= share <= 1 - LEAST_SHARE:
        raise BadInput(
            f"the share of matches came out as {share:.6f}",
            where="fit",
            hint="nothing is left to tell matches from: look at the keys, or give labels of both kinds",
        )
    return share


def _prior(
    config: ScoringConfig, found: Comparisons, stacked: Stacked, posterior: Floats, fits: Sequence[LevelFit]
) -> float:
    """The prior with which scores sum to the matches expected; a comparison in several sessions is their mean."""
    times = np.bincount(stacked.comparison, minlength=len(found.row))
    sums = np.bincount(stacked.comparison, posterior[stacked.patterns.place], minlength=len(found.row))
    there = times > 0
    return prior_for(evidence(found.level[there], fits, config), float((sums[there] / times[there]).sum()))


def _round(change: float, stacked: Stacked, share: float, em: EmFit | None) -> Round:
    size = int(stacked.patterns.size.sum())
    if em is None:
        return Round(change, size, share)
    return Round(change, size, share, em.log_likelihood, em.iterations, em.converged, em.starts)


def _told(stacked: Stacked, posterior: Floats) -> tuple[dict[str, Any], ...]:
    patterns = stacked.patterns
    sizes = np.bincount(patterns.session, patterns.size)
    matches = np.bincount(patterns.session, patterns.size * posterior)
    return tuple(
        {"key": name, "comparisons": int(size), "matches": round(float(match / size), 4)}
        for name, size, match in zip(stacked.sessions, sizes, matches, strict=True)
    )
