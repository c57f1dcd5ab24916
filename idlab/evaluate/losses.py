"""Where recall is lost: why returning customers were not merged rightly, one cause for each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from idlab.evaluate.columns import Groups, paired_with, previous_of_person
from idlab.evaluate.evaluation import Evaluation
from idlab.evaluate.keys import Rule
from idlab.evaluate.loss_causes import CAUSES, NO_RULE, LossCause
from idlab.evaluate.loss_finding import Finder
from idlab.metrics import Rate
from idlab.metrics.arrays import Flags, Ints

__all__ = ["CAUSES", "NO_RULE", "LossCause", "Losses", "losses"]


@dataclass(frozen=True, eq=False)
class Losses:
    """Why judged interactions of persons seen before were not merged rightly.

    Args:
        evaluation: What was lost.
        row: [lost] the interactions, in the order handled.
        cause: [lost] place in ``CAUSES``.
        rule: [lost] for ``NEVER_CANDIDATE`` the first of ``rules`` under which it shares a key with its own,
            else ``NO_RULE``.
        nearest: [lost] the nearest earlier interaction of the person.
        rules: Key rules that are switched off or only shipped, in the order tried.
    """

    evaluation: Evaluation
    row: Ints
    cause: Ints
    rule: Ints
    nearest: Ints
    rules: tuple[Rule, ...]

    def by_cause(self) -> dict[LossCause, Rate]:
        """The share of linkable interactions lost to each cause: together 1 less ``merge.recall``."""
        among = self.evaluation.judged & self.evaluation.judgements.linkable
        return {cause: self.evaluation.components.share(self._lost(cause), among) for cause in CAUSES}

    def rule_names(self) -> list[str]:
        """For each loss the rule that would have made it a candidate, "" for other causes."""
        names = ["+".join(rule) for rule in self.rules]
        missing = CAUSES.index(LossCause.NEVER_CANDIDATE)
        return [
            "" if cause != missing else "no key rule" if rule == NO_RULE else names[rule]
            for cause, rule in zip(self.cause.tolist(), self.rule.tolist(), strict=True)
        ]

    def frame(self, channel: Groups) -> pd.DataFrame:
        """Losses by channel pair, cause and rule, the largest first.

        Args:
            channel: The channel of every interaction, from ``column_of(dataset, "channel")``.

        Returns:
            ``channels`` ("voice after sms": that of the interaction after that of the nearest earlier one of
            the person), ``cause``, ``rule``, ``interactions``, ``linkable`` (of the channel pair), and
            ``share``, ``low``, ``high``: the share of these with its interval.
        """
        pairs = paired_with(channel, previous_of_person(self.evaluation.person))
        linkable = self.evaluation.judged & self.evaluation.judgements.linkable
        kinds = zip(pairs.code[self.row].tolist(), self.cause.tolist(), self.rule_names(), strict=True)
        places: dict[tuple[int, int, str], list[int]] = {}
        for place, kind in enumerate(kinds):
            places.setdefault(kind, []).append(place)
        rows = []
        for (pair, cause, rule), part in sorted(places.items()):
            here = linkable & (pairs.code == pair)
            hits = np.zeros(here.size, dtype=np.bool_)
            hits[self.row[part]] = True
            share = self.evaluation.components.share(hits, here)
            rows.append((pairs.names[pair], str(CAUSES[cause]), rule, len(part), int(here.sum()), *share))
        names = ["channels", "cause", "rule", "interactions", "linkable", "share", "low", "high"]
        table = pd.DataFrame(rows, columns=names)
        return table.sort_values("interactions", ascending=False, kind="stable", ignore_index=True)

    def _lost(self, cause: LossCause) -> Flags:
        lost = np.zeros(self.evaluation.person.size, dtype=np.bool_)
        lost[self.row[self.cause == CAUSES.index(cause)]] = True
        return lost


def losses(evaluation: Evaluation) -> Losses:
    """Why every judged interaction of a person seen before that was not merged rightly was not.

    Args:
        evaluation: Of a log without objections and erasures, as a dataset is.

    Returns:
        One cause for each. Time: some microseconds per interaction and key rule.
    """
    found = Finder(evaluation).found()
    nearest = previous_of_person(evaluation.person)[found.row]
    return Losses(evaluation, found.row, found.cause, found.rule, nearest, found.rules)
