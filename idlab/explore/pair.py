"""One decision laid open: the record, the candidates it was weighed against, and what would have changed it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from idlab.core.codes import MISSING
from idlab.errors import BadInput
from idlab.evaluate import Evaluation, flips
from idlab.explore.sides import FieldValues, field_values
from idlab.metrics import Disposition
from idlab.metrics.holdings import NOBODY
from idlab.metrics.ownership import owners_before
from idlab.model import Decision
from idlab.replay import Replay
from idlab.why import Comparison, comparison_of
from idlab.why.past import before, entry_of


@dataclass(frozen=True)
class Candidate:
    """An identity that a record was weighed against.

    Args:
        role: What it was to the decision, in words.
        comparison: The evidence, as it was then.
        values: Every field of both sides, as it was then.
        same_person: Whether its plurality person is the record's; None where that is not known.
    """

    role: str
    comparison: Comparison
    values: tuple[FieldValues, ...]
    same_person: bool | None


@dataclass(frozen=True)
class Pair:
    """One decision laid open.

    Args:
        number: The interaction, in the order handled.
        decision: What was decided.
        disposition: How that turned out.
        candidates: The one that the decision rests on, then the runner-up; none where nobody was a candidate.
        thresholds: ``merge_at`` and ``pending_at``, as weights.
        change: The smallest change of one field that would have made another decision, in words; None without
            candidates.
    """

    number: int
    decision: Decision
    disposition: Disposition
    candidates: tuple[Candidate, ...]
    thresholds: tuple[float, float]
    change: str | None


def number_of(done: Replay, interaction_id: str) -> int:
    """The number of an interaction in the order handled.

    Raises:
        BadInput: If there is no such interaction.
    """
    try:
        return done.tape.ids.index(interaction_id)
    except ValueError:
        hint = "name an interaction_id of the dataset"
        raise BadInput(f"there is no interaction {interaction_id!r}", hint=hint) from None


def pair_of(evaluation: Evaluation, number: int, *, show_identifiers: bool) -> Pair:
    """Lay one decision open.

    Args:
        evaluation: Of the config that decided.
        number: The interaction, in the order handled.
        show_identifiers: Whether values are shown as they are; else they are masked.

    Returns:
        The decision with its candidates. Time: that of a replay of everything before it.
    """
    done = evaluation.replay
    rules, results = done.compiled.rules, done.results
    roots = [int(one[number]) for one in (results.subject, results.runner_up) if one[number] != MISSING]
    found: tuple[Candidate, ...] = ()
    change = None
    if roots:
        past = before(done, entry_of(done.tape, number))
        size = past.decide(number)
        person = int(evaluation.person[number])
        asked = np.full(len(roots), number)
        owners = owners_before(evaluation.history, evaluation.person, asked, np.array(roots)).tolist()
        for root, owner in zip(roots, owners, strict=True):
            standing, comparison = comparison_of(past, number, size, root)
            members = past.members(root)
            values = tuple(field_values(done, number, members, show_identifiers=show_identifiers))
            same = None if person < 0 or owner == NOBODY else owner == person
            found += (Candidate(standing.role.value, comparison, values, same),)
        change = flips(done, np.array([number])).told(done.compiled, 0)
    return Pair(
        number,
        done.decision(number),
        Disposition(int(evaluation.disposition[number])),
        found,
        (rules.merge_at, rules.pending_at),
        change,
    )
