"""The command line: a file for each command, named in ``COMMANDS``."""

from __future__ import annotations

from importlib import import_module

import typer

from idlab.cli.failing import OneLineFailures
from idlab.cli.paragraphs import whole_paragraphs

COMMANDS = (
    "generate",
    "profile",
    "fit_world",
    "import_file",
    "draft",
    "resolve",
    "label",
    "evaluate",
    "compare",
    "band",
    "why",
    "fit",
    "tune",
    "export",
    "verify",
    "plan",
    "drift",
    "pending",
    "review",
    "split",
    "do_not_link",
    "outbox",
    "erase",
    "purge",
    "check",
    "log",
    "find",
    "subject_report",
    "migrate_config",
    "shadow",
    "report",
    "demo",
    "notebooks",
    "bench",
)
"""The modules of the commands, in the order of ``idlab --help``. Each has a function ``add_to(app)``, which
registers its command, and imports what is slow to load inside the command."""

app = typer.Typer(
    name="idlab",
    help="Tune, measure and run probabilistic customer identity resolution.",
    cls=OneLineFailures,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for _name in COMMANDS:
    import_module(f"{__name__}.{_name}").add_to(app)
whole_paragraphs(app)


def main() -> None:
    """What the command ``idlab`` runs."""
    app(prog_name="idlab")
