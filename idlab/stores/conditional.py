"""The store over a table of items that has conditional commits of a limited size, for any number of resolvers at once.

**What is claimed.** The final state is that of the steps one after the other, in the order of the numbers they drew first.

**How.** A step reads item by item. When it draws its number it reads everything once more, together with the head of the store:
all of it must hold at one moment, so that no rule ever works on halves of what others wrote. Every commit writes the head, on the
condition that it is as the step saw it then: so commits stand in one line, with their numbers, and nobody has drawn or committed
since this step drew. In the same commit every item that the step depends on must have the version that it saw. So a step has read
just what the steps before it in the line have left. A step that only reads looks once more at its end. Who fails gives up with
``Conflict``, and is done again.

**When a step runs alone.** A step that names no keys or met too many conflicts writes its token into the head before it reads
anything; one whose checks and writes are more than a commit can hold does before it commits, if nobody has committed since it
drew. From then on nobody else's commit succeeds, nothing that is read can change, and nothing need be checked. What still does
not fit one commit is written down as a journal; that the head names the journal is the commit. It is then carried out part by
part, each on the condition that the head is as the part before left it. Whoever finds a journal that lies still carries it out to
its end; whoever finds a token that does not move takes its place, and the step that was so slow or so dead commits nothing.
Nobody's clock is compared with another's.

**What it costs.** Commits of the whole store stand in one line: as many a second as the table takes one after the other. In one
process steps wait for each other before they read, not after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock

from idlab.errors import BadInput, Conflict, StoreFailure
from idlab.model import Link, ReviewItem, customer_id_of
from idlab.stores.base import AtHand, Changes, Key, Transaction, in_a_step
from idlab.stores.cleaned import Cleaned
from idlab.stores.commit_plan import ANY, Operation, commit_plan, places_of
from idlab.stores.erasure_log import log_of_server
from idlab.stores.gate import Gate, Table
from idlab.stores.items import HEAD, LISTED, SETTINGS, Item, Place
from idlab.stores.reading import ReadableStore
from idlab.stores.reading_items import ReadingItems


def _make(table: Table) -> None:
    """An empty table needs nothing but its head."""


MIGRATIONS: tuple[Callable[[Table], None], ...] = (_make,)
"""What makes each schema version of the one before; the first makes version 1 of an empty table. Broken off, it is begun anew."""


class ConditionalStore(ReadableStore):
    """Identities in a table of items.

    Args:
        table: The table.

    Raises:
        BadInput: If the table holds something else, or is of a newer version.
    """

    def __init__(self, table: Table) -> None:
        self.erasure_log = log_of_server()
        self._table = table
        self._one_at_a_time = Lock()
        self._migrate()

    @contextmanager
    def step(
        self, locks: Iterable[Key] | None = None, at_hand: AtHand | None = None
    ) -> Iterator[_Transaction]:
        """One entry; beside those of other processes unless ``locks`` is None."""
        with self._one_at_a_time:
            transaction = _Transaction(self._table)
            try:
                transaction.begin(locks, at_hand)
                yield transaction
                transaction.commit()
            except StoreFailure:
                raise
            except Exception:
                transaction.look_again()  # an error over what no longer holds is none of the entry's
                raise
            finally:
                transaction.leave()

    @contextmanager
    def reading(self) -> Iterator[_Transaction]:
        """The store as it is at one moment: nobody writes meanwhile."""
        with self.step() as transaction:
            yield transaction

    @contextmanager
    def settled(self) -> Iterator[ReadingItems]:
        """The store for looking at what changes no more, while others write."""
        yield ReadingItems(self._table, lambda: None)

    def identity_of(self, interaction_id: str) -> str | None:
        """The customer_id that holds an interaction now."""
        root = in_a_step(self, (), lambda transaction: transaction.holder(interaction_id))
        return None if root is None else customer_id_of(root)

    def links(self) -> list[Link]:
        """Every link ever opened, in the order opened."""
        return in_a_step(self, (), lambda transaction: _listing(transaction).links())

    def reviews(self) -> list[ReviewItem]:
        """Every review item ever opened, in the order opened."""
        return in_a_step(self, (), lambda transaction: _listing(transaction).reviews())

    def empty(self) -> None:
        """Remove all that is held; what the store says of itself stays."""
        room = self._table.most
        held = [place for place, item in self._table.every("") if not _says_where(place, item)]
        for start in range(0, len(held), room):
            self._table.write([Operation(place, "delete", None, ANY) for place in held[start : start + room]])

    def clean(self) -> Cleaned:
        """Items that are deleted or put anew leave nothing behind that can be read; journals of dead steps are removed."""
        with self.step() as transaction:
            transaction.forget_journals()
        return Cleaned(
            ("items of the table", "journals of steps that were broken off"), (), self._table.kept_apart()
        )

    def close(self) -> None:
        """Release what the table holds open."""
        self._table.close()

    def _migrate(self) -> None:
        """Bring an older table, or an empty one, to the newest version; begun anew where somebody broke off."""
        newest = len(MIGRATIONS)
        head = self._table.find([HEAD])[HEAD]
        version = 0 if head is None else head["schema"]
        if version > newest:
            what = f"the store has schema version {version}, and this idlab knows versions up to {newest}"
            raise BadInput(what, where=self._table.where, hint="install a newer idlab")
        if head is None and any(True for _ in self._table.every("")):
            what = "this table is no store of idlab's"
            raise BadInput(what, where=self._table.where, hint="name another table")
        if version < newest:
            gate = Gate(self._table, schema=version)
            gate.enter()
            try:
                for migration in MIGRATIONS[version:]:
                    migration(self._table)
                gate.leave(schema=newest)
            finally:
                gate.leave()


def _says_where(place: Place, item: Item) -> bool:
    """Whether an item says where the store is now."""
    return place in {HEAD, SETTINGS} or item.get("kind") == "generation"


def _listing(transaction: Transaction) -> _Transaction:
    """A transaction that is about to list what stands in many places."""
    assert isinstance(transaction, _Transaction)
    transaction.hold_everything()
    return transaction


class _Transaction(ReadingItems):
    """One step."""

    def __init__(self, table: Table) -> None:
        self._gate = Gate(table, schema=len(MIGRATIONS))
        super().__init__(table, self._gate.still_here)
        self._drawn = 0
        self._changes: list[Changes] = []

    def begin(self, locks: Iterable[Key] | None, at_hand: AtHand | None) -> None:
        """Run alone, or look for what the step will ask for."""
        if locks is None:
            self._gate.enter()
        else:
            self.expect(locks, at_hand)

    def hold_everything(self) -> None:
        """See that all that was read holds at this moment; from here on nobody may commit before this step does."""
        if not self._gate.is_alone:
            self._gate.look(self.check())

    def draw(self) -> int:
        """The next number; the first holds everything."""
        if self._drawn == 0:
            self.hold_everything()
            self._drawn = self._gate.drawn
        self._drawn += 1
        return self._drawn

    def put(self, changes: Changes) -> None:
        """Write all changes when the step is through; what they build on is read now."""
        self.look_for(places_of(changes))
        for root in self.holders_of(name for name, _ in changes.moved):
            self.list_members(root)
        for _, name in changes.released:
            self.list_turned(name)
        self._changes.append(changes)

    def check(self) -> Item | None:
        """Give up if what was read does not all hold at this moment, which lasts for as long as the head stays as it is.

        Returns:
            The head of the store at this moment.

        Raises:
            Conflict: If it does not.
        """
        places = [HEAD, *(place for place in self._seen if not place[1].startswith(LISTED))]
        now: dict[Place, Item | None] = {}
        room = self._table.most_together
        # what was read before the head and holds after it, holds with it: the parts need not be of one moment
        for start in range(0, len(places), room):
            now |= self._table.together(places[start : start + room])
        head = now.pop(HEAD)
        self._gate.must_hold(head)
        if any(_differ(item, self._seen[place]) for place, item in now.items()):
            raise Conflict("another step changed what was read", where=self._where, hint="do it again")
        return head

    def look_again(self) -> None:
        """Give up if what was read does not hold; of a step that runs alone it does."""
        if not self._gate.is_alone:
            self.check()

    def commit(self) -> None:
        """Write everything, or see that all that was read still holds."""
        if not self._changes and self._drawn == 0:
            self.look_again()
            return
        number = self._drawn or self.draw()
        operations = commit_plan(self._seen, self._changes, number, most=self._table.most - 1)
        if not self._gate.fits(operations):
            if not self._gate.is_alone:
                self._gate.enter()  # nobody has committed since this step drew
            operations = [one for one in operations if one.kind != "check"]
        self._gate.commit(operations, number)

    def forget_journals(self) -> None:
        """Remove what dead steps have written down and nobody will carry out."""
        self._gate.forget_journals()

    def leave(self) -> None:
        """Let others go on."""
        self._gate.leave()


def _differ(one: Item | None, other: Item | None) -> bool:
    return (one and one["version"]) != (other and other["version"])
