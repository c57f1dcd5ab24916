"""How a study searches: what for, where, by what, and with how many hands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from idlab.errors import BadInput
from idlab.tune.goal import Goal
from idlab.tune.goals import LeastCost, MostRecall
from idlab.tune.rules import SpaceRules
from idlab.tune.samplers import check_sampler
from idlab.tune.seeds import seed_for


@dataclass(frozen=True)
class Method:
    """How a study searches and chooses.

    Args:
        goal: What it searches for.
        rules: What of the config is opened, pinned and tied.
        sampler: One of ``idlab.tune.samplers.SAMPLERS``.
        workers: How many processes try configs; with one, the same seed gives the same trials bit for bit.
        storage: Where trials are kept: a URL that Optuna knows or the path of a journal file; None for the
            journal in the study's folder.
        machine: Which of several machines on one storage this is; 0 begins the study, chooses and reports.
        take: The number of the complete trial to end with; None for the one that the goal's rule chooses.
        findings: Whether ``idlab.tune.findings`` is asked, after the search, about the config that it ends with.

    Raises:
        BadInput: If the sampler cannot search for the goal, or a number is out of range.
    """

    goal: Goal = field(default_factory=LeastCost)
    rules: SpaceRules = field(default_factory=SpaceRules)
    sampler: str = "es"
    workers: int = 1
    storage: str | None = None
    machine: int = 0
    take: int | None = None
    findings: bool = False

    def __post_init__(self) -> None:
        """Checks what does not depend on worlds."""
        check_sampler(self.sampler, len(self.goal.values), bounds=isinstance(self.goal, MostRecall))
        if self.workers < 1:
            raise BadInput(f"got {self.workers} workers", hint="ask for at least 1")
        if self.machine < 0:
            raise BadInput(f"got the machine {self.machine}", hint="number machines from 0")

    def document(self) -> dict[str, Any]:
        """What of it makes two studies the same, as JSON."""
        return {
            "objective": self.goal.document(),
            "sampler": self.sampler,
            "space": self.rules.document(),
            "costs": self.goal.costs._asdict(),
        }

    def draws(self, seed: int) -> int:
        """The sampler's seed on this machine: the study's own on the first."""
        return seed if self.machine == 0 else seed_for(seed, "machine", self.machine)
