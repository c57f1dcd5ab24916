"""What would change if another config decided: history replayed under both, without any truth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from idlab.compiled import compiled
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.evaluate.columns import column_of
from idlab.evaluate.running import silent, tape_of
from idlab.metrics.contingency import contingency
from idlab.metrics.regrouped import Regrouped, Regrouping, regrouped
from idlab.metrics.shares import Components
from idlab.model import customer_id_of
from idlab.replay import Replay, replay
from idlab.replay.encode import Progress
from idlab.replay.fingerprint import fingerprint
from idlab.rollout.joins import Joins, joins
from idlab.rollout.movement import Draws, Moved, Movement, movement

LISTED = 20
"""How many customers of each kind are listed."""


class CustomerIds(NamedTuple):
    """What becomes of customer_ids.

    Args:
        before, after: How many there are.
        gone: Those that no identity has any more; they go on resolving to the one that holds their interactions.
        appeared: Those that no identity had.
        changed: Those that hold other interactions than before.
    """

    before: int
    after: int
    gone: int
    appeared: int
    changed: int


@dataclass(frozen=True, eq=False)
class Plan:
    """What a switch from one config to another would do to a dataset's customers.

    Args:
        dataset: The history.
        configs: What decides now, and what would decide.
        before, after: The history replayed under each.
        groups: The smallest groups of identities that hold the same interactions in both.
        merges: Customers that would hold what several hold now, the riskiest first.
        splits: Customers that would be divided, the riskiest first.
        movement: How outcomes and load would move.
    """

    dataset: Dataset
    configs: tuple[ScoringConfig, ScoringConfig]
    before: Replay
    after: Replay
    groups: Regrouped
    merges: Joins
    splits: Joins
    movement: Movement

    @cached_property
    def groups_by_kind(self) -> dict[str, int]:
        """How many groups of identities merge, split or exchange members."""
        return {
            kind.name.lower(): int((self.groups.kind == kind).sum())
            for kind in (Regrouping.MERGE, Regrouping.SPLIT, Regrouping.MOVE)
        }

    @property
    def interactions_affected(self) -> int:
        """How many interactions would lie with others than now."""
        return int(self.groups.interactions[self.groups.changed].sum())

    @cached_property
    def customer_ids(self) -> CustomerIds:
        """What becomes of customer_ids."""
        table = contingency(self.before.identity, self.after.identity)
        before, after = np.unique(self.before.identity), np.unique(self.after.identity)
        kept = np.intersect1d(before, after, assume_unique=True)
        whole = (table.sizes == table.truth_sizes[table.truth]) & (
            table.sizes == table.predicted_sizes[table.predicted]
        )
        same = int(whole.sum())
        return CustomerIds(
            before.size, after.size, before.size - kept.size, after.size - kept.size, kept.size - same
        )

    def parts(self, done: Replay, identity: int) -> list[tuple[int, int]]:
        """The parts into which the other config divides an identity.

        Args:
            done: ``before`` or ``after``.
            identity: One of its identities, as the number of its earliest interaction.

        Returns:
            The identities of the other replay that its interactions lie with, and how many do, the largest first.
        """
        other = self.before if done is self.after else self.after
        found, sizes = np.unique(other.identity[done.identity == identity], return_counts=True)
        order = np.argsort(-sizes, kind="stable")
        return list(zip(found[order].tolist(), sizes[order].tolist(), strict=True))

    def document(self, most: int = LISTED) -> dict[str, Any]:
        """What would change, as JSON values.

        Args:
            most: How many customers of each kind to list.
        """
        names = zip(("from", "to"), self.configs, strict=True)
        return {
            "dataset_digest": self.dataset.digest,
            "interactions": self.before.tape.n_interactions,
            **{name: {"name": one.name, "config_digest": one.digest} for name, one in names},
            "customers": {
                **self.groups_by_kind,
                "interactions_affected": self.interactions_affected,
                "customer_ids": self.customer_ids._asdict(),
            },
            "merges": self._told(self.merges, self.after, most),
            "splits": self._told(self.splits, self.before, most),
            "outcomes": self._outcomes(),
            "turned": {
                f"{was} to {becomes}": count for (was, becomes), count in self.movement.turned.items()
            },
            "load": {f"{name}_per_1000": _numbers(one) for name, one in self.movement.load.items()},
        }

    def _outcomes(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for (channel, outcome), moved in self.movement.outcomes.items():
            found.setdefault(channel, {})[outcome.lower()] = _numbers(moved)
        return found

    def _told(self, found: Joins, done: Replay, most: int) -> dict[str, Any]:
        """How many customers unite what the other config keeps apart, and the riskiest of them."""
        listed = Joins._make(column[:most] for column in found)
        columns = {name: column.tolist() for name, column in listed._asdict().items() if name != "identity"}
        rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
        risk = listed.risk.tolist()
        ids = done.tape.ids
        return {
            "count": len(found.identity),
            "exposed": int(found.exposed.sum()),
            "riskiest": [
                {
                    "customer_id": customer_id_of(ids[identity]),
                    **row,
                    "risk": risk[place],
                    "customer_ids": [customer_id_of(ids[part]) for part, _ in self.parts(done, identity)],
                }
                for place, (identity, row) in enumerate(zip(listed.identity.tolist(), rows, strict=True))
            ],
        }


def plan(
    dataset: Dataset,
    before: ScoringConfig,
    after: ScoringConfig,
    *,
    draws: Draws = Draws(),  # noqa: B008 - an immutable tuple
    progress: Progress | None = None,
) -> Plan:
    """Replay a history under two configs and say what would change for whom; nothing needs to be known of persons.

    Args:
        dataset: The history, in whole: a customer's past decides where the next contact goes.
        before: What decides now.
        after: What would decide.
        draws: How intervals are drawn: by groups of identities that share interactions in either.
        progress: Called with what is being done.

    Returns:
        The plan.

    Raises:
        BadInput: If the dataset lacks a field that a config declares.

    Example:
        >>> from pathlib import Path
        >>> import pandas as pd
        >>> from idlab.data.dataset import in_memory
        >>> calls = pd.DataFrame({"interaction_id": ["a", "b"], "channel": "sms", "phone": "+12025550143"})
        >>> history = in_memory(calls.assign(occurred_at=pd.Timestamp("2026-01-05T09:30Z")))
        >>> baseline, default = (
        ...     ScoringConfig.load(Path(f"configs/{name}.json")) for name in ("baseline", "default")
        ... )
        >>> plan(history, baseline, default).customer_ids
        CustomerIds(before=1, after=1, gone=0, appeared=0, changed=0)
    """
    say = progress or silent
    tape = tape_of(dataset, before, progress=progress)
    say(f"replaying under {before.name}")
    one = replay(tape, before)
    if fingerprint(compiled(after)) != tape.fingerprint:
        tape = tape_of(dataset, after, progress=progress)
    say(f"replaying under {after.name}")
    other = replay(tape, after)
    say("comparing")
    groups = regrouped(one.identity, other.identity)
    channel = column_of(dataset, "channel")
    units = Components(groups.of_row, groups.kind.size)
    moved = movement(one, other, channel.code, channel.names, units, draws)
    configs = (before, after)
    return Plan(dataset, configs, one, other, groups, joins(other, one), joins(one, other), moved)


def _numbers(moved: Moved) -> dict[str, Any]:
    """A number under both configs, as JSON values."""
    return {name: dict(rate._asdict()) for name, rate in moved._asdict().items()}
