"""``idlab plan``: what a switch from one config to another would do to the customers of a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idlab.cli.options import AsJson, DatasetFolder, ShowIdentifiers, scoring_config
from idlab.cli.showing import progress, show, show_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from idlab.rollout.joins import Joins
    from idlab.rollout.planning import Plan


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    example = "Example: idlab plan --from configs/baseline.json --to bundle.json world --report plan.html"
    app.command("plan", epilog=example)(plan)


def plan(
    dataset: DatasetFolder,
    before: Annotated[
        Path,
        typer.Option(
            "--from", metavar="FILE", help="What decides now: a config or bundle.", show_default=False
        ),
    ],
    after: Annotated[
        Path, typer.Option("--to", metavar="FILE", help="What would decide.", show_default=False)
    ],
    report: Annotated[
        Path | None, typer.Option("--report", metavar="HTML", help="Write the plan as one page here.")
    ] = None,
    most: Annotated[int, typer.Option("--most", min=0, help="How many customers of a kind to list.")] = 20,
    show_identifiers: ShowIdentifiers = False,
    resamples: Annotated[int, typer.Option("--resamples", min=1, help="Worlds that intervals draw.")] = 400,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of those draws.")] = 0,
    json: AsJson = False,
) -> None:
    """Replay history under two configs: who would merge, split or change, the riskiest first.

    No truth is needed. The risk of a merge is how many interactions would be seen beside those of a larger part,
    times one minus the score of the thinnest evidence: the least weight of the decisions that first brought two
    parts together.
    """
    from idlab.data.dataset import read_dataset
    from idlab.rollout.movement import Draws
    from idlab.rollout.planning import plan as planned

    configs = scoring_config(before), scoring_config(after)
    with progress() as doing:
        doing(f"reading {dataset}")
        data = read_dataset(dataset)
        found = planned(data, *configs, draws=Draws(resamples, seed), progress=doing)
        if report is not None:
            from idlab.report.plan import write_plan

            doing(f"writing {report}")
            write_plan(report, found, most=most, show_identifiers=show_identifiers)
    if json:
        show_json(found.document(most))
        return
    show(_summary(found))
    show(_movement(found))
    for title, joins in (("merges", found.merges), ("splits", found.splits)):
        if joins.identity.size:
            show(_riskiest(title, found, joins, most))
    if report is not None:
        show(f"{report}: from {configs[0].name} to {configs[1].name} on {len(data)} interactions")


def _summary(plan: Plan) -> str:
    kinds, ids = plan.groups_by_kind, plan.customer_ids
    return (
        f"{plan.interactions_affected} of {plan.before.tape.n_interactions} interactions would lie with others:"
        f" {kinds['merge']} merges, {kinds['split']} splits, {kinds['move']} moves\n"
        f"customer ids: {ids.before} now, {ids.after} then; {ids.gone} gone, {ids.appeared} new, {ids.changed} changed"
    )


def _movement(plan: Plan) -> Table:
    """How outcomes and load would move, those that are nothing on both sides left out."""
    from rich.table import Table

    table = Table(title="differences with their 95 % intervals", title_justify="left", title_style="bold")
    for name in ("", *(one.name for one in plan.configs), "difference", "low", "high"):
        table.add_column(name, justify="right" if name else "left", no_wrap=not name)
    for cells in _rows(plan):
        table.add_row(*cells)
    return table


def _rows(plan: Plan) -> Iterator[tuple[str, ...]]:
    for (channel, outcome), moved in plan.movement.outcomes.items():
        if moved.before.value or moved.after.value:
            shares = (f"{100 * (one.value or 0):.1f} %" for one in (moved.before, moved.after))
            ends = (f"{100 * (one or 0):+.1f} pp" for one in moved.difference)
            yield f"{channel} {outcome.lower()}", *shares, *ends
    for name, moved in plan.movement.load.items():
        numbers = (f"{one.value or 0:,.1f}" for one in (moved.before, moved.after))
        yield f"{name} per 1,000", *numbers, *(f"{one or 0:+,.1f}" for one in moved.difference)


def _riskiest(title: str, plan: Plan, joins: Joins, most: int) -> str:
    """How many customers there are of a kind, and a line for each of the riskiest."""
    from idlab.model import customer_id_of

    lines = [
        f"{title}: {joins.identity.size}, with {int(joins.exposed.sum())} interactions exposed; the riskiest first"
    ]
    columns = (
        joins.identity,
        joins.interactions,
        joins.parts,
        joins.exposed,
        joins.weight,
        joins.score,
        joins.risk,
    )
    lines += [
        f"  {interactions} interactions in {parts} parts, {exposed} exposed on a weight of {weight:.2f}"
        f" (score {100 * score:.1f} %), risk {risk:.2f}: {customer_id_of(plan.before.tape.ids[identity])}"
        for identity, interactions, parts, exposed, weight, score, risk in zip(
            *(one[:most].tolist() for one in columns), strict=True
        )
    ]
    return "\n".join(lines)
