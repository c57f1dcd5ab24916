"""Datasets encoded once for the search, and apart for configs that read them otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from idlab.compiled import compiled
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.replay.encode import Progress
from idlab.replay.fingerprint import fingerprint
from idlab.tune.encoded import EncodedWorld, encoded


class Tapes:
    """Worlds, encoded for the configs of a search space.

    Args:
        datasets: Each read with truth or labels.
        base: The base of the space.
        progress: Called with what is being done.

    Raises:
        BadInput: If nothing is known of a dataset's persons, or it lacks a field that the config declares.
    """

    def __init__(
        self, datasets: Sequence[Dataset], base: ScoringConfig, progress: Progress | None = None
    ) -> None:
        self._datasets = datasets
        self._fingerprint = fingerprint(compiled(base))
        self.worlds = [encoded(dataset, base, progress=progress) for dataset in datasets]

    def of(self, config: ScoringConfig) -> list[EncodedWorld]:
        """The worlds as a config reads them: encoded anew, and not kept, if that is another way."""
        if fingerprint(compiled(config)) == self._fingerprint:
            return self.worlds
        return [encoded(dataset, config) for dataset in self._datasets]
