"""The labelling desk on the screen: questions answered by one key each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from markupsafe import Markup

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.errors import BadInput
from idlab.evaluate.evaluation import HasDataset
from idlab.explore.desk import Desk, Question
from idlab.explore.look import joined, page, table
from idlab.explore.pair_sheet import pair_sheet
from idlab.explore.people_sheet import people_sheet
from idlab.explore.sheets import NO, UNSURE, YES, Sheet
from idlab.metrics.estimates import Estimate

_ANSWERS = {"s": YES, "d": NO, "u": UNSURE}
_BUTTONS = {"s": "same", "d": "different", "u": "unsure", "z": "undo", "n": "most informative"}
_TOLD = {
    "pair_precision": "united pairs that are right",
    "pair_recall": "right pairs that are united",
    "merge_precision": "merges right",
    "merge_recall": "returning recognised",
    "bcubed_precision": "B-cubed precision",
    "bcubed_recall": "B-cubed recall",
}
"""The estimates that are shown while one works."""


class LabellingDesk(anywidget.AnyWidget):
    """A desk on the screen; ``labelling_desk`` makes it.

    Args:
        desk: What is asked, and where answers are saved.
    """

    _esm = Path(__file__).with_name("desk.js")
    html = traitlets.Unicode().tag(sync=True)
    serial = traitlets.Int(0).tag(sync=True)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.on_msg(self._heard)
        self._show("")

    def labels(self) -> Any:
        """The labels that the answers so far are; see ``Desk.labels``."""
        return self.desk.labels()

    def press(self, key: str) -> None:
        """Do what a key does: ``s`` same, ``d`` different, ``u`` unsure, ``z`` undo, ``n`` most informative.

        Raises:
            BadInput: If nothing is asked, or the answer cannot be saved.
        """
        if key in _ANSWERS:
            self.desk.answer(_ANSWERS[key])
        elif key == "z":
            self.desk.undo()
        elif key == "n":
            self.desk.ask_informative()

    def _heard(self, _: object, content: Mapping[str, Any], __: object) -> None:
        """A key was pressed; one that was meant for an earlier question is passed over."""
        if content.get("serial") != self.serial:
            return
        failed = ""
        try:
            self.press(str(content.get("key")))
        except BadInput as error:
            failed = str(error)
        self._show(failed)

    def _show(self, failed: str) -> None:
        with self.hold_sync():
            self.html = page(
                _progress(self.desk),
                _question(self.desk.question),
                _buttons(),
                _reached(self.desk.reached()),
                Markup('<p class="failed" role="alert">{}</p>').format(failed) if failed else Markup(""),
            )
            self.serial += 1


def labelling_desk(
    dataset: Dataset | HasDataset,
    config: ScoringConfig,
    path: Path | str,
    *,
    pairs: int | None = None,
    people: int | None = None,
    seed: int = 0,
    blind: bool = True,
    show_identifiers: bool = False,
) -> LabellingDesk:
    """Judge a sample by keyboard: pairs drawn evenly over scores, or people drawn by their interactions.

    The worksheet is saved after every answer and taken up again by the next call with the same sample; once every
    row says yes or no, ``idlab label take`` makes labels of it. What is unsure is no label, and the rest of its
    stratum stands for it.

    Args:
        dataset: What to draw from; its truth is not read.
        config: What scores.
        path: Where the worksheet is saved, as CSV.
        pairs: How many pairs to draw, or
        people: how many people.
        seed: Of the draw.
        blind: Whether scores are kept back, so that they sway nobody.
        show_identifiers: Whether values of real people are shown as they are; those of synthetic ones always are.

    Returns:
        A widget, to be the last line of a notebook's cell; its ``labels()`` are the labels so far.

    Raises:
        BadInput: If both or neither of pairs and people are asked for, there are not so many, or another worksheet
            lies at the path.
    """
    if (people is None) == (pairs is None):
        raise BadInput("ask either for people or for pairs", where="labelling_desk")
    data = dataset if isinstance(dataset, Dataset) else dataset.dataset
    shown = show_identifiers or data.manifest.synthetic
    sheet: Sheet
    if pairs is not None:
        sheet = pair_sheet(data, config, pairs, seed=seed, show_identifiers=shown)
    else:
        sheet = people_sheet(data, config, people or 0, seed=seed, show_identifiers=shown)
    return LabellingDesk(Desk(sheet, path, blind=blind))


def _progress(desk: Desk) -> Markup:
    judged, unsure, questions = desk.progress
    done = judged + unsure
    return Markup(
        '<p><progress max="{}" value="{}" aria-label="progress"></progress> {:,} of {:,} answered{};'
        " saved to {}</p>"
    ).format(
        questions, done, done, questions, f", {unsure:,} of them unsure" if unsure else "", desk.path.name
    )


def _question(asked: Question | None) -> Markup:
    if asked is None:
        return Markup("<h3>Everything is answered.</h3>")
    rows = [[one.field, one.left, one.right, _agreement(one.left, one.right)] for one in asked.sides]
    score = "" if asked.score is None else f"score {100 * asked.score:.1f} %"
    return Markup("<h3>One person?</h3>{}").format(table(["", asked.left, asked.right, ""], rows, score))


def _agreement(left: str, right: str) -> str:
    if not left or not right:
        return ""
    return "equal" if left == right else "differs"


def _buttons() -> Markup:
    return Markup("<p>{}</p>").format(
        joined(
            Markup('<button type="button" data-key="{}"><kbd>{}</kbd> {}</button> ').format(key, key, name)
            for key, name in _BUTTONS.items()
        )
    )


def _reached(estimates: Mapping[str, Estimate]) -> Markup:
    rows = [
        [told, _shown(estimates[name])]
        for name, told in _TOLD.items()
        if name in estimates and estimates[name].value is not None
    ]
    if not rows:
        return Markup('<p class="muted">Estimates appear with the first answers.</p>')
    return table(["reached so far", "#estimate and 95 % interval"], rows)


def _shown(one: Estimate) -> str:
    if one.value is None or one.low is None or one.high is None:
        return "no case"
    return f"{100 * one.value:.1f} % ({100 * one.low:.1f} to {100 * one.high:.1f} %)"
