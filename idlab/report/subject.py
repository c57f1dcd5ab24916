"""What a report is about: a dataset, and scoring configs with how they did on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.errors import BadInput
from idlab.evaluate import Evaluation
from idlab.evaluate.difference import changes
from idlab.metrics.arrays import Ints
from idlab.metrics.paired import Change


@dataclass(frozen=True, eq=False)
class Judged:
    """A scoring config and how it did.

    Args:
        name: What the report calls it.
        config: The config.
        evaluation: How it did.
    """

    name: str
    config: ScoringConfig
    evaluation: Evaluation


@dataclass(frozen=True, eq=False)
class Subject:
    """What a report is about.

    Args:
        dataset: What the evaluations are of.
        judged: One or more; the first is what the others are compared with, the last what would be deployed.
        show_identifiers: Whether values are shown as they are, also of real people.
    """

    dataset: Dataset
    judged: tuple[Judged, ...]
    show_identifiers: bool = False

    @property
    def reference(self) -> Judged:
        """What the others are compared with."""
        return self.judged[0]

    @property
    def candidate(self) -> Judged:
        """What would be deployed."""
        return self.judged[-1]

    @property
    def compares(self) -> bool:
        """Whether there is more than one."""
        return len(self.judged) > 1

    @property
    def masks(self) -> bool:
        """Whether identifiers are masked."""
        return not (self.show_identifiers or self.dataset.manifest.synthetic)

    @cached_property
    def changes(self) -> dict[str, dict[tuple[str, str], Change]]:
        """How the other configs differ from the reference, by name and by place in the numbers."""
        first, *others = self.judged
        return {one.name: changes(first.evaluation, one.evaluation) for one in others}

    @cached_property
    def channel(self) -> Ints:
        """[n] the channel of each interaction in the order handled, a number into ``channels``."""
        return np.searchsorted(np.array(self.channels), self._channel_names)

    @cached_property
    def channels(self) -> tuple[str, ...]:
        """The channels there are, in order of the alphabet."""
        return tuple(np.unique(self._channel_names).tolist())

    @cached_property
    def _channel_names(self) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
        column = self.dataset.table["channel"].take(pa.array(self.dataset.order))
        return np.array(column.to_pylist(), dtype=np.str_)


def subject_of(
    dataset: Dataset,
    evaluations: Mapping[str, Evaluation],
    configs: Mapping[str, ScoringConfig],
    *,
    show_identifiers: bool = False,
) -> Subject:
    """What a report is about, checked.

    Args:
        dataset: What the evaluations are of.
        evaluations: By name, the reference first and the candidate last.
        configs: The config of each, by the same names.
        show_identifiers: Whether values are shown as they are, also of real people.

    Raises:
        BadInput: If there is no evaluation, one is of another dataset, or a config is not the one evaluated.
    """
    if not evaluations:
        raise BadInput("there is no evaluation to report on", hint="give one or more")
    for name, evaluation in evaluations.items():
        if evaluation.numbers["dataset_digest"] != dataset.digest:
            raise BadInput(
                f"the evaluation '{name}' is of another dataset", hint="evaluate on the one reported on"
            )
        if name not in configs or configs[name].digest != evaluation.numbers["config_digest"]:
            raise BadInput(
                f"the config of the evaluation '{name}' is not the one given", hint="give that one"
            )
    judged = tuple(Judged(name, configs[name], evaluation) for name, evaluation in evaluations.items())
    return Subject(dataset, judged, show_identifiers)
