"""Which display shows what: the displays and what they draw with are imported when one is first needed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

SHOWN = {
    ("idlab.model", "Decision"): "displays:decision",
    ("idlab.evaluate.evaluation", "Evaluation"): "displays:evaluation",
    ("idlab.config.scoring", "ScoringConfig"): "displays:config",
    ("idlab.bundle.document", "Bundle"): "displays:bundle",
    ("idlab.tune.study", "Study"): "displays:study",
    ("idlab.report.display", "Section"): "sections:section",
    ("idlab.export.document", "Export"): "rollouts:export",
    ("idlab.rollout.planning", "Plan"): "rollouts:plan",
    ("idlab.rollout.watching", "Drift"): "rollouts:drift",
}
"""Classes, by module and name, and the functions that show them: ``<name>_html`` and ``<name>_text`` of a module here."""


def register(shell: InteractiveShell) -> None:
    """Let a shell show what it is given by these displays.

    Args:
        shell: Of a notebook's kernel or a terminal.
    """
    assert shell.display_formatter is not None
    formatters = shell.display_formatter.formatters
    for (module, name), display in SHOWN.items():
        formatters["text/html"].for_type_by_name(module, name, display_of(f"{display}_html"))
        formatters["text/plain"].for_type_by_name(module, name, _printer(display_of(f"{display}_text")))
    formatters["text/html"].for_type_by_name(
        "matplotlib.figure", "Figure", display_of("displays:figure_html")
    )


def display_of(where: str) -> Callable[[Any], str]:
    """A display that is imported when it first has something to show.

    Args:
        where: Module and function, as in ``displays:config_html``.

    Example:
        >>> from idlab.model import Decision, Outcome
        >>> print(display_of("displays:decision_text")(Decision("call-1", Outcome.NEW, "c-1")))
        call-1: NEW
          customer c-1
    """
    module, _, name = where.partition(":")

    def display(thing: Any) -> str:
        text: str = getattr(import_module(f"idlab.explore.{module}"), name)(thing)
        return text

    return display


def _printer(as_text: Callable[[Any], str]) -> Callable[[Any, Any, bool], None]:
    return lambda shown_object, printer, _: printer.text(as_text(shown_object))
