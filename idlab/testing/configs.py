"""Scoring configs drawn at random: both models, every predicate, every option of the decision and of the guards."""

from __future__ import annotations

from random import Random
from typing import Any

from idlab.config import SCHEMA, ScoringConfig
from idlab.core.predicates import predicate
from idlab.core.similarity import jaro_winkler

NEAR_EMAILS = ("ann.lee@example.com", "anm.lee@example.com", "ann.leo@example.com")
_AS_NEAR = jaro_winkler(None, NEAR_EMAILS[0], NEAR_EMAILS[1])
KNOWN_SHARED_PHONE = "+1 202 555 0143"
BLOCKED_PHONE = "+1 202 555 0177"


@predicate("same last digit")
def same_last_digit(left: str, right: str) -> bool:
    """A user's own predicate.

    Example:
        >>> same_last_digit("0143", "9143")
        True
    """
    return left[-1] == right[-1]


Levels = list[dict[str, Any]]


def _level(name: str, **when: Any) -> dict[str, Any]:
    return {"name": name, "when": when}


LEVELS: dict[str, tuple[str, Levels]] = {
    "phone": (
        "phone",
        [
            _level("shared", shared="e164"),
            _level("stale", equal_stale="e164", days=3),
            _level("exact", equal="e164"),
            _level("slip", damerau_levenshtein="e164", at_most=1),
            _level("digit", predicate="same last digit", form="national"),
        ],
    ),
    "email": (
        "email",
        [
            _level("shared", shared="address"),
            _level("exact", equal="address"),
            _level("near", jaro_winkler="address", at_least=_AS_NEAR),
            _level("local", equal="local"),
        ],
    ),
    "full_name": (
        "name",
        [
            _level("exact", equal="full"),
            _level("both", all=[{"equal": "last"}, {"jaro_winkler": "first", "at_least": 0.9}]),
            _level("nickname", nickname="first"),
            _level("initials", initials="tokens"),
            _level("phonetic", phonetic="phonetic"),
            _level("partial", partial="tokens"),
        ],
    ),
    "cookie_id": ("cookie", [_level("shared", shared="value"), _level("exact", equal="value")]),
    "ip_address": ("ip", [_level("exact", equal="address"), _level("network", equal="network")]),
    "conversation": ("conversation", [_level("equal", equal="value")]),
    "address": ("text", [_level("exact", equal="text"), _level("part", partial="tokens")]),
    "born": ("date", [_level("exact", equal="iso"), _level("near", date_near="ordinal", days=1)]),
    "card": ("code", [_level("exact", equal="value")]),
}
"""Of every field: its kind, and its levels but the last."""

KEYS = (
    ["phone.e164"],
    ["email.address"],
    ["cookie_id.value"],
    ["conversation.value"],
    ["full_name.full", "born.iso"],
    ["card.value"],
    ["full_name.last", "email.domain"],
)

BANDS = ((0.3, 0.99), (0.3, 0.99), (0.3, 0.75), (0.3, 0.3), (0.5, 0.5), (0.5, 0.9), (0.75, 0.85), (0.9, 0.99))
"""``pending_at`` and ``merge_at``."""


def draw_config(chance: Random) -> ScoringConfig:
    """Draw a config over built-in and declared fields, of either model.

    Args:
        chance: Where the choices come from.

    Returns:
        A valid config; the tighter its options, the more often they are drawn.

    Example:
        >>> draw_config(Random(1)).digest == draw_config(Random(1)).digest
        True
    """
    average = chance.randrange(2) == 1
    return ScoringConfig.parse(
        {
            "schema": SCHEMA,
            "name": "drawn",
            "fields": [_field(chance, name, average=average) for name in LEVELS],
            "keys": [_key(chance, on) for on in KEYS],
            "model": _model(chance, average=average),
            "decide": _decide(chance, average=average),
            "guards": _guards(chance),
        }
    )


