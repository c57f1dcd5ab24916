"""How figures are drawn: one style, sized to be read on a telephone, and as SVG whose bytes never vary."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from idlab.metrics import Rate
from idlab.report.palette import INKS, light

WIDTH = 4.6
"""Inches: 331 points, which a telephone shows at nearly full size and a screen at up to one and a half."""

_STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "axes.edgecolor": light("muted"),
    "axes.labelcolor": light("ink"),
    "axes.titlecolor": light("ink"),
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": light("line"),
    "grid.linewidth": 0.6,
    "xtick.color": light("muted"),
    "ytick.color": light("muted"),
    "xtick.labelcolor": light("ink"),
    "ytick.labelcolor": light("ink"),
    "text.color": light("ink"),
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "legend.frameon": False,
    "legend.fontsize": 8,
    "legend.handlelength": 1.6,
    "hatch.linewidth": 0.9,
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "idlab",
}

_VARIABLES = {ink.light: f"var(--{use})" for use, ink in INKS.items()}
_COLOUR = re.compile("|".join(_VARIABLES))
_REFERENCE = re.compile(r"url\(#")


@contextmanager
def styled() -> Iterator[None]:
    """Draws in the style of the report; letters that matplotlib's font lacks are left to the browser's."""
    with rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def canvas(
    height: float, rows: int = 1, *, share_x: bool = False, ratios: Sequence[float] | None = None
) -> tuple[Figure, list[Axes]]:
    """An empty figure with axes one below the other.

    Args:
        height: In inches.
        rows: How many axes.
        share_x: Whether they share the horizontal axis.
        ratios: Their heights, relative to each other.
    """
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.subplots(rows, 1, squeeze=False, sharex=share_x, height_ratios=ratios)
    return figure, list(axes[:, 0])


def rows_on(axes: Axes, names: Sequence[str]) -> None:
    """Makes a vertical axis of named rows, the first on top."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)


def points(
    axes: Axes, names: Sequence[str], rates: Sequence[Rate], *, percent: bool, stress_last: bool = True
) -> None:
    """Rates as points with their intervals as whiskers, a row for each.

    Args:
        axes: Where.
        names: Of the rows.
        rates: Of the rows; one of nothing leaves its row empty, and says so.
        percent: Whether they are shares, to be drawn in percent.
        stress_last: Whether the last row stands out.
    """
    rows_on(axes, names)
    scale = 100.0 if percent else 1.0
    for row, rate in enumerate(rates):
        if rate.value is None or rate.low is None or rate.high is None:
            axes.text(0.02, row, "nothing to judge", transform=axes.get_yaxis_transform(), va="center")
            continue
        strong = stress_last and row == len(rates) - 1
        reach = [[scale * (rate.value - rate.low)], [scale * (rate.high - rate.value)]]
        axes.errorbar(
            scale * rate.value,
            row,
            xerr=reach,
            fmt="D" if strong else "o",
            color=light("merge" if strong else "plain"),
            markerfacecolor=light("merge" if strong else "surface"),
            markersize=5,
            capsize=3,
            linewidth=1.4,
        )
    axes.margins(x=0.08)
    if percent:
        axes.xaxis.set_major_formatter("{x:g} %")


def legend_above(axes: Axes, columns: int) -> None:
    """A legend above the axes, in so many columns; none where nothing has a label."""
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        axes.legend(
            handles,
            labels,
            loc="lower left",
            bbox_to_anchor=(-0.02, 1.0),
            ncols=columns,
            borderaxespad=0.2,
            columnspacing=1.2,
        )


def as_svg(figure: Figure, name: str, alt: str) -> str:
    """A figure as an SVG element to stand in a page.

    Args:
        figure: The figure.
        name: Unique in the page; ids in the SVG start with it.
        alt: What the figure shows, in words, for those who do not see it.

    Returns:
        The element: no ids that another figure has, no dates, no address of anything, and the colours of
        ``idlab.report.palette`` as variables of the page.
    """
    drawn = BytesIO()
    with styled():
        figure.savefig(drawn, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    root = ET.fromstring(drawn.getvalue())  # noqa: S314 - matplotlib wrote it just now
    for parent in list(root.iter()):
        for child in [child for child in parent if _local(child.tag) in ("metadata", "style")]:
            parent.remove(child)
    for element in root.iter():
        _adapt(element, name)
    width, height = root.attrib.pop("width"), root.attrib.pop("height")
    root.attrib = {
        "viewBox": root.attrib["viewBox"],
        "role": "img",
        "aria-labelledby": f"{name}-alt",
        "class": "figure",
    }
    root.set("style", f"aspect-ratio: {width.removesuffix('pt')} / {height.removesuffix('pt')}")
    described = ET.Element("title", {"id": f"{name}-alt"})
    described.text = alt
    root.insert(0, described)
    return ET.tostring(root, encoding="unicode")


def _adapt(element: ET.Element, name: str) -> None:
    """Takes namespaces off, makes ids unique in the page, and colours variables."""
    element.tag = _local(element.tag)
    for attribute, value in list(element.attrib.items()):
        del element.attrib[attribute]
        key = _local(attribute)
        told = _COLOUR.sub(lambda found: _VARIABLES[found.group()], _REFERENCE.sub(f"url(#{name}-", value))
        if key == "id":
            told = f"{name}-{value}"
        elif key == "href":
            told = f"#{name}-{value.removeprefix('#')}"
        element.set(key, told)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
