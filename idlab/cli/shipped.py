"""The scoring configs that come with the project, for commands that can do without being told one."""

from __future__ import annotations

from pathlib import Path

from idlab.errors import BadInput


def shipped_config(name: str) -> Path:
    """A config of the folder ``configs`` of the checkout that idlab runs from, else of the current folder.

    Args:
        name: ``baseline`` or ``default``.

    Raises:
        BadInput: If there is none.

    Example:
        >>> shipped_config("default").name
        'default.json'
    """
    for folder in (Path(__file__).resolve().parents[2], Path.cwd()):
        path = folder / "configs" / f"{name}.json"
        if path.is_file():
            return path
    raise BadInput(
        f"there is no configs/{name}.json here",
        where=str(Path.cwd()),
        hint="name scoring configs by --config FILE and --baseline FILE",
    )
