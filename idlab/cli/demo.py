"""``idlab demo``: the main job from nothing to a bundle and a report, on worlds made for it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from idlab.cli.options import AsJson
from idlab.cli.shipped import shipped_config, shipped_gates
from idlab.cli.showing import Progress, progress, remark, show, show_json
from idlab.cli.study_shown import nothing_better
from idlab.errors import BadInput

if TYPE_CHECKING:
    from rich.table import Table

    from idlab.bundle import Verdict
    from idlab.config import ScoringConfig
    from idlab.evaluate import Evaluation
    from idlab.report import Subject
    from idlab.tune import Worlds

SCHEMA = "idlab.demo/1"
"""What marks a folder as one that the demo wrote and may replace."""

SUMMARY = "demo.json"
REPORT = "report.html"
BUNDLE = "bundle.json"
STUDY = "study"
WORLDS = "worlds"

_GOLDEN_WORLD = 4_000
"""Interactions of the world that golden interactions are taken from."""

_FRESH_WORLD = 8_000
"""Interactions of the world that gates are asked on."""

_SMALL_WORLD = 300
"""Interactions enough to have every array that a large world has."""


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("demo", epilog="Example: idlab demo --out demo --interactions 5000 --trials 30")(demo)


def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write.")] = Path(
        "reports/demo"
    ),
    interactions: Annotated[
        int, typer.Option("--interactions", help="Of each of the three worlds.")
    ] = 20_000,
    trials: Annotated[int, typer.Option("--trials", help="How many configs the search tries.")] = 300,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the worlds and of the search.")] = 2026,
    json: AsJson = False,
) -> None:
    """Show the main job: generate worlds, tune, choose, report on a world not seen before, export and verify.

    Three retail worlds are made: one to tune on, one to choose on, one to report on. What comes out is a
    table of the textbook's baseline, the default config and the tuned one, a report to open and a bundle to
    deploy.
    """
    from idlab.data.storage import new_folder

    _check_target(out)
    with progress() as doing, new_folder(out, replace=True) as folder:
        done = _run(folder, interactions, trials, seed, Stages(doing))
    if json:
        show_json(done.summary | {"out": str(out)})
    else:
        show(table_of(done.subject))
        if nothing_better(done.study):
            show(f"{nothing_better(done.study)}\n")
        show(
            "\n".join(
                f"gate {one.gate}: {'passed' if one.passed else 'FAILED'}, {one.got}" for one in done.gates
            )
        )
        show(
            f"\nreport  {out / REPORT}\nbundle "
            f" {out / BUNDLE if done.exported else 'not written: a gate said no'}"
        )
        show(f"study   {out / STUDY}\nworlds  {out / WORLDS}")
    if not done.exported:
        raise typer.Exit(1)


class Stages:
    """What is being done, on the bar; where that is not seen, each stage is a line on standard error.

    Args:
        bar: The bar.
    """

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._tells = not sys.stderr.isatty()

    def stage(self, doing: str) -> None:
        """A stage of the demo begins."""
        self(doing)
        if self._tells:
            remark(f"{doing} ...")

    def __call__(self, doing: str, /) -> None:
        """What is being done now."""
        self._bar(doing)

    def count(self, doing: str, done: int, total: int, /) -> None:
        """What is being done now, and how much of it is done."""
        self._bar.count(doing, done, total)


class Done(NamedTuple):
    """What the demo came to.

    Args:
        subject: The hold-out world, and the baseline, the default and the tuned config on it.
        study: What the study reported.
        gates: What the gates said.
        exported: Whether there is a bundle.
        summary: The same in short, as JSON.
    """

    subject: Subject
    study: Mapping[str, Any]
    gates: tuple[Verdict, ...]
    exported: bool
    summary: dict[str, Any]


def table_of(subject: Subject) -> Table:
    """What each config did, every rate with its interval, to be printed by rich.

    Args:
        subject: What is compared; words say how each config compares with the first.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from idlab.report import Comparison, EndResult
    from idlab.report.comparison import UNCLEAR

    table = Table(
        title="On the hold-out world, which nothing was tuned or chosen on",
        caption=f"With 95 % intervals. Words compare with {subject.reference.name}; none: {UNCLEAR}.",
        title_justify="left",
        caption_justify="left",
        box=SIMPLE_HEAD,
    )
    table.add_column("")
    for one in subject.judged:
        table.add_column(one.name, justify="right")
    for display in (Comparison(subject), EndResult(subject)):
        for name, *cells in display.table().rows:
            words = ("" if cell.mark == UNCLEAR else cell.mark for cell in cells)
            told = (f"{word} {cell.text}\n{cell.note}" for word, cell in zip(words, cells, strict=True))
            table.add_row(name.text, *told)
    return table


