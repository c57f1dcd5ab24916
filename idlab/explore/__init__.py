"""Notebook widgets: the explorer, the pair and cluster viewers, the labelling desk, and rich displays."""

from idlab.explore.cluster_view import ClusterViewer, cluster_viewer
from idlab.explore.desk_view import LabellingDesk, labelling_desk
from idlab.explore.explorer import Explorer, explorer
from idlab.explore.pair_view import PairViewer, pair_viewer

__all__ = [
    "ClusterViewer",
    "Explorer",
    "LabellingDesk",
    "PairViewer",
    "cluster_viewer",
    "explorer",
    "labelling_desk",
    "pair_viewer",
]
