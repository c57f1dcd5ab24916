"""A first scoring config for a dataset, drafted from its fields: a start to fit or tune from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from idlab.config import SCHEMA, ScoringConfig
from idlab.data.dataset import Dataset
from idlab.errors import BadInput

BUILT_IN_KINDS: Mapping[str, str] = MappingProxyType(
    {"phone": "phone", "email": "email", "full_name": "name", "cookie_id": "cookie", "ip_address": "ip"}
)
"""The kinds of the built-in fields that have a column of their own."""


class Rung(NamedTuple):
    """One level of a kind, as a share of what its exact level weighs.

    Args:
        name: The level's name.
        when: Its condition.
        share: Its weight is this share of the exact level's; below 0 it speaks against.
    """

    name: str
    when: Mapping[str, Any]
    share: float


@dataclass(frozen=True)
class KindDraft:
    """How a kind is compared where nothing has been learnt yet.

    Args:
        exact: Bits of its exact level; of a kind in ``MEASURED``, the most that it weighs.
        otherwise: Bits of the last level.
        rungs: The other levels, from the best to the worst. The exact one is the one whose share is 1.
        key: The form that is a key alone; None if none is.
        together: The form that is a key together with a name; None if none is.
    """

    exact: float
    otherwise: float
    rungs: tuple[Rung, ...]
    key: str | None = None
    together: str | None = None


def _exact(form: str) -> Rung:
    return Rung("exact", {"equal": form}, 1.0)


def _shared(form: str) -> Rung:
    return Rung("shared", {"shared": form}, 0.4)


DRAFTS: Mapping[str, KindDraft] = MappingProxyType(
    {
        "conversation": KindDraft(16.0, 0.0, (_exact("value"),), key="value"),
        "phone": KindDraft(
            12.5,
            -1.0,
            (
                _shared("e164"),
                Rung("stale", {"equal_stale": "e164", "days": 365}, 0.7),
                _exact("e164"),
                Rung("slip", {"damerau_levenshtein": "e164", "at_most": 1}, 0.5),
            ),
            key="e164",
        ),
        "email": KindDraft(
            14.0,
            -1.0,
            (
                _shared("address"),
                _exact("address"),
                Rung("near", {"jaro_winkler": "address", "at_least": 0.96}, 0.6),
                Rung("same local part", {"equal": "local"}, 0.5),
            ),
            key="address",
            together="local",
        ),
        "name": KindDraft(
            9.0,
            -6.0,
            (
                _exact("full"),
                Rung("near", {"jaro_winkler": "full", "at_least": 0.92}, 0.75),
                Rung("nickname", {"nickname": "first"}, 0.55),
                Rung("initials", {"initials": "tokens"}, 0.45),
                Rung("phonetic", {"phonetic": "phonetic"}, 0.55),
                Rung("partial", {"partial": "tokens"}, 0.35),
                Rung("same last name", {"equal": "last"}, -0.3),
            ),
        ),
        "cookie": KindDraft(10.0, 0.0, (_shared("value"), _exact("value")), key="value"),
        "ip": KindDraft(1.5, 0.0, (_exact("address"), Rung("same network", {"equal": "network"}, 0.3))),
        "code": KindDraft(
            11.0,
            -2.0,
            (_exact("value"), Rung("slip", {"damerau_levenshtein": "value", "at_most": 1}, 0.6)),
            key="value",
            together="value",
        ),
        "date": KindDraft(
            9.0,
            -3.0,
            (
                _exact("iso"),
                Rung("slip", {"damerau_levenshtein": "iso", "at_most": 1}, 0.7),
                Rung("near", {"date_near": "ordinal", "days": 31}, 0.2),
            ),
            key="iso",
            together="iso",
        ),
        "text": KindDraft(
            7.0,
            -1.5,
            (
                _exact("text"),
                Rung("near", {"jaro_winkler": "text", "at_least": 0.92}, 0.8),
                Rung("partial", {"partial": "tokens"}, 0.5),
                Rung("phonetic", {"phonetic": "phonetic"}, 0.5),
            ),
            key="text",
            together="text",
        ),
    }
)
"""The draft of every kind."""

MEASURED = ("code", "date", "text")
"""The kinds whose exact level weighs log2(m / u), with m = 0.9 and u the share of pairs of rows that have a
value in common: a town says less than a street, and both are texts."""

_IDENTIFIERS = ("phone", "email", "cookie")
_AGREE_IF_SAME = 0.9
_LEAST_BITS = 0.5
_MOST_ROWS_PER_KEY = 12.0
_MOST_KEYS = 32
_FANOUT = MappingProxyType({"alone": 200, "together": 50, "name": 20})


class _Field(NamedTuple):
    """A field of the dataset: its name and kind, and the share of pairs of rows with this value in common."""

    name: str
    kind: str
    agreement: float
    rows_per_value: float


def draft(
    dataset: Dataset, *, name: str = "draft", region: str = "US", day_first: bool = False
) -> ScoringConfig:
    """A first scoring config for a dataset: every field that has a value, its kind's usual levels, and keys.

    Keys are identifiers by themselves, other fields by themselves where few rows share a value, and names
    together with each of these. Nothing is learnt from truth or labels.

    Args:
        dataset: The dataset.
        name: What the config is called.
        region: ISO 3166 region of phones without a country code.
        day_first: Whether 05/01/1980 is the fifth of January.

    Returns:
        The config.

    Raises:
        BadInput: If no field has a value that could make a key.

    Example:
        >>> import pandas as pd
        >>> from idlab.data.dataset import in_memory
        >>> calls = pd.DataFrame({"interaction_id": ["a"], "channel": "voice", "phone": "+1 202 555 0143"})
        >>> calls["occurred_at"] = pd.Timestamp("2026-01-05T09:30Z")
        >>> [rule.on for rule in draft(in_memory(calls)).keys]
        [('phone.e164',)]
    """
    fields = _fields_of(dataset)
    keys = _keys(fields)
    if not keys:
        hint = "import it with --map or --field, so that a field which identifies people has values"
        raise BadInput("no field has values that could make a key", where=dataset.name, hint=hint)
    return ScoringConfig.parse(
        {
            "schema": SCHEMA,
            "name": name,
            "normalize": {"phone": {"region": region}, "date": {"day_first": day_first}},
            "fields": [_field_config(field) for field in fields],
            "keys": keys[:_MOST_KEYS],
            "model": {"kind": "fellegi_sunter", "prior": -8.0},
            "decide": {
                "merge_at": 0.95,
                "pending_at": 0.8,
                "margin": 4.0,
                "on_rivals": "bridge",
                "bridge_at": -4.0,
                "max_links": 5,
            },
            "guards": _guards(fields),
        },
        where="drafted scoring config",
    )


def _fields_of(dataset: Dataset) -> list[_Field]:
    """The fields that have any value, in the order of the columns."""
    kinds = {**BUILT_IN_KINDS, **dataset.manifest.fields}
    table = dataset.table
    fields: list[_Field] = []
    both = pc.and_(pc.is_valid(table["conversation_id"]), pc.is_valid(table["participant_id"]))
    if pc.any(both).as_py():
        fields.append(_Field("conversation", "conversation", 0.0, 1.0))
    filled = [name for name in table.column_names if name in kinds and table[name].null_count < len(table)]
    return [*fields, *(_Field(name, kinds[name], *_agreement(table[name])) for name in filled)]


def _agreement(column: pa.ChunkedArray) -> tuple[float, float]:
    """The share of pairs of rows that agree on a column, and how many rows a row's value is in, on average.

    Counted on values without regard to case and surrounding white space; missing ones are left out.
    """
    folded = pc.utf8_lower(pc.utf8_trim_whitespace(column.drop_null()))
    counts = pc.value_counts(folded.combine_chunks()).field("counts").to_numpy().astype(float)
    rows = counts.sum()
    pairs, agreeing = rows * (rows - 1), float((counts * (counts - 1)).sum())
    return (agreeing / pairs if pairs else 0.0), float((counts * counts).sum() / rows)


def _field_config(field: _Field) -> dict[str, Any]:
    plan = DRAFTS[field.kind]
    exact = plan.exact
    if field.kind in MEASURED:
        usual = math.log2(_AGREE_IF_SAME / max(field.agreement, 1e-9))
        exact = min(plan.exact, max(_LEAST_BITS, usual))
    strength = exact / plan.exact
    levels: list[dict[str, Any]] = [
        {"name": rung.name, "when": dict(rung.when), "weight": round(rung.share * exact, 1)}
        for rung in plan.rungs
    ]
    levels.append({"name": "else", "weight": round(plan.otherwise * max(strength, 0.5), 1)})
    return {"name": field.name, "kind": field.kind, "levels": levels}


def _keys(fields: list[_Field]) -> list[dict[str, Any]]:
    alone: list[dict[str, Any]] = []
    together: list[dict[str, Any]] = []
    names = [field for field in fields if field.kind == "name"]
    for field in fields:
        plan = DRAFTS[field.kind]
        if plan.key and (field.kind not in MEASURED or field.rows_per_value <= _MOST_ROWS_PER_KEY):
            alone.append({"on": [f"{field.name}.{plan.key}"], "max_fanout": _FANOUT["alone"]})
        if plan.together:
            second = f"{field.name}.{plan.together}"
            together += [
                {"on": [f"{name.name}.phonetic", second], "max_fanout": _FANOUT["together"]} for name in names
            ]
    by_name = [{"on": [f"{name.name}.full"], "max_fanout": _FANOUT["name"]} for name in names]
    return [*alone, *by_name, *together]


def _guards(fields: list[_Field]) -> dict[str, Any]:
    names = [field.name for field in fields if field.kind == "name"]
    if not names:
        return {"max_distinct_names": None}
    return {
        "name_field": names[0],
        "max_distinct_names": 6,
        "same_name_level": "partial",
        "guard_when": "after",
        "count_names_on": [field.name for field in fields if field.kind in _IDENTIFIERS],
        "max_names_per_identifier": 3,
    }
