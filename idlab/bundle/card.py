"""The model card of a bundle: what it is for, where it comes from, how good it is and where it ends, in Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from idlab.bundle.document import Bundle
from idlab.config import FieldConfig, ScoringConfig

LABELLED = "labelled data"
"""What verdicts call the data of a user's own: its name and place stay at home."""

_SHOWN = {
    "merges right": ("merge", "precision"),
    "returning recognised": ("merge", "recall"),
    "pending per 1,000": ("pending", "per_1000"),
    "review per 1,000": ("review", "per_1000"),
    "B-cubed precision": ("bcubed", "precision"),
    "B-cubed recall": ("bcubed", "recall"),
    "B-cubed F1": ("bcubed", "f1"),
    "cost per 1,000": ("cost_per_1000",),
}
"""The rates that a card shows, by the words of its table."""

_PURPOSE = """\
It decides, one interaction at a time, whether the person behind a call, chat, e-mail or CRM row is a customer known
already: united at once (`MERGE`), left to an answer (`PENDING`, `REVIEW`) or taken for somebody new (`NEW`). It is
for serving customers who come back on another channel, where a wrong union can be split again.

It is not for proving who somebody is, and not for decisions about a person that cannot be undone."""

_VERIFYING = """\
```
idlab verify bundle.json
```

makes every golden decision again and refuses the bundle at the first that comes out otherwise. Production does the
same whenever it opens one."""


def card(bundle: Bundle) -> str:
    """The model card of a bundle, in Markdown: the same text for the same bundle.

    Args:
        bundle: A bundle; what it does not say, the card says is not known.

    Example:
        >>> from pathlib import Path
        >>> bundle = Bundle.of(ScoringConfig.load(Path("configs/default.json")), golden=[])
        >>> card(bundle).splitlines()[0]
        '# Model card: default'
    """
    sections = {
        "What it is for": [_PURPOSE],
        "How it decides": list(_deciding(bundle.config)),
        "Data": list(_data(bundle.lineage)),
        "Quality": list(_quality(bundle.quality)),
        "Gates": list(_gates(bundle)),
        "Golden decisions": list(_golden(bundle)),
        "Limits": [_listed(_limits(bundle))],
        "How to verify": [_VERIFYING, _table(("", ""), sorted(_identity(bundle).items()))],
    }
    parts = [f"# Model card: {_cell(bundle.config.name)}"]
    for title, paragraphs in sections.items():
        parts += [f"## {title}", *paragraphs]
    return "\n\n".join(parts) + "\n"


def _deciding(config: ScoringConfig) -> Iterator[str]:
    decide, guards = config.decide, config.guards
    yield (
        f"Model `{config.model.kind}`. A candidate is united from {decide.merge_at:g} on and asked about from "
        f"{decide.pending_at:g} on; rivals within {decide.margin:g} of the best: `{decide.on_rivals}`."
    )
    rows = [(field.name, field.kind, ", ".join(_levels(field))) for field in config.fields]
    yield _table(("field", "kind", "levels, from the best"), rows)
    yield "Candidates are looked up by:\n\n" + _listed(
        f"{' and '.join(rule.on)}, up to {rule.max_fanout} identities" for rule in config.keys if rule.enabled
    )
    names, per_identifier = map(_or_none, (guards.max_distinct_names, guards.max_names_per_identifier))
    counted = ", ".join(guards.count_names_on) or "no field"
    yield (
        f"An identity with more than {names} distinct names takes nobody in without a reviewer. A value of "
        f"{counted} on which more than {per_identifier} names were heard is a shared identifier."
    )


def _levels(field: FieldConfig) -> Iterator[str]:
    for level in field.levels:
        worth = level.credit if level.weight is None else f"{level.weight:+g}"
        yield f"{level.name} ({worth})"


def _data(lineage: Mapping[str, Any]) -> Iterator[str]:
    how, scenario = (_at(lineage, "worlds", "origin", *path) for path in (["how"], ["recipe", "scenario"]))
    if how is None:
        yield "The bundle does not say what the config was tuned on."
        return
    seed, base = _at(lineage, "study", "seed"), _at(lineage, "study", "base", "name")
    yield (
        f"The study's worlds were {_cell(how)}"
        + (f", scenario `{_cell(scenario)}`" if scenario is not None else "")
        + f"; its seed is {_cell(seed)}, it began with `{_cell(base)}`."
    )
    rows = [
        (role.replace("_", "-"), *(one.get(name) for name in ("interactions", "seed", "dataset_digest")))
        for role in ("tuning", "choice", "hold_out")
        for one in _several(_at(lineage, "worlds", role))
    ]
    yield _table(("used for", "interactions", "seed", "digest"), rows)
    yield "Golden interactions are synthetic: nothing of a real person is in the bundle."


