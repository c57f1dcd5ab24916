"""Evaluation: a dataset of which something is known, replayed under a scoring config and judged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from rich.table import Table

from idlab.config import ScoringConfig
from idlab.core.codes import INTERACTION, OUTCOMES
from idlab.data.dataset import Dataset, read_dataset
from idlab.data.labels import known_persons
from idlab.data.manifest import LABELS_FILE, TRUTH_FILE, read_manifest
from idlab.errors import BadInput
from idlab.metrics import Costs, Disposition, History, Judgements, Rate, cost, judge, summarise
from idlab.metrics.arrays import Flags, Ints
from idlab.metrics.costs import DEFAULT_COSTS
from idlab.metrics.history import Links
from idlab.replay import Replay, Tape, encode, replay
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

PER_1000 = ("cost_per_1000", "cost_unanswered_per_1000")
"""The costs that it gives beside them."""


class HasDataset(Protocol):
    """What comes with a dataset, as a synthetic world does."""

    @property
    def dataset(self) -> Dataset:
        """The dataset, with what is known of its truth."""
        ...


class Knowledge(NamedTuple):
    """What an evaluation judges by.

    Args:
        kind: ``truth`` (a person for every interaction) or ``labels`` (for some).
        known: Of how many interactions the person is known.
        interactions: How many there are.
        weighted: Whether labels carry sampling weights. No rate uses these: each known interaction counts once.
    """

    kind: str
    known: int
    interactions: int
    weighted: bool

    def __str__(self) -> str:
        if self.kind == "truth":
            return f"judged by truth: the persons of all {self.interactions} interactions"
        text = f"judged by labels: the persons of {self.known} of {self.interactions} interactions"
        return text + ("; their sampling weights are not used" if self.weighted else "")


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
        """Everything that is written to ``metrics.json``, ready to be JSON."""
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
        for section, names in SECTIONS.items():
            for name in names:
                table.add_row(f"{section} {name}", *_shown(self.numbers[section][name], name), end_section=name == names[-1])
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
        BadInput: If nothing is known of the dataset, or it lacks a field that the config declares.

    Example:
        >>> import pandas as pd
        >>> from idlab.data.dataset import in_memory
        >>> calls = pd.DataFrame({"interaction_id": ["a", "b"], "occurred_at": pd.Timestamp("2026-01-05T09:30Z"),
        ...                       "channel": "voice", "phone": "+1 202 555 0143"})
        >>> truth = pd.DataFrame({"interaction_id": ["a", "b"], "person_id": ["p", "p"]})
        >>> config = ScoringConfig.load(Path("configs/baseline.json"))
        >>> evaluate(in_memory(calls, truth=truth), config).numbers["merge"]["recall"].value
        1.0
    """
    data = dataset if isinstance(dataset, Dataset) else dataset.dataset
    person, knowledge = persons_of(data)
    say = progress or _silent
    done = replayed(data, config, progress=progress)
    say("judging")
    history = history_of(done, counted(data))
    numbers = summarise(history, person, enabled_keys(done), costs=costs, resamples=resamples, seed=seed)
    numbers |= {"config_digest": config.digest, "dataset_digest": data.digest, "knowledge": knowledge.kind}
    return Evaluation(numbers, knowledge, costs, done, history, person)


def replayed(dataset: Dataset, config: ScoringConfig, *, progress: Progress | None = None) -> Replay:
    """A dataset encoded and replayed under a scoring config.

    Raises:
        BadInput: If the dataset lacks a field that the config declares.
    """
    tape = tape_of(dataset, config, progress=progress)
    (progress or _silent)("replaying")
    return replay(tape, config)


