"""Paragraphs of help: a line break within one is the source's own, and none of the page's."""

from __future__ import annotations

import inspect

import typer


def whole_paragraphs(app: typer.Typer) -> None:
    """Gives every command its docstring as help, each paragraph in one piece, which the terminal breaks as it needs.

    Args:
        app: All commands, those of its groups as well.
    """
    for command in app.registered_commands:
        if command.callback is not None and command.help is None:
            command.help = paragraphs(command.callback.__doc__ or "")
    for group in app.registered_groups:
        if group.typer_instance is not None:
            whole_paragraphs(group.typer_instance)


def paragraphs(text: str) -> str:
    r"""A docstring with every paragraph on one line.

    Example:
        >>> paragraphs("Tell it.\n\n    In two\n    lines.\n")
        'Tell it.\n\nIn two lines.'
    """
    return "\n\n".join(" ".join(part.split()) for part in inspect.cleandoc(text).split("\n\n"))
