"""What the pair viewer and the cluster viewer have in common: turning pages, and naming an interaction."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

import ipywidgets as widgets
from markupsafe import Markup

from idlab.data.dataset import Dataset
from idlab.errors import BadInput
from idlab.evaluate import Evaluation
from idlab.explore.look import block, style
from idlab.explore.pair import number_of


class Viewer(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A page for one interaction at a time: those in turn one by one, any other by its name.

    Args:
        evaluation: Of the config that decided.
        subject: What a page shows, in one word; its CSS class is that after ``idlab-``.
        none_in_turn: What is said where no interaction is in turn.
        before: What stands before the buttons.
        after: What stands after them.
    """

    def __init__(
        self,
        evaluation: Evaluation,
        subject: str,
        none_in_turn: str,
        *,
        before: Sequence[widgets.Widget] = (),
        after: Sequence[widgets.Widget] = (),
    ) -> None:
        self._evaluation, self._none_in_turn = evaluation, none_in_turn
        self._place = 0
        self._shown = widgets.HTML()
        self._shown.add_class(f"idlab-{subject}")
        name = widgets.Text(description="interaction", continuous_update=False)
        name.observe(lambda change: self.show(change["new"]), names="value")
        back, on = (widgets.Button(description=told, layout={"width": "auto"}) for told in ("Back", "Next"))
        back.on_click(lambda _: self.turn_to(self._place - 1))
        on.on_click(lambda _: self.turn_to(self._place + 1))
        controls = widgets.HBox([*before, back, on, *after, name])
        super().__init__([widgets.HTML(style()), controls, self._shown])

    @abstractmethod
    def _in_turn(self) -> Sequence[int]:
        """The interactions to turn through, by number in the order handled."""

    @abstractmethod
    def _page(self, number: int) -> Markup:
        """What is shown of an interaction."""

    def start(self) -> None:
        """Show the first of the interactions in turn."""
        self.turn_to(0)

    def open_at(self, interaction_id: str | None) -> None:
        """Show an interaction, or what ``start`` shows if None.

        Raises:
            BadInput: If there is no such interaction.
        """
        if interaction_id is None:
            self.start()
        else:
            self._put(number_of(self._evaluation.replay, interaction_id))

    def show(self, interaction_id: str) -> None:
        """Show an interaction; what cannot be shown is said."""
        try:
            self.open_at(interaction_id)
        except BadInput as error:
            self._shown.value = block(Markup('<p class="failed">{}</p>').format(error))

    def turn_to(self, place: int) -> None:
        """Show one of the interactions in turn, by its place among them; after the last comes the first."""
        numbers = self._in_turn()
        if numbers:
            self._place = place % len(numbers)
            self._put(numbers[self._place])
        else:
            told = Markup("<p>{}: name an interaction.</p>").format(self._none_in_turn)
            self._shown.value = block(told)

    def _put(self, number: int) -> None:
        self._shown.value = block(self._page(number))


def check_of(dataset: Dataset, evaluation: Evaluation) -> None:
    """Refuses an evaluation of another dataset.

    Raises:
        BadInput: If it is one.
    """
    if evaluation.numbers["dataset_digest"] != dataset.digest:
        raise BadInput("the evaluation is of another dataset", where=dataset.name, hint="evaluate this one")
