"""Tuning: Optuna searches the numbers of a scoring config for the least cost on labelled worlds."""

from idlab.tune.holdout import Worlds, worlds_of
from idlab.tune.objective import EncodedWorld, Objective, encoded, mean_cost
from idlab.tune.space import SearchSpace
from idlab.tune.study import Study, read_study, tune

__all__ = [
    "EncodedWorld",
    "Objective",
    "SearchSpace",
    "Study",
    "Worlds",
    "encoded",
    "mean_cost",
    "read_study",
    "tune",
    "worlds_of",
]
