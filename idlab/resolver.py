"""The online engine: one interaction or action at a time, over a store."""

from __future__ import annotations

from threading import local

from idlab.actions import carry_out
from idlab.compiled import compiled
from idlab.config import ScoringConfig
from idlab.core.codes import ERASED, MERGE, MISSING, OUTCOMES, REVIEW, reasons_of
from idlab.core.profiles import is_needless, key_lives
from idlab.core.step import begin, is_hub, note_hub, resolve
from idlab.core.world import (
    N_LINKS,
    N_MEMBERS,
    N_TARGETS,
    OUTCOME,
    REASON_BITS,
    RUNNER_UP,
    SUBJECT,
    TURNED_FROM,
)
from idlab.model import Action, Decision, Evidence, Interaction, Outcome, customer_id_of, microseconds
from idlab.neighbourhood import FormCache, KeyBook, Neighbourhood, UserCalls
from idlab.stores.base import Changes, Key, KeyState, RecordState, Store, Transaction


class Resolver:
    """Decides about interactions as they come, exactly as a replay of the same log does.

    Args:
        config: The scoring config.
        store: Where identities are kept.

    Example:
        >>> from datetime import datetime, UTC
        >>> from pathlib import Path
        >>> from idlab.stores import MemoryStore
        >>> resolver = Resolver(ScoringConfig.load(Path("configs/default.json")), MemoryStore())
        >>> call = Interaction("call-1", datetime(2026, 1, 5, tzinfo=UTC), "voice", phone="+1 202 555 0143")
        >>> resolver.resolve(call).outcome
        <Outcome.NEW: 'NEW'>
    """

    def __init__(self, config: ScoringConfig, store: Store) -> None:
        self.config = config
        self.store = store
        self.ready = compiled(config)
        self._keys = KeyBook(self.ready, config)
        self._forms = FormCache(self.ready)
        self._user = UserCalls(self.ready.predicates)
        self._of_thread = local()

    def resolve(self, interaction: Interaction) -> Decision:
        """Decide about one interaction and remember it.

        Args:
            interaction: What came in. An id that was handled before returns the decision made then.

        Returns:
            The decision.
        """
        values = self.ready.normalizer.record(interaction).values
        record = RecordState(interaction.interaction_id, 0, microseconds(interaction.occurred_at), values)
        keys = self._keys.of(self._forms, values)
        with self.store.step(key for _, key in keys) as transaction:
            known = transaction.decision(interaction.interaction_id)
            if known is not None:
                return _again(known, transaction)
            serial = transaction.draw()
            step = _Step(self, transaction, record._replace(serial=serial), keys)
            return step.run()

    def act(self, action: Action) -> str:
        """Carry out what a person decided.

        Args:
            action: See the class methods of ``Action``.

        Returns:
            The state of the link or review item that the action names, ``done``, or ``erased`` where there was nothing
            left to do.

        Raises:
            UnknownReference: If it names something that was never handed out.
            BadInput: If a split does not name a proper part of one identity.
        """
        with self.store.step() as transaction:
            return carry_out(action, self.neighbourhood(transaction), self._keys)

    def neighbourhood(self, transaction: Transaction) -> Neighbourhood:
        """This thread's small world, emptied."""
        near: Neighbourhood | None = getattr(self._of_thread, "near", None)
        if near is None:
            near = self._of_thread.near = Neighbourhood(self.ready, self._forms, self._user)
        return near.around(transaction)


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


