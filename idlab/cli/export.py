"""``idlab export``: a finished study becomes a bundle that production loads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idlab.cli.options import AsJson, scoring_config
from idlab.cli.shipped import shipped_config, shipped_gates
from idlab.cli.showing import progress, show, show_json
from idlab.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idlab.bundle import Bundle, Verdict
    from idlab.config import ScoringConfig
    from idlab.data.dataset import Dataset
    from idlab.export import Export

PRODUCTION = "production"
"""What a study calls the config that ran when it was begun."""

_GOLDEN_WORLD = 4_000
"""Interactions of the synthetic world that golden interactions are taken from."""


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    example = "Example: idlab export study --gates configs/gates.yaml --out bundle.json --card card.md"
    app.command("export", epilog=example)(export)


def export(
    study: Annotated[Path, typer.Argument(metavar="DIR", help="A study's folder.", show_default=False)],
    out: Annotated[
        Path, typer.Option("--out", metavar="BUNDLE", help="The file to write.", show_default=False)
    ],
    gates: Annotated[
        Path | None,
        typer.Option("--gates", metavar="FILE", help="What is asked.", show_default="configs/gates.yaml"),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DATASET", help="Labelled data of your own that the study never saw."),
    ] = None,
    production: Annotated[
        Path | None,
        typer.Option(
            "--production",
            metavar="FILE",
            help="What runs now, a scoring config or a bundle.",
            show_default="configs/baseline.json",
        ),
    ] = None,
    card: Annotated[
        Path | None, typer.Option("--card", metavar="FILE", help="Write the model card as well, in Markdown.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write it though a gate says no; the bundle keeps that for good.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Export the best config of a study as a bundle, if every gate lets it pass; else the exit code is 1.

    Gates are asked on fresh worlds like the study's and on --data. Where the study is about a user's own data, the
    numbers of its hold-out part stand for the worlds.
    """
    from idlab.bundle import card as card_of
    from idlab.bundle import write_whole
    from idlab.cli.worlds import generated_again
    from idlab.evaluate import read_known
    from idlab.export import Examination, Gates
    from idlab.export import export as make
    from idlab.tune import read_study

    asked = Gates.load(gates or shipped_gates())
    with progress() as doing:
        doing(f"reading {study}")
        _, report = read_study(study)
        runs_now = _production(production, report)
        labelled = None if data is None else read_known(data)
        doing("generating a world for golden interactions")
        examination = Examination(asked, runs_now, generated_again, labelled)
        done = make(study, out, _golden_world(report), examination, force=force, progress=doing)
    if card is not None and done.bundle is not None:
        write_whole(card, card_of(done.bundle))
    if json:
        show_json(_told(done, out, card))
    else:
        show("\n".join(map(_line, done.gates)))
        show(f"{out}: {_written(done.bundle)}")
    if done.bundle is None:
        raise typer.Exit(1)


def _production(named: Path | None, report: Mapping[str, Any]) -> ScoringConfig:
    """What gates compare with. A study that knew production's config is not held against another one in silence."""
    if named is None and PRODUCTION in report["hold_out"]["numbers"]:
        raise BadInput(
            "the study was tuned beside a production config, and gates must compare with it too",
            where="--production",
            hint="name that config here",
        )
    return scoring_config(named or shipped_config("baseline"))


def _told(done: Export, out: Path, card: Path | None) -> dict[str, Any]:
    bundle = done.bundle
    gates = [verdict.model_dump() for verdict in done.gates]
    if bundle is None:
        return {"bundle": None, "card": None, "forced": False, "gates": gates}
    return {
        "bundle": str(out),
        "card": None if card is None else str(card),
        "forced": bundle.forced,
        "gates": gates,
        "golden": len(bundle.golden),
        **bundle.coverage.model_dump(),
        "config_digest": bundle.digests.config,
        "bundle_digest": bundle.digests.bundle,
    }


def _written(bundle: Bundle | None) -> str:
    if bundle is None:
        return "not written; --force writes it and says so in it"
    unseen = ", ".join(bundle.coverage.not_reached)
    return f"{len(bundle.golden)} golden interactions" + (f"; not reached: {unseen}" if unseen else "")


def _golden_world(report: Mapping[str, Any]) -> Dataset:
    """A fresh world of the study's first recipe, or of the retail scenario if the study is about real data alone."""
    import synthetic
    from idlab.cli.worlds import generated_again
    from idlab.export.measured import recipes_of
    from idlab.tune.holdout import seed_for

    seed = seed_for(report["seed"], "golden")
    for recipe in recipes_of(report):
        return generated_again(recipe, seed, _GOLDEN_WORLD)
    return synthetic.generate("retail", _GOLDEN_WORLD, seed).dataset


def _line(verdict: Verdict) -> str:
    word = "passed" if verdict.passed else "FAILED"
    return f"gate {verdict.gate}: {word} on {verdict.on}, {verdict.got}; wanted: {verdict.wanted}"
