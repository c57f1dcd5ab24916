"""What makes a world: scenario, size and seed, checked; and where it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from idlab.data.dataset import Manifest
from idlab.errors import BadInput
from synthetic.loading import load_scenario
from synthetic.scenario import Scenario

_MOST_INTERACTIONS = 100_000_000
_MOST_SEED = 2**63 - 1


@dataclass(frozen=True)
class Recipe:
    """What makes a world again.

    Args:
        scenario: The rates, all replacements done.
        interactions: How many interactions.
        seed: Which world of that kind.
        overrides: The rates that were replaced, by dotted name.
    """

    scenario: Scenario
    interactions: int
    seed: int
    overrides: Mapping[str, float]

    @property
    def document(self) -> dict[str, Any]:
        """The recipe but for the seed, as JSON."""
        return {
            "kind": "synthetic",
            "scenario": self.scenario.name,
            "interactions": self.interactions,
            "overrides": dict(sorted(self.overrides.items())),
            "rates": self.scenario.model_dump(mode="json", by_alias=True),
        }

    @property
    def manifest(self) -> Manifest:
        """The manifest of the dataset, but for its files."""
        versions = {name: version(name) for name in ("faker", "nicknames", "numpy")}
        return Manifest(self.document, self.seed, synthetic=True, versions=versions)


def asked_for(
    scenario: str | Path,
    interactions: int,
    seed: int,
    overrides: Mapping[str, float] | None,
    like: Sequence[str],
) -> Recipe:
    """The recipe that somebody asks for, checked.

    Raises:
        BadInput: On an unknown scenario, variation or rate, or a value out of range.
    """
    _check_range("interactions", interactions, 1, _MOST_INTERACTIONS)
    _check_range("seed", seed, 0, _MOST_SEED)
    return Recipe(load_scenario(scenario, overrides, like), interactions, seed, dict(overrides or {}))


@contextmanager
def writable(folder: Path | str) -> Iterator[None]:
    """Tells a folder that cannot be written apart from a defect: its path and the reason are said."""
    try:
        yield
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        hint = "name a folder that you may write to, on a disk with room"
        raise BadInput(f"cannot be written ({reason})", where=str(folder), hint=hint) from problem


def _check_range(name: str, value: int, least: int, most: int) -> None:
    whole = value if hasattr(value, "__index__") else least - 1
    if not least <= whole <= most:
        raise BadInput(f"{name} must be a whole number from {least} to {most}, got {value!r}")
