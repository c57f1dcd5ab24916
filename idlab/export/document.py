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
from idlab.export.gates import verdicts
from idlab.export.golden import GoldenChoice, choose_golden
from idlab.tune.study import read_study


class Export(NamedTuple):
    """What came of an export.

    Args:
        bundle: The bundle.
        written: Whether it was written; not if a gate said no, unless it was forced.
    """

    bundle: Bundle
    written: bool

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """The verdicts of the gates that said no."""
        return tuple(verdict for verdict in self.bundle.gates if not verdict.passed)


def export(
    study: Path | str,
    out: Path | str,
    world: Dataset,
    *,
    force: bool = False,
    progress: Callable[[str], None] = lambda _doing: None,
) -> Export:
    """Make the bundle of a finished study and write it, if every gate lets it pass.

    Args:
        study: The study's folder.
        out: The file to write; one that is there is replaced.
        world: A synthetic world; golden interactions come from it and from made-up crowds.
        force: Write it even if a gate says no, which the bundle keeps for good.
        progress: Called with what is being done.

    Returns:
        The bundle, and whether it was written.

    Raises:
        BadInput: If there is no finished study, or the world is not synthetic.
    """
    if not world.manifest.synthetic:
        raise BadInput(
            "is not synthetic, and nothing real goes into a bundle",
            where=world.name,
            hint="give a world made by idlab generate",
        )
    config, report = read_study(study)
    found = verdicts(report)
    refused = any(not verdict.passed for verdict in found)
    progress("choosing golden interactions")
    choice = golden_of(config, world)
    progress("deciding them with the online engine")
    bundle = Bundle.of(
        config,
        golden=choice.interactions,
        not_reached=choice.not_reached,
        lineage=_lineage(report, world),
        quality=_quality(report),
        gates=found,
        forced=refused and force,
        expected=report["expected"],
    )
    _check_engines(choice, bundle)
    written = force or not refused
    if written:
        bundle.write(out)
    return Export(bundle, written)


def golden_of(config: ScoringConfig, world: Dataset) -> GoldenChoice:
    """The golden interactions of a config, out of a synthetic world and crowds.

    Args:
        config: What decides; fields that the world lacks are filled in crowds only.
        world: A synthetic world.
    """
    both = [*interactions_of(world), *crowds(config)]
    return choose_golden(config, sorted(both, key=lambda one: (one.occurred_at, one.interaction_id)))


def _check_engines(choice: GoldenChoice, bundle: Bundle) -> None:
    """What was chosen for what the replay decided is worth nothing if the online engine decides otherwise."""
    for decision, golden in zip(choice.decisions, bundle.golden, strict=True):
        if GoldenDecision.of(decision) != golden.decision:
            raise IdlabError(
                f"replay and online engine disagree on golden interaction {decision.interaction_id}: "
                "this is a fault of idlab; report it with the study's folder"
            )


def _lineage(report: Mapping[str, Any], world: Dataset) -> dict[str, Any]:
    """How the config was found. The recipe of a user's own data stays at home: it names files and columns."""
    origin = dict(report["worlds"]["origin"])
    if origin["how"] != "generated":
        origin.pop("recipe")
    study = ("seed", "base", "starts", "costs", "sampler", "trials", "best", "engine")
    return {
        "study": {name: report[name] for name in study},
        "worlds": {**report["worlds"], "origin": origin},
        "golden_world": {
            "recipe": dict(world.manifest.recipe),
            "seed": world.manifest.seed,
            "dataset_digest": world.digest,
        },
    }


def _quality(report: Mapping[str, Any]) -> dict[str, Any]:
    return {name: report[name] for name in ("cost_per_1000", "optimism", "hold_out")}
