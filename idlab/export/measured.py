"""What gates are asked about: the config and production's, measured on the same data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from idlab.bundle.card import LABELLED
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.errors import BadInput
from idlab.evaluate import Evaluation, changes, evaluate
from idlab.evaluate.difference import Place
from idlab.export.gatefile import Gates
from idlab.metrics import Costs
from idlab.metrics.paired import Change
from idlab.tune.holdout import seed_for
from idlab.tune.study import BEST_NAME

Generate = Callable[[Mapping[str, Any], int, int], Dataset]
"""Makes the synthetic world of a recipe with another seed, of so many interactions, truth included."""

PRODUCTION = "production"
"""What the config in production is called beside the tuned one."""

HOLD_OUT = "the study's hold-out world"


class Examination(NamedTuple):
    """How a config is examined before production may load it.

    Args:
        gates: What is asked.
        production: The config that runs in production, or the textbook's.
        generate: Makes fresh worlds like those of the study; None if that cannot be done.
        data: Labelled data of the user's own, which the study never saw.
    """

    gates: Gates
    production: ScoringConfig
    generate: Generate | None = None
    data: Dataset | None = None


@dataclass(frozen=True, eq=False)
class Decided:
    """Every decision of both configs on one dataset.

    Args:
        dataset: The data.
        config: The tuned config.
        tuned: What it did.
        production: What the config in production did.
        resamples: How many worlds paired intervals draw.
        seed: Of those draws.
    """

    dataset: Dataset
    config: ScoringConfig
    tuned: Evaluation
    production: Evaluation
    resamples: int
    seed: int

    @cached_property
    def changes(self) -> Mapping[Place, Change]:
        """The paired differences, the tuned config less production's."""
        return changes(self.production, self.tuned, resamples=self.resamples, seed=self.seed)


@dataclass(frozen=True, eq=False)
class Measured:
    """Both configs on one dataset.

    Args:
        on: What verdicts call the data.
        tuned: The numbers of the tuned config, each rate as ``value``, ``low`` and ``high``.
        production: Those of the config in production; none if it was not measured there.
        decided: Every decision; None where only numbers were kept.
    """

    on: str
    tuned: Mapping[str, Any]
    production: Mapping[str, Any]
    decided: Decided | None = None

    def document(self) -> dict[str, Any]:
        """What a bundle keeps of it: numbers, and no name or place of a user's own data."""
        told: dict[str, Any] = {
            "on": self.on,
            "numbers": {BEST_NAME: self.tuned, PRODUCTION: self.production},
        }
        if self.decided is not None:
            dataset = self.decided.dataset
            told |= {
                "interactions": len(dataset),
                "seed": dataset.manifest.seed if self.on != LABELLED else None,
                "dataset_digest": dataset.digest,
                "knowledge": str(self.decided.tuned.knowledge),
            }
        return told


def measured(
    config: ScoringConfig,
    report: Mapping[str, Any],
    examination: Examination,
    progress: Callable[[str], None],
) -> Iterator[Measured]:
    """A config and production's, measured on everything that gates are asked about.

    Fresh worlds are made of every recipe that the study's worlds were generated from, with seeds drawn from the
    config itself. Where none was (the study is about a user's own data), the study's hold-out numbers stand in
    their place.

    Args:
        config: The tuned config.
        report: The report of its study.
        examination: How it is examined.
        progress: Told what is being done.

    Raises:
        BadInput: If the labelled data is among what the study read, or nothing is known of it.
    """
    judge = _Judge(config, report, examination, progress)
    recipes = recipes_of(report)
    if examination.generate is None or not recipes:
        yield from _as_the_study_says(report, examination.production)
    else:
        yield from judge.on_fresh_worlds(recipes, examination.generate)
    if examination.data is not None:
        _check_unseen(examination.data, report)
        yield judge.on(LABELLED, examination.data)


def recipes_of(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The recipes that a study's worlds were generated from; none if it is about a user's own data alone.

    Args:
        report: What ``study.json`` holds.
    """
    origin = report["worlds"]["origin"]
    return [one["recipe"] for one in origin.get("each", [origin]) if one["how"] == "generated"]


class _Judge:
    def __init__(
        self,
        config: ScoringConfig,
        report: Mapping[str, Any],
        examination: Examination,
        progress: Callable[[str], None],
    ) -> None:
        self.config, self.examination = config, examination
        self.costs, self.seed = Costs(**report["costs"]), report["seed"]
        self.progress = progress

    def on_fresh_worlds(self, recipes: list[Mapping[str, Any]], generate: Generate) -> Iterator[Measured]:
        """On worlds of every recipe, each with a seed that is the config's own."""
        fresh = self.examination.gates.fresh
        for kind, recipe in enumerate(recipes):
            for number in range(fresh.worlds):
                self.progress(f"generating a fresh world like the study's, {fresh.interactions} interactions")
                seed = seed_for(self.seed, "gates", kind, number, self.config.digest)
                name = f"fresh {recipe['scenario']} world {number + 1}"
                yield self.on(name, generate(recipe, seed, fresh.interactions))

    def on(self, name: str, dataset: Dataset) -> Measured:
        """Both configs on a dataset."""
        self.progress(f"asking the gates on {name}")
        drawn = {"resamples": self.examination.gates.resamples, "seed": self.seed}
        tuned, production = (
            evaluate(dataset, config, **drawn, costs=self.costs)
            for config in (self.config, self.examination.production)
        )
        decided = Decided(dataset, self.config, tuned, production, **drawn)
        return Measured(name, tuned.document(), production.document(), decided)


def _as_the_study_says(report: Mapping[str, Any], production: ScoringConfig) -> Iterator[Measured]:
    """The numbers of the study's hold-out worlds; production's only if the study measured that very config."""
    hold_out = report["hold_out"]
    worlds = [hold_out["numbers"], *(one["numbers"] for one in hold_out.get("further", []))]
    for place, numbers in enumerate(worlds):
        beside = [one for one in numbers.values() if one["config_digest"] == production.digest]
        name = HOLD_OUT if place == 0 else f"{HOLD_OUT}, number {place + 1}"
        yield Measured(name, numbers[BEST_NAME], beside[0] if beside else {})


def _check_unseen(data: Dataset, report: Mapping[str, Any]) -> None:
    """Refuses data that the study read, as far as that can be told."""
    worlds = report["worlds"]
    read = [worlds["choice"], worlds["hold_out"], *worlds["tuning"], *worlds.get("further_choices", [])]
    parted = worlds["origin"]["how"] != "generated" and worlds["origin"].get("recipe") == data.manifest.recipe
    if parted or data.digest in {one["dataset_digest"] for one in read}:
        raise BadInput(
            "is data that the study read, which says nothing about other customers",
            where=data.name,
            hint="give labelled data that was kept from the study",
        )
