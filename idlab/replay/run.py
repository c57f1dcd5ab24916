"""Running a replay, and reading what came out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idlab.compiled import Compiled, compiled
from idlab.config import ScoringConfig
from idlab.core.codes import LINK_STATES, MISSING, OUTCOMES, REVIEW_STATES, reasons_of
from idlab.core.world import World
from idlab.errors import BadInput
from idlab.model import Decision, Evidence, Link, Outcome, ReviewItem, customer_id_of
from idlab.replay.encode import Ints, Tape, fingerprint
from idlab.replay.handled import (
    LinkArrays,
    hubs_as_handled,
    identity_as_handled,
    items_as_handled,
    links_as_handled,
    results_as_handled,
)
from idlab.replay.jit import compiled_run, user_function
from idlab.replay.kernel import COMPLETE
from idlab.replay.state import (
    Floats,
    Results,
    Room,
    new_index,
    new_log,
    new_members,
    new_results,
    new_world,
)


@dataclass(frozen=True, eq=False)
class Replay:
    """What a replay decided: arrays by interaction, in the order handled, and objects on demand.

    Args:
        tape: What was replayed.
        compiled: The config that decided.
        identity: The final identity of every interaction, as the number of its earliest interaction.
        world: The final state, everything numbered by the tape's course.
        written: What was decided, by the tape's course; ask ``results``.
        hub_since: By the course's keys, the interaction from which on each is a hub, plus one; 0 where it is none.
        room: How much the arrays had room for.
    """

    tape: Tape
    compiled: Compiled
    identity: Ints
    world: World
    written: Results
    hub_since: Ints
    room: Room

    @cached_property
    def results(self) -> Results:
        """What was decided, by interaction in the order handled; what happened, in the order of the log."""
        return results_as_handled(self.written, self.tape.course)

    @property
    def outcome(self) -> Ints:
        """The outcome of every interaction, see ``idlab.core.codes.OUTCOMES``."""
        return self.results.outcome

    @cached_property
    def met_hub(self) -> NDArray[np.bool_]:
        """[n, rules] whether each key was a hub when its interaction was decided; erasures take marks along."""
        return hubs_as_handled(self.hub_since, self.tape.course)

    @cached_property
    def reviewed(self) -> NDArray[np.bool_]:
        """Whether each interaction was ever sent to review."""
        sent: NDArray[np.bool_] = self.outcome == OUTCOMES.index("REVIEW")
        return sent

    @cached_property
    def erased(self) -> NDArray[np.bool_]:
        """Whether the identity that holds each interaction is a tombstone."""
        course = self.tape.course
        erased = np.empty(len(self.identity), dtype=np.bool_)
        erased[course.interactions] = np.asarray(self.world.identities.erased) != 0
        return erased[self.identity]

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
        return links_as_handled(self.world, self.tape.course)

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
        reviews, ids, course = self.world.reviews, self.tape.ids, self.tape.course
        items = []
        for item in items_as_handled(self.world, self.written, course).tolist():
            records, i = [], reviews.head[item]
            while i != MISSING:
                records.append(int(course.interactions[i]))
                i = reviews.next_in_item[i]
            items.append(
                ReviewItem(
                    ids[course.interactions[reviews.anchor[item]]],
                    int(reviews.number[item]),
                    REVIEW_STATES[reviews.state[item]],
                    tuple(ids[i] for i in sorted(records)),
                )
            )
        return items


def replay(tape: Tape, config: ScoringConfig | Compiled) -> Replay:
    """Replay a tape under a scoring config, decision for decision what the online engine would do.

    Args:
        tape: The encoded log.
        config: Any config with the fields, normalisation and keys the tape was encoded with.

    Returns:
        The decisions and the final state.

    Raises:
        BadInput: If the tape was encoded for other fields, normalisation or keys.
    """
    ready = config if isinstance(config, Compiled) else compiled(config)
    if fingerprint(ready) != tape.fingerprint:
        raise BadInput(
            "the tape was encoded for other fields, normalisation or keys",
            hint="encode the log again with this config",
        )
    run, _ = compiled_run()
    user, callbacks = user_function(ready, tape.texts)
    room = Room(cannot=1024, moved=2 * tape.n_interactions + 1024)
    course = tape.course
    while True:
        world, results = new_world(course.tape, ready, user, room), new_results(course.tape, ready, room)
        index, members, log = new_index(course.tape), new_members(course.tape), new_log(course.tape, room)
        done = run(world, index, members, log, results) == COMPLETE
        if callbacks is not None:
            callbacks.raise_kept()
        if done:
            break
        room = Room(room.cannot * 4, room.moved * 4)
    identity = identity_as_handled(roots(world.identities.parent), course)
    return Replay(tape, ready, identity, world, results, np.array(index.hub), room)


def roots(parent: Any) -> Ints:
    """The root of every interaction, by following parents to the end."""
    root = np.asarray(parent).copy()
    while True:
        above = root[root]
        if np.array_equal(above, root):
            return root
        root = above
