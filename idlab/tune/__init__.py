"""Tuning: Optuna searches the numbers of a scoring config for the least cost on labelled worlds.

``tune`` makes a study, ``read_study`` reads one. A ``Method`` says what for (``LeastCost``, ``MostRecall``,
``ParetoFront``, ``WorstWorld``), what of the config is open (``SpaceRules``), and how: sampler, workers, storage.
What holds around a config say ``sensitivity`` (which numbers matter, how flat the optimum is), ``weight_slack`` (how far
each weight can move before decisions flip) and, of a study's trials, ``importance``; ``findings`` is all three.
"""

from idlab.tune.findings import findings, what_matters
from idlab.tune.goal import Goal
from idlab.tune.goals import LeastCost, MostRecall, ParetoFront, WorstWorld
from idlab.tune.holdout import Worlds, worlds_of, worlds_of_all
from idlab.tune.importance import Importance, importance
from idlab.tune.method import Method
from idlab.tune.moved import Sensitivity
from idlab.tune.objective import EncodedWorld, Objective, encoded, mean_cost
from idlab.tune.rules import AT_BASE, Range, SpaceRules, Tie
from idlab.tune.sensitivity import sensitivity
from idlab.tune.slack import WeightSlack, weight_slack
from idlab.tune.smaller import smaller
from idlab.tune.space import SearchSpace
from idlab.tune.study import Study, assist, read_study, tune

__all__ = [
    "AT_BASE",
    "EncodedWorld",
    "Goal",
    "Importance",
    "LeastCost",
    "Method",
    "MostRecall",
    "Objective",
    "ParetoFront",
    "Range",
    "SearchSpace",
    "Sensitivity",
    "SpaceRules",
    "Study",
    "Tie",
    "WeightSlack",
    "Worlds",
    "WorstWorld",
    "assist",
    "encoded",
    "findings",
    "importance",
    "mean_cost",
    "read_study",
    "sensitivity",
    "smaller",
    "tune",
    "weight_slack",
    "what_matters",
    "worlds_of",
    "worlds_of_all",
]
