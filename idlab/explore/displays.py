"""Rich displays: what idlab returns, as notebooks and terminals show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from markupsafe import Markup
from rich.console import Console

from idlab.bundle import Bundle
from idlab.config import ScoringConfig
from idlab.evaluate import Evaluation
from idlab.evaluate.evaluation import PER_1000, SECTIONS
from idlab.explore.look import page, table
from idlab.explore.rollouts import (
    verdict_table,
)
from idlab.metrics import Rate
from idlab.model import Decision
from idlab.report.drawing import as_svg
from idlab.report.weights import settings_of
from idlab.report.wording import MINUS, shown
from idlab.tune import Study

_WIDTH = 100


def decision_html(decision: Decision) -> str:
    """A decision: outcome, reasons, and what each field contributed."""
    rows = [
        [
            one.field,
            one.level or "not compared",
            f"{one.contribution:+.2f}".replace("-", MINUS) if one.level else "",
        ]
        for one in decision.evidence
    ]
    head = Markup("<h3>{}</h3><p>{}</p>").format(
        f"{decision.interaction_id}: {decision.outcome.value}", "; ".join(_decision_facts(decision))
    )
    evidence = table(["field", "level", "#contribution"], rows) if rows else Markup("")
    return page(head, evidence)


def decision_text(decision: Decision) -> str:
    """The same as plain text.

    Example:
        >>> from idlab.model import Outcome
        >>> print(decision_text(Decision("call-1", Outcome.NEW, "c-1", reasons=("NO_CANDIDATE",))))
        call-1: NEW
          customer c-1
          because no candidate
    """
    lines = [f"{decision.interaction_id}: {decision.outcome.value}"]
    lines += [f"  {fact}" for fact in _decision_facts(decision)]
    lines += [
        f"  {one.field}: {one.level} {one.contribution:+.2f}"
        for one in decision.evidence
        if one.level is not None
    ]
    return "\n".join(lines)


def _decision_facts(decision: Decision) -> Iterator[str]:
    yield f"customer {decision.customer_id}"
    if decision.reasons:
        yield "because " + ", ".join(reason.lower().replace("_", " ") for reason in decision.reasons)
    if decision.score is not None:
        yield f"score {100 * decision.score:.1f} %"
    if decision.runner_up is not None and decision.runner_up_score is not None:
        yield f"runner-up {decision.runner_up}, score {100 * decision.runner_up_score:.1f} %"


def evaluation_html(evaluation: Evaluation) -> str:
    """An evaluation: every rate with its interval, and what it was judged by."""
    rows = [[name, shown(rate, unit)] for name, rate, unit in _rates(evaluation.numbers)]
    digest = f"scoring config {evaluation.numbers['config_digest'][:12]}"
    return page(
        Markup("<h3>{}</h3><p class='muted'>{}</p>").format(evaluation.knowledge, digest),
        table(["rate", "#with its 95 % interval"], rows),
    )


def evaluation_text(evaluation: Evaluation) -> str:
    """The same as the command line prints it."""
    console = Console(width=_WIDTH, color_system=None)
    with console.capture() as captured:
        console.print(evaluation.table())
    return captured.get().rstrip("\n")


def _rates(numbers: Mapping[str, Any]) -> Iterator[tuple[str, Rate, str]]:
    for section, names in SECTIONS.items():
        for name in names:
            yield (
                f"{section} {name.replace('_', ' ')}",
                numbers[section][name],
                "per_1000" if name == "per_1000" else "share",
            )
    for name in PER_1000:
        yield name.replace("_", " "), numbers[name], "per_1000"


def config_html(config: ScoringConfig) -> str:
    """A scoring config: every number that a decision depends on, group by group."""
    rows = [[group, name, _setting(value)] for (group, name), value in settings_of(config)]
    head = Markup("<h3>{}</h3><p class='muted'>{}, digest {}</p>").format(
        config.name, config.model.kind, config.digest[:12]
    )
    return page(head, table(["of", "setting", "#value"], rows))


def config_text(config: ScoringConfig) -> str:
    """The same as plain text, a line for each group.

    Example:
        >>> from pathlib import Path
        >>> config_text(ScoringConfig.load(Path("configs/baseline.json"))).partition(",")[0]
        'baseline: weighted_average'
    """
    groups: dict[str, list[str]] = {}
    for (group, name), value in settings_of(config):
        groups.setdefault(group, []).append(f"{name} {_setting(value)}")
    lines = [f"{config.name}: {config.model.kind}, digest {config.digest[:8]}..."]
    lines += [f"  {group}: {', '.join(settings)}" for group, settings in groups.items()]
    return "\n".join(lines)


def _setting(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}".replace("-", MINUS)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value)


def bundle_html(bundle: Bundle) -> str:
    """A bundle: what it decides by, what its gates said, and how good it was on the hold-out world."""
    told = Markup("<h3>{}</h3><p>{}</p>").format(
        f"bundle of {bundle.config.name}", "; ".join(_bundle_facts(bundle))
    )
    return page(told, verdict_table(bundle.gates))


def bundle_text(bundle: Bundle) -> str:
    """The same as plain text."""
    lines = [f"bundle of {bundle.config.name}", *(f"  {fact}" for fact in _bundle_facts(bundle))]
    lines += [
        f"  gate {gate.gate}, {gate.on}: {'passed' if gate.passed else 'said no'} ({gate.got}; wanted {gate.wanted})"
        for gate in bundle.gates
    ]
    return "\n".join(lines)


def _bundle_facts(bundle: Bundle) -> Iterator[str]:
    yield f"digest {bundle.digests.bundle[:12]}"
    yield f"{len(bundle.golden)} golden decisions"
    refused = sum(not gate.passed for gate in bundle.gates)
    yield f"{len(bundle.gates)} gates, {refused} of them said no" if bundle.gates else "no gates"
    if bundle.forced:
        yield "exported although a gate said no"


def study_html(study: Study) -> str:
    """A study: the config it chose, what that cost on each world, and the others beside it."""
    head = Markup("<h3>{}</h3><p>{}</p>").format(
        f"study in {study.folder.name}", "; ".join(_study_facts(study))
    )
    return page(head, table(["config", "#cost per 1,000 on the hold-out world"], list(_hold_out(study))))


def study_text(study: Study) -> str:
    """The same as plain text."""
    lines = [f"study in {study.folder.name}", *(f"  {fact}" for fact in _study_facts(study))]
    lines += [f"  {name}: {told} per 1,000 on the hold-out world" for name, told in _hold_out(study)]
    return "\n".join(lines)


def _study_facts(study: Study) -> Iterator[str]:
    yield f"{study.report['trials']['complete']} trials"
    yield f"best: trial {study.report['best']['trial']}, from {study.report['best']['origin']}"
    yield f"config digest {study.best.digest[:12]}"


def _hold_out(study: Study) -> Iterator[tuple[str, str]]:
    for name, numbers in study.report["hold_out"]["numbers"].items():
        yield name, shown(Rate(**numbers["cost_per_1000"]), "per_1000")


_NUMBER = count(1)


def figure_html(figure: Any) -> str:
    """A matplotlib figure as SVG in the colours of the page's theme, legible in dark mode and in print."""
    titles = [axes.get_title() or axes.get_title(loc="left") or axes.get_ylabel() for axes in figure.axes]
    alt = "; ".join(title for title in titles if title) or "a figure"
    drawn = Markup(as_svg(figure, f"figure-{next(_NUMBER)}", alt))  # noqa: S704 - matplotlib's own SVG
    return page(Markup('<figure style="max-width:600px">{}</figure>').format(drawn))
