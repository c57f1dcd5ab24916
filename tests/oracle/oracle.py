"""The naive oracle of the whole resolver, written from ``idlab/core/TRUTH_TABLE.md`` alone.

Slow on purpose: every step works everything out from the records again, sharing no code with ``idlab.core``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from idlab.config import KeyRule, ScoringConfig
from idlab.model import (
    Action,
    Decision,
    Evidence,
    Interaction,
    Link,
    Outcome,
    ReviewItem,
    customer_id_of,
    microseconds,
)
from idlab.normalize.normalizer import FieldSpec, Normalizer
from tests.oracle.actions import Actions
from tests.oracle.compare import Comparer, Pair, Predicate
from tests.oracle.decide import Candidate, Decider, Ruling
from tests.oracle.names import Names
from tests.oracle.state import Identity, Kept, Record, World, kept_values

Key = tuple[int, tuple[str, ...]]

REASONS = (
    "NO_CANDIDATE",
    "BELOW_BAND",
    "STRONG_MATCH",
    "IN_BAND",
    "RIVALS",
    "FLAGGED",
    "NAME_TOO_MANY",
    "OLDEST",
    "BRIDGED",
    "AMBIGUOUS",
    "CONTRADICTION",
    "CANNOT_LINK",
    "TOO_MANY_NAMES",
    "JOINED",
    "LINKED",
    "LINKS_CUT",
    "HUB",
    "SHARED",
    "NOW_FLAGGED",
)
"""Every reason, in the order in which a decision names them."""


class Oracle:
    """Decides like the truth table says; ``rows`` counts the rows that occurred.

    Example:
        >>> from datetime import UTC, datetime
        >>> from tests.oracle.worlds import family_config
        >>> oracle = Oracle(family_config())
        >>> call = Interaction("call-1", datetime(2026, 1, 5, tzinfo=UTC), "voice", phone="+1 202 555 0143")
        >>> str(oracle.resolve(call).outcome)
        'NEW'
    """

    def __init__(self, config: ScoringConfig, predicates: Mapping[str, Predicate] | None = None) -> None:
        self.config = config
        self.rows: Counter[str] = Counter()
        self.decisions: dict[str, Decision] = {}
        self._normalizer = Normalizer(_specs(config), config.normalize)
        self._world = World(_known_shared(config))
        self._comparer = Comparer(config, predicates or {})
        self._names = Names(config, self._comparer)
        self._decider = Decider(config, self._comparer, self._names, self._world)
        self._actions = Actions(self._world, self._names, self.rows, self._forget_marks)

    # one interaction

    def resolve(self, interaction: Interaction) -> Decision:
        """Decide about one interaction."""
        if interaction.interaction_id in self.decisions:
            return self._decided_before(interaction.interaction_id)
        values = self._normalizer.record(interaction).values
        number, moment = len(self._world.records), microseconds(interaction.occurred_at)
        record = Record(number, interaction.interaction_id, moment, values)
        self._world.records.append(record)
        self._count_names(record)
        is_hub = self._mark_hubs(record)
        candidates = self._candidates(record)
        ruling = self._decider.rule(candidates)
        self._met(ruling.row)
        holder = self._apply(ruling, record)
        ruling.reasons |= {"HUB"} if is_hub else set()
        ruling.reasons |= {"SHARED"} if self._has_shared(record) else set()
        if self._names.flagged(holder) and self._world.open_item(holder) is None:
            self._world.review(holder)
            ruling.reasons.add("NOW_FLAGGED")
        self._world.end_provisional()
        decision = self._decision(ruling, record, holder)
        self.decisions[interaction.interaction_id] = decision
        return decision

    def _decided_before(self, interaction_id: str) -> Decision:
        before = self.decisions[interaction_id]
        identity = next(
            one
            for one in self._world.identities
            if any(record.interaction_id == interaction_id for record in one.records)
        )
        self._met("P2" if identity.erased else "P1")
        if not identity.erased:
            return before
        # reading: an ERASED decision names nothing but the interaction, the tombstone and the config.
        return Decision(
            interaction_id, Outcome.ERASED, _customer_id(identity), config_digest=self.config.digest
        )

    def _met(self, row: str, really: bool = True) -> None:
        if really:
            self.rows[row] += 1

    def _count_names(self, record: Record) -> None:
        """P3."""
        name = self._names.of(record)
        if name is None:
            return
        for place, value in self._counted_identifiers(record):
            self._met("P3")
            heard = self._world.heard.setdefault((place, value), [])
            if name not in heard:
                heard.append(name)
            # reading: an identifier becomes shared here only, never by an erasure that parts names.
            if self._names.too_many_for_identifier([*self._holding(place, value), record], heard):
                self._world.shared.add((place, value))

    def _holding(self, place: int, value: str) -> list[Record]:
        return [record for record in self._world.live_records() if record.values[place] == value]

    def _counted_identifiers(self, record: Record) -> Iterator[tuple[int, str]]:
        for place, field in enumerate(self.config.fields):
            value = record.values[place]
            if field.name in self.config.guards.count_names_on and value is not None:
                yield place, value

    def _has_shared(self, record: Record) -> bool:
        return any(self._world.is_shared(place, value) for place, value in self._counted_identifiers(record))

    # keys

    def keys(self, record: Record) -> list[Key]:
        """The keys of a record: the place of the rule and the values of its forms."""
        found = []
        for place, rule in enumerate(self.config.keys):
            forms = [self._form(record, on) for on in rule.on]
            if rule.enabled and None not in forms:
                found.append((place, tuple(form for form in forms if form is not None)))
        return found

    def _form(self, record: Record, on: str) -> str | None:
        name, _, form = on.partition(".")
        place = self._place(name)
        value = record.values[place]
        return None if value is None else self._comparer.scalar(self.config.fields[place], value, form)

    def _place(self, name: str) -> int:
        return [field.name for field in self.config.fields].index(name)

    def _under(self, key: Key) -> list[Identity]:
        """The live identities that a key leads to."""
        return [
            identity
            for identity in self._world.live()
            if any(
                key in self.keys(record) and self._keeps(identity, record, self.config.keys[key[0]])
                for record in identity.records
            )
        ]

    def _keeps(self, identity: Identity, record: Record, rule: KeyRule) -> bool:
        """Whether the profile keeps every value of the record that the rule's keys are made of."""
        places = [self._place(on.partition(".")[0]) for on in rule.on]
        return all(
            record.values[place] in [kept.value for kept in self._kept(identity, place)] for place in places
        )

    def _mark_hubs(self, record: Record) -> bool:
        """P4: mark what has become a hub; whether any key of the record is one."""
        for key in self.keys(record):
            counted = [identity for identity in self._under(key) if not identity.provisional]
            if len(counted) > self.config.keys[key[0]].max_fanout:
                self._world.hubs.add(key)
        # reading: HUB is told whenever a key of the record is a hub, newly or since long.
        is_hub = any(key in self._world.hubs for key in self.keys(record))
        self._met("P4", is_hub)
        return is_hub

    def _forget_marks(self) -> None:
        """Marks go with the last live record that holds them."""
        live = self._world.live_records()
        self._world.hubs &= {key for record in live for key in self.keys(record)}
        self._world.shared &= {
            (place, value)
            for record in live
            for place, value in enumerate(record.values)
            if value is not None
        }
        # reading: a name keeps its place in the order while a live record has it, whoever had it first.
        for (place, value), heard in self._world.heard.items():
            still = {self._names.of(record) for record in self._holding(place, value)}
            heard[:] = [name for name in heard if name in still]

    # candidates

    def _candidates(self, record: Record) -> list[Candidate]:
        """The live identities under the record's keys that did not object, in rank order."""
        usable = [key for key in self.keys(record) if key not in self._world.hubs]
        found = {identity for key in usable for identity in self._under(key)}
        self._met("P5", any(identity.objected for identity in found))
        # reading: who objected is no candidate for any row, nor runner-up.
        candidates = [self._candidate(identity, record) for identity in found if not identity.objected]
        self._met("P6", any(one.set_aside for one in candidates))
        return sorted(candidates, key=lambda one: (-one.weight, one.identity.root.number))

    def _candidate(self, identity: Identity, record: Record) -> Candidate:
        evidence = tuple(self._evidence(identity, record))
        aside = self._names.turns_away(identity, record)
        return Candidate(identity, self._comparer.weigh(evidence), evidence, aside)

    def _evidence(self, identity: Identity, record: Record) -> Iterator[Evidence]:
        for place, field in enumerate(self.config.fields):
            value = record.values[place]
            pairs = [
                Pair(
                    value,
                    kept.value,
                    record.seen - kept.last_seen,
                    self._world.is_shared(place, value) or self._world.is_shared(place, kept.value),
                )
                for kept in self._kept(identity, place)
                if value is not None
            ]
            agreed = self._comparer.best(field, pairs)
            if agreed is None:
                yield Evidence(field.name, None, 0.0)
            else:
                yield Evidence(field.name, field.levels[agreed.level].name, agreed.contribution)

    def _kept(self, identity: Identity, place: int) -> list[Kept]:
        return kept_values(identity.records, place, self.config.fields[place].keep)

    # effects

    def _apply(self, ruling: Ruling, record: Record) -> Identity:
        """Carry the ruling out; the identity that took the record in."""
        if ruling.outcome is Outcome.MERGE:
            return self._merge(ruling, record)
        if ruling.joins is not None:
            holder = ruling.joins
            holder.records.append(record)
        else:
            holder = self._world.open_identity(record, provisional=ruling.outcome is not Outcome.NEW)
        for target in ruling.targets:
            self._world.link(record, target.identity)
        if ruling.turned_away_by is not None:
            self._world.review(ruling.turned_away_by.identity).records.append(record)
        return holder

    def _merge(self, ruling: Ruling, record: Record) -> Identity:
        holder = ruling.united[0].identity
        for member in ruling.united[1:]:
            holder = self._world.unite(holder, member.identity)
        holder.records.append(record)
        # reading: LINKED is told if a link was opened, not if every left-over candidate had one already.
        for one in ruling.left_over:
            if self._world.link(record, one.identity):
                ruling.reasons.add("LINKED")
        return holder

    def _decision(self, ruling: Ruling, record: Record, holder: Identity) -> Decision:
        basis, runner_up = ruling.basis, ruling.runner_up
        aims = ruling.targets if ruling.turned_away_by is None else [ruling.turned_away_by]
        return Decision(
            record.interaction_id,
            ruling.outcome,
            _customer_id(holder),
            score=None if basis is None else self._comparer.score(basis.weight),
            weight=None if basis is None else basis.weight,
            runner_up=None if runner_up is None else _customer_id(runner_up.identity),
            runner_up_score=None if runner_up is None else self._comparer.score(runner_up.weight),
            reasons=tuple(reason for reason in REASONS if reason in ruling.reasons),
            evidence=() if basis is None else basis.evidence,
            targets=tuple(_customer_id(aim.identity) for aim in aims),
            config_digest=self.config.digest,
        )

    # actions and views

    def act(self, action: Action) -> str:
        """Carry out an action: the state of the link or item, ``done``, or why nothing changed."""
        return self._actions.act(action)

    def identities(self) -> dict[str, str]:
        """The customer_id that every handled interaction has now, tombstones included."""
        return {
            record.interaction_id: _customer_id(self._world.holder(record)) for record in self._world.records
        }

    def links(self) -> list[Link]:
        """All links in the order opened."""
        return [
            Link(link.left.interaction_id, link.right.interaction_id, link.state)
            for link in self._world.links
        ]

    def reviews(self) -> list[ReviewItem]:
        """All review items in the order opened."""
        return [
            ReviewItem(
                item.anchor.interaction_id,
                item.number,
                item.state,
                tuple(record.interaction_id for record in item.records),
            )
            for item in self._world.items
        ]

    def provisional(self) -> set[str]:
        """The customer_ids of provisional identities."""
        return {_customer_id(identity) for identity in self._world.live() if identity.provisional}

    def flagged(self) -> set[str]:
        """The customer_ids of flagged identities."""
        return {_customer_id(identity) for identity in self._world.live() if self._names.flagged(identity)}

    def hubs(self) -> set[Key]:
        """The keys marked as hubs: place of the rule, values of its forms."""
        return set(self._world.hubs)

    def shared(self) -> set[tuple[str, str]]:
        """The identifiers marked as shared since the start: field and normalised value."""
        return {(self.config.fields[place].name, value) for place, value in self._world.shared}


def _customer_id(identity: Identity) -> str:
    return customer_id_of(identity.root.interaction_id)


def _specs(config: ScoringConfig) -> list[FieldSpec]:
    plain = Normalizer([FieldSpec(field.name, field.kind) for field in config.fields], config.normalize)
    return [
        FieldSpec(field.name, field.kind, _normalised(plain, place, field.blocked))
        for place, field in enumerate(config.fields)
    ]


def _known_shared(config: ScoringConfig) -> frozenset[tuple[int, str]]:
    plain = Normalizer([FieldSpec(field.name, field.kind) for field in config.fields], config.normalize)
    return frozenset(
        (place, value)
        for place, field in enumerate(config.fields)
        for value in _normalised(plain, place, field.known_shared)
    )


def _normalised(normalizer: Normalizer, place: int, raw_values: tuple[str, ...]) -> frozenset[str]:
    values = (normalizer.value(place, raw)[0] for raw in raw_values)
    return frozenset(value for value in values if value is not None)
