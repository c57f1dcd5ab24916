"""Random partitions and random histories with every kind of event, for Hypothesis."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from idlab.metrics.history import History, OutcomeCode
from tests.metrics import naive


@st.composite
def partitions(draw: DrawFn, smallest: int = 1, largest: int = 40) -> tuple[list[int], list[int]]:
    """Two random labellings of the same rows."""
    rows = draw(st.integers(smallest, largest))
    label = st.lists(st.integers(0, draw(st.integers(0, 12))), min_size=rows, max_size=rows)
    return draw(label), draw(label)


@dataclass
class World:
    """A log lived through with plain sets, and what a naive judge says to each event."""

    person: list[int]
    holder: dict[int, set[int]] = field(default_factory=dict)  # identity -> its rows
    columns: dict[str, list[int]] = field(default_factory=lambda: {name: [] for name in History._fields})
    merge_owner: list[int | None] = field(default_factory=list)
    target_owners: list[list[int | None]] = field(default_factory=list)
    union_owners: list[tuple[int | None, int | None]] = field(default_factory=list)
    profile: list[set[int]] = field(default_factory=list)  # what each row was served with
    before: list[dict[int, set[int]]] = field(default_factory=list)  # every identity before each row
    at: int = 0

    def owner(self, identity: int) -> int | None:
        return naive.plurality(self.holder[identity], self.person)

    def note(self, **values: int) -> None:
        for name, value in values.items():
            self.columns[name].append(value)

    def unite(self, left: int, right: int, *, by_action: bool) -> int:
        kept, gone = min(left, right), max(left, right)
        self.union_owners.append((self.owner(kept), self.owner(gone)))
        self.note(union_at=self.at, union_kept=kept, union_gone=gone, union_by_action=int(by_action))
        self.holder[kept] |= self.holder.pop(gone)
        return kept

    def decide(self, row: int, outcome: int, into: list[int], targets: list[int]) -> None:
        """``into``: the identities united with the row (MERGE) or the one joined; empty to open one."""
        self.note(target_start=len(self.columns["target"]))
        self.target_owners.append([self.owner(identity) for identity in targets])
        self.columns["target"].extend(targets)
        before = {identity: self.owner(identity) for identity in into}
        self.before.append({identity: set(rows) for identity, rows in self.holder.items()})
        joined = row
        if into:
            joined = into[0]
            for other in into[1:]:
                joined = self.unite(joined, other, by_action=False)
        self.merge_owner.append(before[joined] if outcome == OutcomeCode.MERGE else None)
        self.profile.append(set(self.holder.setdefault(joined, set())))
        self.holder[joined].add(row)
        self.note(outcome=int(outcome), joined=joined, entry=self.at)
        self.at += 1

    def accept(self, left: int, right: int) -> None:
        self.unite(left, right, by_action=True)
        self.at += 1

    def split(self, identity: int, leaving: set[int]) -> None:
        staying = self.holder.pop(identity) - leaving
        for part in (staying, leaving):
            self.holder[min(part)] = set(part)
            for row in part:
                self.note(moved_at=self.at, moved=row, moved_to=min(part))
        self.at += 1

    def history(self) -> History:
        self.note(target_start=len(self.columns["target"]))
        held = {row: identity for identity, rows in self.holder.items() for row in rows}
        self.columns["identity"] = [held[row] for row in range(len(self.person))]
        flags = {"reviewed", "counted"}
        return History(
            **{
                name: np.array(values, dtype=np.bool_ if name in flags else np.int64)
                for name, values in self.columns.items()
            }
        )


Lived = tuple[World, History]
"""A world as lived, and the history it left."""


@st.composite
def worlds(draw: DrawFn, largest: int = 25) -> Lived:
    """A world lived through: decisions of every outcome, unions, splits, links, unknown persons."""
    rows = draw(st.integers(0, largest))
    people = st.lists(st.integers(-1, draw(st.integers(0, 4))), min_size=rows, max_size=rows)
    world = World(draw(people))
    for row in range(rows):
        for _ in range(draw(st.integers(0, 2))):
            _act(draw, world)
        _decide(draw, world, row)
    if draw(st.booleans()):
        _act(draw, world)
    links = draw(st.integers(0, rows // 2)) if rows > 1 else 0
    for _ in range(links):
        left, right = draw(st.lists(st.integers(0, rows - 1), min_size=2, max_size=2, unique=True))
        world.note(link_left=left, link_right=right, link_state=draw(st.integers(0, 4)))
    world.columns["reviewed"] = draw(st.lists(st.booleans(), min_size=rows, max_size=rows))
    world.columns["counted"] = draw(st.lists(st.booleans(), min_size=rows, max_size=rows))
    return world, world.history()


def _some(draw: DrawFn, world: World, least: int, most: int) -> list[int]:
    known = sorted(world.holder)
    return draw(st.lists(st.sampled_from(known), min_size=least, max_size=min(most, len(known)), unique=True))


def _decide(draw: DrawFn, world: World, row: int) -> None:
    outcome = draw(st.sampled_from(list(OutcomeCode))) if world.holder else OutcomeCode.NEW
    if outcome == OutcomeCode.NEW:
        world.decide(row, outcome, [], [])
    elif outcome == OutcomeCode.MERGE:
        world.decide(row, outcome, _some(draw, world, 1, 3), [])
    else:
        world.decide(row, outcome, _some(draw, world, 0, 1), _some(draw, world, 1, 3))


def _act(draw: DrawFn, world: World) -> None:
    if len(world.holder) >= 2 and draw(st.booleans()):
        world.accept(*_some(draw, world, 2, 2))
        return
    large = sorted(identity for identity, rows in world.holder.items() if len(rows) > 1)
    if large:
        identity = draw(st.sampled_from(large))
        members = sorted(world.holder[identity])
        leaving = draw(st.sets(st.sampled_from(members), min_size=1, max_size=len(members) - 1))
        world.split(identity, leaving)
