"""``idlab bench``: how fast idlab is on this machine, beside its peers."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from idlab.cli.options import AsJson, scoring_config
from idlab.cli.shipped import shipped_config
from idlab.cli.showing import progress, show, show_json


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    bench = typer.Typer(no_args_is_help=True)
    bench.callback()(measure)
    bench.command("replay", epilog="Example: idlab bench replay --interactions 1000000 --json")(replay)
    bench.command("online", epilog="Example: idlab bench online --store sqlite:///bench.db --json")(online)
    app.add_typer(bench, name="bench")


def measure() -> None:
    """Measure how fast idlab is on this machine, beside its peers."""


def replay(
    interactions: Annotated[
        int, typer.Option("--interactions", help="How many interactions to replay.")
    ] = 1_000_000,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="The scoring config; its keys become phone, e-mail and cookie.",
            show_default="configs/default.json",
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Measure replay, encoding, the online engine, the textbook's code and Splink on one frozen world.

    Seconds are medians of several times. Leave the machine alone meanwhile: a million interactions take some
    minutes.
    """
    from idlab.bench.fresh import in_fresh_process
    from idlab.bench.run import bench_replay, load_before
    from idlab.bench.workload import SCENARIO, frozen

    scoring = scoring_config(config or shipped_config("default"))
    frozen(scoring)
    load = load_before()
    with TemporaryDirectory(prefix="idlab-bench-") as room, progress() as doing:
        folder = Path(room) / SCENARIO
        doing(f"generating {interactions} interactions")
        in_fresh_process(write_workload, folder, interactions)
        found = bench_replay(folder, scoring, Path(room), progress=doing, load=load)
    if json:
        show_json(found.document())
    else:
        show(found.table())


def online(
    store: Annotated[
        str, typer.Option("--store", metavar="URL", help="An empty store; it is filled.", show_default=False)
    ],
    interactions: Annotated[
        int, typer.Option("--interactions", min=1, help="How many interactions to decide about.")
    ] = 5_000,
    writers: Annotated[int, typer.Option("--writers", min=1, help="How many processes decide at once.")] = 1,
    identities: Annotated[
        int, typer.Option("--identities", min=0, help="Fill the store to so many identities before.")
    ] = 0,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", metavar="FILE", help="The scoring config.", show_default="configs/default.json"
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Measure decisions over a store with durable commits, beside bare durable inserts of the same bytes.

    All writers decide at once, then all insert bare rows at once, in turns. Filling a store to a million
    identities takes some minutes and 5 GB of memory.
    """
    from idlab.bench.fresh import in_fresh_process
    from idlab.bench.online_store import bench_store, interactions_for, must_be_empty, prepared
    from idlab.bench.workload import SCENARIO

    scoring = scoring_config(config or shipped_config("default"))
    must_be_empty(store)
    with TemporaryDirectory(prefix="idlab-bench-") as room, progress() as doing:
        folder = Path(room) / SCENARIO
        size = interactions_for(identities) + interactions
        doing(f"generating {size} interactions")
        in_fresh_process(write_workload, folder, size)
        ground = prepared(
            folder, scoring, Path(room), interactions=interactions, identities=identities, told=doing.told
        )
        found = bench_store(ground, scoring, store, writers=writers, told=doing.told)
    if json:
        show_json(found.document())
    else:
        show(found.table())


def write_workload(folder: Path, interactions: int) -> None:
    """Generates the frozen world and writes it as a dataset.

    Raises:
        BadInput: If so many interactions cannot be generated.
    """
    import synthetic
    from idlab.bench.workload import SCENARIO, SEED

    synthetic.generate(SCENARIO, interactions, SEED).write(folder)
