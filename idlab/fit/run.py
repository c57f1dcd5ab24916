"""A scoring config fitted to a dataset, by whichever method."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.data.splits import split_by_component
from idlab.errors import BadInput
from idlab.evaluate import counted, persons_of, tape_of
from idlab.fit.fitting import Finish, Fit, Method, em_judge, fit_rounds
from idlab.fit.levels import Comparisons, apart, asking, comparisons_of
from idlab.fit.supervised import held_out, judged, labels_judge, regressed_levels
from idlab.fit.terms import with_term_frequencies
from idlab.fit.weights import LevelFit, evidence
from idlab.metrics import components
from idlab.metrics.arrays import Flags, Ints
from idlab.metrics.calibration import Calibration
from idlab.replay import Replay, Tape, replay
from idlab.replay.encode import Progress
from idlab.sweep.prepared import prepare
from idlab.sweep.scored import recalibrated, scored

METHODS = ("em", "labels", "logistic")
"""How weights can be fitted: EM without labels, counts of labelled levels, logistic regression on them."""


def fit(
    dataset: Dataset,
    config: ScoringConfig,
    method: str = "em",
    *,
    terms: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
) -> Fit:
    """Fit the weights and the prior of a config to a dataset; levels, keys, thresholds and guards stay.

    Args:
        dataset: What to fit to; for ``labels`` and ``logistic`` read with truth or labels.
        config: Where to start.
        method: One of ``METHODS``.
        terms: Whether to add term-frequency tables of names, see ``with_term_frequencies``.
        seed: Of samples, starts and the held-out part.
        progress: Called with what is being done.

    Returns:
        The fit.

    Raises:
        BadInput: If the method is unknown, the config is a weighted average, nothing is known of the dataset where
            labels are asked for, or the fit degenerates.
    """
    if method not in METHODS:
        raise BadInput(f"'{method}' is no method", where="method", hint=f"valid are {', '.join(METHODS)}")
    counts = counted(dataset)
    person = None if method == "em" else _persons(dataset)
    tape = tape_of(dataset, config, progress=progress)
    found = fit_rounds(
        tape, config, _method(method, config, person, counts, seed), seed=seed, progress=progress
    )
    extra = {} if person is None else {"held_out": _held_out(tape, found, person, seed)}
    if terms:
        done = replay(tape, found.config)
        group = done.identity if person is None else person
        adjusted, extra["term_frequencies"] = with_term_frequencies(found.config, asking(done), group)
        found = replace(found, config=adjusted)
    return replace(found, extra=extra)


def _persons(dataset: Dataset) -> Ints:
    """The persons as far as they are known, of labels that stand for all interactions alike."""
    person, knowledge = persons_of(dataset)
    knowledge.refuse_weights(dataset.name)
    return person


def _method(name: str, config: ScoringConfig, person: Ints | None, counts: Flags, seed: int) -> Method:
    if person is None:
        return Method(name, em_judge(seed=seed), counted=counts)
    finish = _by_regression(config, person) if name == "logistic" else None
    return Method(name, labels_judge(person), finish, counts, person)


def recalibrate(
    dataset: Dataset, config: ScoringConfig, method: str, *, seed: int = 0, progress: Progress | None = None
) -> tuple[ScoringConfig, dict[str, Any]]:
    """A config whose scores hold: a rising curve fitted on half of the components, measured on the other half.

    Args:
        dataset: Read with truth or labels.
        config: Whose scores; a curve that it carries is replaced.
        method: One of ``idlab.metrics.recalibration.METHODS``.
        seed: Of the halves.
        progress: Called with what is being done.

    Returns:
        The config with the curve, and calibration before and after on the half that was held out.

    Raises:
        BadInput: If the decisions to fit on are too few or of one kind, or the curve does not rise.
    """
    document = json.loads(config.to_json())
    document["model"].pop("calibration", None)
    bare = ScoringConfig.parse(document)
    found = recalibrated(scored(prepare(dataset, bare, progress=progress), bare), method, seed=seed)
    document["model"]["calibration"] = knots(found.curve.weight, found.curve.probability)
    told = {"method": method, "before": _plain(found.before), "after": _plain(found.after)}
    return ScoringConfig.parse(document, where=f"scoring config {config.name}, calibrated"), told


def knots(weight: Sequence[float], probability: Sequence[float]) -> dict[str, list[float]]:
    """A rising curve as knots that rise strictly, rounded for reading: level stretches keep their first knot.

    Example:
        >>> knots((0.0, 1.0, 2.0, 3.0), (0.1, 0.1, 0.5, 0.9))
        {'weight': [0.0, 2.0, 3.0], 'probability': [0.1, 0.5, 0.9]}
    """
    kept: list[tuple[float, float]] = []
    for one, likely in zip(weight, probability, strict=True):
        knot = round(float(one), 4), round(float(likely), 6)
        if not kept or (knot[0] > kept[-1][0] and knot[1] > kept[-1][1]):
            kept.append(knot)
    return {"weight": [one for one, _ in kept], "probability": [likely for _, likely in kept]}


def _plain(found: Calibration) -> dict[str, float | None]:
    """The numbers of a calibration, None for those of an empty band."""
    return {name: number if math.isfinite(number) else None for name, number in found._asdict().items()}


def _by_regression(config: ScoringConfig, person: Ints) -> Finish:
    def finish(done: Replay, found: Comparisons, fits: Sequence[LevelFit]) -> tuple[list[LevelFit], float]:
        known = judged(done, found, person)
        kept = apart(config, found.level[known.place])
        return regressed_levels(config, fits, found.level[known.place][kept], known.right[kept])

    return finish


def _held_out(tape: Tape, found: Fit, person: Ints, seed: int) -> dict[str, Any]:
    """What counts and regressions say of components that they did not see; the counts are fitted anew."""
    done = replay(tape, found.config)
    component, _ = components(person, done.identity)
    none = np.full((component.size, 1), -1, dtype=np.int64)
    part = split_by_component(component, none, (0.5, 0.5), seed)
    try:
        by_half = Method("labels", labels_judge(np.where(part == 0, person, -1)), person=person)
        half = fit_rounds(tape, found.config, by_half, seed=seed, rounds=1)
    except BadInput as error:
        return {"log_loss": None, "interactions": f"not told: {error}"}
    compared = comparisons_of(done)
    known = judged(done, compared, person)
    level, row = compared.level[known.place], compared.row[known.place]
    kept = apart(found.config, level)
    bits = evidence(level[kept], half.levels, found.config) + half.prior
    return held_out(found.config, level[kept], known.right[kept], part[row[kept]], bits)
