"""The pair viewer: one decision as waterfalls, both sides' values, and what would have changed it."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np
from markupsafe import Markup

from idlab.data.dataset import Dataset
from idlab.evaluate import Evaluation
from idlab.explore.flipped import told
from idlab.explore.look import joined, table
from idlab.explore.pair import Candidate, Pair, pair_of
from idlab.explore.panels import identity_side
from idlab.explore.viewer import Viewer, check_of
from idlab.explore.waterfall import waterfall
from idlab.metrics import Disposition

_NONE = Markup('<span class="muted">none</span>')


def pair_html(pair: Pair) -> Markup:
    """A decision laid open, as HTML."""
    decision = pair.decision
    reasons = ", ".join(reason.lower().replace("_", " ") for reason in decision.reasons)
    head = Markup('<h3>{}: {} <span class="muted">({})</span></h3>').format(
        decision.interaction_id, told(pair.disposition), reasons or "no reason given"
    )
    if not pair.candidates:
        return head + Markup('<p class="muted">No identity was a candidate.</p>')
    changed = Markup("<p>Another decision by the smallest change of one field: <b>{}</b>.</p>").format(
        pair.change
    )
    sides = joined(
        _candidate(name, one, pair.thresholds)
        for name, one in zip(("The best candidate", "The runner-up"), pair.candidates, strict=False)
    )
    alone = "" if len(pair.candidates) > 1 else Markup('<p class="muted">There was no runner-up.</p>')
    return head + changed + Markup('<div class="panels sides">{}</div>{}').format(sides, alone)


def _candidate(name: str, one: Candidate, thresholds: tuple[float, float]) -> Markup:
    person = {True: "the same person", False: "another person", None: "person not known"}[one.same_person]
    kind = {True: "right", False: "wrong", None: "muted"}[one.same_person]
    held = one.comparison.interactions
    what = Markup('{} <span class="{}">{}</span>, {}; {} interaction{} then').format(
        name, kind, person, one.role, held, "" if held == 1 else "s"
    )
    rows = [
        [
            value.field,
            value.record or _NONE,
            identity_side(value) if value.identity else _NONE,
            level or "not compared",
        ]
        for value, level in zip(
            one.values, (evidence.level for evidence in one.comparison.evidence), strict=True
        )
    ]
    return Markup("<section><h3>{}</h3>{}{}</section>").format(
        what,
        waterfall(one.comparison, thresholds),
        table(["field", "this record", "identity had", "level"], rows),
    )


class PairViewer(Viewer):
    """Decisions one by one, by how they turned out; ``pair_viewer`` makes it.

    Args:
        evaluation: Of the config that decided.
        show_identifiers: Whether values are shown as they are.
    """

    def __init__(self, evaluation: Evaluation, *, show_identifiers: bool) -> None:
        self._show_identifiers = show_identifiers
        present = np.unique(evaluation.disposition[evaluation.counted]).tolist()
        self._kind = widgets.Dropdown(
            options=[(told(Disposition(how)), how) for how in present], description="turned out"
        )
        self._kind.observe(lambda _: self.turn_to(0), names="value")
        super().__init__(evaluation, "pair", "No decision turned out so", before=[self._kind])

    def start(self) -> None:
        """Show the firmest of the wrong merges, or, if there is none, of the first kind there is."""
        kinds = [how for _, how in self._kind.options]
        self._kind.value = int(Disposition.MERGE_WRONG) if Disposition.MERGE_WRONG in kinds else kinds[0]
        super().start()

    def _in_turn(self) -> list[int]:
        """The decisions that turned out as chosen, those with the greatest weight first."""
        done, how = self._evaluation.replay, self._evaluation.disposition
        rows = np.flatnonzero(self._evaluation.counted & (how == self._kind.value))
        found: list[int] = rows[np.argsort(-done.results.weight[rows], kind="stable")].tolist()
        return found

    def _page(self, number: int) -> Markup:
        return pair_html(pair_of(self._evaluation, number, show_identifiers=self._show_identifiers))


def pair_viewer(
    dataset: Dataset,
    evaluation: Evaluation,
    interaction_id: str | None = None,
    *,
    show_identifiers: bool = False,
) -> PairViewer:
    """One decision as a waterfall of what each field contributed, with the runner-up beside it.

    Args:
        dataset: What the evaluation is of.
        evaluation: Of the config that decided.
        interaction_id: Which decision to show first; the firmest of the wrong merges if None.
        show_identifiers: Whether values of real people are shown as they are; those of synthetic ones always are.

    Returns:
        A widget, to be the last line of a notebook's cell.

    Raises:
        BadInput: If the evaluation is of another dataset, or there is no such interaction.
    """
    check_of(dataset, evaluation)
    viewer = PairViewer(evaluation, show_identifiers=show_identifiers or dataset.manifest.synthetic)
    viewer.open_at(interaction_id)
    return viewer
