"""The scoring configs and gates that come with the project, for commands that can do without being told any."""

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
    return _shipped(f"{name}.json", "name scoring configs by --config FILE and --baseline FILE")


def shipped_gates() -> Path:
    """The gates of the folder ``configs``, see ``shipped_config``.

    Raises:
        BadInput: If there are none.

    Example:
        >>> shipped_gates().name
        'gates.yaml'
    """
    return _shipped("gates.yaml", "name gates by --gates FILE")


def _shipped(name: str, hint: str) -> Path:
    for folder in (Path(__file__).resolve().parents[2], Path.cwd()):
        path = folder / "configs" / name
        if path.is_file():
            return path
    raise BadInput(f"there is no configs/{name} here", where=str(Path.cwd()), hint=hint)