def _key(chance: Random, on: list[str]) -> dict[str, Any]:
    return {
        "on": on,
        "max_fanout": chance.choice((1, 2, 3, 50, 50, 50, 50, 50)),
        "enabled": chance.randrange(8) > 0,
    }


CURVES = (
    None,
    None,
    None,
    {"weight": [-6.0, 0.0, 7.0], "probability": [0.05, 0.3, 0.97]},
    {"weight": [0.3, 0.8], "probability": [0.25, 0.9]},
)
"""``calibration``: bent, and so steep that it suits the scale of weighted averages; often none."""


def _model(chance: Random, *, average: bool) -> dict[str, Any]:
    kind = {"kind": "weighted_average"} if average else {"kind": "fellegi_sunter"}
    model: dict[str, Any] = kind if average else kind | {"prior": chance.choice((-9.0, -6.0, -3.0))}
    curve = chance.choice(CURVES)
    return model if curve is None else model | {"calibration": curve}


def _decide(chance: Random, *, average: bool) -> dict[str, Any]:
    pending_at, merge_at = chance.choice(BANDS)
    rivals = ("bridge", "pending", "oldest") if average else ("bridge", "bridge", "pending")
    return {
        "pending_at": pending_at,
        "merge_at": merge_at,
        "margin": chance.choice((0.0, 0.2, 4.0, 30.0)),
        "on_rivals": chance.choice(rivals),
        "bridge_at": chance.choice((0.0, -4.0, -20.0)),
        "max_links": chance.choice((1, 2, 5)),
        "link_on_merge": chance.randrange(2) == 1,
        "flagged": chance.choice(("set_aside", "top_wins", "top_wins")) if average else "set_aside",
    }


def _guards(chance: Random) -> dict[str, Any]:
    return {
        "max_distinct_names": chance.choice((1, 1, 1, 1, 2, 3, None)),
        "same_name_level": chance.choice((None, None, "exact", "initials", "partial")),
        "name_min_count": chance.choice((1, 1, 1, 2)),
        "guard_when": chance.choice(("after", "before")),
        "count_names_on": chance.choice((["phone"], ["phone", "email"], ["phone", "email", "cookie_id"])),
        "max_names_per_identifier": chance.choice((1, 2, None)),
    }


def _field(chance: Random, name: str, *, average: bool) -> dict[str, Any]:
    kind, levels = LEVELS[name]
    field: dict[str, Any] = {"name": name, "kind": kind}
    if average:
        field["levels"] = _credits(chance, levels)
        field["weight"] = chance.choice((0.05, 0.4))
        field["keep"] = chance.choice(("all", "latest", "first"))
    else:
        field["levels"] = _weights(chance, levels)
        if name == "full_name" and chance.randrange(2):
            field["levels"][0]["term_frequency"] = {"u": 0.01, "floor": 0.001}
            field["term_frequencies"] = {"ann lee": 0.02, "bob ray": 0.005}
    if name == "phone":
        field["blocked"] = [BLOCKED_PHONE]
        if chance.randrange(6) == 0:
            field["known_shared"] = [KNOWN_SHARED_PHONE]
    return field


def _weights(chance: Random, levels: Levels) -> Levels:
    best = chance.choice((12.0, 6.0, 3.0))
    weighted = [level | {"weight": best - 2.0 * place} for place, level in enumerate(levels)]
    return [*weighted, {"name": "else", "weight": chance.choice((0.0, -1.0, -6.0))}]


def _credits(chance: Random, levels: Levels) -> Levels:
    credited = [level | {"credit": 1 - place / 10} for place, level in enumerate(levels)]
    for level in credited:
        if "jaro_winkler" in level["when"]:
            if chance.randrange(2):
                level["credit"] = "similarity"
            cut = chance.choice(("at_least", "above"))
            level["when"] = {
                "jaro_winkler": level["when"]["jaro_winkler"],
                cut: chance.choice((0.9, _AS_NEAR)),
            }
    return [*credited, {"name": "else", "credit": chance.choice((0.0, 0.5))}]
