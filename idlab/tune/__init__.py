"""Tuning: Optuna searches the numbers of a scoring config for the least cost on labelled worlds.

``tune`` makes a study, ``read_study`` reads one. A ``Method`` says what for (``LeastCost``, ``MostRecall``,
``ParetoFront``, ``WorstWorld``), what of the config is open (``SpaceRules``), and how: sampler, workers, storage.
"""

from idlab.tune.goal import Goal
from idlab.tune.goals import LeastCost, MostRecall, ParetoFront, WorstWorld
from idlab.tune.holdout import Worlds, worlds_of, worlds_of_all
from idlab.tune.method import Method
from idlab.tune.objective import EncodedWorld, Objective, encoded, mean_cost
from idlab.tune.rules import AT_BASE, Range, SpaceRules, Tie
from idlab.tune.space import SearchSpace
from idlab.tune.study import Study, assist, read_study, tune

__all__ = [
    "AT_BASE",
    "EncodedWorld",
    "Goal",
    "LeastCost",
    "Method",
    "MostRecall",
    "Objective",
    "ParetoFront",
    "Range",
    "SearchSpace",
    "SpaceRules",
    "Study",
    "Tie",
    "Worlds",
    "WorstWorld",
    "assist",
    "encoded",
    "mean_cost",
    "read_study",
    "tune",
    "worlds_of",
    "worlds_of_all",
]
