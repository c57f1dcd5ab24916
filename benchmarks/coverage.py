"""How often nominal 95 % intervals of idlab's metrics hold the truth, by metric, form and number of persons.

Worlds come from a small generator of their own: persons with heavy-tailed numbers of interactions, torn into
identities, some united with a neighbour, some linked. The truth is the value in one very large world.

    python benchmarks/coverage.py --worlds 200 --persons 100 400 1600
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from idlab.metrics.arrays import Floats, Ints, runs
from idlab.metrics.costs import DEFAULT_COSTS
from idlab.metrics.decisions import seen_before
from idlab.metrics.history import History, OutcomeCode, unsplit
from idlab.metrics.intervals import Form, Rate, Ratio, interval, resample
from idlab.metrics.summary import SHARES
from idlab.metrics.totals import component_totals

COSTS = {
    ("cost_per_1000", ""): (Ratio("cost", "known"),),
    ("cost_unanswered_per_1000", ""): (Ratio("cost_unanswered", "known"),),
}


class World(NamedTuple):
    """A generated run: its history, its persons and its key codes."""

    history: History
    person: Ints
    keys: Ints


class Kind(NamedTuple):
    """How a world goes wrong, all as shares.

    Args:
        torn: Of the rows that start another identity of their person.
        united: Of the persons whose main identity is their neighbour's.
        linked: Of the missed persons that a right link asks about.
        mislinked: Of the new persons that a wrong link asks about.
    """

    torn: float
    united: float
    linked: float
    mislinked: float


KINDS = {"careful": Kind(0.15, 0.01, 0.5, 0.02), "careless": Kind(0.05, 0.10, 0.3, 0.10)}


def generate(persons: int, kind: Kind, seed: int) -> World:
    """One world of so many persons."""
    random = np.random.default_rng(seed)
    sizes = np.minimum(1 + np.floor(random.pareto(2.5, size=persons) * 4), 300).astype(np.int64)
    person = np.repeat(np.arange(persons), sizes)
    piece = np.cumsum(random.random(person.size) < kind.torn)
    into = np.arange(persons) - (random.random(persons) < kind.united)
    main = np.concatenate(([True], person[1:] != person[:-1]))
    start = piece[main][person]
    identity = np.where(piece == start, into[person].clip(0), persons + piece)
    order = random.permutation(person.size)
    person, identity = person[order], identity[order]
    keys = np.stack(
        [person * 4 + random.integers(0, 4, person.size), person * 2 + random.integers(0, 2, person.size)]
    )
    history = _with_links(unsplit(identity), person, kind, random)
    return World(history, person, np.where(random.random(keys.shape) < 0.5, keys, -1).T)


def _with_links(history: History, person: Ints, kind: Kind, random: np.random.Generator) -> History:
    """Turn some NEW decisions into PENDING ones, pointing to the person's earliest or a wrong one."""
    order, starts = runs(person, int(person.max()) + 1)
    earliest = order[starts][person]
    seen = seen_before(person)
    chance = random.random(person.size)
    row = np.arange(person.size)
    pending = (history.outcome == OutcomeCode.NEW) & np.where(
        seen, chance < kind.linked, chance < kind.mislinked
    )
    pending[0] = False
    other = np.where(seen, earliest, row - 1)[pending]
    return history._replace(
        outcome=np.where(pending, int(OutcomeCode.PENDING), history.outcome),
        target_start=np.concatenate(([0], np.cumsum(pending))),
        target=history.joined[other],
        link_left=np.flatnonzero(pending),
        link_right=other,
        link_state=np.zeros(other.size, dtype=np.int64),
    )


def measured(world: World, resamples: int, seed: int) -> Iterator[tuple[str, Form, Rate]]:
    """Every metric of a world in both forms."""
    totals = component_totals(world.history, world.person, world.keys, DEFAULT_COSTS)
    sample = resample(totals, resamples, seed)
    for places, unit in ((SHARES, None), (COSTS, DEFAULT_COSTS.c_false)):
        for place, ratios in places.items():
            for form in Form:
                yield ".".join(filter(None, place)), form, interval(sample, *ratios, form=form, unit=unit)


def truths(kind: Kind, persons: int) -> Mapping[str, float | None]:
    """The values that intervals should hold: those of one very large world."""
    return {name: rate.value for name, _, rate in measured(generate(persons, kind, seed=10**6), 1, seed=0)}


def coverage(
    kind: Kind, persons: int, worlds: int, truth: Mapping[str, float | None]
) -> dict[tuple[str, Form], Floats]:
    """By metric and form: the share of intervals that hold the truth, their mean width, their number."""
    found: dict[tuple[str, Form], list[tuple[float, float]]] = {}
    for seed in range(worlds):
        for name, form, rate in measured(generate(persons, kind, seed), 200, seed):
            value = truth[name]
            if rate.low is not None and rate.high is not None and value is not None:
                held = rate.low <= value <= rate.high
                found.setdefault((name, form), []).append((held, rate.high - rate.low))
    return {key: np.array([*np.mean(hits, axis=0), len(hits)]) for key, hits in found.items()}


def main() -> None:
    """Print one line per kind of world, size and metric."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--persons", type=int, nargs="+", default=[100, 400, 1600])
    parser.add_argument("--truth-persons", type=int, default=400_000)
    options = parser.parse_args()
    print(f"{'kind':10}{'persons':>8}  {'metric':26}{'truth':>8} bootstrap  width   delta    width  worlds")
    for kind_name, kind in KINDS.items():
        truth = truths(kind, options.truth_persons)
        for persons in options.persons:
            found = coverage(kind, persons, options.worlds, truth)
            for name, value in truth.items():
                if (name, Form.DELTA) in found:
                    row = [*found[name, Form.BOOTSTRAP][:2], *found[name, Form.DELTA]]
                    shown = "{:10.3f}{:9.4f}{:8.3f}{:9.4f}{:8.0f}".format(*row)
                    print(f"{kind_name:10}{persons:8d}  {name:26}{value:8.4f}{shown}")


if __name__ == "__main__":
    main()