def tape_of(dataset: Dataset, config: ScoringConfig, *, progress: Progress | None = None) -> Tape:
    """A dataset encoded in the order in which its interactions are handled, for any number of replays.

    Args:
        dataset: The dataset.
        config: Says how fields are read and which keys there are.
        progress: Called with what is being done.

    Raises:
        BadInput: If the dataset lacks a field that the config declares.
    """
    check_fields(dataset, config)
    say = progress or _silent
    table = dataset.table.take(pa.array(dataset.order))
    return encode(table, config, progress=lambda field: say(f"encoding {field}"))


def check_fields(dataset: Dataset, config: ScoringConfig) -> None:
    """Refuses a scoring config that declares a field which the dataset lacks.

    Raises:
        BadInput: Naming the field and the fields that the dataset has.
    """
    there = (*dataset.table.column_names, "conversation")
    for field in config.fields:
        if field.name not in there:
            declared = ", ".join(dataset.declared_columns) or "none"
            raise BadInput(
                f"the scoring config '{config.name}' declares the field '{field.name}', which is not in this"
                f" dataset; its fields beyond the built-in ones: {declared}",
                where=dataset.name,
                hint=f"import it with --field {field.name}:{field.kind}=COLUMN, or take it out of the config",
            )


def cost_of(done: Replay, person: Ints, costs: Costs = DEFAULT_COSTS) -> float:
    """What a replay cost per 1,000 interactions after every link was answered, without intervals: for tuning.

    Args:
        done: The replay.
        person: [n] the person of each interaction in the order handled, -1 where unknown; see ``persons_of``.
        costs: The prices.

    Raises:
        BadInput: If no person is known.
    """
    found = cost(person, done.identity, links_of(done), done.results.reviewed.astype(np.bool_), costs)
    if found.per_1000 is None:
        raise BadInput("no interaction's person is known", hint="cost needs truth or labels")
    return found.per_1000


def read_known(folder: Path | str) -> Dataset:
    """A dataset read with what is known of it: its truth, else its labels.

    Raises:
        BadInput: If it has neither, or cannot be read.
    """
    files = read_manifest(Path(folder)).files
    if TRUTH_FILE not in files and LABELS_FILE not in files:
        hint = "import it with --truth, --truth-file or --labels"
        raise BadInput("the dataset has neither truth nor labels to judge by", where=str(folder), hint=hint)
    return read_dataset(folder, truth=TRUTH_FILE in files, labels=TRUTH_FILE not in files)


def persons_of(dataset: Dataset) -> tuple[Ints, Knowledge]:
    """The persons as far as they are known, and what that knowledge is.

    Args:
        dataset: Read with truth or labels.

    Returns:
        [n] the person of each interaction in the order handled, -1 where unknown.

    Raises:
        BadInput: If the dataset was read with neither.
    """
    rows = len(dataset)
    if dataset.truth_table is not None:
        return dataset.person[dataset.order], Knowledge("truth", rows, rows, weighted=False)
    if dataset.labels_table is None:
        hint = "give truth or labels, and read the dataset with them"
        raise BadInput("there is nothing to judge by", where=dataset.name, hint=hint)
    labels = known_persons(dataset.labels_table, dataset.ids)
    weighted = not bool(np.all(dataset.labels_table["weight"].to_numpy() == 1))
    knowledge = Knowledge("labels", int(labels.known.sum()), rows, weighted)
    return labels.person[dataset.order], knowledge


