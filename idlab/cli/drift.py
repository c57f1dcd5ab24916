"""``idlab drift``: whether live decisions still look like what a bundle expects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idlab.cli.options import AsJson
from idlab.cli.showing import progress, remark, show, show_json

if TYPE_CHECKING:
    from idlab.rollout import Drift


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("drift", epilog="Example: idlab drift run --bundle bundle.json --dataset world")(drift)


def drift(
    decisions: Annotated[
        Path,
        typer.Argument(
            metavar="DECISIONS", help="decisions.parquet of a run, or the run's folder.", show_default=False
        ),
    ],
    bundle: Annotated[
        Path, typer.Option("--bundle", metavar="FILE", help="The bundle that decided.", show_default=False)
    ],
    dataset: Annotated[
        Path | None,
        typer.Option(
            "--dataset", metavar="DATASET", help="What was decided about, to compare fill rates as well."
        ),
    ] = None,
    history_weeks: Annotated[
        int,
        typer.Option(
            "--history-weeks", min=0, help="How long the store had been filling before the first decision."
        ),
    ] = 0,
    false_alarms: Annotated[
        float, typer.Option("--false-alarms", help="How often there may be an alarm though nothing drifted.")
    ] = 0.05,
    json: AsJson = False,
) -> None:
    """Compare live decisions with what their bundle expects, week by week; exit code 1 on alarm.

    Watched are the mix of channels; per channel outcomes, candidates, weights, levels of every field and, with
    --dataset, fill rates; and reasons, guards among them. Each alarm names since when, and the knobs of the config
    that stand on what shifted.
    """
    from idlab.bundle import Bundle
    from idlab.data.dataset import read_dataset
    from idlab.rollout import drift as compared
    from idlab.rollout import read_decisions

    expected = Bundle.read(bundle)
    with progress() as doing:
        doing(f"reading {decisions}")
        table = read_decisions(decisions)
        data = None if dataset is None else read_dataset(dataset)
        found = compared(
            table,
            expected,
            dataset=data,
            history=history_weeks,
            rate=false_alarms,
            where=str(decisions),
            progress=doing,
        )
    if found.others:
        remark(f"idlab: {found.others} decisions of other configs are left aside")
    if found.beyond:
        remark(
            f"idlab: {found.beyond} weeks are older than the bundle's world; they are compared with its last weeks"
        )
    if json:
        show_json({"decisions_file": str(decisions), **found.document()})
    else:
        show(_summary(found))
        if found.alarms:
            show(_alarms(found))
            show(_stale(found))
    if found.alarms:
        raise typer.Exit(1)


def _summary(found: Drift) -> str:
    compared = f"{found.decisions} decisions in {len(found.weeks)} weeks, {found.statistics} shares by week"
    if found.began is None:
        return f"quiet: {compared} within limits that chance leaves in at most {100 * found.rate:g} of 100 such runs"
    return (
        f"ALARM: {compared}; {len(found.alarms)} left their limits, the first in the week from"
        f" {found.noticed:%Y-%m-%d}; the surest of them shifted about {found.began:%Y-%m-%d}"
    )


def _alarms(found: Drift) -> str:
    """A line for every share that shifted."""
    lines = [
        f"  since about {one.began:%Y-%m-%d} {one.family}: {one.name} at {100 * one.live:.1f} % of {one.among:,};"
        f" expected {100 * one.expected:.1f} %, limits {100 * one.low:.1f} to {100 * one.high:.1f} %;"
        f" outside in {one.weeks} weeks from {one.noticed:%Y-%m-%d}, by chance {one.probability:.1g}"
        for one in found.alarms
    ]
    return "\n".join(["what shifted, what was noticed first on top:", *lines])


def _stale(found: Drift) -> str:
    """The knobs that the alarms point to, and what to do."""
    lines = ["knobs that stand on it, the surest first:"]
    lines += [f"  {knob} (shifted shares: {len(alarms)})" for knob, alarms in found.stale().items()]
    lines.append(
        "make a world like production (idlab profile, idlab fit-world), tune on it, and see idlab plan before a switch"
    )
    return "\n".join(lines)
