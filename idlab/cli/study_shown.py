"""What ``idlab tune`` shows of a study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from idlab.cli.showing import remark, show

if TYPE_CHECKING:
    from rich.table import Table

    from idlab.tune import Study

_SHOWN = ("merge", "precision"), ("merge", "recall"), ("bcubed", "f1")
_FRONT_SHOWN = 12
"""Points of a Pareto front that are printed; ``study.json`` holds all."""


def _shown(rate: Mapping[str, float | None], scale: str) -> str:
    value, low, high = (rate[name] for name in ("value", "low", "high"))
    if value is None or low is None or high is None:
        return "nothing to judge"
    if scale == "per_1000":
        return f"{value:.1f}\n{low:.1f} to {high:.1f}"
    return f"{100 * value:.1f} %\n{100 * low:.1f} to {100 * high:.1f}"


def told_study(study: Study) -> dict[str, Any]:
    """What ``--json`` prints of a study."""
    names = ("objective", "trials", "best", "cost_per_1000", "optimism", "hold_out", "front")
    return {name: study.report[name] for name in names if name in study.report}


def nothing_better(report: Mapping[str, Any]) -> str:
    """Says that the search found nothing better than what it began with, where that is so; else nothing.

    Args:
        report: The study's report, or its ``best`` at least.

    Example:
        >>> nothing_better({"best": {"origin": "search"}})
        ''
    """
    origin = report["best"]["origin"]
    if origin == "search":
        return ""
    first = "the config it began with" if origin == "base" else f"'{origin}'"
    return f"the search found nothing better than {first}, which was chosen; more trials may"


def show_study(study: Study) -> None:
    """Prints the front, if there is one, what each config did on the hold-out worlds, what was chosen and matters."""
    from idlab.tune.findings import what_matters

    front = study.report.get("front")
    if front:
        show(_front_table(front, study.report["best"]["trial"]))
    for place, numbers in enumerate([study.report["hold_out"], *study.report["hold_out"]["further"]]):
        if place:
            show(f"a further hold-out world, seed {numbers['seed']}:")
        show(hold_out_table(numbers["numbers"]))
    show(_summary(study))
    if nothing_better(study.report):
        remark(f"idlab: {nothing_better(study.report)}")
    if "sensitivity" in study.report:
        show(what_matters(study.report))
    chosen = study.report["best"]["trial"]
    if any(one["trial"] == chosen and one["bounds_missed"] > 0 for one in study.report["finalists"]):
        remark(
            "idlab: the chosen trial misses the bounds on the choice worlds; no finalist keeps them better"
        )


def _front_table(front: list[dict[str, Any]], chosen: int) -> Table:
    """The cheapest points of the front, one row each."""
    from rich.table import Table

    more = len(front) - _FRONT_SHOWN
    caption = "--take TRIAL ends with another one" + (f"; {more} more in study.json" if more > 0 else "")
    table = Table(title=f"{len(front)} trials on the Pareto front", title_justify="left", caption=caption)
    for name in ("trial", *front[0]["values"], "cost per 1,000"):
        table.add_column(name, justify="right")
    for point in front[:_FRONT_SHOWN]:
        mark = "*" if point["trial"] == chosen else ""
        values = (*point["values"].values(), point["cost_per_1000"])
        table.add_row(f"{mark}{point['trial']}", *(f"{value:.1f}" for value in values))
    return table


def _summary(study: Study) -> str:
    done, best = study.report["trials"], study.report["best"]
    made = done["complete"] + done["broken_off"]
    early = f", {done['broken_off']} broken off early" if done["broken_off"] else ""
    stopped = "; interrupted, go on with the same command" if done["interrupted"] else ""
    return (
        f"{study.folder / 'best.json'}: trial {best['trial']} of {made}{early} ({best['origin']}), optimism "
        f"{study.report['optimism']:.1f} per 1,000{stopped}\nchosen by: {best['rule']}"
    )


def hold_out_table(numbers: Mapping[str, Any]) -> Table:
    """What each config did on the hold-out world, each rate with its interval, to be printed by rich.

    Args:
        numbers: ``report["hold_out"]["numbers"]`` of a study.
    """
    from rich.table import Table

    table = Table(title="on the hold-out world, with 95 % intervals", title_justify="left", show_lines=True)
    table.add_column("config")
    for name in ("cost per 1,000", *(" ".join(path) for path in _SHOWN)):
        table.add_column(name.replace("per_1000", "per 1,000"), justify="right")
    for name in {found["config_digest"]: name for name, found in numbers.items()}.values():
        found = numbers[name]
        rates = (found["cost_per_1000"], *(found[section][rate] for section, rate in _SHOWN))
        scales = ("per_1000", *(rate for _, rate in _SHOWN))
        table.add_row(name, *(_shown(rate, scale) for rate, scale in zip(rates, scales, strict=True)))
    return table
