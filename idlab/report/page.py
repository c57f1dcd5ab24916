"""The page: one HTML file that needs nothing else, for those who decide first and those who tune after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from idlab.bundle.canonical import write_whole
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.errors import BadInput
from idlab.evaluate import Evaluation
from idlab.metrics.definitions import DEFINITIONS
from idlab.report.answers import Answers
from idlab.report.arrival import Arrival
from idlab.report.blast import BlastRadius
from idlab.report.comparison import Comparison, EndResult, InFull
from idlab.report.costs import CostSplit
from idlab.report.display import Section, rendered
from idlab.report.dispositions import Dispositions
from idlab.report.examples import Examples
from idlab.report.false_merges import FalseMerges
from idlab.report.figures import write_figures
from idlab.report.flagged import FlaggedSlices
from idlab.report.guaranteed import Guaranteed
from idlab.report.hindsight import Hindsight
from idlab.report.laboratory import GuardLaboratory
from idlab.report.lost import LostRecall
from idlab.report.merges import Merges
from idlab.report.palette import INKS
from idlab.report.pending import PendingBand
from idlab.report.problems import Problems
from idlab.report.reliability import Reliability
from idlab.report.scores import Scores
from idlab.report.search import StudyCourse
from idlab.report.studied import study_sections
from idlab.report.subject import Subject, subject_of
from idlab.report.sweeps import Sweeps
from idlab.report.thresholds import Thresholds
from idlab.report.trivial import TrivialBaselines
from idlab.report.weights import Weights


def write_report(
    path: Path | str,
    evaluations: Mapping[str, Evaluation],
    *,
    dataset: Dataset,
    configs: Mapping[str, ScoringConfig],
    study: StudyCourse | None = None,
    sweeps: Sweeps | None = None,
    figures: Path | None = None,
    show_identifiers: bool = False,
) -> str:
    """Writes a report as one HTML file that loads nothing from anywhere; the same inputs give the same bytes.

    Args:
        path: The file, which appears whole or not at all.
        evaluations: By name; the first is what the others are compared with, the last what would be deployed.
        dataset: What they are evaluations of.
        configs: The scoring config of each, by the same names.
        study: How the last was found; None if it was not tuned.
        sweeps: What other thresholds, guards and orders would do to the last, see ``run_sweeps``; None to leave
            that out.
        figures: A folder for every figure as PNG and CSV, see ``write_figures``; None for none.
        show_identifiers: Whether phones, names and the like of real people are shown. Those of synthetic
            datasets always are.

    Returns:
        sha256 of the file.

    Raises:
        BadInput: If there is no evaluation, they are of different datasets, or the file cannot be put there.
    """
    target = Path(path)
    if target.is_dir():
        raise BadInput("is a folder, not a file", where=str(target), hint="name a file, as in report.html")
    subject = subject_of(dataset, evaluations, configs, show_identifiers=show_identifiers)
    sections = sections_of(subject, study, sweeps)
    text = _page(subject, sections)
    write_whole(target, text)
    if figures is not None:
        write_figures(figures, [Comparison(subject), *sections, *Examples(subject).examples()])
    return sha256(text.encode("utf-8")).hexdigest()


def sections_of(
    subject: Subject, study: StudyCourse | None = None, sweeps: Sweeps | None = None
) -> list[Section]:
    """The sections of the page, in its order.

    Args:
        subject: What the report is about.
        study: How the candidate was found.
        sweeps: What was swept.
    """
    swept: list[Section] = (
        []
        if sweeps is None
        else [one(sweeps) for one in (Thresholds, Answers, GuardLaboratory, Reliability, Guaranteed, Arrival)]
    )
    return [
        CostSplit(subject),
        Merges(subject),
        EndResult(subject),
        InFull(subject),
        TrivialBaselines(subject),
        Dispositions(subject),
        Hindsight(subject),
        LostRecall(subject),
        PendingBand(subject),
        Scores(subject),
        FalseMerges(subject),
        BlastRadius(subject),
        *([] if study is None else study_sections(study)),
        *swept,
        FlaggedSlices(subject),
        Problems(subject),
        Weights(subject),
    ]


def page_of(subject: Subject, study: StudyCourse | None = None, sweeps: Sweeps | None = None) -> str:
    """The page as text.

    Args:
        subject: What the report is about.
        study: How the candidate was found.
        sweeps: What was swept.
    """
    return _page(subject, sections_of(subject, study, sweeps))


def _page(subject: Subject, sections: Sequence[Section]) -> str:
    """The page with these sections."""
    values: dict[str, Any] = {
        "title": _title(subject),
        "facts": _facts(subject),
        "comparison": Comparison(subject).html(),
        "sections": [(one.name, one.title, one.html()) for one in sections],
        "examples": Examples(subject).html(),
        "definitions": glossary(),
        "digests": [(one.name, one.config.digest) for one in subject.judged],
        "dataset_digest": dataset_digest_of(subject),
        "inks": inks(),
    }
    return rendered("page.html.j2", values)


def dataset_digest_of(subject: Subject) -> str:
    """The digest of what the report is about."""
    return str(subject.candidate.evaluation.numbers["dataset_digest"])


def _title(subject: Subject) -> str:
    names = [one.name for one in subject.judged]
    return f"{names[-1]} against {' and '.join(names[:-1])}" if subject.compares else names[0]


def _facts(subject: Subject) -> list[tuple[str, str]]:
    """What the numbers are about, as (name, value)."""
    evaluation, manifest = subject.candidate.evaluation, subject.dataset.manifest
    counts = evaluation.numbers["counts"]
    recipe = manifest.recipe
    made = (
        f"synthetic, scenario {recipe.get('scenario', 'unnamed')}, seed {manifest.seed}"
        if manifest.synthetic
        else "imported"
    )
    return [
        ("Dataset", made),
        ("Interactions", f"{counts['interactions']:,}"),
        ("Persons", f"{counts['persons']:,}"),
        ("Judged by", str(evaluation.knowledge).removeprefix("judged by ")),
        (
            "Identifiers",
            "masked" if subject.masks else "shown" if not manifest.synthetic else "of nobody: synthetic",
        ),
    ]


def glossary() -> list[tuple[str, str]]:
    """What every number of ``metrics.json`` means, by its place there."""
    return [(".".join(filter(None, place)), told) for place, told in DEFINITIONS.items()]


def inks() -> str:
    """The colours as variables of the page, for light and dark screens."""
    light = "".join(f"--{use}:{ink.light};" for use, ink in INKS.items())
    dark = "".join(f"--{use}:{ink.dark};" for use, ink in INKS.items())
    return f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
