"""The figures of a report as files of their own: PNG to paste, CSV to reckon with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from idlab.errors import BadInput
from idlab.report.display import Section
from idlab.report.drawing import styled

_DPI = 200


def write_figures(folder: Path, sections: Iterable[Section]) -> list[Path]:
    """Write every section's figure as PNG and its numbers as CSV; sections with nothing to draw are left out.

    Args:
        folder: Where to, made if it is not there; files of the same names are replaced.
        sections: What stands in the page, examples included.

    Returns:
        The files.

    Raises:
        BadInput: If there is a file in the folder's place.
    """
    if folder.exists() and not folder.is_dir():
        raise BadInput("is a file, not a folder", where=str(folder), hint="name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for section in sections:
        if section.is_empty():
            continue
        picture, numbers = (folder / f"{section.name}.{kind}" for kind in ("png", "csv"))
        with styled():
            section.plot().savefig(picture, dpi=_DPI, facecolor="white", metadata={"Software": None})
        section.frame().to_csv(numbers, index=False, lineterminator="\n")
        written += [picture, numbers]
    return written
