"""Evaluation: a replay judged by what is known of its dataset, every rate with its interval."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pandas as pd
from rich.table import Table

from idlab.config import ScoringConfig
from idlab.core.codes import OUTCOMES
from idlab.data.dataset import Dataset
from idlab.errors import BadInput
from idlab.evaluate.history import enabled_keys, history_of, links_of
from idlab.evaluate.keys import key_codes, rules_read
from idlab.evaluate.knowledge import Knowledge, counted, persons_of
from idlab.evaluate.running import replayed, silent
from idlab.metrics import Costs, Disposition, History, Judgements, Rate, cost, judge, summarise
from idlab.metrics.arrays import Flags, Ints
from idlab.metrics.contingency import components
from idlab.metrics.costs import DEFAULT_COSTS, answered
from idlab.metrics.shares import Components
from idlab.replay import Replay
from idlab.replay.encode import Progress

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "outcomes": ("merge", "pending", "review", "new"),
    "merge": ("precision", "recall"),
    "union": ("precision",),
    "pending": ("yield", "capture", "per_1000"),
    "review": ("yield", "per_1000"),
    "pairwise": ("precision", "recall", "f1"),
    "bcubed": ("precision", "recall", "f1"),
    "cluster": ("precision", "recall"),
    "ceiling": ("precision", "recall", "f1"),
}
"""The rates that ``Evaluation.to_json`` gives, by section."""

TABLED: Mapping[str, tuple[str, ...]] = {
    **{
        name: SECTIONS[name]
        for name in ("outcomes", "merge", "union", "pending", "review", "pairwise", "bcubed")
    },
    "entity_bcubed": ("precision", "recall", "f1"),
    **{name: SECTIONS[name] for name in ("cluster", "ceiling")},
}
"""The rates that ``Evaluation.table`` shows: B-cubed also with every person weighing the same."""

PER_1000 = ("cost_per_1000", "cost_unanswered_per_1000")
"""The costs that it gives beside them."""


class HasDataset(Protocol):
    """What comes with a dataset, as a synthetic world does."""

    @property
    def dataset(self) -> Dataset:
        """The dataset, with what is known of its truth."""
        ...


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How a scoring config did on a dataset.

    Args:
        numbers: What ``idlab.metrics.summarise`` returns, with ``config_digest``, ``dataset_digest`` and
            ``knowledge``.
        knowledge: What it was judged by.
        costs: The prices.
        replay: Every decision.
        history: The same, as the metrics read it.
        person: [n] the person of each interaction in the order handled, -1 where unknown.
    """

    numbers: Mapping[str, Any]
    knowledge: Knowledge
    costs: Costs
    replay: Replay
    history: History
    person: Ints

    @cached_property
    def judgements(self) -> Judgements:
        """How each decision and each union turned out."""
        return judge(self.history, self.person)

    @cached_property
    def components(self) -> Components:
        """What intervals resample: components of persons and of identities after every link was answered."""
        links = self.history.links
        return Components(
            *components(self.person, answered(self.person, self.history.identity, links, self.costs)[2])
        )

    @property
    def counted(self) -> Flags:
        """[n] whether decision-level metrics count each interaction."""
        return self.history.counted.astype(np.bool_, copy=False)

    @property
    def judged(self) -> Flags:
        """[n] whether it counts and is judged."""
        judged: Flags = self.counted & (self.disposition != Disposition.UNJUDGED)
        return judged

    @property
    def disposition(self) -> Ints:
        """[n] how each decision turned out, as ``idlab.metrics.Disposition``, in the order handled."""
        return self.judgements.disposition

    def frame(self) -> pd.DataFrame:
        """Every interaction in the order handled: its outcome, how that turned out, and whether it counts."""
        outcomes, dispositions = np.array(OUTCOMES), np.array([one.name for one in Disposition])
        return pd.DataFrame(
            {
                "interaction_id": self.replay.tape.ids,
                "outcome": outcomes[self.history.outcome],
                "disposition": dispositions[self.disposition],
                "linkable": self.judgements.linkable,
                "counted": self.history.counted,
                "score": self.replay.score,
            }
        )

    def document(self) -> dict[str, Any]:
        """Every number, ready to be JSON; ``idlab.metrics.definitions`` says what each means."""
        told = {name: _as_json(part) for name, part in self.numbers.items() if name != "knowledge"}
        return {**told, "knowledge": self.knowledge._asdict(), "costs": self.costs._asdict()}

    def to_json(self) -> str:
        """One JSON object: the sections of ``SECTIONS``, the costs, and both digests, and no other keys.

        Every rate is ``{"value", "low", "high"}``, all three null where there was nothing to judge.
        """
        numbers = self.numbers
        told: dict[str, Any] = {
            section: {name: numbers[section][name]._asdict() for name in names}
            for section, names in SECTIONS.items()
        }
        told |= {name: numbers[name]._asdict() for name in PER_1000}
        told |= {name: numbers[name] for name in ("config_digest", "dataset_digest")}
        return json.dumps(told, allow_nan=False)

    def table(self) -> Table:
        """The rates with their 95 % intervals, to be printed by rich."""
        table = Table(title=str(self.knowledge), title_justify="left", title_style="bold")
        for name in ("rate", "value", "low", "high"):
            table.add_column(name, justify="left" if name == "rate" else "right")
        for section, names in TABLED.items():
            for name in names:
                shown = _shown(self.numbers[section][name], name)
                table.add_row(f"{section} {name}".replace("_", " "), *shown, end_section=name == names[-1])
        for name in PER_1000:
            table.add_row(name.replace("_", " "), *_shown(self.numbers[name], "per_1000"))
        return table


