"""Rich displays of what stands between a study and production: what gates said, what a switch changes, drift."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from idlab.bundle import Verdict
from idlab.explore.look import page, table
from idlab.export import Export
from idlab.rollout import Drift
from idlab.rollout.planning import Plan

_KNOBS = 8
"""How many knobs an alarm's summary names, the surest first."""


def export_html(export: Export) -> str:
    """An export: what every gate said, and whether there is a bundle."""
    return page(Markup("<h3>{}</h3>").format(_export_told(export)), verdict_table(export.gates))


def export_text(export: Export) -> str:
    """The same as plain text."""
    lines = [
        f"  {one.gate}, {one.on}: {'passed' if one.passed else 'said no'} ({one.got}; wanted {one.wanted})"
        for one in export.gates
    ]
    return "\n".join([_export_told(export), *lines])


def verdict_table(gates: Sequence[Verdict]) -> Markup:
    """What gates said, a row for each."""
    rows = [
        [
            f"{gate.gate}, {gate.on}",
            Markup('<span class="{}">{}</span>').format(
                "right" if gate.passed else "wrong", "passed" if gate.passed else "said no"
            ),
            gate.got,
            gate.wanted,
        ]
        for gate in gates
    ]
    return table(["gate, judged on", "verdict", "got", "wanted"], rows) if rows else Markup("")


def _export_told(export: Export) -> str:
    if export.bundle is None:
        return "no bundle: a gate said no"
    golden = f"{len(export.bundle.golden)} golden decisions"
    return f"a bundle with {golden}" + (", exported although a gate said no" if export.bundle.forced else "")


def plan_html(plan: Plan) -> str:
    """A plan: how many customers a switch would change."""
    return page(
        Markup("<h3>{}</h3>").format(_switch(plan)), table(["what would change", "#how many"], _counts(plan))
    )


def plan_text(plan: Plan) -> str:
    """The same as plain text."""
    return "\n".join([_switch(plan), *(f"  {name}: {many}" for name, many in _counts(plan))])


def _switch(plan: Plan) -> str:
    return f"from {plan.configs[0].name} to {plan.configs[1].name} on {len(plan.dataset):,} interactions"


def _counts(plan: Plan) -> list[list[str]]:
    kinds, ids = plan.groups_by_kind, plan.customer_ids
    told = {
        "interactions that would lie with others": plan.interactions_affected,
        "groups of customers that merge": kinds["merge"],
        "customers that split": kinds["split"],
        "groups that exchange interactions": kinds["move"],
        "customer ids that would name no customer of their own": ids.gone,
        "customer ids that would be new": ids.appeared,
    }
    return [[name, f"{many:,}"] for name, many in told.items()]


def drift_html(drift: Drift) -> str:
    """A comparison of live decisions with a bundle: what shifted, since when, and the knobs that stand on it."""
    rows = [
        [
            f"{one.family}: {one.name}",
            f"{one.began:%Y-%m-%d}",
            f"{100 * one.expected:.1f} %",
            f"{100 * one.low:.1f} to {100 * one.high:.1f} %",
            f"{100 * one.live:.1f} %",
        ]
        for one in drift.alarms
    ]
    head = ["share", "since about", "#expected", "#limits", "#live"]
    told = (Markup("<p>{}</p>").format(fact) for fact in _drift_facts(drift))
    return page(
        Markup("<h3>{}</h3>").format(_verdict(drift)), *told, table(head, rows) if rows else Markup("")
    )


def drift_text(drift: Drift) -> str:
    """The same as plain text."""
    lines = [
        f"  since about {one.began:%Y-%m-%d} {one.family}: {one.name} at {100 * one.live:.1f} %,"
        f" expected {100 * one.expected:.1f} %, limits {100 * one.low:.1f} to {100 * one.high:.1f} %"
        for one in drift.alarms
    ]
    return "\n".join([_verdict(drift), *(f"  {fact}" for fact in _drift_facts(drift)), *lines])


def _verdict(drift: Drift) -> str:
    if not drift.alarms:
        return "quiet: live decisions look like what the bundle expects"
    return f"alarm: {len(drift.alarms)} shares left their limits"


def _drift_facts(drift: Drift) -> Iterator[str]:
    yield (
        f"{drift.decisions:,} decisions in {len(drift.weeks)} weeks, {drift.statistics:,} shares by week; such limits"
        f" are left by chance in at most {100 * drift.rate:g} of 100 such runs."
    )
    if drift.alarms:
        yield f"Knobs that stand on what shifted, the surest first: {', '.join(list(drift.stale())[:_KNOBS])}."
