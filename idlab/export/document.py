"""Exporting: a study becomes a bundle, if the gates let it pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from idlab.bundle import Bundle, GoldenDecision, Verdict
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.data.stream import interactions_of
from idlab.errors import BadInput, IdlabError
from idlab.export.crowds import crowds
from idlab.export.edges import edges
from idlab.export.families import families
from idlab.export.gates import verdicts
from idlab.export.golden import GoldenChoice, choose_golden
from idlab.export.measured import Examination, measured
from idlab.tune.study import read_study


class Export(NamedTuple):
    """What came of an export.

    Args:
        gates: What every gate said.
        bundle: The bundle, as it was written; None if a gate said no and it was not forced.
    """

    gates: tuple[Verdict, ...]
    bundle: Bundle | None

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """The verdicts of the gates that said no."""
        return tuple(verdict for verdict in self.gates if not verdict.passed)


def export(
    study: Path | str,
    out: Path | str,
    world: Dataset,
    examination: Examination,
    *,
    force: bool = False,
    progress: Callable[[str], None] = lambda _doing: None,
) -> Export:
    """Make the bundle of a finished study and write it, if every gate lets it pass.

    Args:
        study: The study's folder.
        out: The file to write; one that is there is replaced.
        world: A synthetic world; golden interactions come from it and from made-up crowds.
        examination: The gates, and what they are asked about.
        force: Write it even if a gate says no, which the bundle keeps for good.
        progress: Called with what is being done.

    Returns:
        What the gates said, and the bundle if there is one.

    Raises:
        BadInput: If there is no finished study, the world is not synthetic, or the labelled data is among what
            the study read.
    """
    if not world.manifest.synthetic:
        raise BadInput(
            "is not synthetic, and nothing real goes into a bundle",
            where=world.name,
            hint="give a world made by idlab generate",
        )
    config, report = read_study(study)
    judged = list(measured(config, report, examination, progress))
    said = verdicts(examination.gates, report, judged)
    refused = any(not verdict.passed for verdict in said)
    if refused and not force:
        return Export(said, None)
    progress("choosing golden interactions")
    choice = golden_of(config, world)
    progress("deciding them with the online engine")
    bundle = Bundle.of(
        config,
        golden=choice.interactions,
        coverage=choice.coverage,
        lineage=_lineage(report, world, examination),
        quality={**_quality(report), "judged": [one.document() for one in judged]},
        gates=said,
        forced=refused,
        expected=report["expected"],
    )
    _check_engines(choice, bundle)
    bundle.write(out)
    return Export(said, bundle)


def golden_of(config: ScoringConfig, world: Dataset) -> GoldenChoice:
    """The golden interactions of a config, out of a synthetic world and made-up crowds.

    Args:
        config: What decides; fields that the world lacks are filled in crowds only.
        world: A synthetic world.
    """
    made = [*interactions_of(world), *crowds(config), *edges(config), *families(config)]
    return choose_golden(config, sorted(made, key=lambda one: (one.occurred_at, one.interaction_id)))


def _check_engines(choice: GoldenChoice, bundle: Bundle) -> None:
    """What was chosen for what the replay decided is worth nothing if the online engine decides otherwise."""
    for decision, golden in zip(choice.decisions, bundle.golden, strict=True):
        if GoldenDecision.of(decision) != golden.decision:
            raise IdlabError(
                f"replay and online engine disagree on golden interaction {decision.interaction_id}: "
                "this is a fault of idlab; report it with the study's folder"
            )


def _lineage(report: Mapping[str, Any], world: Dataset, examination: Examination) -> dict[str, Any]:
    """How the config was found. The recipe of a user's own data stays at home: it names files and columns."""
    origin = dict(report["worlds"]["origin"])
    if origin["how"] != "generated":
        origin.pop("recipe")
    production = examination.production
    study = ("seed", "base", "starts", "costs", "objective", "space", "sampler", "trials", "best", "engine")
    return {
        "study": {name: report[name] for name in study if name in report},
        "worlds": {**report["worlds"], "origin": origin},
        "golden_world": {
            "recipe": dict(world.manifest.recipe),
            "seed": world.manifest.seed,
            "dataset_digest": world.digest,
        },
        "gates": examination.gates.document(),
        "production": {"name": production.name, "config_digest": production.digest},
    }


def _quality(report: Mapping[str, Any]) -> dict[str, Any]:
    return {name: report[name] for name in ("cost_per_1000", "optimism", "hold_out")}
