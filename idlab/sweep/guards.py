"""The guard laboratory: each guard alone, loosened and tightened, and what that prevents and gives up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.metrics import Costs, History, OutcomeCode, components
from idlab.metrics.arrays import Flags, Ints
from idlab.metrics.costs import DEFAULT_COSTS
from idlab.metrics.holdings import NOBODY
from idlab.metrics.ownership import owners
from idlab.replay.encode import Progress
from idlab.sweep.paired import cost_differences
from idlab.sweep.points import Point, measure
from idlab.sweep.prepared import Prepared, changed, each, joined
from idlab.sweep.situations import SITUATIONS, situations

GUARDS = (
    "max_distinct_names",
    "same_name_level",
    "max_names_per_identifier",
    "margin",
    "max_fanout",
)
"""What can be swept."""

COLUMNS = (
    "true_merges",
    "false_merges",
    "wrong_unions",
    "missing_unions",
    "pending_per_1000",
    "review_per_1000",
    "questions",
    "cost_per_1000",
)
"""The numbers of ``idlab.sweep.points.NUMBERS`` that the laboratory shows."""


def usual_values(config: ScoringConfig, guard: str) -> tuple[Any, ...]:
    """The values of a guard that are tried if none are given, the config's own among them.

    Raises:
        BadInput: If there is no such guard.

    Example:
        >>> from pathlib import Path
        >>> usual_values(ScoringConfig.load(Path("configs/baseline.json")), "max_distinct_names")
        (1, 2, 3, 5, 8, None)
    """
    own = own_value(config, guard)
    if guard == "same_name_level":
        return _name_levels(config)
    if guard == "margin":
        scale = 1.0 if config.model.kind == "fellegi_sunter" else 0.02
        return tuple(sorted({own, *(scale * step for step in (0.0, 1.0, 3.0, 6.0, 12.0))}))
    if guard == "max_fanout":
        return tuple(sorted({own, 5, 20, 50, 200, 1000}))
    numbers = {1, 2, 3, 5, 8} | ({own} if own is not None else set())
    return (*sorted(numbers), None)


def own_value(config: ScoringConfig, guard: str) -> Any:
    """The value that a config has for a guard; of ``max_fanout`` the largest among its enabled key rules."""
    if guard == "margin":
        return config.decide.margin
    if guard == "max_fanout":
        return max((rule.max_fanout for rule in config.keys if rule.enabled), default=1)
    if guard in GUARDS:
        return getattr(config.guards, guard)
    raise BadInput(f"'{guard}' is no guard that can be swept", hint=f"valid are {', '.join(GUARDS)}")


def with_guard(config: ScoringConfig, guard: str, value: Any) -> ScoringConfig:
    """A config with one guard at another value; ``max_fanout`` becomes the upper limit of every key rule's.

    At the config's own value the config stays as it is.
    """
    if value == own_value(config, guard):
        return config
    if guard == "margin":
        return changed(config, decide={"margin": value})
    if guard == "max_fanout":
        own = own_value(config, guard)
        keys = tuple(
            rule.model_copy(update={"max_fanout": min(rule.max_fanout, value) if value < own else value})
            for rule in config.keys
        )
        return ScoringConfig.parse(config.model_copy(update={"keys": keys}).model_dump(by_alias=True))
    return changed(config, guards={guard: value})


def guard_laboratory(
    prepared: Prepared,
    config: ScoringConfig,
    sweeps: Mapping[str, Sequence[Any]] | None = None,
    *,
    costs: Costs = DEFAULT_COSTS,
    workers: int = 1,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Sweep one guard at a time, everything else as it is.

    Args:
        prepared: The dataset, encoded for the config.
        config: What the sweeps start from.
        sweeps: The values to try by guard (see ``GUARDS``); ``usual_values`` of every guard if None.
        costs: The prices.
        workers: How many threads replay.
        progress: Called with what is being done.

    Returns:
        A row for each guard and value: ``guard``, ``value`` (None: switched off, or no level), ``is_current``,
        the numbers of ``COLUMNS``, the false merges of each of ``SITUATIONS`` as ``false_merges (family)`` and
        so on; and against the config as it is ``prevented`` (false merges fewer; ``prevented (family)`` and so
        on of each situation), ``given_up`` (true merges fewer), ``more_questions``, and ``costlier_per_1000``
        with its paired 95 % interval from ``costlier_low`` to ``costlier_high``.

    Raises:
        BadInput: If a guard cannot be swept or a value is not valid.
    """
    chosen = {guard: usual_values(config, guard) for guard in GUARDS} if sweeps is None else sweeps
    runs = [
        (guard, value, with_guard(config, guard, value))
        for guard, values in chosen.items()
        for value in values
    ]

    def measured(one: ScoringConfig) -> tuple[dict[str, float], Point]:
        _, history = prepared.replayed(one)
        point = measure(history, prepared.person, prepared.day, costs)
        return {name: point.numbers[name] for name in COLUMNS} | _by_situation(prepared, history), point

    distinct = {one.digest: one for one in (config, *(run[2] for run in runs))}
    found = each(distinct.values(), measured, workers=workers, progress=progress, doing="guard replay")
    numbers_of = dict(zip(distinct, _against(prepared, found, costs), strict=True))
    rows = [
        {"guard": guard, "value": value, "is_current": one.digest == config.digest, **numbers_of[one.digest]}
        for guard, value, one in runs
    ]
    return pd.DataFrame(rows)


def false_merges(prepared: Prepared, history: History) -> tuple[Ints, Ints]:
    """The interactions that were merged into somebody else's identity, and whose it was.

    Only decisions that count, on known persons, into identities of known ones.
    """
    owner = owners(history, prepared.person).joined
    merged: Flags = (history.outcome == OutcomeCode.MERGE) & history.counted
    wrong = merged & (prepared.person >= 0) & (owner != NOBODY) & (owner != prepared.person)
    rows = np.flatnonzero(wrong)
    return rows, owner[rows]


def _by_situation(prepared: Prepared, history: History) -> dict[str, float]:
    counts = np.bincount(situations(prepared, *false_merges(prepared, history)), minlength=len(SITUATIONS))
    return {f"false_merges ({name})": float(count) for name, count in zip(SITUATIONS, counts, strict=True)}


def _against(
    prepared: Prepared, found: Sequence[tuple[dict[str, float], Point]], costs: Costs
) -> list[dict[str, float]]:
    """The numbers of every replay with how they differ from those of the first."""
    current, base = found[0]
    together = joined((point.afterwards for _, point in found), len(prepared))
    component, _ = components(prepared.person, together)
    ledgers = [point.ledger for _, point in found]
    dearer = cost_differences(ledgers, base.ledger, costs, component, prepared.person >= 0)
    return [
        numbers
        | {
            "prevented": current["false_merges"] - numbers["false_merges"],
            **{
                f"prevented ({name})": current[f"false_merges ({name})"] - numbers[f"false_merges ({name})"]
                for name in SITUATIONS
            },
            "given_up": current["true_merges"] - numbers["true_merges"],
            "more_questions": numbers["questions"] - current["questions"],
            "costlier_per_1000": value,
            "costlier_low": low,
            "costlier_high": high,
        }
        for (numbers, _), value, low, high in zip(found, dearer.value, *dearer.ends(), strict=True)
    ]


def _name_levels(config: ScoringConfig) -> tuple[str | None, ...]:
    """No level (every other name counts), then the levels of the name field from the best on."""
    for field in config.fields:
        if field.name == config.guards.name_field:
            return (None, *(level.name for level in field.levels[:-1]))
    return (None,)
