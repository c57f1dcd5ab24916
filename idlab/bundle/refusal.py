"""Refusing a bundle: the first decision that comes out otherwise, explained field by field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from idlab.bundle.golden import Golden, GoldenDecision, GoldenEvidence
from idlab.errors import BadInput


class Difference(NamedTuple):
    """One part of a decision that comes out otherwise.

    Args:
        part: Such as ``outcome`` or ``evidence of phone``.
        got: What was decided now, as text.
        wanted: What must be decided.
    """

    part: str
    got: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.part} is {self.got} and must be {self.wanted}"


class BundleRefused(BadInput):
    """A bundle that must not decide: it was changed, or this release decides otherwise than it says.

    Args:
        what: Why.
        where: The file.
        hint: What to do about it.
        differences: In what the first decision that differs does so; none if the file itself was changed.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        differences: Sequence[Difference] = (),
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.differences = tuple(differences)


def refusal(number: int, golden: Golden, found: Golden, changed: Sequence[str], where: str) -> BundleRefused:
    """Why a bundle is refused that wants another decision than is made.

    Args:
        number: The place of the decision, from 1.
        golden: What must be decided.
        found: What was decided.
        changed: A line for every version that is not what it was.
        where: What the message calls the bundle.
    """
    parts = tuple(differences(golden.decision, found.decision))
    because = f" ({'; '.join(changed)})" if changed else ""
    told = f"golden decision {number}, interaction {golden.interaction.interaction_id}: "
    return BundleRefused(
        told + ", ".join(map(str, parts)) + because,
        where=where,
        hint="install what it was made with, or tune and export again",
        differences=parts,
    )


def differences(wanted: GoldenDecision, got: GoldenDecision) -> Iterator[Difference]:
    """In what a decision differs from the one that must be made, part by part.

    Args:
        wanted: What must be decided.
        got: What was decided.

    Example:
        >>> given = {"customer_id": "c", "runner_up": None, "targets": (), "evidence": (), "weight": None}
        >>> new, merge = (GoldenDecision(outcome=one, reasons=(), **given) for one in ("NEW", "MERGE"))
        >>> [str(one) for one in differences(new, merge)]
        ["outcome is 'MERGE' and must be 'NEW'"]
    """
    for name in GoldenDecision.model_fields:
        if name != "evidence" and getattr(wanted, name) != getattr(got, name):
            yield Difference(name, repr(getattr(got, name)), repr(getattr(wanted, name)))
    before, now = ({one.field: one for one in decision.evidence} for decision in (wanted, got))
    for field in dict.fromkeys((*before, *now)):
        if before.get(field) != now.get(field):
            yield Difference(f"evidence of {field}", _told(now.get(field)), _told(before.get(field)))
    orders = [[one.field for one in decision.evidence] for decision in (got, wanted)]
    if before == now and orders[0] != orders[1]:
        yield Difference("order of evidence", *(", ".join(order) for order in orders))


def _told(evidence: GoldenEvidence | None) -> str:
    if evidence is None:
        return "absent"
    if evidence.level is None:
        return "not compared"
    return f"{evidence.level!r} with {evidence.contribution:+}"
