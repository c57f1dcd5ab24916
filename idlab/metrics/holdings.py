"""How strongly each person holds each identity, at a moment of a walk through a history."""

from __future__ import annotations

NOBODY = -1
"""The owner of an identity none of whose persons is known."""


class Holdings:
    """How strongly each person holds each identity at a moment of the walk.

    A strength is ``count * span + (span - 1 - first)``: the stronger has more interactions in the identity
    or, with as many, came first. Most identities hold one person only, whose strength then lies in a plain
    list; only mixed identities have a dictionary for the others.
    """

    def __init__(self, interactions: int) -> None:
        self.span = interactions + 1
        self.owner = [NOBODY] * interactions
        self.lead = [0] * interactions
        self.others: dict[int, dict[int, int]] = {}

    def add(self, identity: int, person: int, row: int) -> None:
        """Let a later interaction of a person join an identity."""
        if self.owner[identity] == person:
            self.lead[identity] += self.span
        else:
            self.combine(identity, person, 2 * self.span - 1 - row)

    def combine(self, identity: int, person: int, strength: int) -> None:
        """Bring a person's strength into an identity."""
        owner = self.owner[identity]
        if owner == person:
            self.lead[identity] = self._sum(self.lead[identity], strength)
        elif owner == NOBODY:
            self.owner[identity], self.lead[identity] = person, strength
        else:
            others = self.others.setdefault(identity, {})
            held = others.pop(person, None)
            total = strength if held is None else self._sum(held, strength)
            if total > self.lead[identity]:
                others[owner] = self.lead[identity]
                self.owner[identity], self.lead[identity] = person, total
            else:
                others[person] = total

    def unite(self, kept: int, gone: int) -> None:
        """Move everything from one identity into another, the smaller holding into the larger."""
        if len(self.others.get(gone, ())) > len(self.others.get(kept, ())):
            self._swap(kept, gone)
        if self.owner[gone] != NOBODY:
            self.combine(kept, self.owner[gone], self.lead[gone])
        for person, strength in self.others.get(gone, {}).items():
            self.combine(kept, person, strength)
        self.clear(gone)

    def clear(self, identity: int) -> None:
        """Empty an identity."""
        self.owner[identity], self.lead[identity] = NOBODY, 0
        self.others.pop(identity, None)

    def _swap(self, left: int, right: int) -> None:
        for held in (self.owner, self.lead):
            held[left], held[right] = held[right], held[left]
        left_others, right_others = self.others.pop(left, None), self.others.pop(right, None)
        if left_others is not None:
            self.others[right] = left_others
        if right_others is not None:
            self.others[left] = right_others

    def _sum(self, left: int, right: int) -> int:
        left_count, left_age = divmod(left, self.span)
        right_count, right_age = divmod(right, self.span)
        return (left_count + right_count) * self.span + max(left_age, right_age)


class SizedHoldings(Holdings):
    """Holdings with how many interactions of known persons each identity has."""

    def __init__(self, interactions: int) -> None:
        super().__init__(interactions)
        self.size = [0] * interactions

    def add(self, identity: int, person: int, row: int) -> None:
        """Let a later interaction of a person join an identity."""
        super().add(identity, person, row)
        self.size[identity] += 1

    def unite(self, kept: int, gone: int) -> None:
        """Move everything from one identity into another."""
        size = self.size[kept] + self.size[gone]
        super().unite(kept, gone)
        self.size[kept] = size

    def clear(self, identity: int) -> None:
        """Empty an identity."""
        super().clear(identity)
        self.size[identity] = 0

    def count(self, identity: int, person: int) -> int:
        """How many interactions of a person an identity holds."""
        if self.owner[identity] == person:
            return self.lead[identity] // self.span
        return self.others.get(identity, {}).get(person, 0) // self.span
