"""Notebook widgets: the explorer, the pair and cluster viewers, the labelling desk, and rich displays."""

from idlab.explore.cluster_view import ClusterViewer, cluster_viewer
from idlab.explore.explorer import Explorer, explorer
from idlab.explore.pair_view import PairViewer, pair_viewer

__all__ = [
    "ClusterViewer",
    "Explorer",
    "PairViewer",
    "cluster_viewer",
    "explorer",
    "pair_viewer",
]
