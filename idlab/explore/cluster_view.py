"""The cluster viewer: one identity on a time line, whose interactions it holds, and whom it should have met."""

from __future__ import annotations

import ipywidgets as widgets
from markupsafe import Markup

from idlab.data.dataset import Dataset
from idlab.evaluate import Evaluation
from idlab.explore.cluster import Cluster, cluster_of, tangled
from idlab.explore.look import table
from idlab.explore.panels import identity_side
from idlab.explore.timeline import legend, timeline
from idlab.explore.viewer import Viewer, check_of


def cluster_html(cluster: Cluster) -> Markup:
    """An identity laid open, as HTML."""
    wrong = sum(one.entered_wrongly for one in cluster.members)
    head = Markup("<h3>{}</h3><p>{} interactions of {}; wrong merges came in with {}.</p>").format(
        cluster.customer_id, len(cluster.members), _people(cluster.persons), wrong
    )
    rows = [[one.field, identity_side(one)] for one in cluster.profile if one.identity]
    profile = table(["field", "what the identity has"], rows)
    return head + timeline(cluster.members) + legend(cluster.members) + profile + _neighbours(cluster)


def _people(count: int) -> str:
    return "nobody known" if count == 0 else "one person" if count == 1 else f"{count} persons"


def _neighbours(cluster: Cluster) -> Markup:
    if not cluster.neighbours:
        return Markup('<p class="muted">No other identity holds interactions of this person.</p>')
    rows = [
        [one.customer_id, one.interactions, "waits for an answer" if one.linked else "none", one.told]
        for one in cluster.neighbours
    ]
    more = f"; {cluster.further} more" if cluster.further else ""
    caption = f"Other identities that hold interactions of this person{more}"
    return table(["identity", "#interactions", "link", "why they never met"], rows, caption)


class ClusterViewer(Viewer):
    """Identities one by one, those that hold most interactions of strangers first; ``cluster_viewer`` makes it.

    Args:
        dataset: What the evaluation is of.
        evaluation: Of the config that decided.
        show_identifiers: Whether values are shown as they are.
    """

    def __init__(self, dataset: Dataset, evaluation: Evaluation, *, show_identifiers: bool) -> None:
        self._dataset, self._show_identifiers = dataset, show_identifiers
        self._tangled: list[int] = tangled(evaluation).tolist()
        told = widgets.HTML(f"{len(self._tangled):,} identities hold several persons")
        super().__init__(evaluation, "cluster", "No identity holds several persons", after=[told])

    def _in_turn(self) -> list[int]:
        return self._tangled

    def _page(self, number: int) -> Markup:
        show = self._show_identifiers
        return cluster_html(cluster_of(self._dataset, self._evaluation, number, show_identifiers=show))


def cluster_viewer(
    dataset: Dataset,
    evaluation: Evaluation,
    interaction_id: str | None = None,
    *,
    show_identifiers: bool = False,
) -> ClusterViewer:
    """One identity on a time line by channel, in the colours of the truth, with whom it should have met.

    Args:
        dataset: What the evaluation is of.
        evaluation: Of the config that decided.
        interaction_id: Whose identity to show first; that with most interactions of strangers if None.
        show_identifiers: Whether values of real people are shown as they are; those of synthetic ones always are.

    Returns:
        A widget, to be the last line of a notebook's cell.

    Raises:
        BadInput: If the evaluation is of another dataset, or there is no such interaction.
    """
    check_of(dataset, evaluation)
    shown = show_identifiers or dataset.manifest.synthetic
    viewer = ClusterViewer(dataset, evaluation, show_identifiers=shown)
    viewer.open_at(interaction_id)
    return viewer
