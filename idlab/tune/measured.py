"""What one world says about one config, in numbers that objectives are made of."""

from __future__ import annotations

from collections.abc import Sequence

from idlab.errors import BadInput
from idlab.evaluate import history_of, links_of
from idlab.metrics import cost, judge
from idlab.metrics.contingency import components
from idlab.metrics.costs import Costs, answered
from idlab.metrics.decisions import decision_totals
from idlab.metrics.intervals import Form, Ratio, interval, resample
from idlab.metrics.summary import SHARES
from idlab.replay import Replay
from idlab.tune.encoded import EncodedWorld

Numbers = dict[str, float]
"""Numbers of one replay by name, as they are kept with a trial."""

COST = "cost_per_1000"
UNIONS = ("wrong_unions_per_1000", "missing_unions_per_1000", "questions_per_1000")
"""What a cost is made of, whatever the prices."""

RECALL = "merge_recall"
PRECISION_LOW = "merge_precision_low"
PENDING_HIGH = "pending_per_1000_high"

_RESAMPLES = 200


def prices(done: Replay, world: EncodedWorld, costs: Costs) -> Numbers:
    """What a replay cost after every link was answered, and what that is made of, per 1,000 known interactions.

    Args:
        done: A replay of the world.
        world: What is known of its persons.
        costs: The prices.

    Returns:
        ``COST`` and ``UNIONS``.

    Raises:
        BadInput: If no person is known.
    """
    found = cost(world.person, done.identity, links_of(done), done.reviewed, costs)
    if found.per_1000 is None:
        raise BadInput("no interaction's person is known", hint="cost needs truth or labels")
    known = int((world.person >= 0).sum())
    counts = (found.wrong_unions, found.missing_unions, found.reviews)
    return {COST: found.per_1000} | {
        name: 1000 * count / known for name, count in zip(UNIONS, counts, strict=True)
    }


def decisions(done: Replay, world: EncodedWorld, costs: Costs) -> Numbers:
    """How decisions turned out, with the bad ends of the 95 % intervals that evaluation gives.

    Args:
        done: A replay of the world.
        world: What is known of its persons.
        costs: How well reviewers answer, which says what intervals resample.

    Returns:
        ``RECALL`` (0 where nobody came back), ``PRECISION_LOW`` (1 where nothing was merged) and
        ``PENDING_HIGH``.
    """
    history = history_of(done, world.counted)
    after = answered(world.person, history.identity, history.links, costs)[2]
    totals = decision_totals(history, judge(history, world.person), *components(world.person, after))
    names = ("merge_right", "merge_judged", "linkable", "pending", "counted")
    sample = resample({name: getattr(totals, name) for name in names}, _RESAMPLES, 0)
    recall = interval(sample, *SHARES["merge", "recall"])
    precision = interval(sample, *SHARES["merge", "precision"], form=Form.BOOTSTRAP)
    pending = interval(sample, Ratio("pending", "counted"), scale=1000)
    return {
        RECALL: recall.value or 0.0,
        PRECISION_LOW: 1.0 if precision.low is None else precision.low,
        PENDING_HIGH: pending.high or 0.0,
    }


def mean(worlds: Sequence[Numbers], name: str) -> float:
    """The mean of a number over worlds, each counting the same whatever its size.

    Example:
        >>> mean([{"cost_per_1000": 300.0}, {"cost_per_1000": 400.0}], COST)
        350.0
    """
    return sum(world[name] for world in worlds) / len(worlds)
