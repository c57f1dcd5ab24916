"""Running a replay, and reading what came out."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from idlab.compiled import Compiled, compiled
from idlab.config import ScoringConfig
from idlab.core.codes import LINK_STATES, MISSING, OUTCOMES, REVIEW_STATES, reasons_of
from idlab.errors import BadInput
from idlab.model import Decision, Evidence, Link, Outcome, ReviewItem, customer_id_of
from idlab.replay.components import Ints
from idlab.replay.fingerprint import fingerprint
from idlab.replay.handled import (
    Handled,
    erased_as_handled,
    hubs_as_handled,
    identity_as_handled,
    items_as_handled,
    links_as_handled,
)
from idlab.replay.jit import compiled_run
from idlab.replay.passes import LinkArrays, Pass, pass_over
from idlab.replay.state import Floats, Room
from idlab.replay.tape import Tape


@dataclass(frozen=True, eq=False)
class Replay:
    """What a replay decided: arrays by interaction, in the order handled, and objects on demand.

    Args:
        tape: What was replayed.
        compiled: The config that decided.
        passes: What came of the tape's course, or of each of its parts.
        identity: The final identity of every interaction, as the number of its earliest interaction.
    """

    tape: Tape
    compiled: Compiled
    passes: tuple[Pass, ...]
    identity: Ints

    @cached_property
    def results(self) -> Handled:
        """What was decided, by interaction in the order handled; what happened, in the order of the log."""
        return Handled(self.passes)

    @property
    def outcome(self) -> Ints:
        """The outcome of every interaction, see ``idlab.core.codes.OUTCOMES``."""
        return self.results.outcome

    @cached_property
    def met_hub(self) -> NDArray[np.bool_]:
        """[n, rules] whether each key was a hub when its interaction was decided; erasures take marks along."""
        return hubs_as_handled(self.passes)

    @cached_property
    def reviewed(self) -> NDArray[np.bool_]:
        """Whether each interaction was ever sent to review."""
        sent: NDArray[np.bool_] = self.outcome == OUTCOMES.index("REVIEW")
        return sent

    @cached_property
    def erased(self) -> NDArray[np.bool_]:
        """Whether the identity that holds each interaction is a tombstone."""
        return erased_as_handled(self.passes)[self.identity]

    @cached_property
    def shared(self) -> NDArray[np.bool_]:
        """[values] whether each value of the tape was a shared identifier in the end."""
        shared: NDArray[np.bool_] = np.logical_or.reduce([one.shared for one in self.passes])
        return shared

    @property
    def room(self) -> Room:
        """How much there was room for."""
        return Room(sum(one.room.cannot for one in self.passes), sum(one.room.moved for one in self.passes))

    @cached_property
    def score(self) -> Floats:
        """The score of every decision; NaN without candidates."""
        return self._scores(self.results.subject, self.results.weight)

    @cached_property
    def runner_up_score(self) -> Floats:
        """The runner-up's score; NaN without one."""
        return self._scores(self.results.runner_up, self.results.runner_up_weight)

    def _scores(self, who: Ints, weights: Floats) -> Floats:
        distinct, place = np.unique(weights, return_inverse=True)
        scores = np.array([self.compiled.score(float(weight)) for weight in distinct], dtype=np.float64)
        return np.where(who == MISSING, np.nan, scores[place])

    def customer_ids(self, numbers: Ints) -> list[str | None]:
        """The customer_ids of identities given by the numbers of their earliest interactions."""
        names: dict[int, str | None] = {
            int(number): None if number == MISSING else customer_id_of(self.tape.ids[int(number)])
            for number in np.unique(numbers)
        }
        return [names[number] for number in numbers.tolist()]

    def decision(self, i: int) -> Decision:
        """The decision about interaction number ``i``."""
        results, ids = self.results, self.tape.ids
        weighed = results.subject[i] != MISSING
        followed = results.runner_up[i] != MISSING
        targets = results.target[results.target_start[i] : results.target_start[i + 1]]
        return Decision(
            interaction_id=ids[i],
            outcome=Outcome(OUTCOMES[results.outcome[i]]),
            customer_id=customer_id_of(ids[results.joined[i]]),
            score=self.compiled.score(float(results.weight[i])) if weighed else None,
            weight=float(results.weight[i]) if weighed else None,
            runner_up=customer_id_of(ids[results.runner_up[i]]) if followed else None,
            runner_up_score=self.compiled.score(float(results.runner_up_weight[i])) if followed else None,
            reasons=reasons_of(int(results.reasons[i])),
            evidence=tuple(self._evidence(i)) if weighed else (),
            targets=tuple(customer_id_of(ids[target]) for target in targets),
            config_digest=self.compiled.digest,
        )

    def _evidence(self, i: int) -> Iterator[Evidence]:
        n_fields = len(self.compiled.field_names)
        for place, name in enumerate(self.compiled.field_names):
            level = int(self.results.level[i * n_fields + place])
            reached = None if level == MISSING else self.compiled.level_names[place][level]
            yield Evidence(name, reached, float(self.results.contribution[i * n_fields + place]))

    @cached_property
    def link_arrays(self) -> LinkArrays:
        """Every link ever opened, in the order opened, its interactions as numbers in the order handled."""
        return links_as_handled(self.passes)

    def links(self) -> list[Link]:
        """Every link ever opened, in the order opened."""
        ids = self.tape.ids
        columns = (column.tolist() for column in self.link_arrays)
        return [
            Link(ids[left], ids[right], LINK_STATES[state])
            for left, right, state in zip(*columns, strict=True)
        ]

    def reviews(self) -> list[ReviewItem]:
        """Every review item ever opened, in the order opened."""
        ids, found = self.tape.ids, []
        for one, item in items_as_handled(self.passes):
            items, number_of = one.items, one.course.interactions
            records, i = [], items.head[item]
            while i != MISSING:
                records.append(int(number_of[i]))
                i = items.following[i]
            found.append(
                ReviewItem(
                    ids[number_of[items.anchor[item]]],
                    int(items.number[item]),
                    REVIEW_STATES[items.state[item]],
                    tuple(ids[i] for i in sorted(records)),
                )
            )
        return found


def replay(tape: Tape, config: ScoringConfig | Compiled, *, threads: int = 1) -> Replay:
    """Replay a tape under a scoring config, decision for decision what the online engine would do.

    Args:
        tape: The encoded log.
        config: Any config with the fields, normalisation and keys the tape was encoded with.
        threads: On how many threads. Entries of different connected components never meet, so each thread passes over
            components of its own, and what comes out is the same whatever their number; the largest component bounds
            what is gained.

    Returns:
        The decisions and the final state.

    Raises:
        BadInput: If the tape was encoded for other fields, normalisation or keys, or ``threads`` is below 1.
    """
    if threads < 1:
        raise BadInput(f"threads is {threads} and must be at least 1", where="threads")
    ready = config if isinstance(config, Compiled) else compiled(config)
    if fingerprint(ready) != tape.fingerprint:
        raise BadInput(
            "the tape was encoded for other fields, normalisation or keys",
            hint="encode the log again with this config",
        )
    parts = tape.parts(threads)
    if len(parts) == 1:
        passes = [pass_over(parts[0], ready)]
    else:
        compiled_run()  # before any thread asks for it
        with ThreadPoolExecutor(len(parts)) as pool:
            passes = list(pool.map(lambda part: pass_over(part, ready), parts))
    return Replay(tape, ready, tuple(passes), identity_as_handled(passes))
