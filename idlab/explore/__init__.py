"""Notebook widgets: the explorer, the pair and cluster viewers, the labelling desk, and rich displays."""

from idlab.explore.explorer import Explorer, explorer

__all__ = ["Explorer", "explorer"]
