"""``idlab resolve``: decide about every interaction of a dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idlab.cli.observing import LogTo, MetricsTo, check_observing, observed
from idlab.cli.options import AsJson, ConfigFile, DatasetFolder, scoring_config
from idlab.cli.shadowing import ShadowConfig, ShadowStore, ShadowTo, check_shadow, shadowed
from idlab.cli.showing import Progress, progress, show, show_json
from idlab.errors import BadInput

if TYPE_CHECKING:
    from idlab.config import ScoringConfig
    from idlab.data.dataset import Dataset
    from idlab.results import RunTables
    from idlab.switch.shadow import Deciding

ENGINES = ("replay", "online")
_BETWEEN_REPORTS = 1000


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("resolve", epilog="Example: idlab resolve world --config configs/default.json --out run")(
        resolve
    )


def resolve(
    dataset: DatasetFolder,
    config: ConfigFile,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="DIR", help="Where decisions and identities go.", show_default=False),
    ],
    engine: Annotated[
        str, typer.Option("--engine", metavar="online|replay", help="Both decide the same; replay is faster.")
    ] = "replay",
    store: Annotated[
        str | None,
        typer.Option(
            "--store",
            metavar="URL",
            help="Where the online engine keeps identities: sqlite:///FILE, postgresql://..., dynamodb://TABLE, memory://.",
            show_default="memory://",
        ),
    ] = None,
    log: LogTo = None,
    metrics: MetricsTo = None,
    shadow: ShadowConfig = None,
    shadow_log: ShadowTo = None,
    shadow_store: ShadowStore = None,
    json: AsJson = False,
) -> None:
    """Decide about every interaction of a dataset, in order, and write decisions and identities."""
    from idlab.data.dataset import read_dataset
    from idlab.evaluate import replayed
    from idlab.results import RunFacts, check_results_target, tables_of_replay, with_context, write_results

    check_engine(engine, store)
    check_observing(engine, log, metrics)
    check_shadow(engine, store, shadow, shadow_log, shadow_store)
    scoring = scoring_config(config)
    check_results_target(out)
    facts = RunFacts.start(engine)
    with progress() as doing:
        doing(f"reading {dataset}")
        data = read_dataset(dataset)
        if engine == "replay":
            tables = tables_of_replay(replayed(data, scoring, progress=doing))
        else:
            tables = resolved_online(
                data,
                scoring,
                store or "memory://",
                doing,
                log=log,
                metrics=metrics,
                beside=lambda live: shadowed(live, shadow, shadow_log, shadow_store),
            )
        doing(f"writing {out}")
        write_results(out, with_context(tables, data), scoring.digest, data.digest, facts)
    summary = {"out": str(out), **summary_of(tables)}
    if json:
        digests = {"config_digest": scoring.digest, "dataset_digest": data.digest}
        show_json({**summary, "engine": engine, **digests})
    else:
        outcomes = ", ".join(f"{count} {name}" for name, count in summary["outcomes"].items())
        show(f"{out}: {summary['interactions']} interactions, {outcomes}; {summary['identities']} identities")


def check_engine(engine: str, store: str | None) -> None:
    """Refuses an engine that there is not, and a store where none is used.

    Raises:
        BadInput: Naming the valid ones.
    """
    if engine not in ENGINES:
        hint = f"valid are {', '.join(ENGINES)}"
        raise BadInput(f"there is no engine '{engine}' here", where="--engine", hint=hint)
    if store is not None and engine != "online":
        hint = "leave it out, or take --engine online"
        raise BadInput(f"the engine '{engine}' keeps identities in no store", where="--store", hint=hint)


def resolved_online(
    data: Dataset,
    scoring: ScoringConfig,
    url: str,
    doing: Progress,
    *,
    log: str | None = None,
    metrics: str | None = None,
    beside: Callable[[Deciding], AbstractContextManager[Deciding]] = nullcontext,
) -> RunTables:
    """A dataset decided by the online engine, one interaction after the other.

    Args:
        data: The dataset.
        scoring: The config.
        url: The store.
        doing: Told how far it is.
        log, metrics: How the resolver is watched.
        beside: Puts a candidate beside the resolver.

    Raises:
        BadInput: If the dataset lacks a field that the config declares, or there is no such store.
    """
    from idlab.data.stream import interactions_of
    from idlab.evaluate import check_fields
    from idlab.resolver import Resolver
    from idlab.results import tables_of_store
    from idlab.stores import open_store

    check_fields(data, scoring)
    store = open_store(url)
    try:
        decisions = []
        with observed(Resolver(scoring, store), log, metrics) as watched, beside(watched) as resolver:
            for number, interaction in enumerate(interactions_of(data)):
                decisions.append(resolver.resolve(interaction))
                if number % _BETWEEN_REPORTS == 0:
                    doing.count("resolving", number, len(data))
        return tables_of_store(decisions, store)
    finally:
        store.close()


def summary_of(tables: RunTables) -> dict[str, Any]:
    """How many decisions of each kind there were, and what they ended with."""
    from idlab.core.codes import OUTCOMES

    found = Counter(tables.decisions["outcome"].to_pylist())
    return {
        "interactions": len(tables.decisions),
        "outcomes": {outcome.lower(): found[outcome] for outcome in OUTCOMES if outcome != "ERASED"},
        "identities": len(set(tables.identities["customer_id"].to_pylist())),
        "pending": sum(state == "open" for state in tables.pending["state"].to_pylist()),
        "review": sum(state == "open" for state in tables.review["state"].to_pylist()),
    }