def _quality(quality: Mapping[str, Any]) -> Iterator[str]:
    rows = [
        (name, on, *(_rate(numbers, path) for path in _SHOWN.values()))
        for name, on, numbers in _measured(quality)
    ]
    if not rows:
        yield "The bundle does not say how good the config is."
        return
    yield "Every rate with its 95 % interval, which resamples connected components of persons and identities."
    yield _table(("config", "on", *_SHOWN), rows)
    optimism = quality.get("optimism")
    if isinstance(optimism, int | float):
        yield f"Optimism, the tuning worlds' cost per 1,000 less that of the hold-out: {optimism:+.1f}."


def _measured(quality: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Which config was measured where, and the numbers."""
    sources = [(_cell(_at(one, "on")), _at(one, "numbers")) for one in _several(quality.get("judged"))]
    hold_out = quality.get("hold_out")
    further = [_at(one, "numbers") for one in _several(_at(hold_out, "further"))]
    for place, numbers in enumerate([_at(hold_out, "numbers"), *further], start=1):
        sources.append(("the study's hold-out world" + (f", number {place}" if place > 1 else ""), numbers))
    for on, numbers in sources:
        for name, found in sorted(numbers.items()) if isinstance(numbers, dict) else ():
            yield name, on, found


def _gates(bundle: Bundle) -> Iterator[str]:
    if bundle.forced:
        yield "**Exported by force: a gate said no.**"
    if not bundle.gates:
        yield "No gate was asked."
        return
    rows = [
        (one.gate, one.on, "passed" if one.passed else "**failed**", one.got, one.wanted)
        for one in bundle.gates
    ]
    yield _table(("gate", "judged on", "verdict", "got", "wanted"), rows)


def _golden(bundle: Bundle) -> Iterator[str]:
    counts = Counter(one.decision.outcome for one in bundle.golden)
    told = ", ".join(f"{number} `{_cell(outcome)}`" for outcome, number in sorted(counts.items()))
    yield f"{len(bundle.golden)} golden interactions with their decisions: {told or 'none'}."
    if bundle.coverage.thresholds:
        yield "How little a threshold must move, in units of weight, until a golden decision comes out otherwise:"
        rows = [
            (name, _distance(sides.raised), _distance(sides.lowered))
            for name, sides in sorted(bundle.coverage.thresholds.items())
        ]
        yield _table(("threshold", "raised by", "lowered by"), rows)


def _limits(bundle: Bundle) -> Iterator[str]:
    if _at(bundle.lineage, "worlds", "origin", "how") == "generated":
        yield "It was tuned and measured on synthetic worlds; the numbers hold for customers like theirs."
    if _at(bundle.quality, "hold_out", "fresh") is False:
        yield "The study's hold-out world was reported on before: its numbers flatter."
    if not any(_at(one, "on") == LABELLED for one in _several(bundle.quality.get("judged"))):
        yield "No labelled data of its user's own was judged at export."
    if bundle.forced:
        yield f"Gates that said no: {', '.join(sorted({one.gate for one in bundle.gates if not one.passed}))}."
    for what, names in (
        ("No golden decision shows", bundle.coverage.not_reached),
        ("Ruled out by the config", bundle.coverage.unreachable),
    ):
        if names:
            yield f"{what}: {', '.join(map(_cell, names))}."
    if "migrated_from" in bundle.lineage:
        yield f"The file is of schema {_cell(bundle.lineage['migrated_from'])} and was brought forward."
    yield "Rates drift with the customers: compare live decisions with what the bundle expects."


def _identity(bundle: Bundle) -> dict[str, str]:
    digests = {"config digest": bundle.digests.config, "bundle digest": bundle.digests.bundle}
    return digests | {f"made with {name}": version for name, version in bundle.versions.items()}


def _rate(numbers: Any, path: Sequence[str]) -> str:
    ends = [_at(numbers, *path, name) for name in ("value", "low", "high")]
    if not all(isinstance(end, int | float) for end in ends):
        return "nothing to judge"
    if "per_1000" in path[-1]:
        return "{:,.0f} ({:,.0f} to {:,.0f})".format(*ends)
    return "{:.1f} % ({:.1f} to {:.1f})".format(*(100 * end for end in ends))


def _at(thing: Any, *steps: str) -> Any:
    """What lies at the end of a path through objects, None where the path ends before."""
    for step in steps:
        thing = thing.get(step) if isinstance(thing, dict) else None
    return thing


def _several(thing: Any) -> Iterator[Mapping[str, Any]]:
    """The objects of a list, or the one object that stands for a list of one."""
    yield from (one for one in (thing if isinstance(thing, list) else [thing]) if isinstance(one, dict))


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _cell(thing: Any) -> str:
    """A text that stays within a line and a cell of Markdown."""
    return " ".join(("" if thing is None else str(thing)).replace("|", r"\|").split())


def _or_none(limit: int | None) -> str:
    return "any number of" if limit is None else str(limit)


def _distance(distance: float | None) -> str:
    return "not shown" if distance is None else f"{distance:.3g}"
