"""The pair viewer: one decision as waterfalls, both sides' values, and what would have changed it."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np
from markupsafe import Markup

from idlab.data.dataset import Dataset
from idlab.errors import BadInput
from idlab.evaluate import Evaluation
from idlab.explore.flipped import told
from idlab.explore.look import block, joined, style, table
from idlab.explore.pair import Candidate, Pair, number_of, pair_of
from idlab.explore.panels import identity_side
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


class PairViewer(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """Decisions one by one, by how they turned out; ``pair_viewer`` makes it.

    Args:
        evaluation: Of the config that decided.
        show_identifiers: Whether values are shown as they are.
    """

    def __init__(self, evaluation: Evaluation, *, show_identifiers: bool) -> None:
        self._evaluation, self._show_identifiers = evaluation, show_identifiers
        present = np.unique(evaluation.disposition[evaluation.counted]).tolist()
        self._kind = widgets.Dropdown(
            options=[(told(Disposition(how)), how) for how in present], description="turned out"
        )
        self._name = widgets.Text(description="interaction", continuous_update=False)
        self._place = 0
        self._shown = widgets.HTML()
        self._shown.add_class("idlab-pair")
        back, on = (widgets.Button(description=name, layout={"width": "auto"}) for name in ("Back", "Next"))
        back.on_click(lambda _: self._step(-1))
        on.on_click(lambda _: self._step(1))
        self._kind.observe(lambda _: self._turn_to(0), names="value")
        self._name.observe(lambda change: self.show(change["new"]), names="value")
        super().__init__(
            [widgets.HTML(style()), widgets.HBox([self._kind, back, on, self._name]), self._shown]
        )

    def show(self, interaction_id: str) -> None:
        """Show the decision about an interaction; what cannot be shown is said."""
        try:
            number = number_of(self._evaluation.replay, interaction_id)
        except BadInput as error:
            self._shown.value = block(Markup('<p class="failed">{}</p>').format(error))
        else:
            self._put(number)

    def start(self) -> None:
        """Show the firmest of the wrong merges, or, if there is none, of the first kind there is."""
        kinds = [how for _, how in self._kind.options]
        self._kind.value = int(Disposition.MERGE_WRONG) if Disposition.MERGE_WRONG in kinds else kinds[0]
        self._turn_to(0)

    def _rows(self) -> list[int]:
        """The decisions that turned out as chosen, those with the greatest weight first."""
        done, how = self._evaluation.replay, self._evaluation.disposition
        rows = np.flatnonzero(self._evaluation.counted & (how == self._kind.value))
        found: list[int] = rows[np.argsort(-done.results.weight[rows], kind="stable")].tolist()
        return found

    def _step(self, by: int) -> None:
        self._turn_to(self._place + by)

    def _turn_to(self, place: int) -> None:
        rows = self._rows()
        if rows:
            self._place = place % len(rows)
            self._put(rows[self._place])

    def _put(self, number: int) -> None:
        pair = pair_of(self._evaluation, number, show_identifiers=self._show_identifiers)
        self._shown.value = block(pair_html(pair))


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
    if interaction_id is None:
        viewer.start()
    else:
        number_of(evaluation.replay, interaction_id)
        viewer.show(interaction_id)
    return viewer


def check_of(dataset: Dataset, evaluation: Evaluation) -> None:
    """Refuses an evaluation of another dataset.

    Raises:
        BadInput: If it is one.
    """
    if evaluation.numbers["dataset_digest"] != dataset.digest:
        raise BadInput("the evaluation is of another dataset", where=dataset.name, hint="evaluate this one")
