"""Arguments and options that several commands take, each described once."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idlab.cli.showing import remark
from idlab.errors import BadInput

if TYPE_CHECKING:
    from idlab.config import ScoringConfig
    from idlab.metrics.costs import Costs

DatasetFolder = Annotated[
    Path, typer.Argument(metavar="DATASET", help="A dataset folder.", show_default=False)
]
ConfigFile = Annotated[
    Path, typer.Option("--config", metavar="FILE", help="A scoring config or a bundle.", show_default=False)
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on standard output, nothing else.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the dataset that is at --out.")]
ShowIdentifiers = Annotated[
    bool,
    typer.Option("--show-identifiers", help="Show phones, names and the like of real people unmasked."),
]
Prices = Annotated[
    str | None,
    typer.Option(
        "--costs",
        metavar="NAME=PRICE,...",
        help="Prices in answers: false (wrong union), missed (missing union), review (one answer).",
        show_default="false=6.7,missed=1.33,review=1",
    ),
]
Capacity = Annotated[
    float | None,
    typer.Option(
        "--capacity",
        metavar="N",
        min=0,
        help="Questions that reviewers can answer on an average day: a band that asks more is not chosen.",
        show_default="as many as there are",
    ),
]

_PRICES = {"false": "c_false", "missed": "c_missed", "review": "c_review"}


def scoring_config(path: Path) -> ScoringConfig:
    """The scoring config that ``--config`` names; a bundle is verified first, and its warnings are shown.

    Raises:
        BadInput: If it cannot be read or is not valid.
    """
    from idlab.bundle import load_config

    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always", UserWarning)
        config = load_config(path)
    for warning in raised:
        remark(f"idlab: {warning.message}")
    return config


def costs_of(prices: str | None) -> Costs:
    """The prices that ``--costs`` names, the others at their defaults.

    Raises:
        BadInput: On an unknown name, or a price that is no number of at least 0.

    Example:
        >>> costs_of("false=10,review=0.5").c_false
        10.0
    """
    from idlab.metrics.costs import DEFAULT_COSTS, Costs, check_costs

    found = named_numbers(prices.split(",") if prices else (), "--costs")
    for name in found:
        if name not in _PRICES:
            raise BadInput(f"'{name}' is no price", where="--costs", hint=f"valid are {', '.join(_PRICES)}")
    given = {_PRICES[name]: price for name, price in found.items()}
    costs = Costs(**{**DEFAULT_COSTS._asdict(), **given})
    check_costs(costs)
    return costs


def named_numbers(options: Iterable[str], where: str) -> dict[str, float]:
    """Options of the form ``NAME=NUMBER`` as a mapping.

    Raises:
        BadInput: On another form, or a name that comes twice.

    Example:
        >>> named_numbers(["noise.keyboard=0.1"], "--set")
        {'noise.keyboard': 0.1}
    """
    numbers: dict[str, float] = {}
    for option in options:
        name, _, text = option.partition("=")
        if name in numbers:
            raise BadInput(f"'{name}' is given twice", where=where, hint="give it once")
        try:
            numbers[name] = float(text)
        except ValueError:
            raise BadInput(f"got '{option}'", where=where, hint="write it as NAME=NUMBER") from None
    return numbers
