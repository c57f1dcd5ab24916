"""Help as a terminal shows it: whole paragraphs, and tables that fit into 80 columns."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console
from typer.main import get_command

from idlab.cli import COMMANDS, app
from idlab.cli.fit import _table
from idlab.cli.paragraphs import paragraphs
from idlab.cli.study_shown import nothing_better
from idlab.config import ScoringConfig
from idlab.data.dataset import read_dataset
from idlab.fit import fit


def test_no_help_breaks_a_paragraph_by_itself() -> None:
    commands = list(get_command(app).commands.values())
    for command in commands:
        commands += getattr(command, "commands", {}).values()
        assert all("\n" not in part for part in (command.help or "").split("\n\n")), command.name
    assert len(commands) > len(COMMANDS)


def test_paragraphs_stay_apart() -> None:
    assert paragraphs("One.\n\n    Two\n    goes on.\n\n    Three.") == "One.\n\nTwo goes on.\n\nThree."


def test_the_levels_of_a_fit_are_told_whole_in_80_columns(world: Path, configs: Path) -> None:
    found = fit(read_dataset(world), ScoringConfig.load(configs / "default.json"), "em")
    console = Console(width=80, record=True, file=StringIO())
    console.print(_table(found))
    shown = console.export_text()
    assert "…" not in shown
    for one in found.levels:
        assert f"{one.field} {one.level}" in shown


def test_a_search_that_found_nothing_better_says_so() -> None:
    assert nothing_better({"best": {"origin": "search"}}) == ""
    assert "found nothing better than the config it began with" in nothing_better(
        {"best": {"origin": "base"}}
    )
    assert "found nothing better than 'default'" in nothing_better({"best": {"origin": "default"}})
