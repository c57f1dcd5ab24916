"""Widgets as they stood when a notebook was saved, as plain HTML: what a page without a kernel can show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
_MODEL = "IPY_MODEL_"
_TEXTS = {"HTMLModel": "value", "AnyModel": "html"}
"""Kinds of widgets that show HTML, and where they keep it."""

_NOTE = Markup(
    "<p><em>What this widget showed when the page was made; open the notebook to use it.</em></p>"
    "<style>.idlab-still button{display:none}</style>"
)


def with_still_widgets(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """A notebook whose live widgets are replaced by what they showed.

    Knobs and buttons are left out, since nothing would answer them; the state of all widgets goes too.

    Args:
        notebook: An executed notebook in the format nbformat 4, its widgets' state in its metadata.

    Returns:
        Another notebook; the one given is not changed.

    Example:
        >>> state = {"a": {"model_name": "HTMLModel", "state": {"value": "<b>90 %</b>"}}}
        >>> shown = {"output_type": "display_data", "metadata": {}, "data": {WIDGET_VIEW: {"model_id": "a"}}}
        >>> cell = {"cell_type": "code", "outputs": [shown]}
        >>> notebook = {"metadata": {"widgets": {WIDGET_STATE: {"state": state}}}, "cells": [cell]}
        >>> still = with_still_widgets(notebook)["cells"][0]["outputs"][0]["data"]
        >>> list(still), "<b>90 %</b>" in still["text/html"]
        (['text/html'], True)
    """
    metadata = dict(notebook["metadata"])
    models = metadata.pop("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    cells = [
        {**cell, "outputs": [_still(output, models) for output in cell["outputs"]]}
        if "outputs" in cell
        else cell
        for cell in notebook["cells"]
    ]
    return {**notebook, "metadata": metadata, "cells": cells}


def _still(output: Mapping[str, Any], models: Mapping[str, Any]) -> Mapping[str, Any]:
    """An output; one that is a widget's becomes HTML."""
    view = output.get("data", {}).get(WIDGET_VIEW)
    if view is None:
        return output
    shown = Markup("").join(_shown(view["model_id"], models))
    return {
        **output,
        "data": {"text/html": str(Markup('<div class="idlab-still">{}{}</div>').format(_NOTE, shown))},
    }


def _shown(model: str, models: Mapping[str, Any]) -> Iterator[Markup]:
    """What a widget and those in it show, in their order."""
    known = models.get(model, {})
    state = known.get("state", {})
    text = state.get(_TEXTS.get(known.get("model_name", ""), ""))
    if text:
        yield Markup(text)  # noqa: S704 - what the notebook itself has just shown
    for child in state.get("children") or ():
        yield from _shown(str(child).removeprefix(_MODEL), models)
