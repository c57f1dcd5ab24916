"""What a report is asked for on the command line, and how it is written with all that stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from idlab.cli.options import costs_of, named_numbers, scoring_config
from idlab.cli.showing import progress
from idlab.errors import BadInput

if TYPE_CHECKING:
    from idlab.config import ScoringConfig
    from idlab.evaluate import Evaluation
    from idlab.report.recipe import ReportRecipe
    from idlab.sweep import Answering


class Asked(NamedTuple):
    """What a report is asked for.

    Args:
        dataset: A dataset folder.
        configs: Scoring configs or bundles, the candidate last.
        study: The study that found the candidate.
        costs, show_identifiers, resamples, seed, sweeps, capacity, answering, promise: As the options of those
            names.
    """

    dataset: Path
    configs: tuple[Path, ...]
    study: Path | None
    costs: str | None
    show_identifiers: bool
    resamples: int
    seed: int
    sweeps: bool
    capacity: float | None
    answering: str | None
    promise: float


def write(asked: Asked, out: Path, figures: Path | None = None) -> tuple[list[str], int]:
    """Writes a report with its numbers and manifest; returns the names of its configs and how many interactions."""
    from idlab.bundle.canonical import write_whole
    from idlab.evaluate import evaluate, read_known
    from idlab.report import course_of, run_sweeps, write_report
    from idlab.report.recipe import manifest_of
    from idlab.report.sweeps import Circumstances

    prices, configs = costs_of(asked.costs), named(asked.configs)
    given = Circumstances(answering_of(asked.answering), asked.capacity, asked.promise)
    with progress() as doing:
        course = None if asked.study is None else course_of(asked.study)
        doing(f"reading {asked.dataset}")
        data = read_known(asked.dataset)
        found = {
            name: evaluate(
                data, one, resamples=asked.resamples, seed=asked.seed, costs=prices, progress=doing
            )
            for name, one in configs.items()
        }
        name, candidate = list(configs.items())[-1]
        swept = (
            run_sweeps(
                data,
                candidate,
                costs=prices,
                given=given,
                resamples=asked.resamples,
                seed=asked.seed,
                tape=found[name].replay.tape,
                progress=doing,
            )
            if asked.sweeps
            else None
        )
        doing(f"writing {out}")
        digest = write_report(
            out,
            found,
            dataset=data,
            configs=configs,
            study=course,
            sweeps=swept,
            figures=figures,
            show_identifiers=asked.show_identifiers,
        )
        write_whole(out.with_suffix(".metrics.json"), numbers_of(found))
        recipe = recipe_of(asked, out.parent, data.digest, list(configs.values()), digest)
        write_whole(manifest_of(out), recipe.to_json())
    return list(configs), len(data)


def numbers_of(evaluations: dict[str, Evaluation]) -> str:
    """The numbers of every config as JSON."""
    import json

    from idlab.evaluate import full_document

    documents = {name: full_document(one) for name, one in evaluations.items()}
    return json.dumps(documents, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def recipe_of(
    asked: Asked, folder: Path, dataset_digest: str, configs: Sequence[ScoringConfig], sha256: str
) -> ReportRecipe:
    """What a report in this folder was made from."""
    from idlab.report.recipe import ReportRecipe, Source, seen_from, versions

    files = zip(asked.configs, configs, strict=True)
    return ReportRecipe(
        Source(seen_from(folder, asked.dataset), dataset_digest),
        tuple(Source(seen_from(folder, file), config.digest) for file, config in files),
        None if asked.study is None else seen_from(folder, asked.study),
        asked.costs,
        asked.resamples,
        asked.seed,
        asked.sweeps,
        asked.show_identifiers,
        versions(),
        sha256,
        asked.capacity,
        asked.answering,
        asked.promise,
    )


def answering_of(text: str | None) -> Answering:
    """Who answers links as ``--answering`` names it, the rest as usual.

    Raises:
        BadInput: On an unknown name, or a number out of range.

    Example:
        >>> answering_of("customers=0.2,reviewer_days=3").reviewer_days
        3.0
    """
    from idlab.report.sweeps import USUAL_ANSWERING
    from idlab.sweep import Answering, check_answering

    given = named_numbers(text.split(",") if text else (), "--answering")
    valid = [name for name in USUAL_ANSWERING._fields if name != "seed"]
    for name in given:
        if name not in valid:
            hint = f"valid are {', '.join(valid)}"
            raise BadInput(f"'{name}' says nothing about answers", where="--answering", hint=hint)
    found = Answering(**{**USUAL_ANSWERING._asdict(), **given})
    check_answering(found)
    return found


def named(files: Sequence[Path]) -> dict[str, ScoringConfig]:
    """The scoring configs of files, by names that tell them apart: their own, else with that of the file.

    Args:
        files: Scoring configs or bundles, in order.

    Raises:
        BadInput: If one cannot be read or is not valid.
    """
    read = [(file, scoring_config(file)) for file in files]
    names = [config.name for _, config in read]
    found: dict[str, ScoringConfig] = {}
    for number, (file, config) in enumerate(read, start=1):
        name = config.name if names.count(config.name) == 1 else f"{config.name} ({file.stem})"
        found[name if name not in found else f"{name} {number}"] = config
    return found
