"""Which knobs of a scoring config stand on a share that is watched: what grew stale if it shifts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from idlab.config import FieldConfig, Level, ScoringConfig
from idlab.rollout.tally import Family

_BAND = ("decide.pending_at", "decide.merge_at")
_NAMES = ("guards.max_distinct_names", "guards.same_name_level", "guards.name_min_count")
_KEYS = "keys"
_FANOUT = "max_fanout"

_OF_OUTCOME: Mapping[str, tuple[str, ...]] = {
    "NEW": (_KEYS, "model.prior", "decide.pending_at"),
    "MERGE": ("decide.merge_at", "model.prior"),
    "PENDING": (*_BAND, "decide.margin"),
    "REVIEW": _NAMES,
}
_OF_CANDIDATES: Mapping[str, tuple[str, ...]] = {"none": (_KEYS,), "one": (_KEYS,), "several": (_FANOUT,)}
_OF_REASON: Mapping[str, tuple[str, ...]] = {
    "NO_CANDIDATE": (_KEYS,),
    "BELOW_BAND": ("decide.pending_at", "model.prior"),
    "STRONG_MATCH": ("decide.merge_at", "model.prior"),
    "IN_BAND": _BAND,
    "RIVALS": ("decide.margin",),
    "FLAGGED": _NAMES,
    "NAME_TOO_MANY": _NAMES,
    "OLDEST": ("decide.on_rivals",),
    "BRIDGED": ("decide.bridge_at", "decide.merge_at"),
    "AMBIGUOUS": ("decide.margin", "decide.bridge_at"),
    "CONTRADICTION": ("decide.bridge_at",),
    "CANNOT_LINK": ("decide.merge_at",),
    "TOO_MANY_NAMES": _NAMES,
    "JOINED": _BAND,
    "LINKED": ("decide.link_on_merge", "decide.pending_at"),
    "LINKS_CUT": ("decide.max_links",),
    "HUB": (_FANOUT,),
    "SHARED": ("guards.max_names_per_identifier", "guards.count_names_on"),
    "NOW_FLAGGED": _NAMES,
}
"""The knobs behind each reason; ``keys`` and ``max_fanout`` stand for those of every key rule that is on."""


def knobs(config: ScoringConfig, family: Family, name: str, carried: Sequence[str] = ()) -> tuple[str, ...]:
    """The knobs that stand on a share.

    Args:
        config: What decides.
        family: The family of the share.
        name: What of it shifted.
        carried: The fields whose own levels or fill rates shifted on the same channel: of all key rules and fields that
            may stand behind the share, only those made of them are named. All are if none shifted.

    Returns:
        Paths in the config's document, key rules and fields by their names.

    Example:
        >>> from pathlib import Path
        >>> default = ScoringConfig.load(Path("configs/default.json"))
        >>> knobs(default, Family("filled", "webchat"), "cookie_id")
        ('keys.cookie_id.value', 'fields.cookie_id.levels')
        >>> knobs(default, Family("reasons"), "SHARED")
        ('guards.max_names_per_identifier', 'guards.count_names_on')
    """
    if family.kind == "channels":
        return ("model.prior",)
    if family.kind == "filled":
        return (*_keys(config, name), f"fields.{name}.levels")
    if family.kind == "levels":
        return tuple(_of_level(config, family.field, name))
    if family.kind == "weights":
        moved = [field.name for field in config.fields if field.name in carried or not carried]
        return (*(f"fields.{field}.levels" for field in moved), "model.prior")
    table = {"outcomes": _OF_OUTCOME, "candidates": _OF_CANDIDATES, "reasons": _OF_REASON}[family.kind]
    return tuple(knob for one in table[name] for knob in _spelt_out(config, one, carried))


def _spelt_out(config: ScoringConfig, knob: str, carried: Sequence[str]) -> tuple[str, ...]:
    keys = _keys(config, *carried) or _keys(config)
    if knob == _KEYS:
        return keys
    return tuple(f"{key}.{_FANOUT}" for key in keys) if knob == _FANOUT else (knob,)


def _keys(config: ScoringConfig, *fields: str) -> tuple[str, ...]:
    """The key rules that are on, all or those made of some fields."""
    return tuple(
        f"keys.{'+'.join(rule.on)}"
        for rule in config.keys
        if rule.enabled and (not fields or any(part.partition(".")[0] in fields for part in rule.on))
    )


def _of_level(config: ScoringConfig, field: str, name: str) -> Iterator[str]:
    """A level's weight, the number of its condition, and what makes an identifier shared."""
    found: FieldConfig = next(one for one in config.fields if one.name == field)
    level: Level = next(one for one in found.levels if one.name == name)
    path = f"fields.{field}.levels.{name}"
    yield f"{path}.{'credit' if level.weight is None else 'weight'}"
    for part in level.when.parts() if level.when else ():
        yield from (
            f"{path}.when.{number}"
            for number in ("at_least", "above", "at_most", "days")
            if getattr(part, number) is not None
        )
        if part.shared is not None:
            yield "guards.max_names_per_identifier"
    if level.term_frequency is not None:
        yield f"fields.{field}.term_frequencies"
