"""The rows R1 to R8: which of them holds for a record's candidates, and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass, field

from idlab.config import ScoringConfig
from idlab.model import Evidence, Outcome
from tests.oracle.compare import Comparer, Pair
from tests.oracle.names import Names
from tests.oracle.state import Identity, World, kept_values


@dataclass(eq=False)
class Candidate:
    """An identity under a key of the record, compared and weighed."""

    identity: Identity
    weight: float
    evidence: tuple[Evidence, ...]
    set_aside: bool


@dataclass(eq=False)
class Ruling:
    """The row that holds and what is to be done.

    ``basis`` is the candidate that the decision's score and evidence are of; ``united`` and ``left_over`` are
    M's, ``targets`` L's, ``turned_away_by`` is T's f; ``joins`` is who takes the record in under L and T.
    """

    row: str
    outcome: Outcome
    reasons: set[str]
    basis: Candidate | None = None
    runner_up: Candidate | None = None
    united: list[Candidate] = field(default_factory=list)
    left_over: list[Candidate] = field(default_factory=list)
    targets: list[Candidate] = field(default_factory=list)
    turned_away_by: Candidate | None = None
    joins: Identity | None = None


class Decider:
    """Reads the world, changes nothing."""

    def __init__(self, config: ScoringConfig, comparer: Comparer, names: Names, world: World) -> None:
        self.config = config
        self.comparer = comparer
        self.names = names
        self.world = world
        self.merge_at = comparer.threshold(config.decide.merge_at)
        self.pending_at = comparer.threshold(config.decide.pending_at)

    def rule(self, candidates: list[Candidate]) -> Ruling:
        """The first row that holds; candidates come in rank order."""
        if not candidates:
            return Ruling("R2", Outcome.NEW, {"NO_CANDIDATE"})
        best = candidates[0]
        top_wins = self.config.decide.flagged == "top_wins"
        if top_wins and best.set_aside and best.weight >= self.pending_at:
            return self._turned_away("R1", best, candidates)
        reaching = [one for one in candidates if one.weight >= self.pending_at]
        if not reaching:
            runner_up = _first_outside(candidates, [best])
            return Ruling("R4", Outcome.NEW, {"BELOW_BAND"}, basis=best, runner_up=runner_up)
        usable = [one for one in reaching if not one.set_aside]
        if not usable:
            return self._turned_away("R3", reaching[0], candidates)
        if usable[0].weight >= self.merge_at:
            return self._strong(usable, candidates)
        return self._in_band(usable, candidates)

    def _turned_away(self, row: str, by: Candidate, candidates: list[Candidate]) -> Ruling:
        reasons = {"FLAGGED" if self.names.flagged(by.identity) else "NAME_TOO_MANY"}
        ruling = Ruling(row, Outcome.REVIEW, reasons, basis=by, runner_up=_first_outside(candidates, [by]))
        ruling.turned_away_by = by
        self._join(ruling, by, [by], candidates)
        return ruling

    def _strong(self, usable: list[Candidate], candidates: list[Candidate]) -> Ruling:
        united, reasons = self._bridge(usable)
        rivals = self._near(usable, united)
        top, runner_up = usable[0], _first_outside(candidates, united)
        if rivals and self.config.decide.on_rivals != "oldest":
            # reading: BRIDGED and what kept a candidate out of U are told under R7 as well.
            ruling = Ruling("R7", Outcome.PENDING, reasons | {"RIVALS"}, basis=top, runner_up=runner_up)
            self._link(ruling, top, united, united + rivals, candidates)
            return ruling
        reasons |= {"STRONG_MATCH"} | ({"OLDEST"} if rivals else set())
        ruling = Ruling("R6" if rivals else "R5", Outcome.MERGE, reasons, basis=top, runner_up=runner_up)
        ruling.united = united
        band = [one for one in usable if one.weight < self.merge_at and one not in united]
        if self.config.decide.link_on_merge:
            # reading: the cut to max_links comes first, as in L; one that is then left out frees no place.
            ruling.left_over = band[: self.config.decide.max_links]
        return ruling

    def _in_band(self, usable: list[Candidate], candidates: list[Candidate]) -> Ruling:
        top = usable[0]
        runner_up = _first_outside(candidates, [top])
        ruling = Ruling("R8", Outcome.PENDING, {"IN_BAND"}, basis=top, runner_up=runner_up)
        self._link(ruling, top, [top], [top, *self._near(usable, [top])], candidates)
        return ruling

    def _link(
        self,
        ruling: Ruling,
        top: Candidate,
        united: list[Candidate],
        targets: list[Candidate],
        candidates: list[Candidate],
    ) -> None:
        ranked = [one for one in candidates if one in targets]
        most = self.config.decide.max_links
        if len(ranked) > most:
            ruling.reasons.add("LINKS_CUT")
        self._join(ruling, top, united, candidates)
        # reading: the cut counts the joined identity, which then is no target.
        ruling.targets = [one for one in ranked[:most] if one.identity is not ruling.joins]

    def _join(
        self, ruling: Ruling, top: Candidate, united: list[Candidate], candidates: list[Candidate]
    ) -> None:
        for one in candidates:
            waits_here = one.identity in self.world.linked_with(top.identity) or self.world.turned_away_from(
                top.identity, one.identity
            )
            eligible = one.identity.provisional and not one.set_aside and one.weight >= self.merge_at
            if eligible and one not in united and waits_here:
                ruling.joins = one.identity
                ruling.reasons.add("JOINED")
                return

    def _near(self, usable: list[Candidate], united: list[Candidate]) -> list[Candidate]:
        """The candidates outside U that reach ``pending_at`` within the margin of the top."""
        floor = usable[0].weight - self.config.decide.margin
        outside = [one for one in usable if one not in united and one.weight >= floor]
        return [one for one in outside if not any(self._waits_with(one, member) for member in united)]

    def _waits_with(self, one: Candidate, member: Candidate) -> bool:
        either = one.identity.provisional or member.identity.provisional
        return either and one.identity in self.world.linked_with(member.identity)

    # bridging

    def _bridge(self, usable: list[Candidate]) -> tuple[list[Candidate], set[str]]:
        united = [usable[0]]
        reasons: set[str] = set()
        if self.config.decide.on_rivals == "bridge":
            for one in usable[1:]:
                if one.weight < self.merge_at:
                    continue
                objection = self._stays_out(one, united)
                if objection is None:
                    united.append(one)
                else:
                    reasons.add(objection)
        if len(united) > 1:
            reasons.add("BRIDGED")
        return united, reasons

    def _stays_out(self, one: Candidate, united: list[Candidate]) -> str | None:
        if any(self._ambiguous(each.identity) for each in (united[0], one)):
            return "AMBIGUOUS"
        if any(self.contradict(member.identity, one.identity) for member in united):
            return "CONTRADICTION"
        if any(member.identity in one.identity.cannot for member in united):
            return "CANNOT_LINK"
        if self.names.too_many([member.identity for member in (*united, one)]):
            return "TOO_MANY_NAMES"
        return None

    def _ambiguous(self, identity: Identity) -> bool:
        return identity.provisional and len(self.world.linked_with(identity)) > 1

    def contradict(self, earlier: Identity, later: Identity) -> bool:
        """Whether the evidence against two profiles being one falls below ``bridge_at``."""
        against = 0.0
        for place, declared in enumerate(self.config.fields):
            lefts, rights = (
                [kept.value for kept in kept_values(identity.records, place, declared.keep)]
                for identity in (earlier, later)
            )
            shared = self.world.is_shared
            pairs = [
                Pair(left, right, shared=shared(place, left) or shared(place, right))
                for left in lefts
                for right in rights
            ]
            agreement = self.comparer.best(declared, pairs)
            if agreement is not None and agreement.contribution < 0:
                against += agreement.contribution
        return against < self.config.decide.bridge_at


def _first_outside(candidates: list[Candidate], united: list[Candidate]) -> Candidate | None:
    return next((one for one in candidates if one not in united), None)
