"""Whether the parts of a scoring config fit together: what one names must be declared by another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from idlab.config.decide import Decide
from idlab.config.fields import FieldConfig
from idlab.config.guards import Guards
from idlab.config.keys import KeyRule
from idlab.config.levels import Level
from idlab.config.model import Model
from idlab.normalize.kinds import KINDS


def problems(
    fields: Sequence[FieldConfig], keys: Sequence[KeyRule], model: Model, decide: Decide, guards: Guards
) -> Iterator[str]:
    """What does not fit, each with its place and what is allowed.

    Args:
        fields, keys, model, decide, guards: The parts, each valid by itself.
    """
    names = [field.name for field in fields]
    if len(set(names)) < len(names):
        yield f"field names repeat: {', '.join(names)}"
    yield from _key_problems(keys, fields)
    yield from _model_problems(model, fields, decide)
    yield from _guard_problems(guards, fields)


def _key_problems(keys: Sequence[KeyRule], fields: Sequence[FieldConfig]) -> Iterator[str]:
    forms = {field.name: KINDS[field.kind].scalars for field in fields}
    for place, rule in enumerate(keys):
        for key in rule.on:
            field, _, form = key.partition(".")
            if field not in forms:
                yield f"keys.{place}.on: {key!r} names no declared field; valid: {', '.join(forms)}"
            elif form not in forms[field]:
                yield f"keys.{place}.on: {key!r} names no form of {field}; valid: {', '.join(forms[field])}"
        if len(set(rule.on)) < len(rule.on):
            yield f"keys.{place}.on: a form repeats"
    if len({rule.on for rule in keys}) < len(keys):
        yield "keys: a rule repeats"


def _model_problems(model: Model, fields: Sequence[FieldConfig], decide: Decide) -> Iterator[str]:
    average = model.kind == "weighted_average"
    if average != (model.prior is None):
        yield "model.prior: fellegi_sunter needs it, weighted_average does not take it"
    for field in fields:
        if average != (field.weight is not None):
            yield f"fields.{field.name}.weight: weighted_average needs it, fellegi_sunter does not take it"
        for level in field.levels:
            yield from _level_problems(field, level, average=average)
    if average:
        return
    for field in fields:
        if field.keep != "all":
            yield f"fields.{field.name}.keep: {field.keep!r} is for the baseline only (weighted_average); valid: 'all'"
    if decide.on_rivals == "oldest":
        yield "decide.on_rivals: 'oldest' is for the baseline only (weighted_average); valid: 'bridge', 'pending'"
    if decide.flagged == "top_wins":
        yield "decide.flagged: 'top_wins' is for the baseline only (weighted_average); valid: 'set_aside'"


def _level_problems(field: FieldConfig, level: Level, *, average: bool) -> Iterator[str]:
    where = f"fields.{field.name}.levels.{level.name}"
    if average and (level.credit is None or level.weight is not None or level.term_frequency is not None):
        yield f"{where}: weighted_average levels have a credit, and neither weight nor term_frequency"
    if not average and (level.weight is None or level.credit is not None):
        yield f"{where}: fellegi_sunter levels have a weight, and no credit"
    if level.credit == "similarity" and (level.when is None or level.when.jaro_winkler is None):
        yield f"{where}: only a jaro_winkler level can earn its similarity as credit"
    if not average and level.when and any(part.above is not None for part in level.when.parts()):
        yield f"{where}: 'above' is for the baseline only (weighted_average); use 'at_least'"


def _guard_problems(guards: Guards, declared: Sequence[FieldConfig]) -> Iterator[str]:
    fields = {field.name: field for field in declared}
    for name in guards.count_names_on:
        if name not in fields or name == guards.name_field:
            yield f"guards.count_names_on: {name!r} is no declared identifier; valid: {', '.join(fields)}"
    names_counted = guards.max_distinct_names is not None or guards.max_names_per_identifier is not None
    if not names_counted:
        return
    if guards.name_field not in fields:
        yield f"guards.name_field: {guards.name_field!r} is no declared field; valid: {', '.join(fields)}"
        return
    levels = [level.name for level in fields[guards.name_field].levels[:-1]]
    if guards.same_name_level is not None and guards.same_name_level not in levels:
        yield f"guards.same_name_level: {guards.same_name_level!r} is no level of it; valid: {', '.join(levels)}"