class _Step:
    """One new interaction: look up, hand to the core, write back."""

    def __init__(
        self, resolver: Resolver, transaction: Transaction, record: RecordState, keys: list[tuple[int, Key]]
    ) -> None:
        self.ready = resolver.ready
        self.t = transaction
        self.record = record
        self.keys = keys
        self.near = resolver.neighbourhood(transaction)
        self.posted: list[KeyState] = []

    def run(self) -> Decision:
        near, rules = self.near, self.ready.rules
        i = near.node(self.record.interaction_id)
        near.add_record(self.record)
        if rules.name_field != MISSING:
            for field in range(rules.n_fields):
                number = near.record[i * rules.n_fields + field]
                if rules.counts_names[field] and number != MISSING:
                    near.names_of_identifier(field, number)
        near.make_room_for_names()
        begin(near.world, i)
        candidates = self._look_up()
        near.connect()
        near.make_slots(candidates)
        room = len(near.profiles.value)
        near.make_room(entries=rules.n_fields, links=rules.max_links)
        root = resolve(near.world, i, len(candidates), room)
        decision = self._decision(root)
        self.t.put(self._changes(i, root, decision))
        return decision

    def _look_up(self) -> list[int]:
        candidates: dict[int, None] = {}
        near = self.near
        for rule, key in self.keys:
            state = self.t.key(key) or KeyState()
            found = None if state.hub else self._identities_under(rule, state)
            if found is None:
                note_hub(near.world)
                self.posted.append(KeyState((), state.holders, hub=True))
                continue
            nodes, posted = found
            self.posted.append(KeyState(tuple(posted), state.holders))
            for node in nodes:
                if near.identities.objected[node] == 0:
                    candidates[node] = None
        return list(candidates)

    def _identities_under(self, rule: int, state: KeyState) -> tuple[list[int], list[str]] | None:
        """The live identities that a key leads to, and the records that may lead to them; None if it is a hub."""
        near, found, kept, counted = self.near, dict[int, None](), list[str](), 0
        first: dict[int, int] = {}
        always = self.ready.rules.key_always_lives[rule] != 0
        for posted in state.posted:
            root = self.t.holder(posted)
            assert root is not None
            node = near.node_of.get(root, MISSING)
            if always and node in first:
                continue
            if node == MISSING:
                identity = self.t.identity(root)
                if identity.erased:
                    continue
                node = near.load(root, identity)
            record = node if always else near.add_record(self.t.record(posted))
            if node in first and is_needless(near.world, rule, record, first[node]):
                continue
            first.setdefault(node, record)
            kept.append(posted)
            if node not in found and key_lives(near.world, node, rule, record):
                found[node] = None
                counted += 1 - near.identities.provisional[node]
                if is_hub(near.world, rule, counted):
                    return None
        return list(found), kept

    def _decision(self, root: int) -> Decision:
        near, candidates = self.near, self.near.world.candidates
        plan, n_fields = candidates.plan, self.ready.rules.n_fields
        subject, runner_up = plan[SUBJECT], plan[RUNNER_UP]
        score = evidence = weight = None
        if subject != MISSING:
            weight = candidates.weight[subject]
            score = self.ready.score(weight)
            evidence = []
            for field, name in enumerate(self.ready.field_names):
                level = candidates.level[subject * n_fields + field]
                reached = None if level == MISSING else self.ready.level_names[field][level]
                evidence.append(Evidence(name, reached, candidates.contribution[subject * n_fields + field]))
        customer = near.ids
        targets = [customer[candidates.identity[candidates.targets[k]]] for k in range(plan[N_TARGETS])]
        return Decision(
            self.record.interaction_id,
            Outcome(OUTCOMES[plan[OUTCOME]]),
            customer_id_of(customer[root]),
            score,
            weight,
            None if runner_up == MISSING else customer_id_of(customer[candidates.identity[runner_up]]),
            None if runner_up == MISSING else self.ready.score(candidates.weight[runner_up]),
            reasons_of(plan[REASON_BITS]),
            tuple(evidence or ()),
            tuple([customer_id_of(target) for target in targets]),
            self.ready.digest,
        )

    def _changes(self, i: int, root: int, decision: Decision) -> Changes:
        near, candidates = self.near, self.near.world.candidates
        plan, changes = candidates.plan, Changes(decisions=[decision])
        changes.records.append((self.record, near.ids[root]))
        touched = {root: None}
        if plan[OUTCOME] == MERGE:
            members = [candidates.identity[candidates.members[k]] for k in range(plan[N_MEMBERS])]
            changes.absorbed += [(near.ids[gone], near.ids[root]) for gone in members if gone != root]
        for link in range(near.n_loaded_links, near.counters[N_LINKS]):
            touched[near.links.right[link]] = None
        if plan[OUTCOME] == REVIEW:
            turned_from = candidates.identity[plan[TURNED_FROM]]
            touched[turned_from] = None
            changes.turned.append((self.record.interaction_id, near.review_name(near.reviews.item[i])))
        changes.identities += [near.state_of(node) for node in touched]
        near.write_links(changes)
        near.write_reviews(changes)
        for field, counted in enumerate(self.ready.rules.counts_names):
            number = near.record[i * near.n_fields + field]
            if counted and number != MISSING:
                near.write_identifier(changes, field, number)
        name = self.record.interaction_id
        for (_, key), state in zip(self.keys, self.posted, strict=True):
            posted = () if state.hub else (*state.posted, name)
            changes.keys.append((key, KeyState(posted, state.holders + 1, state.hub)))
        return changes
