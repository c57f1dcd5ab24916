"""``idlab fit-world``: the scenario whose worlds look most like a profile."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idlab.cli.knobs import knobs_of
from idlab.cli.options import AsJson, scoring_config
from idlab.cli.profile import FieldsOf
from idlab.cli.shipped import shipped_config
from idlab.cli.showing import progress, show, show_json
from idlab.errors import BadInput

if TYPE_CHECKING:
    from rich.table import Table

    from idlab.config import ScoringConfig
    from idlab.profile import Profile
    from idlab.tune.world import FittedWorld
    from synthetic import Scenario

_SHOWN = 12


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    example = "Example: idlab fit-world calls.profile.json --out calls.yaml --report fit.html"
    app.command("fit-world", epilog=example)(fit_world)


def fit_world(
    profile: Annotated[
        Path, typer.Argument(metavar="PROFILE", help="What idlab profile wrote.", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="YAML", help="The scenario to write.", show_default=False)
    ],
    like: Annotated[
        str, typer.Option("--like", metavar="SCENARIO", help="The scenario to start from.")
    ] = "retail",
    interactions: Annotated[
        int,
        typer.Option(
            "--interactions", help="Size of the worlds tried; larger ones tell more and take longer."
        ),
    ] = 10_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of all worlds tried.")] = 1,
    config: FieldsOf = None,
    page: Annotated[
        Path | None, typer.Option("--report", metavar="HTML", help="Draw both profiles side by side here.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Find the scenario whose worlds look most like a profile, to tune on without moving personal data.

    Some two hundred worlds are made, which takes a few minutes. What the profile cannot tell stays as in the scenario
    to start from, and is named.
    """
    from idlab.bundle.canonical import write_whole
    from idlab.profile import Profile
    from idlab.tune.world import fit_world as fitted_to
    from synthetic import load_scenario

    if out.suffix not in (".yaml", ".yml"):
        raise BadInput(f"got '{out.name}'", where="--out", hint="name a YAML file, as in calls.yaml")
    target, scoring = Profile.load(profile), scoring_config(config or shipped_config("default"))
    days = {"days": float(target.days)}
    base = load_scenario(like, days)
    with progress() as doing:
        doing("making the first world")

        def make(changes: Mapping[str, float]) -> Profile:
            return _made(like, interactions, seed, {**days, **changes}, scoring)

        found = fitted_to(target, knobs_of(base), make, count=doing.count)
        write_whole(out, scenario_text(out.stem, like, {**days, **found.overrides}, found))
        if page is not None:
            from idlab.report.worlds import write_worlds

            doing(f"writing {page}")
            write_worlds(page, {profile.stem.removesuffix(".profile"): target, out.stem: found.profile})
    if json:
        show_json(_document(out, found))
    else:
        show(_table(found))
        show(
            f"{out}: distance {found.after:.2f} (1 is what chance makes of two worlds alike; it was {found.before:.2f}); "
            f"{len(found.fitted)} numbers fitted, {len(found.pinned)} that the profile cannot tell left as in {like}, "
            f"by {found.worlds} worlds"
        )


def _made(
    like: str, interactions: int, seed: int, changes: Mapping[str, float], config: ScoringConfig
) -> Profile:
    """The profile of a world; impossible combinations are refused by the scenario."""
    import synthetic
    from idlab.profile import profile_of

    world = synthetic.generate(like, interactions, seed, changes)
    return profile_of(world.dataset, config)


def scenario_text(name: str, like: str, changes: Mapping[str, float], found: FittedWorld) -> str:
    """The scenario file: what differs from the one it is like, and what is known of it.

    Args:
        name: What to call it.
        like: What it started from.
        changes: The numbers that differ, by dotted name.
        found: How they were found.
    """
    import yaml

    from synthetic import load_scenario

    before, after = (_plain(load_scenario(like, one)) for one in ({}, changes))
    differs = {
        key: value for key, value in _difference(before, after).items() if key not in ("name", "description")
    }
    head = [
        f"# Fitted to a profile with idlab fit-world: distance {found.after:.2f}, before {found.before:.2f}.",
        "# What it could not tell stays as it was: " + (", ".join(found.pinned) or "nothing") + ".",
    ]
    about = {
        "schema": after["schema"],
        "like": like,
        "name": name,
        "description": f"Fitted to a profile, starting from {like}.",
    }
    return "\n".join(head) + "\n" + yaml.safe_dump({**about, **differs}, sort_keys=False, width=110)


def _plain(scenario: Scenario) -> dict[str, Any]:
    return scenario.model_dump(mode="json", by_alias=True, exclude_none=True)


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What of a nested mapping differs; lists are taken whole, numbers to four places."""
    found: dict[str, Any] = {}
    for key, value in after.items():
        old = before.get(key)
        if isinstance(value, Mapping) and isinstance(old, Mapping):
            if inner := _difference(old, value):
                found[key] = inner
        elif value != old:
            found[key] = _rounded(value)
    return found


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return round(value, 4) if isinstance(value, float) else value


def _table(found: FittedWorld) -> Table:
    """What remains furthest apart."""
    from rich.table import Table

    table = Table("still apart", title="Profile and fitted world", title_justify="left")
    for column in ("profile", "world", "steps"):
        table.add_column(column, justify="right")
    for one in found.apart[:_SHOWN]:
        table.add_row(one.name, f"{one.one:.3f}", f"{one.other:.3f}", f"{one.steps:+.1f}")
    return table


def _document(out: Path, found: FittedWorld) -> dict[str, Any]:
    return {
        "scenario": str(out),
        "distance": found.after,
        "distance_before": found.before,
        "worlds": found.worlds,
        "fitted": {name: one._asdict() for name, one in found.fitted.items()},
        "pinned": list(found.pinned),
        "apart": [one._asdict() for one in found.apart],
    }