def evaluate(
    dataset: Dataset | HasDataset,
    config: ScoringConfig,
    *,
    resamples: int = 200,
    seed: int = 0,
    costs: Costs = DEFAULT_COSTS,
    progress: Progress | None = None,
) -> Evaluation:
    """Replay a dataset under a scoring config and judge every decision and the identities it ends with.

    Args:
        dataset: Read with its truth, or else with its labels; truth is used where both are there.
        config: What decides.
        resamples: How many worlds bootstrapped intervals draw.
        seed: Of those draws.
        costs: The prices.
        progress: Called with what is being done.

    Returns:
        The evaluation.

    Raises:
        BadInput: If nothing is known of the dataset, its labels carry sampling weights, or it lacks a field that
            the config declares.

    Example:
        >>> from pathlib import Path
        >>> from idlab.data.dataset import in_memory
        >>> truth = pd.DataFrame({"interaction_id": ["a", "b"], "person_id": ["p", "p"]})
        >>> moment = pd.Timestamp("2026-01-05T09:30Z")
        >>> calls = truth[["interaction_id"]].assign(occurred_at=moment, channel="sms", phone="+12025550143")
        >>> config = ScoringConfig.load(Path("configs/baseline.json"))
        >>> evaluate(in_memory(calls, truth=truth), config).numbers["merge"]["recall"].value
        1.0
    """
    data = dataset if isinstance(dataset, Dataset) else dataset.dataset
    person, knowledge = persons_of(data)
    knowledge.refuse_weights(data.name)
    say = progress or silent
    done = replayed(data, config, progress=progress)
    say("judging")
    history = history_of(done, counted(data))
    numbers = summarise(
        history,
        person,
        enabled_keys(done),
        shipped_keys=key_codes(done, rules_read(done)),
        costs=costs,
        resamples=resamples,
        seed=seed,
    )
    numbers |= {"config_digest": config.digest, "dataset_digest": data.digest, "knowledge": knowledge.kind}
    return Evaluation(numbers, knowledge, costs, done, history, person)


def cost_of(done: Replay, person: Ints, costs: Costs = DEFAULT_COSTS) -> float:
    """What a replay cost per 1,000 interactions after every link was answered, without intervals: for tuning.

    Args:
        done: The replay.
        person: [n] the person of each interaction in the order handled, -1 where unknown; see ``persons_of``.
        costs: The prices.

    Raises:
        BadInput: If no person is known.
    """
    found = cost(person, done.identity, links_of(done), done.reviewed, costs)
    if found.per_1000 is None:
        raise BadInput("no interaction's person is known", hint="cost needs truth or labels")
    return found.per_1000


def _as_json(part: Any) -> Any:
    if isinstance(part, Rate):
        return part._asdict()
    if isinstance(part, dict):
        return {name: _as_json(inner) for name, inner in part.items()}
    return part


def _shown(rate: Rate, name: str) -> tuple[str, ...]:
    """A rate as a person reads it."""
    if rate.value is None:
        return ("no case", "", "")
    numbers = (rate.value, rate.low, rate.high)
    if name == "per_1000":
        return tuple("" if number is None else f"{number:,.1f}" for number in numbers)
    return tuple("" if number is None else f"{100 * number:.1f} %" for number in numbers)
