"""The samplers that a study can search with."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from optuna.samplers import BaseSampler, CmaEsSampler, TPESampler

from idlab.errors import BadInput
from idlab.tune.sampler import EvolutionSampler
from idlab.tune.seeds import seed_for

SAMPLERS = ("es", "tpe", "cmaes")
"""A (1+1) evolution strategy (the default), tree-structured Parzen estimators, covariance matrix adaptation."""

TOLD = {
    "es": "(1+1) evolution strategy",
    "tpe": "multivariate tree-structured Parzen estimators",
    "cmaes": "covariance matrix adaptation, choices by a (1+1) evolution strategy",
}


def check_sampler(name: str, values: int, *, bounds: bool) -> None:
    """Refuses a sampler that there is not, or that cannot search for what is asked.

    Args:
        name: One of ``SAMPLERS``.
        values: How many values are minimised.
        bounds: Whether bounds must be kept.

    Raises:
        BadInput: Saying what is valid, or what to install.
    """
    if name not in SAMPLERS:
        raise BadInput(f"'{name}' is no sampler", hint=f"valid are {', '.join(SAMPLERS)}")
    if name == "cmaes" and (values > 1 or bounds):
        hint = "take es or tpe, or search for cost or worst"
        raise BadInput("the sampler cmaes knows one value and no bounds", hint=hint)
    if name == "cmaes" and find_spec("cmaes") is None:
        raise BadInput("the sampler cmaes needs the package cmaes", hint="pip install cmaes")


def sampler_for(name: str, seed: int, number: int, start: Mapping[str, Any]) -> BaseSampler:
    """A sampler for one trial: its draws depend on its seed, the trial's number and the trials before.

    Optuna's own samplers draw from a stream, which would depend on whether a study was broken off in between;
    each trial has a stream of its own instead.

    Args:
        name: One of ``SAMPLERS``.
        seed: Of the study.
        number: Of the trial.
        start: The parameters that covariance matrix adaptation starts around.

    Returns:
        The sampler.
    """
    evolution = EvolutionSampler(seed)
    if name == "es":
        return evolution
    own = seed_for(seed, name, number)
    if name == "tpe":
        return TPESampler(seed=own, multivariate=True)
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", "`x0`", FutureWarning
        )  # no other way to say where the search starts
        return CmaEsSampler(
            x0=dict(start), independent_sampler=evolution, warn_independent_sampling=False, seed=own
        )