def _run(folder: Path, interactions: int, trials: int, seed: int, stages: Stages) -> Done:
    """The main job, from worlds to a report, into a folder that is new."""
    from idlab.config import ScoringConfig
    from idlab.evaluate import evaluate
    from idlab.report import course_of, subject_of, write_report
    from idlab.tune import tune

    default, baseline = (ScoringConfig.load(shipped_config(name)) for name in ("default", "baseline"))
    with _kernel_compiling(default):
        stages.stage(f"generating three worlds of {interactions} interactions")
        worlds = _worlds(default, interactions, seed)
        for name, world in (
            ("tuning", worlds.tuning[0]),
            ("choice", worlds.choice),
            ("hold-out", worlds.hold_out),
        ):
            world.write(folder / WORLDS / name)
        stages.stage("compiling the replay, which is kept for the next time")
    stages.stage(f"trying {trials} configs")
    found = tune(
        lambda _used: worlds,
        default,
        folder / STUDY,
        trials=trials,
        seed=seed,
        others={"baseline": baseline},
        progress=stages,
    )
    stages.stage("reporting on the hold-out world")
    configs = {"baseline": baseline, "default": default, found.best.name: found.best}
    evaluations = {name: evaluate(worlds.hold_out, one, seed=seed) for name, one in configs.items()}
    course = course_of(folder / STUDY)
    write_report(folder / REPORT, evaluations, dataset=worlds.hold_out, configs=configs, study=course)
    stages.stage("exporting a bundle and verifying it")
    gates, exported = _exported(folder, worlds, seed, stages)
    summary = _summary(interactions, trials, seed, evaluations, exported=exported)
    (folder / SUMMARY).write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    return Done(subject_of(worlds.hold_out, evaluations, configs), found.report, gates, exported, summary)


@contextmanager
def _kernel_compiling(config: ScoringConfig) -> Iterator[None]:
    """Compiles the replay beside what the block does, which pays where this was never done."""
    import synthetic
    from idlab.evaluate import replayed

    def compile_it() -> None:
        replayed(synthetic.generate("retail", _SMALL_WORLD, 0).dataset, config)

    with ThreadPoolExecutor(1) as beside:
        compiling = beside.submit(compile_it)
        yield
        compiling.result()


def _worlds(config: ScoringConfig, interactions: int, seed: int) -> Worlds:
    """A world to tune on, one to choose on and one to report on, each of a seed of its own."""
    import synthetic
    from idlab.cli.worlds import generated_again
    from idlab.tune import worlds_of

    tuning = synthetic.generate("retail", interactions, seed).dataset
    return worlds_of(tuning, config, seed, generated_again)


def _exported(folder: Path, worlds: Worlds, seed: int, stages: Stages) -> tuple[tuple[Verdict, ...], bool]:
    """Exports the study and verifies the bundle; what the gates said, and whether there is a bundle."""
    from idlab.bundle import Bundle
    from idlab.cli.worlds import generated_again
    from idlab.config import ScoringConfig
    from idlab.export import Examination, Gates, export
    from idlab.export.gate_parts import Fresh
    from idlab.tune.holdout import seed_for

    golden = generated_again(worlds.origin["recipe"], seed_for(seed, "golden"), _GOLDEN_WORLD)
    fresh = Fresh(worlds=1, interactions=_FRESH_WORLD)
    gates = Gates.load(shipped_gates()).model_copy(update={"fresh": fresh})
    baseline = ScoringConfig.load(shipped_config("baseline"))
    asked = Examination(gates, baseline, generated_again)
    done = export(folder / STUDY, folder / BUNDLE, golden, asked, progress=stages)
    if done.bundle is not None:
        Bundle.read(folder / BUNDLE).verify(where=BUNDLE)
    return done.gates, done.bundle is not None


def _summary(
    interactions: int, trials: int, seed: int, evaluations: dict[str, Evaluation], *, exported: bool
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "interactions": interactions,
        "trials": trials,
        "seed": seed,
        "exported": exported,
        "hold_out": {name: json.loads(one.to_json()) for name, one in evaluations.items()},
    }


def _check_target(out: Path) -> None:
    """Refuses a folder that holds anything but what the demo wrote."""
    if out.exists() and not out.is_dir():
        raise BadInput("is a file, not a folder", where=str(out), hint="name another folder with --out")
    if not out.exists() or not any(out.iterdir()):
        return
    try:
        written = json.loads((out / SUMMARY).read_bytes())
    except (OSError, ValueError):
        written = None
    if not isinstance(written, dict) or written.get("schema") != SCHEMA:
        hint = "name another folder with --out, or remove it"
        raise BadInput("holds something else than a demo, which is not replaced", where=str(out), hint=hint)
