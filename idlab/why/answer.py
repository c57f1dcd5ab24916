"""The answer to why: what it holds, as lines for people and as JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from idlab.model import Evidence


class Cause(StrEnum):
    """What made two interactions one customer, or kept them two."""

    JOINED = "joined"
    """The decision about the later one put it into the identity of the earlier one."""
    BRIDGED = "bridged"
    """The decision about a third one united their identities."""
    ACCEPTED = "accepted"
    """An accepted link united their identities."""
    SPLIT = "split"
    """They were one, and a split parted them."""
    ERASED = "erased"
    """One of them was erased; nothing is shown of what it was."""
    PENDING = "pending"
    """A link between them waits for an answer."""
    CLOSED = "closed"
    """A link between them was declined or expired."""
    REVIEW = "review"
    """The later one was turned away by a guard and waits for a reviewer."""
    SET_ASIDE = "set_aside"
    """A guard set the earlier one's identity aside as a candidate."""
    NO_SHARED_KEY = "no_shared_key"
    """They share no key, so the earlier one's identity was no candidate."""
    HUB = "hub"
    """They share a key, but it leads to too many identities to be used."""
    KEY_NOT_KEPT = "key_not_kept"
    """They share a key, but the identity no longer keeps the value it is made of."""
    OBJECTED = "objected"
    """The customer objected to being linked."""
    BELOW_BAND = "below_band"
    """They were compared and the weight does not reach ``pending_at``."""
    NOT_UNITED = "not_united"
    """The earlier one's identity reached ``merge_at`` but had to stay out of the union."""
    OUTRANKED = "outranked"
    """Another candidate was better."""


@dataclass(frozen=True, slots=True)
class KeyComparison:
    """One key rule and what it made of the two sides.

    Args:
        rule: The forms it is made of, joined by ``+``.
        enabled: Whether it is switched on.
        earlier, later: Whether the side has a key under it; an earlier side is all its identity had by then.
        shared: Whether they have one in common.
        hub: Whether that one leads to too many identities.
    """

    rule: str
    enabled: bool
    earlier: bool
    later: bool
    shared: bool
    hub: bool

    def __str__(self) -> str:
        if self.shared:
            found = "in common, but a hub" if self.hub else "in common"
        elif self.earlier and self.later:
            found = "different"
        else:
            found = {
                (True, False): "missing in the later one",
                (False, True): "missing in the earlier one",
            }.get((self.earlier, self.later), "missing in both")
        return f"{self.rule}: {found}" + ("" if self.enabled else " (switched off)")


@dataclass(frozen=True, slots=True)
class Values:
    """A field of both records, normalised and masked as asked for; None where missing.

    Args:
        field: Its name.
        earlier, later: What is shown of the two values.
        equal: Whether the values themselves are equal.
    """

    field: str
    earlier: str | None
    later: str | None
    equal: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """The evidence of one record against one identity, as it was then.

    Args:
        record: interaction_id of the record.
        customer_id: The identity.
        interactions: How many interactions it held then.
        prior: What the weight starts from; None in a weighted average.
        evidence: Level and contribution of every field.
        weight: What they come to.
        score: The same as a number from 0 to 1.
    """

    record: str
    customer_id: str
    interactions: int
    prior: float | None
    evidence: tuple[Evidence, ...]
    weight: float
    score: float

    def lines(self) -> Iterator[str]:
        """The waterfall: from the prior, field by field, to the weight."""
        held = _interactions(self.interactions)
        yield f"evidence of {self.record} against {self.customer_id}, then {held}:"
        width = max(len(one.field) for one in self.evidence)
        if self.prior is not None:
            yield f"  {'prior':{width}}  {self.prior:+8.2f}"
        for one in self.evidence:
            said = "not compared" if one.level is None else f"{one.contribution:+8.2f}  {one.level}"
            yield f"  {one.field:{width}}  {said}"
        unit = "average" if self.prior is None else "bits"
        yield f"  {'weight':{width}}  {self.weight:+8.2f}  {unit}, score {self.score:.4f}"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way from one interaction to the other: by which key rules, or which link, to whom."""

    by: tuple[str, ...]
    to: str


@dataclass(frozen=True, slots=True)
class LinkBetween:
    """A link between the two customers."""

    link_id: str
    left: str
    right: str
    state: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why two interactions are, or are not, one customer.

    Args:
        earlier, later: Their ids, by the order handled.
        customers: The customer_id of each, at the end.
        same: Whether these are one.
        cause: What made them one or kept them two.
        told: The cause in a sentence or two.
        outcome: Of the decision that the cause lies in; None if that is an action.
        reasons: Of that decision.
        keys: Every key rule.
        other_forms: Forms in common that no enabled key rule stands on.
        values: Every field of both records.
        comparisons: Evidence of that decision.
        thresholds: ``merge_at`` and ``pending_at``, as weights.
        path: The way from the earlier to the later one, if they are one customer.
        links: Every link between the two customers.
        config_digest: Of the scoring config.
    """

    earlier: str
    later: str
    customers: tuple[str, str]
    same: bool
    cause: Cause
    told: str
    outcome: str | None
    reasons: tuple[str, ...]
    keys: tuple[KeyComparison, ...]
    other_forms: tuple[str, ...]
    values: tuple[Values, ...]
    comparisons: tuple[Comparison, ...]
    thresholds: tuple[float, float]
    path: tuple[Step, ...]
    links: tuple[LinkBetween, ...]
    config_digest: str

    def to_json(self) -> str:
        """All of it as one JSON object."""
        return json.dumps(asdict(self), ensure_ascii=True, allow_nan=False)

    def lines(self) -> list[str]:
        """All of it as plain text."""
        one, other = self.customers
        verdict = f"one customer, {one}" if self.same else f"two customers, {one} and {other}"
        lines = [f"{self.earlier} and {self.later} are {verdict}.", self.told]
        if self.outcome is not None:
            lines.append(f"decision: {self.outcome} ({', '.join(self.reasons)})")
        if self.path:
            lines.append(
                "path: " + self.earlier + "".join(f" --[{' or '.join(s.by)}]-- {s.to}" for s in self.path)
            )
        if self.cause is Cause.ERASED:
            return lines
        lines += ["", "values:", *(f"  {one.field}: {_both(one)}" for one in self.values)]
        lines += ["", "keys:", *(f"  {key}" for key in self.keys)]
        if self.other_forms:
            lines.append(f"  in common, but no key: {', '.join(self.other_forms)}")
        for comparison in self.comparisons:
            lines += ["", *comparison.lines()]
        merge_at, pending_at = self.thresholds
        lines += ["", f"merge from {merge_at:.2f} on, pending from {pending_at:.2f} on"]
        lines += [f"link {link.link_id}: {link.state}" for link in self.links]
        return lines


def _interactions(count: int) -> str:
    return "1 interaction" if count == 1 else f"{count} interactions"


def _both(values: Values) -> str:
    if values.equal:
        return f"both {values.earlier}"
    if values.earlier is None and values.later is None:
        return "missing in both"
    return f"{values.earlier or 'missing'} | {values.later or 'missing'}"
