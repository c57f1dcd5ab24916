"""What people decided under one config, carried out under another: answers to links, splits, reviews, objections, erasures.

=====================  =========================================================================================================
an answer              under the other config
=====================  =========================================================================================================
accept, decline        of a link that is open there too: carried out as it is. Else of the open link between its two sides;
                       where there is none, that link is opened first. Nothing is left to do where the sides are one already
                       (accept) or must not be linked already (decline), or where one was erased. A decline of sides that are
                       one there cannot be carried over: it is **lost**
expire                 of a link that is open there too; else nothing is left to do
split                  of those of its interactions that are with that customer there too; nothing if none is, or nobody else
close                  of a review item that is open there too; of one that is not, what it says to split
do_not_link            of whoever holds that customer
erase                  of the very interactions that were erased, parted from others that they are one with there
anything else          noted as what was ``formerly`` done, for the trail of who did what
=====================  =========================================================================================================

Every answer leaves one entry in the other log, by the same person at the same time: itself, ``moot`` if nothing was left to do,
or ``lost``. What was done to carry it out (``open_link``, ``split``) stands before it, by ``MIGRATOR``. Which answers hold in the
end, whatever became of them on the way, is asked of both generations (``holding``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from idlab.model import Action, customer_id_of, moment_of
from idlab.resolver import Resolver
from idlab.serving import note
from idlab.stores.base import Rows, Transaction, in_a_step
from idlab.stores.kept import OPEN_LINK, LogEntry, Paper, action_of
from idlab.switch.looking import holder_of, item_of, live, part_of, roots_of, sides_of
from idlab.switch.parting import MIGRATOR, part_for_erasure

MOOT, LOST, FORMERLY = "moot", "lost", "formerly"
"""The kinds of entries that say that an answer had nothing left to do, or could not be carried over, or that it was none; under
the last they name the former entry."""

DIRECT, INDIRECT = "direct", "indirect"
"""How an answer was carried over: as it was given, or by something else that comes to the same."""

Progress = Callable[[Rows, str], Paper]

_Found = TypeVar("_Found")


class Answers:
    """Carries answers over to a generation.

    Args:
        resolver: Over the generation.
    """

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def carry(self, entry: LogEntry, erased: tuple[str, ...], progress: Progress) -> str:
        """Carry one entry of another generation's log over.

        Args:
            entry: The entry.
            erased: The interactions that it erased, if it is an erasure.
            progress: Gives the paper that is written in the same step, in that step, told what it comes to.

        Returns:
            ``DIRECT``, ``INDIRECT``, ``MOOT`` or ``LOST``.
        """
        carrying = _Carrying(self._resolver, entry, progress)
        action = action_of(entry)
        if entry.kind == OPEN_LINK:  # it was opened for an answer, which opens its own
            return carrying.note(MOOT)
        if entry.kind in (MOOT, LOST, FORMERLY):
            return carrying.note(entry.kind, DIRECT, entry.about)
        if action is None:
            return carrying.note(FORMERLY, DIRECT)
        if action.kind in ("accept", "decline", "expire"):
            return carrying.answer(action)
        if action.kind == "split":
            return carrying.split(action)
        if action.kind == "close":
            return carrying.close(action)
        if action.kind == "erase":
            return carrying.erase(action, erased)
        return carrying.do_not_link(action)


class _Carrying:
    """One entry on its way."""

    def __init__(self, resolver: Resolver, entry: LogEntry, progress: Progress) -> None:
        self._resolver, self._entry, self._progress = resolver, entry, progress
        self._at = moment_of(entry.at)

    def note(self, kind: str, how: str = "", about: Mapping[str, Any] | None = None) -> str:
        """Write an entry of this kind, by default about what the carried one is about."""
        entry, how = self._entry, how or kind
        about = about or {FORMERLY: {"kind": entry.kind, **entry.about}}

        def write(transaction: Transaction) -> None:
            note(transaction, entry.at, entry.by, kind, about, self._progress(transaction, how))

        in_a_step(self._resolver.store, None, write)
        return how

    def answer(self, action: Action) -> str:
        """An answer to a link."""
        link = action.link or ""
        sides = self._look(lambda rows: sides_of(rows, link))
        if sides.is_open:
            return self._act(action, DIRECT)
        if action.kind == "decline" and sides.are_one and not sides.erased:
            return self.note(LOST)
        if sides.are_one or sides.erased or action.kind == "expire":
            return self.note(MOOT)
        if sides.between is not None:
            return self._act(Action(action.kind, link=sides.between), INDIRECT)
        if action.kind == "decline" and sides.cannot:
            return self.note(MOOT)
        if sides.unopened is None:
            return self.note(LOST)
        self._resolver.open_link(sides.unopened, by=MIGRATOR, at=self._at)
        return self._act(Action(action.kind, link=sides.unopened), INDIRECT)

    def split(self, action: Action) -> str:
        """A split."""
        customer = action.customers[0]
        part = self._look(lambda rows: part_of(rows, rows.interaction_of(customer), action.interactions))
        if not part:
            return self.note(MOOT)
        how = DIRECT if len(part) == len(set(action.interactions)) else INDIRECT
        return self._act(Action.split(customer, part), how)

    def close(self, action: Action) -> str:
        """An answer to a review item."""
        review = action.review or ""
        anchor, is_open = self._look(lambda rows: item_of(rows, review))
        if action.verdict != "split":
            return self._act(action, DIRECT) if is_open else self.note(MOOT)
        part = self._look(lambda rows: part_of(rows, anchor, action.interactions))
        if not part or anchor is None:
            return self.note(MOOT)
        if not is_open:
            return self._act(Action.split(customer_id_of(anchor), part), INDIRECT)
        how = DIRECT if len(part) == len(set(action.interactions)) else INDIRECT
        return self._act(Action.close(review, "split", part), how)

    def do_not_link(self, action: Action) -> str:
        """An objection."""
        root = self._look(lambda rows: holder_of(rows, action.customers[0]))
        erased = root is None or self._look(lambda rows: rows.identity(root).erased)
        return self.note(MOOT) if erased else self._act(action, DIRECT)

    def erase(self, action: Action, interactions: tuple[str, ...]) -> str:
        """An erasure."""
        parted = part_for_erasure(self._resolver, interactions, at=self._at)
        roots = self._look(lambda rows: roots_of(rows, interactions))
        named = tuple(dict.fromkeys([*action.customers, *map(customer_id_of, roots)]))
        if self._look(lambda rows: live(rows, roots)):
            return self._act(Action.erase(*named), INDIRECT if parted else DIRECT)
        about = {"customers": list(named)}  # they came as tombstones, and the log tells of it all the same
        return self.note(action.kind, DIRECT, about)

    def _look(self, at: Callable[[Rows], _Found]) -> _Found:
        return in_a_step(self._resolver.store, (), at)

    def _act(self, action: Action, how: str) -> str:
        self._resolver.act(
            action, by=self._entry.by, at=self._at, papers=lambda rows, _: [self._progress(rows, how)]
        )
        return how
