"""Filling a generation from another one: entry by entry, in the background, and at last in one step that nobody runs beside.

**Why nothing is lost.** Everything up to a mark is there for good (``entries.mark``), so it is carried over in the order of its
numbers while others go on writing; then up to a later mark, and so on until little is left. The last of it is carried over in a
step that runs alone, which reads what came after the last mark, and in which the generation says that another one took over.
Whoever commits before that step is read by it; whoever comes later is told that the store was switched, before it writes
anything. That step commits wholly or not at all: until then the former generation serves, whatever becomes of whoever fills. All
that it reads, and all that it has written into the other generation, is on the disk before it commits.

**Why it can be broken off.** A record that is there already is not handled again, and an answer is carried over in one step with
a note of its number. So whoever begins anew goes on from the last mark and changes nothing twice.

**What it comes to.** The generation holds what a store under its config holds that was sent the same records and the same
answers in the same order; where an answer means nothing there, ``answers`` says what is done instead. Of records that were
erased, it holds what the former one holds: the id, the tombstone's, and the outcome.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from os import urandom

from idlab.errors import BadInput
from idlab.resolver import Resolver
from idlab.serving import config_of
from idlab.stores.base import Changes, IdentityState, RecordState, Rows, Store, Transaction, in_a_step
from idlab.stores.generations import hand_over
from idlab.stores.kept import LogEntry, Paper
from idlab.switch.answers import LOST, Answers
from idlab.switch.entries import Entry, Tombstone, entries, mark
from idlab.switch.holding import overruled
from idlab.switch.papers import take_over
from idlab.switch.progress import BUILDING, SERVED, Filled, filled_from, must_own
from idlab.switch.values import ValueMap
from idlab.telling import Telling, untold

RECORDS, TOMBSTONES, ERASURES = "records", "tombstones", "erasures"
_PAGE = 20_000
_FEW = 64
"""So many entries may be left for the step that runs alone; or more, where others write faster than this reads."""
_ROUNDS = 12
_NAMED = 3


def named_in(entry: LogEntry) -> str:
    """The link or the customer that an answer names."""
    return str(entry.about.get("link") or entry.about["customers"][0])


class AnswersLost(BadInput):
    """Answers of people cannot be carried over, and nobody said that they may be dropped.

    Args:
        lost: The entries of the log that tell of them.
    """

    def __init__(self, lost: Sequence[LogEntry]) -> None:
        self.lost = tuple(lost)
        named = ", ".join(f"{one.kind} of {named_in(one)}" for one in lost[:_NAMED])
        more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
        what = f"{len(lost)} answers cannot be carried over: {named}{more}"
        hint = (
            "nothing was switched; look at them with --dry-run, and switch all the same with --drop-answers"
        )
        super().__init__(what, where="migrate-config", hint=hint)


class Filling:
    """Fills a generation from another one.

    Args:
        source: The generation that serves.
        number: Its number.
        target: A resolver over the generation to be filled.
        purpose: What that one is for.
        after: From which number on; what came before is there.
        report: Told how far it is.

    Raises:
        BadInput: If a field is held as another kind than the target's config wants it.
    """

    def __init__(
        self,
        source: Store,
        number: int,
        target: Resolver,
        *,
        purpose: str = BUILDING,
        after: int = 0,
        report: Telling = untold,
    ) -> None:
        self._source, self._report = source, report
        self.target = target
        held = in_a_step(source, (), config_of)
        self._values = ValueMap(held, target.config)
        self.new_fields = self._values.new_fields
        self._answers = Answers(target)
        self._nothing = (None,) * len(target.config.fields)
        self._profile: tuple[tuple[()], ...] = ((),) * len(target.config.fields)
        self.lost_values: Counter[str] = Counter()
        """By field, how many values the target's config had no use for, in what this object has carried over."""
        known = in_a_step(target.store, (), lambda rows: filled_from(rows, number))
        if known is None:
            started = mark(target.store)
            known = Filled(number, target.config.digest, purpose, "", after, after, started)
        self.filled = known._replace(owner=urandom(8).hex())
        self._put(self.filled)

    def run(self) -> int:
        """Carry over what is there now.

        Returns:
            How many entries that was.
        """
        upto, carried = mark(self._source), 0
        while True:
            with self._source.settled() as rows:
                page = entries(rows, self.filled.mark, upto, _PAGE)
            carried += len(page)
            self._carry(page, upto)
            if len(page) < _PAGE:
                self._save(self.filled._replace(mark=upto))
                return carried

    def switch(self, successor: int, *, drop_answers: bool = False) -> None:
        """Carry over the rest, and let the filled generation take over.

        Args:
            successor: Its number.
            drop_answers: Whether it may, though answers could not be carried over.

        Raises:
            AnswersLost: If some could not, and they may not be dropped.
        """
        for _ in range(_ROUNDS):
            if self.run() <= _FEW:
                break
        self.check_answers(drop_answers=drop_answers)
        known = self.filled.counts.get(LOST)

        def work(transaction: Transaction) -> None:
            while page := entries(transaction, self.filled.mark, None, _PAGE):
                self._carry(page, page[-1].serial)
            if self.filled.counts.get(LOST) != known and not drop_answers:
                with self.target.store.settled() as others:
                    raise AnswersLost(overruled(transaction, others))
            take_over(transaction, self.target.store)
            self._save(self.filled._replace(purpose=SERVED, began=mark(self.target.store)))
            hand_over(transaction, successor)

        in_a_step(self._source, None, work)

    def clean(self) -> tuple[str, ...]:
        """Leave no byte in the target of whoever was erased while it was filled; returns where some may be left."""
        return self.target.store.clean().left if self.filled.counts.get(ERASURES) else ()

    def lost(self) -> list[LogEntry]:
        """The answers that hold where the store serves and would not in the target."""
        with self._source.settled() as rows, self.target.store.settled() as others:
            return overruled(rows, others)

    def check_answers(self, *, drop_answers: bool) -> None:
        """Refuse to go on if answers could not be carried over.

        Raises:
            AnswersLost: If there are any, and they may not be dropped.
        """
        lost = () if drop_answers else self.lost()
        if lost:
            raise AnswersLost(lost)

    def _carry(self, page: Iterable[Entry], upto: int) -> None:
        counted: Counter[str] = Counter()
        last = self.filled.mark
        for one in page:
            if one.record is not None:
                counted[self._carry_record(one.record, one.tombstone)] += 1
            elif one.logged is not None and one.serial > self.filled.entry:
                self._carry_answer(one, one.logged)
            last = one.serial
            self._report("deciding anew", last, upto)
        self._save(self.filled._replace(mark=last).with_more(counted))

    def _carry_record(self, record: RecordState, tombstone: Tombstone | None) -> str:
        if tombstone is None:
            self.target.handle(record._replace(values=self._values.of(record.values, self.lost_values)))
            return RECORDS
        self._copy(record, tombstone)
        return TOMBSTONES

    def _copy(self, record: RecordState, tombstone: Tombstone) -> None:
        """Let an erased interaction be a tombstone in the target too: the same as before, if that is there already."""
        name, emptied = record.interaction_id, record._replace(values=self._nothing)

        def work(transaction: Transaction) -> None:
            if transaction.decision(name) is not None:
                return
            serial = transaction.draw()
            root = tombstone.root if _is_tombstone(transaction, tombstone.root) else name
            identities = [IdentityState(name, serial, self._profile, erased=True)] if root == name else ()
            transaction.put(
                Changes(
                    records=[(emptied._replace(serial=serial), root)],
                    decisions=[tombstone.decision],
                    identities=identities,
                )
            )

        in_a_step(self.target.store, None, work)

    def _carry_answer(self, one: Entry, logged: LogEntry) -> None:
        told: list[Filled] = []

        def progress(rows: Rows, how: str) -> Paper:
            must_own(rows, self.filled)
            counted = {how: 1, ERASURES: 1} if one.erased else {how: 1}
            told.append(self.filled._replace(entry=one.serial).with_more(counted))
            return told[-1].paper()

        self._answers.carry(logged, one.erased, progress)
        self.filled = told[-1]

    def _save(self, filled: Filled) -> None:
        in_a_step(self.target.store, (), lambda rows: must_own(rows, self.filled))
        self._put(filled)
        self.filled = filled

    def _put(self, filled: Filled) -> None:
        in_a_step(self.target.store, None, lambda alone: alone.put(Changes(papers=[filled.paper()])))


def _is_tombstone(transaction: Transaction, root: str) -> bool:
    """Whether a root is that of a tombstone."""
    return transaction.holder(root) == root and transaction.identity(root).erased
