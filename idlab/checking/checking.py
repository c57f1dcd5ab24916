"""The check of a store: structure, what is kept beside identities, and that its state is the replay of its log."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from idlab.checking.again import decide_again
from idlab.checking.comparing import Comparing
from idlab.checking.components import IsTouched, touched_in
from idlab.checking.invariants import INVARIANTS, KEPT, MARKS, STRUCTURE, UNFIT, UNREADABLE, Failures, Finding
from idlab.checking.kept import check_log, check_papers, served_config
from idlab.checking.marks import marks_under
from idlab.checking.structure import Structure
from idlab.config import ScoringConfig
from idlab.stores.reading import Reading
from idlab.telling import Telling, untold


@dataclass(frozen=True)
class Report:
    """What a check found.

    Args:
        findings: One for each invariant that was checked; all is well if none has failures.
        compared: How many interactions and actions were decided again.
        left_out: How many were not, since they had met somebody who was erased meanwhile.
        not_decided_again: Why nothing was decided again; None if it was.
    """

    findings: list[Finding]
    compared: int = 0
    left_out: int = 0
    not_decided_again: str | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not self.failing

    @property
    def failing(self) -> list[Finding]:
        """The findings that failed."""
        return [one for one in self.findings if one.failures]


def check(
    rows: Reading,
    config: ScoringConfig | None = None,
    telling: Telling = untold,
    *,
    decide: bool = True,
) -> Report:
    """Check every invariant, in memory that grows with the number of interactions.

    Args:
        rows: A store as it is at one moment: ``store.reading()``.
        config: The config to use where the store serves none that can be read.
        telling: Told what is being done, how much of it is done, and how much there is (0 if that is not known).
        decide: Whether to decide the log again, and compare.

    Returns:
        What was found.
    """
    failures = Failures()
    telling("reading what is held", 0, 0)
    config = served_config(rows, failures) or config
    structure = Structure(rows, config, failures, telling)
    structure.check_all()
    telling("reading the log", 0, 0)
    failures.done(partial(check_log, rows, structure, failures))
    failures.done(partial(check_papers, rows, structure, failures))
    checked = [*STRUCTURE, *(MARKS if config is not None else ()), *KEPT]
    if config is None:
        return Report(failures.findings(checked), not_decided_again="the store's config is not known")
    if any(failures.of(invariant) for invariant in UNFIT):
        return Report(failures.findings(checked), not_decided_again="rows do not hang together")
    if not decide:
        return Report(failures.findings(checked), not_decided_again="that was not asked for")
    is_bereft, held = structure.is_bereft, structure.interactions
    del structure  # what it needs the most memory for is over before the rest begins
    try:
        is_left_out = _left_out(rows, config, telling) if is_bereft else _nobody
        decided = decide_again(rows, config, is_left_out, failures, telling, held)
        telling("comparing", 0, 0)
        Comparing(rows, decided, is_left_out, failures, telling).compare_all()
    except UNREADABLE:
        failures.must(holds=False, invariant="every row can be read")
        return Report(failures.findings(checked), not_decided_again="a row holds what idlab never writes")
    return Report(failures.findings(INVARIANTS), len(decided.serials), decided.left_out)


def _left_out(rows: Reading, config: ScoringConfig, telling: Telling) -> IsTouched:
    """Who has met somebody who was erased."""
    telling("finding who met an erased customer", 0, 0)
    return touched_in(rows, marks_under(config))


def _nobody(_: bytes) -> bool:
    return False
