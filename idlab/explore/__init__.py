"""Notebook widgets: the explorer, the pair and cluster viewers, the labelling desk, and rich displays.

Importing it in a notebook or in IPython also gives decisions, evaluations, scoring configs, bundles, studies and
figures their rich displays; ``%load_ext idlab.explore`` does just that.
"""

from IPython.core.getipython import get_ipython
from IPython.core.interactiveshell import InteractiveShell

from idlab.explore.cluster_view import ClusterViewer, cluster_viewer
from idlab.explore.desk_view import LabellingDesk, labelling_desk
from idlab.explore.explorer import Explorer, explorer
from idlab.explore.pair_view import PairViewer, pair_viewer
from idlab.explore.register import register
from idlab.explore.running import progress

__all__ = [
    "ClusterViewer",
    "Explorer",
    "LabellingDesk",
    "PairViewer",
    "cluster_viewer",
    "explorer",
    "labelling_desk",
    "load_ipython_extension",
    "pair_viewer",
    "progress",
]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """What ``%load_ext idlab.explore`` does: rich displays for what idlab returns."""
    register(shell)


if (_shell := get_ipython()) is not None:
    register(_shell)
