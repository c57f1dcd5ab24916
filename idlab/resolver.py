"""The online engine: one interaction or action at a time, over a store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import local

from idlab.actions import carry_out, opened_link
from idlab.compiled import compiled
from idlab.config import ScoringConfig
from idlab.core.codes import ERASED, MERGE, MISSING, OUTCOMES, REVIEW, reasons_of
from idlab.core.step import begin, resolve
from idlab.core.world import (
    N_LINKS,
    N_MEMBERS,
    N_REVIEWS,
    N_TARGETS,
    OUTCOME,
    REASON_BITS,
    RUNNER_UP,
    SUBJECT,
    TURNED_FROM,
)
from idlab.errors import Conflict
from idlab.missed import Papers, catch_up
from idlab.model import Action, Decision, Evidence, Interaction, Outcome, customer_id_of, microseconds
from idlab.neighbourhood import KeyBook, Neighbourhood, Strangers, look_up
from idlab.normalize.cache import RecentlyUsed
from idlab.serving import agree, must_serve, note
from idlab.stores.base import AtHand, Changes, Key, KeyState, RecordState, Store, Transaction, in_a_step
from idlab.stores.kept import OPEN_LINK, about_action

_OUTCOMES = tuple(Outcome(outcome) for outcome in OUTCOMES)
_DISTINCT_EVIDENCE = 4096
"""Distinct evidence remembered: levels and contributions recur, and decisions may share what cannot change."""


class Resolver:
    """Decides about interactions as they come, exactly as a replay of the same log does.

    Args:
        config: The scoring config.
        store: Where identities are kept.
        successor: The generation that serves instead, for whoever works on a former one; 0: the store serves.

    Example:
        >>> from datetime import datetime, UTC
        >>> from pathlib import Path
        >>> from idlab.stores import MemoryStore
        >>> resolver = Resolver(ScoringConfig.load(Path("configs/default.json")), MemoryStore())
        >>> call = Interaction("call-1", datetime(2026, 1, 5, tzinfo=UTC), "voice", phone="+1 202 555 0143")
        >>> resolver.resolve(call).outcome
        <Outcome.NEW: 'NEW'>
    """

    def __init__(self, config: ScoringConfig, store: Store, *, successor: int = 0) -> None:
        self.config = config
        self.store = store
        self.successor = successor
        self.ready = compiled(config)
        self.on_conflict: Callable[[Conflict], None] | None = None
        """Told each time that an entry is done again since another one came between."""
        agree(config, store, successor)
        self._keys = KeyBook(self.ready, config)
        self._strangers = Strangers(self.ready, self._handle)
        self._evidence = RecentlyUsed[tuple[object, ...], tuple[Evidence, ...]](_DISTINCT_EVIDENCE)
        self._reasons: dict[int, tuple[str, ...]] = {}
        self._of_thread = local()
        catch_up(self.act, store, self.ready.field_names)

    def resolve(self, interaction: Interaction) -> Decision:
        """Decide about one interaction and remember it.

        Args:
            interaction: What came in. An id that was handled before returns the decision made then.

        Returns:
            The decision.
        """
        values = self.ready.normalizer.values(interaction)
        moment = microseconds(interaction.occurred_at)
        return self.handle(RecordState(interaction.interaction_id, 0, moment, values))

    def handle(self, record: RecordState) -> Decision:
        """Decide about a record that is normalised already, as one that another store kept.

        Args:
            record: Its serial number does not matter; the store draws the next one.

        Returns:
            The decision.
        """
        rules, keys = self._keys.of(record.values)
        at_hand = AtHand(record.interaction_id, self._keys.identifiers_of(record.values))

        def decide(transaction: Transaction) -> Decision:
            must_serve(transaction, self.ready.digest, self.successor)
            known = transaction.decision(record.interaction_id)
            if known is not None:
                return _again(known, transaction)
            states = [transaction.key(key) for key in keys]
            if not any(states):
                decision = self._strangers.decide(transaction, record, keys, at_hand.identifiers)
                if decision is not None:
                    return decision
            near = self._neighbourhood(transaction)
            decision = self._handle(near, record, rules, keys, states)
            self._of_thread.near = near
            return decision

        return in_a_step(self.store, keys, decide, self.on_conflict, at_hand)

    def act(
        self, action: Action, *, by: str = "", at: datetime | None = None, papers: Papers | None = None
    ) -> str:
        """Carry out what a person decided, and note in the store's log that it was.

        Args:
            action: See the class methods of ``Action``.
            by: Who decided: the name or number of an agent, or of a part of the system.
            at: When; now by default. Decisions never depend on it.
            papers: Told what the action changes, None if nothing; the papers it gives are written together with that.

        Returns:
            The state of the link or review item that the action names, ``done``, or ``erased`` where there was nothing
            left to do.

        Raises:
            UnknownReference: If it names something that was never handed out.
            BadInput: If a split does not name a proper part of one identity.
        """
        moment = microseconds(at or datetime.now(UTC))

        def carry(transaction: Transaction) -> str:
            must_serve(transaction, self.ready.digest, self.successor)
            near = self._neighbourhood(transaction)
            answer, changes = carry_out(action, near, self._keys)
            written = () if papers is None else papers(transaction, changes)
            if changes is not None:
                transaction.put(changes)
                note(transaction, moment, by, action.kind, about_action(action), *written)
            elif written:
                transaction.put(Changes(papers=written))
            self._of_thread.near = near
            return answer

        return in_a_step(self.store, None, carry, self.on_conflict)

    def foresee(self, action: Action) -> Changes | None:
        """What an action would change, None if nothing; nothing is changed.

        Args:
            action: As of ``act``.

        Raises:
            UnknownReference: If it names something that was never handed out.
            BadInput: If a split does not name a proper part of one identity.
        """

        def look(transaction: Transaction) -> Changes | None:
            must_serve(transaction, self.ready.digest, self.successor)
            return carry_out(action, self._neighbourhood(transaction), self._keys)[1]

        return in_a_step(self.store, None, look)

    def open_link(self, link: str, *, by: str = "", at: datetime | None = None) -> str:
        """Open a link that no rule opened, so that an answer to it from elsewhere can be carried out, and note that it was.

        Args:
            link: The id of the link: of one of the interactions that the two identities hold each.
            by: Who opens it.
            at: When; now by default.

        Returns:
            The link's state, or that of the open link between the same two; ``superseded`` if they are one identity,
            ``expired`` if one was erased.

        Raises:
            UnknownReference: If it names an interaction that was never handled.
        """
        moment = microseconds(at or datetime.now(UTC))

        def carry(transaction: Transaction) -> str:
            must_serve(transaction, self.ready.digest, self.successor)
            near = self._neighbourhood(transaction)
            state, changes = opened_link(link, near)
            if changes is not None:
                transaction.put(changes)
                note(transaction, moment, by, OPEN_LINK, {"link": link})
            self._of_thread.near = near
            return state

        return in_a_step(self.store, None, carry, self.on_conflict)

    def _neighbourhood(self, transaction: Transaction) -> Neighbourhood:
        """This thread's small world, emptied. It is handed back when an entry is done: one broken off is not used again."""
        near: Neighbourhood = self._of_thread.__dict__.pop("near", None) or Neighbourhood(self.ready)
        near.around(transaction)
        return near

    def _handle(
        self,
        near: Neighbourhood,
        record: RecordState,
        rules: Sequence[int],
        keys: Sequence[Key],
        states: Sequence[KeyState | None],
    ) -> Decision:
        """Look up, draw the serial number once all is read, hand to the core, write back."""
        i = near.at_hand(record)
        begin(near.world, i)
        candidates, posted = look_up(near, record.interaction_id, rules, keys, states)
        if len(candidates) > 1:
            near.compare_profiles()
        if near.loaded:
            near.connect()
            near.make_slots(candidates)
        record = RecordState(record.interaction_id, near.draw_serial(i), record.time, record.values)
        root = resolve(near.world, i, len(candidates), near.entries.used)
        decision = self._decision(near, record.interaction_id, root)
        near.t.put(_changes(near, i, root, record, decision, posted))
        return decision

    def _decision(self, near: Neighbourhood, interaction_id: str, root: int) -> Decision:
        candidates, ids = near.candidates, near.nodes.ids
        plan, identity = candidates.plan, candidates.identity
        subject, runner_up = plan[SUBJECT], plan[RUNNER_UP]
        score = weight = second = second_score = None
        evidence: tuple[Evidence, ...] = ()
        if subject != MISSING:
            weight = candidates.weight[subject]
            score = self.ready.score(weight)
            evidence = self._evidence_of(near, subject)
        if runner_up != MISSING:
            second = customer_id_of(ids[identity[runner_up]])
            second_score = self.ready.score(candidates.weight[runner_up])
        reasons = self._reasons.get(plan[REASON_BITS])
        if reasons is None:
            reasons = self._reasons[plan[REASON_BITS]] = reasons_of(plan[REASON_BITS])
        return Decision(
            interaction_id,
            _OUTCOMES[plan[OUTCOME]],
            customer_id_of(ids[root]),
            score,
            weight,
            second,
            second_score,
            reasons,
            evidence,
            tuple([customer_id_of(ids[identity[slot]]) for slot in candidates.targets[: plan[N_TARGETS]]]),
            self.ready.digest,
        )

    def _evidence_of(self, near: Neighbourhood, slot: int) -> tuple[Evidence, ...]:
        """Level and contribution of every field for one candidate."""
        start, stop = slot * near.n_fields, (slot + 1) * near.n_fields
        levels = near.candidates.level[start:stop]
        contributions = near.candidates.contribution[start:stop]
        found = (*levels, *contributions)
        evidence = self._evidence.find(found)
        if evidence is None:
            evidence = tuple(
                Evidence(name, None if level == MISSING else names[level], contribution)
                for name, names, level, contribution in zip(
                    self.ready.field_names, self.ready.level_names, levels, contributions, strict=True
                )
            )
            self._evidence.keep(found, evidence)
        return evidence


