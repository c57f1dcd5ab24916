"""Where false merges come from: the value that carried each, by channel pair, and what would have undone it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from idlab.core.codes import MISSING
from idlab.evaluate.columns import Groups, paired_with
from idlab.evaluate.evaluation import Evaluation
from idlab.evaluate.flips import Flips, flips
from idlab.metrics import Disposition, OutcomeCode
from idlab.metrics.arrays import Flags, Ints
from idlab.metrics.holders import Held, holders_before, kept_before
from idlab.metrics.ownership import owners_before
from idlab.model import Evidence, customer_id_of

NOTHING = "nothing in favour"
"""What carried a merge whose evidence had no positive contribution."""


class Example(NamedTuple):
    """One false merge.

    Args:
        interaction_id: The interaction.
        customer_id: The identity that it was compared with, whose evidence this is.
        evidence: Level and contribution of every field.
        weight: The weight of the decision.
        distance: How far that lies from not merging.
        flip: The smallest change of one field that would have undone it, in words.
    """

    interaction_id: str
    customer_id: str
    evidence: tuple[Evidence, ...]
    weight: float
    distance: float
    flip: str


@dataclass(frozen=True, eq=False)
class FalseMerges:
    """The counted MERGE decisions that were wrong, and the wrong unions of identities.

    Args:
        evaluation: What they are of.
        row: [wrong] the interactions, in the order handled.
        field: [wrong] the field with the largest positive contribution to the decision; ``MISSING`` if none.
        level: [wrong] the level it was on.
        carrier: [wrong] the last interaction of the identity compared with that has the same value of that
            field, else its last interaction.
        bridged: [wrong] whether the decision also united two identities wrongly.
        union: [unions] the wrong unions by counted MERGE decisions, as places in ``History.union_at``.
        union_row: [unions] the interactions that were decided.
        union_fields: [unions] the fields in which the record has a value of the side that is not its person's,
            joined by ``+``; ``no value in common`` where they only resemble each other.
        union_carrier: [unions] the last interaction of that side with such a value, else its first one.
    """

    evaluation: Evaluation
    row: Ints
    field: Ints
    level: Ints
    carrier: Ints
    bridged: Flags
    union: Ints
    union_row: Ints
    union_fields: tuple[str, ...]
    union_carrier: Ints

    @cached_property
    def flips(self) -> Flips:
        """What would have undone each wrong merge."""
        return flips(self.evaluation.replay, self.row)

    def causes(self) -> list[str]:
        """For each wrong merge the field and level that carried it."""
        ready = self.evaluation.replay.compiled
        return [
            NOTHING if field == MISSING else f"{ready.field_names[field]} {ready.level_names[field][level]}"
            for field, level in zip(self.field.tolist(), self.level.tolist(), strict=True)
        ]

    def frame(self, channel: Groups) -> pd.DataFrame:
        """Wrong merges by what carried them, channel pair and whether they bridged, the most frequent first.

        Args:
            channel: The channel of every interaction, from ``column_of(dataset, "channel")``.

        Returns:
            ``cause``, ``channels`` ("voice after sms": that of the record after that of the carrier),
            ``bridged``, ``merges`` and ``distance`` (the median distance from not merging).
        """
        pairs = _pairs(channel, self.row, self.carrier, self.evaluation.person.size)
        table = pd.DataFrame(
            {
                "cause": self.causes(),
                "channels": pairs,
                "bridged": self.bridged,
                "distance": self.flips.distance,
            }
        )
        kinds = table.groupby(["cause", "channels", "bridged"], sort=True)["distance"]
        counts = kinds.agg(merges="size", distance="median").reset_index()
        return counts.sort_values("merges", ascending=False, kind="stable", ignore_index=True)

    def unions_frame(self, channel: Groups) -> pd.DataFrame:
        """Wrong unions by the fields that carried them and channel pair, the most frequent first."""
        pairs = _pairs(channel, self.union_row, self.union_carrier, self.evaluation.person.size)
        table = pd.DataFrame({"cause": list(self.union_fields), "channels": pairs})
        counts = table.value_counts(sort=False).rename("unions").reset_index()
        return counts.sort_values("unions", ascending=False, kind="stable", ignore_index=True)

    def examples(self, most: int = 5) -> list[Example]:
        """The wrong merges that were decided most firmly."""
        done, found = self.evaluation.replay, self.flips
        ids, best = done.tape.ids, np.argsort(-found.weight, kind="stable")[:most]
        return [
            Example(
                ids[self.row[place]],
                customer_id_of(ids[int(done.results.subject[self.row[place]])]),
                done.decision(int(self.row[place])).evidence,
                float(found.weight[place]),
                float(found.distance[place]),
                found.told(done.compiled, place),
            )
            for place in best.tolist()
        ]


def false_merges(evaluation: Evaluation) -> FalseMerges:
    """The wrong merges and wrong unions of an evaluation, each with what carried it.

    Args:
        evaluation: The evaluation.

    Returns:
        The wrong merges.
    """
    done, history = evaluation.replay, evaluation.history
    row = np.flatnonzero(evaluation.judged & (evaluation.disposition == Disposition.MERGE_WRONG))
    n_fields = done.compiled.rules.n_fields
    contribution = done.results.contribution.reshape(-1, n_fields)[row]
    level = done.results.level.reshape(-1, n_fields)[row]
    field = np.where(contribution.max(axis=1, initial=0.0) > 0, contribution.argmax(axis=1), MISSING)
    union, union_row = _wrong_unions(evaluation)
    asked = np.zeros(evaluation.person.size, dtype=np.bool_)
    asked[row] = asked[union_row] = True
    values = done.tape.record.reshape(-1, n_fields)
    held = holders_before(history, values, asked)
    subject = done.results.subject[row]
    carrier = _with_value(held, row, subject, field)
    everyone = np.arange(evaluation.person.size)
    last = kept_before(history, everyone, row, subject, latest=True)
    union_fields, union_carrier = _bridging(evaluation, held, union, union_row)
    return FalseMerges(
        evaluation,
        row,
        field,
        np.where(field == MISSING, MISSING, level[np.arange(row.size), field]).astype(np.int64),
        np.where(carrier == MISSING, last, carrier),
        np.isin(row, union_row),
        union,
        union_row,
        union_fields,
        union_carrier,
    )


def _pairs(channel: Groups, row: Ints, carrier: Ints, rows: int) -> list[str]:
    """The channel of each interaction after that of what carried it."""
    other = np.full(rows, MISSING, dtype=np.int64)
    other[row] = carrier
    pairs = paired_with(channel, other)
    return [pairs.names[code] for code in pairs.code[row].tolist()]


def _wrong_unions(evaluation: Evaluation) -> tuple[Ints, Ints]:
    """The wrong unions by counted decisions, and the interactions decided."""
    history, judged = evaluation.history, evaluation.judgements
    union = np.flatnonzero(judged.union_judged & ~judged.union_right)
    row = np.searchsorted(history.entry, history.union_at[union])
    merged = evaluation.counted[row] & (history.outcome[row] == OutcomeCode.MERGE)
    return union[merged], row[merged]


def _with_value(held: Held, row: Ints, identity: Ints, field: Ints) -> Ints:
    """The last interaction of an identity with the record's value of a field, ``MISSING`` if there is none."""
    carriers = dict(
        zip(zip(*(part.tolist() for part in held[:3]), strict=True), held.latest.tolist(), strict=True)
    )
    asked = zip(row.tolist(), field.tolist(), identity.tolist(), strict=True)
    return np.array([carriers.get(one, MISSING) for one in asked], dtype=np.int64)


def _bridging(evaluation: Evaluation, held: Held, union: Ints, row: Ints) -> tuple[tuple[str, ...], Ints]:
    """The fields by which each wrong union reached the side that is not the person's, and who brought them."""
    history, person = evaluation.history, evaluation.person
    kept, gone = history.union_kept[union], history.union_gone[union]
    foreign = np.where(owners_before(history, person, row, gone) == person[row], kept, gone)
    names = evaluation.replay.compiled.field_names
    carriers = np.stack(
        [_with_value(held, row, foreign, np.full(row.size, field)) for field in range(len(names))], axis=1
    )
    told = tuple(
        "+".join(name for name, one in zip(names, found, strict=True) if one != MISSING)
        or "no value in common"
        for found in carriers.tolist()
    )
    last = carriers.max(axis=1, initial=MISSING)
    return told, np.where(last == MISSING, foreign, last)