def counted(dataset: Dataset) -> Flags:
    """Which interactions decision-level metrics count: of a conversation only the last revision.

    An interaction ``<id>#<revision>`` revises ``<id>`` if that is an interaction of the same conversation and
    participant.

    Returns:
        [n] flags, in the order handled.

    Example:
        >>> from idlab.data.dataset import in_memory
        >>> chat = pd.DataFrame({"interaction_id": ["a", "a#1", "b#1"], "channel": "webchat",
        ...                      "occurred_at": pd.Timestamp("2026-01-05T09:30Z"), "conversation_id": "c"})
        >>> counted(in_memory(chat)).tolist()
        [False, True, True]
    """
    columns = ["interaction_id", "conversation_id", "participant_id"]
    table = dataset.table.select(columns).take(pa.array(dataset.order)).combine_chunks()
    ids = table["interaction_id"].combine_chunks()
    flags = np.ones(len(table), dtype=np.bool_)
    revised = np.flatnonzero(pc.match_substring(ids, "#").to_numpy(zero_copy_only=False))
    if not revised.size:
        return flags
    base = pc.replace_substring_regex(ids.take(pa.array(revised)), "#[^#]*$", "")
    first = pc.fill_null(pc.index_in(base, value_set=ids), -1).to_numpy(zero_copy_only=False).astype(np.int64)
    found = np.flatnonzero(first >= 0)
    revised, first = revised[found], first[found]
    same = np.ones(revised.size, dtype=np.bool_)
    for name in ("conversation_id", "participant_id"):
        values = pc.fill_null(table[name], "")
        same &= pc.equal(values.take(pa.array(revised)), values.take(pa.array(first))).to_numpy()
    revised, first = revised[same], first[same]
    last = first.copy()
    newest = dict(zip(first.tolist(), last.tolist(), strict=True))
    for row, of in zip(revised.tolist(), first.tolist(), strict=True):
        newest[of] = max(newest[of], row)
    flags[revised] = flags[first] = False
    flags[list(newest.values())] = True
    return flags


def history_of(done: Replay, counts: Flags | None = None) -> History:
    """A replay as the metrics read it.

    Args:
        done: The replay of a log without erasures, which take interactions out of what can be judged.
        counts: [n] whether decision-level metrics count it; all if None.

    Raises:
        BadInput: If something was erased.
    """
    if bool(np.any(done.world.identities.erased)):
        raise BadInput("the log holds erasures", hint="judge the log as it was before them")
    results, tape = done.results, done.tape
    entries = np.flatnonzero(tape.kind == INTERACTION)
    _, first = np.unique(tape.subject[entries], return_index=True)
    links = links_of(done)
    return History(
        outcome=results.outcome,
        joined=results.joined,
        union_at=results.union_at,
        union_kept=results.union_kept,
        union_gone=results.union_gone,
        union_by_action=results.union_by_action,
        entry=entries[first],
        target_start=results.target_start,
        target=results.target,
        moved_at=results.moved_at,
        moved=results.moved,
        moved_to=results.moved_to,
        identity=done.identity,
        link_left=links.left,
        link_right=links.right,
        link_state=links.state,
        reviewed=results.reviewed.astype(np.bool_),
        counted=np.ones(len(results.outcome), dtype=np.bool_) if counts is None else counts,
    )


def links_of(done: Replay) -> Links:
    """Every link ever opened in a replay, as arrays."""
    links, size = done.world.links, done.n_links
    left, right, state = (np.asarray(cells)[:size] for cells in (links.left, links.right, links.state))
    return Links(left, right, state)


def enabled_keys(done: Replay) -> Ints:
    """[n, rules] the key of every interaction under every rule that is switched on; -1 where missing."""
    keys = done.tape.key.reshape(done.tape.n_interactions, done.tape.n_rules)
    enabled = np.asarray(done.compiled.rules.key_on, dtype=np.bool_)
    switched_on: Ints = keys[:, enabled]
    return switched_on


def _silent(_doing: str) -> None:
    """Progress that nobody looks at."""


def _as_json(part: Any) -> Any:
    if isinstance(part, Rate):
        return part._asdict()
    if isinstance(part, dict):
        return {name: _as_json(inner) for name, inner in part.items()}
    return part


def _shown(rate: Rate, name: str) -> tuple[str, ...]:
    """A rate as a person reads it."""
    if rate.value is None:
        return ("nothing to judge", "", "")
    numbers = (rate.value, rate.low, rate.high)
    if name == "per_1000":
        return tuple("" if number is None else f"{number:,.1f}" for number in numbers)
    return tuple("" if number is None else f"{100 * number:.1f} %" for number in numbers)
