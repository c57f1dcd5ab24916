"""``idlab fit``: weights from data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idlab.cli.options import AsJson, ConfigFile, DatasetFolder, scoring_config
from idlab.cli.showing import progress, remark, show, show_json
from idlab.errors import BadInput

if TYPE_CHECKING:
    from rich.table import Table

    from idlab.config import ScoringConfig
    from idlab.fit import Fit

_KEEP = "none"
_CURVES = ("isotonic", "platt")


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    example = "Example: idlab fit world --method em --config configs/default.json --out fitted.json"
    app.command("fit", epilog=example)(fit)


def fit(
    dataset: DatasetFolder,
    config: ConfigFile,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The scoring config to write.", show_default=False)
    ],
    method: Annotated[
        str,
        typer.Option(
            "--method",
            help="em (no labels needed), labels (counts of levels), logistic (regression on levels), or none: the "
            "weights stay, and --calibrate is all.",
        ),
    ] = "em",
    calibrate: Annotated[
        str | None,
        typer.Option(
            "--calibrate", help="isotonic or platt: scores that hold, by half of the labelled people."
        ),
    ] = None,
    terms: Annotated[
        bool,
        typer.Option("--term-frequencies", help="Common names count for less: a table of the most common."),
    ] = False,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of samples, starts and halves.")] = 0,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file at --out.")] = False,
    json: AsJson = False,
) -> None:
    """Fit the weights and the prior of a scoring config to a dataset, and say what they stand on.

    Levels, keys, thresholds and guards stay as they are; idlab tune sets them, starting from what this writes.
    """
    from idlab.bundle import write_whole
    from idlab.data.dataset import read_dataset
    from idlab.evaluate import read_known
    from idlab.fit import METHODS, recalibrate
    from idlab.fit import fit as fitted

    _check(method, (*METHODS, _KEEP), "--method")
    if calibrate is not None:
        _check(calibrate, _CURVES, "--calibrate")
    elif method == _KEEP:
        raise BadInput("there is nothing to do", where="--method", hint="give --calibrate, or another method")
    if out.exists() and not overwrite:
        raise BadInput("exists already", where=str(out), hint="allow --overwrite, or name another file")
    result: ScoringConfig = scoring_config(config)
    told: dict[str, Any] = {"config": str(out), "method": method}
    found: Fit | None = None
    with progress() as doing:
        doing(f"reading {dataset}")
        data = read_dataset(dataset) if method == "em" and calibrate is None else read_known(dataset)
        if method != _KEEP:
            found = fitted(data, result, method, terms=terms, seed=seed, progress=doing)
            result, told = found.config, told | found.document()
        if calibrate is not None:
            doing("calibrating")
            result, told["calibration"] = recalibrate(data, result, calibrate, seed=seed)
    write_whole(out, result.to_json())
    told["config_digest"] = result.digest
    if json:
        show_json(told)
        return
    if found is not None:
        show(_table(found))
        if any(one.kept for one in found.levels):
            show(_kept(found))
        for one in found.remarks:
            remark(f"idlab: {one}")
    show(_summary(out, found, told))


def _check(given: str, valid: tuple[str, ...], where: str) -> None:
    if given not in valid:
        raise BadInput(f"got '{given}'", where=where, hint=f"valid are {', '.join(valid)}")


def _table(found: Fit) -> Table:
    """Every level with its m, u, weight, standard error and the counts behind it."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(
        title=f"weights by {found.method}", title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    table.add_column("level", overflow="fold")
    for column in ("m", "u", "weight", "error", "matches", "by chance"):
        table.add_column(column, justify="right", no_wrap=True)
    for one in found.levels:
        shares = ("" if share is None else f"{share:.2g}" for share in (one.m, one.u))
        error = "" if one.error is None else f"{one.error:.2f}"
        counts = (f"{one.matches:,.0f}", f"{one.chance:,.0f}")
        table.add_row(f"{one.field} {one.level}", *shares, f"{one.weight:+.2f}", error, *counts)
    return table


def _kept(found: Fit) -> str:
    """The levels whose weight stayed as it was, a line for each reason."""
    kept: dict[str, list[str]] = {}
    for one in found.levels:
        if one.kept:
            kept.setdefault(one.kept, []).append(f"{one.field} {one.level}")
    return "\n".join(f"kept as before, {reason}: {', '.join(levels)}" for reason, levels in kept.items())


def _summary(out: Path, found: Fit | None, told: dict[str, Any]) -> str:
    parts = []
    if found is not None:
        last = found.rounds[-1]
        em = "" if last.log_likelihood is None else f", EM in {last.iterations} steps"
        parts.append(
            f"prior {found.prior:+.2f} bits from {last.comparisons:,} comparisons, {100 * last.matches:.1f} % matches"
            f"{em}; {len(found.rounds)} rounds, the last changed {100 * last.changed:.2f} % of decisions"
        )
    if found is not None and found.extra and "held_out" in found.extra:
        parts.append(str(found.extra["held_out"]["interactions"]))
    if "term_frequencies" in told:
        parts += [f"{size} common values of {name} listed" for name, size in told["term_frequencies"].items()]
    if "calibration" in told:
        before, after = (told["calibration"][when]["ece"] for when in ("before", "after"))
        parts.append(f"calibration error {before:.3f} before and {after:.3f} after, on people not fitted on")
    return f"{out}: " + "; ".join(parts)
