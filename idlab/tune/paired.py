"""What one replay costs more than another, with its interval: the mean over worlds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from idlab.evaluate import links_of
from idlab.metrics.arrays import Floats, Ints, group_sums
from idlab.metrics.contingency import Contingency, components, grouped
from idlab.metrics.costs import Costs, answered, review_work, union_error_totals
from idlab.metrics.intervals import Rate, Ratio, resample
from idlab.metrics.paired import change
from idlab.replay import Replay


class Priced(NamedTuple):
    """A replay with what its errors and questions are counted from.

    Args:
        person: [n] the person of each interaction, -1 where unknown.
        after: The contingency of the known interactions after every link was answered.
        identity: [n] identities afterwards.
        work: [n] questions.
        costs: The prices.
    """

    person: Ints
    after: Contingency
    identity: Ints
    work: Ints
    costs: Costs

    def totals(self, component: Ints, count: int) -> Floats:
        """[count] what each component costs; no person and no identity may reach out of one."""
        groups = grouped(self.after, component[self.person >= 0], count)
        wrong, missing = union_error_totals(groups)
        work = group_sums(self.work, component, count)
        prices = self.costs
        total: Floats = prices.c_false * wrong + prices.c_missed * missing + prices.c_review * work
        return total


def priced(done: Replay, person: Ints, costs: Costs) -> Priced:
    """A replay ready to be compared with others of the same world."""
    links = links_of(done)
    _, after, identity = answered(person, done.identity, links, costs)
    return Priced(person, after, identity, review_work(person, links, done.reviewed), costs)


def cost_rise(pairs: Sequence[tuple[Priced, Priced]], *, resamples: int, seed: int) -> Rate:
    """How much more the second of each pair costs than the first, per 1,000 known interactions.

    The mean over worlds, each counting the same whatever its size, with a 95 % interval: both sides are taken
    from the same resampled components of persons and of both replays' identities.

    Args:
        pairs: For each world a reference and a candidate.
        resamples: How many worlds are drawn.
        seed: Of those draws.

    Returns:
        The difference; of None where nobody is known.
    """
    parts = [_component_totals(*pair) for pair in pairs]
    known = sum(float(part[0].sum()) for part in parts)
    same_weight = [known / (len(parts) * max(float(part[0].sum()), 1.0)) for part in parts]
    totals = {
        name: np.concatenate([weight * part[place] for weight, part in zip(same_weight, parts, strict=True)])
        for place, name in enumerate(("known", "before", "after"))
    }
    event = max(price for one, _ in pairs for price in one.costs[:3])
    sides = (Ratio("before", "known"),), (Ratio("after", "known"),)
    return change(resample(totals, resamples, seed), *sides, unit=event).absolute


def _component_totals(before: Priced, after: Priced) -> tuple[Floats, Floats, Floats]:
    """Of every component the known interactions, the cost before and the cost after."""
    joint, _ = components(before.person, before.identity)
    component, count = components(joint, after.identity)
    known = group_sums(before.person >= 0, component, count)
    return known, before.totals(component, count), after.totals(component, count)
