"""``idlab export``: a finished study becomes a bundle that production loads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idlab.cli.options import AsJson
from idlab.cli.showing import progress, show, show_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idlab.bundle import Verdict
    from idlab.data.dataset import Dataset

_GOLDEN_WORLD = 4_000
"""Interactions of the synthetic world that golden interactions are taken from."""


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("export", epilog="Example: idlab export study --out bundle.json")(export)


def export(
    study: Annotated[Path, typer.Argument(metavar="DIR", help="A study's folder.", show_default=False)],
    out: Annotated[
        Path, typer.Option("--out", metavar="BUNDLE", help="The file to write.", show_default=False)
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Write it though a gate says no; the bundle keeps that for good.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Export the best config of a study as a bundle, if every gate lets it pass; else the exit code is 1."""
    from idlab.export import export as make
    from idlab.tune import read_study

    with progress() as doing:
        doing(f"reading {study}")
        _, report = read_study(study)
        doing("generating a world for golden interactions")
        done = make(study, out, _golden_world(report), force=force, progress=doing)
    bundle = done.bundle
    if json:
        show_json(
            {
                "bundle": str(out) if done.written else None,
                "forced": bundle.forced,
                "gates": [verdict.model_dump() for verdict in bundle.gates],
                "golden": len(bundle.golden),
                "not_reached": list(bundle.not_reached),
                "config_digest": bundle.digests.config,
                "bundle_digest": bundle.digests.bundle,
            }
        )
    else:
        show("\n".join(_line(verdict) for verdict in bundle.gates))
        if done.written:
            unseen = f"; not reached: {', '.join(bundle.not_reached)}" if bundle.not_reached else ""
            show(f"{out}: {len(bundle.golden)} golden interactions{unseen}")
        else:
            show(f"{out}: not written; --force writes it and says so in it")
    if done.failed and not force:
        raise typer.Exit(1)


def _golden_world(report: Mapping[str, Any]) -> Dataset:
    """A fresh world of the study's own recipe, or of the retail scenario if the study is about real data."""
    import synthetic
    from idlab.cli.worlds import generated_again
    from idlab.tune.holdout import seed_for

    origin = report["worlds"]["origin"]
    seed = seed_for(report["seed"], "golden")
    if origin["how"] == "generated":
        return generated_again(origin["recipe"], seed, _GOLDEN_WORLD)
    return synthetic.generate("retail", _GOLDEN_WORLD, seed).dataset


def _line(verdict: Verdict) -> str:
    word = "passed" if verdict.passed else "FAILED"
    return f"gate {verdict.gate}: {word}, {verdict.got} ({verdict.wanted})"
