"""What a study is before its first trial: its space, its first configs, and what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna

from idlab.config import ScoringConfig
from idlab.tune.holdout import Worlds
from idlab.tune.method import Method
from idlab.tune.reported import BEST_NAME, told_world
from idlab.tune.space import SearchSpace, renamed
from idlab.tune.storage import open_study
from idlab.version import __version__

FIRST = ("baseline", "production")
"""The configs that are the first trials, where they are named."""


@dataclass(frozen=True, eq=False)
class Begun:
    """A study before its first trial.

    Args:
        space: The search space.
        starts: The configs of its first trials by name, in their order.
        purpose: What makes two studies the same, as JSON.
        seed: Of the sampler.
        method: How it searches.
    """

    space: SearchSpace
    starts: Mapping[str, ScoringConfig]
    purpose: Mapping[str, Any]
    seed: int
    method: Method

    def open(self, journal: Path) -> optuna.Study:
        """The study in its storage, begun or gone on with.

        Args:
            journal: The journal of its folder, where no other storage is named.

        Raises:
            BadInput: If the storage holds another study, or cannot be opened.
        """
        return open_study(self.method.storage, journal, self.purpose, self.method.goal.values)


def begin(
    base: ScoringConfig, beside: Mapping[str, ScoringConfig], worlds: Worlds, seed: int, method: Method
) -> Begun:
    """What a study is about.

    Args:
        base: The config to start from.
        beside: The base and the further configs, by name.
        worlds: What is tuned on.
        seed: Of the sampler.
        method: How it searches.

    Raises:
        BadInput: If the base has no search space, or a rule of it cannot be.
    """
    starts = starts_of(beside)
    around = SearchSpace(base, rules=method.rules)
    near = [config for config in starts.values() if around.difference_from(config) is None]
    space = SearchSpace(base, starts=near, name=BEST_NAME, rules=method.rules)
    purpose = {
        "seed": seed,
        "base": {"name": base.name, "config_digest": base.digest},
        "starts": {name: config.digest for name, config in starts.items()},
        "tuning_worlds": [told_world(world) for world in worlds.tuning],
        **method.document(),
        "engine": __version__,
    }
    return Begun(space, starts, purpose, seed, method)


def starts_of(beside: Mapping[str, ScoringConfig]) -> dict[str, ScoringConfig]:
    """The configs that are tried first, each once: the baseline, what production runs, the base, the others.

    Args:
        beside: The base and the further configs, by name.
    """
    order = [name for name in FIRST if name in beside]
    found: dict[str, ScoringConfig] = {}
    seen = set()
    for name in (*order, *(name for name in beside if name not in order)):
        digest = renamed(beside[name], BEST_NAME).digest
        if digest not in seen:
            seen.add(digest)
            found[name] = beside[name]
    return found