def _again(known: Decision, transaction: Transaction) -> Decision:
    """The decision about an interaction that is delivered again."""
    root = transaction.holder(known.interaction_id)
    assert root is not None
    if not transaction.identity(root).erased:
        return known
    return Decision(
        known.interaction_id,
        Outcome(OUTCOMES[ERASED]),
        customer_id_of(root),
        config_digest=known.config_digest,
    )


def _changes(
    near: Neighbourhood,
    i: int,
    root: int,
    record: RecordState,
    decision: Decision,
    keys: list[tuple[Key, KeyState]],
) -> Changes:
    """What the handled record changes."""
    ids, candidates = near.nodes.ids, near.candidates
    outcome = candidates.plan[OUTCOME]
    changes = Changes(records=((record, ids[root]),), decisions=(decision,), keys=keys)
    touched = [root]
    if near.counters[N_LINKS] > 0:
        touched += near.links.links.right[near.links.n_loaded : near.counters[N_LINKS]]
        changes.links = near.links.changed()
    if outcome == MERGE and candidates.plan[N_MEMBERS] > 1:
        members = [candidates.identity[slot] for slot in candidates.members[: candidates.plan[N_MEMBERS]]]
        changes.absorbed = [(ids[gone], ids[root]) for gone in members if gone != root]
    elif outcome == REVIEW:
        touched.append(candidates.identity[candidates.plan[TURNED_FROM]])
        changes.turned = ((record.interaction_id, near.reviews.name(near.reviews.reviews.item[i])),)
    changes.identities = [near.state_of(node) for node in dict.fromkeys(touched)]
    if near.counters[N_REVIEWS] > 0:
        changes.reviews, changes.items_opened = near.reviews.changed(), near.reviews.opened()
    changes.identifiers = [near.identifiers.as_kept(field, number) for field, number in near.counted]
    return changes
