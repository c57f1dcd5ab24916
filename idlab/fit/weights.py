"""From m and u to weights: which levels are fitted, which are kept, and the config that comes out."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from idlab.config import FieldConfig, Level, ScoringConfig
from idlab.errors import BadInput
from idlab.fit.chance import Chance
from idlab.fit.levels import exact_level
from idlab.metrics.arrays import Floats, Ints

FEW = 5.0
"""A level on which fewer matches are expected, and as few pairs by chance, keeps its weight."""

FEW_MATCHES = 20.0
"""A field that fewer expected matches have in common keeps all its weights."""

MOST_BITS = 20.0
"""No fitted weight is further from 0."""

SMOOTHING = 0.5
"""Added to the expected count of every level (Jeffreys' prior)."""

TOGETHER = (("cookie", "ip"),)
"""Kinds that travel together: a browser keeps both. Neither is judged by comparisons that the other brought about, and
the second adds at most ``MOST_TOGETHER`` bits, because the first has said most of it already."""

MOST_TOGETHER = 2.0


class LevelFit(NamedTuple):
    """What is known of one level after a fit.

    Args:
        field, level: Their names.
        m: The share of matches on this level; None where the field was not fitted.
        u: The share of pairs by chance on it; None likewise.
        weight: Bits, as in the fitted config.
        error: Standard error of log2(m / u), by the counts behind it as if they were independent; None if kept.
        matches: How many matches are expected on it.
        chance: How many of the pairs sampled by chance are on it, about.
        kept: Why the weight is that of the config before; None if it is fitted.
    """

    field: str
    level: str
    m: float | None
    u: float | None
    weight: float
    error: float | None
    matches: float
    chance: float
    kept: str | None


def level_fits(config: ScoringConfig, counts: Sequence[Floats], chances: Sequence[Chance]) -> list[LevelFit]:
    """The weight of every level: log2(m / u) where there is enough to tell, else as it was.

    Args:
        config: Before the fit.
        counts: Per field, the expected number of matches on each level.
        chances: Per field, the levels by chance.

    Returns:
        One for each level, in the order of the config.
    """
    found = []
    for field, matches, chance in zip(config.fields, counts, chances, strict=True):
        m = (matches + SMOOTHING) / (matches.sum() + SMOOTHING * matches.size)
        limit = MOST_TOGETHER if field.kind in {second for _, second in TOGETHER} else MOST_BITS
        none = _reason_to_keep(field.kind, float(matches.sum()), chance)
        for place, level in enumerate(field.levels):
            share, by_chance = float(m[place]), float(chance.u[place])
            hits = by_chance * chance.sampled
            kept = none or ("too few to tell" if matches[place] < FEW and hits < FEW else None)
            bits = round(min(max(math.log2(share / by_chance), -MOST_BITS), limit), 3)
            spread = (1 - share) / (share * (matches.sum() + 1)) + (chance.error[place] / by_chance) ** 2
            found.append(
                LevelFit(
                    field.name,
                    level.name,
                    None if none else share,
                    None if none else by_chance,
                    float(level.weight or 0.0) if kept else bits,
                    None if kept else round(math.sqrt(spread) / math.log(2), 3),
                    float(matches[place]),
                    hits,
                    kept,
                )
            )
    return found


def _reason_to_keep(kind: str, matches: float, chance: Chance) -> str | None:
    if kind == "conversation":
        return "what is said in one conversation is no independent proof"
    if matches < FEW_MATCHES:
        return f"fewer than {FEW_MATCHES:.0f} matches have it in common outside its own keys"
    return None if chance.sampled else "only one profile has it"


def check_exact(config: ScoringConfig, fits: Sequence[LevelFit]) -> None:
    """Refuses a fit in which equality of a whole value is no evidence for a match.

    Raises:
        BadInput: Naming the first such field, with its m and u.
    """
    by_name = {(one.field, one.level): one for one in fits}
    for field in config.fields:
        place = exact_level(field)
        if place is None:
            continue
        told = [by_name[field.name, level.name] for level in equal_levels(field, place)]
        found = [one for one in told if one.kept is None and one.m is not None and one.u is not None]
        m, u = (sum(getattr(one, name) for one in found) for name in ("m", "u"))
        if found and m <= u:
            names = " and ".join(f"'{one.level}'" for one in found)
            raise BadInput(
                f"on {names}, m is {m:.3g} and u {u:.3g}: equal values would speak against a match",
                where=f"fields.{field.name}",
                hint="the classes are the wrong way round; look at the keys and the share of matches, or give labels",
            )


def equal_levels(field: FieldConfig, place: int) -> list[Level]:
    """The levels that equal values may reach: that of whole values, and those above it that ask for equality only.

    Args:
        field: Of a config.
        place: Where its level of equal whole values stands.

    Example:
        >>> from pathlib import Path
        >>> name = ScoringConfig.load(Path("configs/default.json")).fields[3]
        >>> [level.name for level in equal_levels(name, 1)]
        ['first and last', 'exact']
    """
    return [
        level
        for level in field.levels[: place + 1]
        if level.when is not None and all(part.predicate_name == "equal" for part in level.when.parts())
    ]


def fitted_config(config: ScoringConfig, fits: Sequence[LevelFit], prior: float) -> ScoringConfig:
    """The config with fitted weights, their standard errors as notes, and the fitted prior; all else as it was.

    Raises:
        BadInput: If it is not valid, which a prior beyond 100 bits is.
    """
    document = json.loads(config.to_json())
    by_name = {(one.field, one.level): one for one in fits}
    for field in document["fields"]:
        for level in field["levels"]:
            found = by_name[field["name"], level["name"]]
            level["weight"] = found.weight
            level.pop("fitted", None)
            if found.error is not None:
                level["fitted"] = {"weight": found.weight, "error": found.error}
    document["model"]["prior"] = round(prior, 3)
    document["model"].pop("calibration", None)  # it was about other weights
    return ScoringConfig.parse(document, where=f"scoring config {config.name}, fitted")


def evidence(level: Ints, fits: Sequence[LevelFit], config: ScoringConfig) -> Floats:
    """[k] the sum of the weights of comparisons, without the prior and term frequencies."""
    weights = [one.weight for one in fits]
    total = np.zeros(len(level))
    start = 0
    for place, field in enumerate(config.fields):
        own = np.array([*weights[start : start + len(field.levels)], 0.0])  # -1, missing, is the last
        total += own[level[:, place]]
        start += len(field.levels)
    return total


def prior_for(bits: Floats, matches: float) -> float:
    """The prior with which scores sum to a number of matches.

    Args:
        bits: [k] evidence of each comparison.
        matches: How many of them are matches; above 0 and below k.

    Returns:
        log2 odds.

    Example:
        >>> round(prior_for(np.array([0.0, 0.0, 0.0, 0.0]), 1.0), 3)
        -1.585
    """
    reach = float(np.abs(bits).max(initial=0.0)) + 100.0
    excess = lambda prior: float(expit((bits + prior) * math.log(2)).sum()) - matches
    found: float = brentq(excess, -reach, reach, xtol=1e-9)
    return found


def as_rows(fits: Sequence[LevelFit]) -> list[dict[str, Any]]:
    """The levels as plain documents, probabilities and counts rounded for reading."""
    return [
        one._asdict()
        | {
            "m": None if one.m is None else float(f"{one.m:.6g}"),
            "u": None if one.u is None else float(f"{one.u:.6g}"),
            "matches": round(one.matches, 1),
            "chance": round(one.chance, 1),
        }
        for one in fits
    ]
