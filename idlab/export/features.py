"""Features: what golden decisions can show of a scoring config, and what the config rules out."""

from __future__ import annotations

from collections.abc import Iterator

from idlab.config import KeyRule, ScoringConfig
from idlab.core.codes import ERASED, OUTCOMES, REASONS
from idlab.model import Decision

Feature = tuple[str, ...]
"""What is shown and which of its kind, such as ``("level", "phone", "exact")``."""

THRESHOLDS = ("merge_at", "pending_at", "margin", "bridge_at")
SIDES = ("raised", "lowered")


def all_features(config: ScoringConfig) -> Iterator[Feature]:
    """Everything that golden decisions could show of a config.

    Args:
        config: What decides.

    Returns:
        Every outcome that an interaction can have, every reason and every level; every enabled key rule and
        every guard, which a decision shows that comes out otherwise without it; and both sides of every
        threshold, which a decision shows that comes out otherwise when it is moved a little.
    """
    for outcome in OUTCOMES[:ERASED]:
        yield "outcome", outcome
    for reason in REASONS:
        yield "reason", reason
    for field in config.fields:
        for level in field.levels:
            yield "level", field.name, level.name
    for rule in config.keys:
        if rule.enabled:
            yield "key", key_name(rule)
    yield from guards_of(config)
    for threshold in THRESHOLDS:
        for side in SIDES:
            yield "threshold", threshold, side


def guards_of(config: ScoringConfig) -> Iterator[Feature]:
    """The guards that a config has switched on."""
    if config.guards.max_distinct_names is not None:
        yield "guard", "max_distinct_names"
    if config.guards.max_names_per_identifier is not None:
        yield "guard", "max_names_per_identifier"
    for rule in config.keys:
        if rule.enabled:
            yield "guard", "max_fanout", key_name(rule)


def key_name(rule: KeyRule) -> str:
    """The name of a key rule: the forms that it is made of."""
    return "+".join(rule.on)


def shown_by(decision: Decision) -> Iterator[Feature]:
    """The outcome, the reasons and the levels that a decision shows by itself."""
    yield "outcome", decision.outcome.value
    for reason in decision.reasons:
        yield "reason", reason
    for one in decision.evidence:
        if one.level is not None:
            yield "level", one.field, one.level


def ruled_out(config: ScoringConfig) -> frozenset[Feature]:
    """What no interaction can show under a config, by the conditions in the truth table of outcomes.

    What it takes an action for (``CANNOT_LINK``) is ruled out as well: golden interactions are no actions.

    Args:
        config: What decides.

    Example:
        >>> from pathlib import Path
        >>> ("reason", "OLDEST") in ruled_out(ScoringConfig.load(Path("configs/default.json")))
        True
    """
    return frozenset((*_outcomes_ruled_out(config), *_sides_ruled_out(config)))


def _outcomes_ruled_out(config: ScoringConfig) -> Iterator[Feature]:
    decide, guards = config.decide, config.guards
    no_limit, before = guards.max_distinct_names is None, guards.guard_when == "before"
    yield "reason", "CANNOT_LINK"
    if no_limit:
        yield "outcome", "REVIEW"
    if no_limit or before:
        yield from (("reason", "FLAGGED"), ("reason", "NOW_FLAGGED"))
    if no_limit or not before:
        yield "reason", "NAME_TOO_MANY"
    if decide.on_rivals != "oldest":
        yield "reason", "OLDEST"
    else:
        yield "reason", "RIVALS"
    if decide.on_rivals != "bridge":
        yield from (("reason", name) for name in ("BRIDGED", "AMBIGUOUS", "CONTRADICTION", "TOO_MANY_NAMES"))
    if no_limit:
        yield "reason", "TOO_MANY_NAMES"
    if decide.pending_at == decide.merge_at:
        yield "reason", "IN_BAND"
    if decide.pending_at == decide.merge_at or not decide.link_on_merge:
        yield "reason", "LINKED"
    if guards.max_names_per_identifier is None and not any(field.known_shared for field in config.fields):
        yield "reason", "SHARED"


def _sides_ruled_out(config: ScoringConfig) -> Iterator[Feature]:
    """The sides of thresholds to which they cannot be moved, or where that changes nothing."""
    decide = config.decide
    if decide.pending_at == decide.merge_at:
        yield from (("threshold", "merge_at", "lowered"), ("threshold", "pending_at", "raised"))
    if decide.margin == 0:
        yield "threshold", "margin", "lowered"
    if decide.on_rivals != "bridge":
        yield from (("threshold", "bridge_at", side) for side in SIDES)
    elif decide.bridge_at == 0:
        yield "threshold", "bridge_at", "raised"


def told(feature: Feature) -> str:
    """A feature as the bundle lists it.

    Example:
        >>> told(("level", "phone", "exact"))
        'level phone/exact'
    """
    return f"{feature[0]} {'/'.join(feature[1:])}"
