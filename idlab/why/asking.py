"""Finding out why two interactions are, or are not, one customer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from idlab.core.codes import INTERACTION, LINK_STATES, OPEN, OUTCOMES, WEIGHTED_AVERAGE, reasons_of
from idlab.errors import BadInput
from idlab.model import customer_id_of
from idlab.replay import Replay
from idlab.why.answer import Cause, Comparison, Step, Why
from idlab.why.between import held_before, links_between, meeting_and_parting, turned_away
from idlab.why.past import Past, Role, Standing, before, entry_of, journey
from idlab.why.sides import agreeing_forms, compared_keys, compared_values
from idlab.why.way import way_between


def why(done: Replay, a: str, b: str, *, show_identifiers: bool = False) -> Why:
    """Why two interactions are, or are not, one customer.

    Args:
        done: The replay that decided about them.
        a: interaction_id of one.
        b: interaction_id of the other.
        show_identifiers: Whether values are shown as they are; else they are masked.

    Returns:
        The cause, the keys, the evidence of the decision that it lies in, the links, and the way from one to
        the other if they are one customer.

    Raises:
        BadInput: If an interaction is not in the replay, or both are the same.

    Example:
        >>> from datetime import datetime, UTC
        >>> from pathlib import Path
        >>> from idlab import Interaction, ScoringConfig
        >>> from idlab.replay import encode_entries, replay
        >>> config = ScoringConfig.load(Path("configs/default.json"))
        >>> day = datetime(2026, 1, 5, tzinfo=UTC)
        >>> calls = [Interaction(one, day, "voice", phone="+1 202 555 0143") for one in ("call-1", "call-2")]
        >>> found = why(replay(encode_entries(calls, config), config), "call-1", "call-2")
        >>> found.same, found.cause.value, found.path[0].by
        (True, 'joined', ('phone.e164',))
    """
    earlier, later = sorted((_number(done, a), _number(done, b)))
    if earlier == later:
        raise BadInput(f"interaction {a!r} is asked about twice", hint="name two different interactions")
    if any(done.erased[i] for i in (earlier, later)):
        return _erased(done, earlier, later)
    met, parted = meeting_and_parting(done, earlier, later)
    if done.identity[earlier] == done.identity[later] and met is not None:
        found = _what_united(done, earlier, later, met)
    else:
        found = _what_keeps_apart(done, earlier, later, parted)
    return _answer(done, earlier, later, found, show_identifiers=show_identifiers)


def _number(done: Replay, interaction_id: str) -> int:
    try:
        return done.tape.ids.index(interaction_id)
    except ValueError:
        hint = "name an interaction_id of the dataset"
        raise BadInput(f"there is no interaction {interaction_id!r}", hint=hint) from None


def _erased(done: Replay, earlier: int, later: int) -> Why:
    """The answer where there is nothing left to tell."""
    ids, rules = done.tape.ids, done.compiled.rules
    one, other = (customer_id_of(ids[done.identity[i]]) for i in (earlier, later))
    return Why(
        earlier=ids[earlier],
        later=ids[later],
        customers=(one, other),
        same=one == other,
        cause=Cause.ERASED,
        told="Erased: what was known of them is gone." if one == other else "One of them was erased.",
        outcome=None,
        reasons=(),
        keys=(),
        other_forms=(),
        values=(),
        comparisons=(),
        thresholds=(rules.merge_at, rules.pending_at),
        path=(),
        links=(),
        config_digest=done.compiled.digest,
    )


@dataclass(frozen=True, eq=False)
class _Finding:
    """The cause, and the decision that it lies in.

    Args:
        cause: What made them one or kept them two.
        told: The same in a sentence.
        past: The world before the decision.
        record: The record whose keys are compared with the earlier one's identity.
        root: That identity.
        decided: The interaction decided; None where the cause lies in an action.
        compared: The evidence.
        path: The way from one to the other.
    """

    cause: Cause
    told: str
    past: Past
    record: int
    root: int
    decided: int | None
    compared: tuple[Comparison, ...] = ()
    path: tuple[Step, ...] = ()


def _answer(done: Replay, earlier: int, later: int, found: _Finding, *, show_identifiers: bool) -> Why:
    ids, rules, decided = done.tape.ids, done.compiled.rules, found.decided
    one, other = (customer_id_of(ids[done.identity[i]]) for i in (earlier, later))
    return Why(
        earlier=ids[earlier],
        later=ids[later],
        customers=(one, other),
        same=one == other,
        cause=found.cause,
        told=found.told,
        outcome=None if decided is None else OUTCOMES[done.results.outcome[decided]],
        reasons=() if decided is None else reasons_of(int(done.results.reasons[decided])),
        keys=compared_keys(found.past, found.root, found.record),
        other_forms=agreeing_forms(found.past, found.root, found.record),
        values=compared_values(done, earlier, later, show_identifiers=show_identifiers),
        comparisons=found.compared,
        thresholds=(rules.merge_at, rules.pending_at),
        path=found.path,
        links=links_between(done, earlier, later),
        config_digest=done.compiled.digest,
    )


def _what_united(done: Replay, earlier: int, later: int, met: int) -> _Finding:
    """What made two interactions one customer at a log position."""
    tape, past = done.tape, before(done, met)
    roots = [held_before(journey(done, i), met) for i in (earlier, later)]
    held = [past.members(root) for root in roots if root is not None]
    mine = roots[0]
    assert mine is not None
    if tape.kind[met] != INTERACTION:
        linked = int(tape.subject[met]), int(tape.other[met])
        path = way_between(past, earlier, later, np.concatenate(held), linked)
        told = f"An accepted link united the identities that held them (entry {met + 1} of the log)."
        return _Finding(Cause.ACCEPTED, told, past, later, mine, None, path=path)
    decided = int(tape.subject[met])
    size = past.decide(decided)
    compared = tuple(comparison_of(past, decided, size, root)[1] for root in roots if root is not None)
    path = way_between(past, earlier, later, np.concatenate([*held, [decided]]), None)
    name = tape.ids[decided]
    if decided == later:
        told = f"The decision about {name} put it into the identity that held {tape.ids[earlier]}."
        return _Finding(Cause.JOINED, told, past, decided, mine, decided, compared, path)
    told = f"The decision about {name} united the identities that held them."
    return _Finding(Cause.BRIDGED, told, past, decided, mine, decided, compared, path)


def _what_keeps_apart(done: Replay, earlier: int, later: int, parted: int | None) -> _Finding:
    """What keeps two interactions two customers."""
    if parted is not None:
        told = f"They were one customer until a split (entry {parted + 1} of the log) parted them."
        return _apart(done, earlier, later, (Cause.SPLIT, told))
    number = {name: i for i, name in enumerate(done.tape.ids)}
    links = links_between(done, earlier, later)
    waiting = [link for link in links if link.state == LINK_STATES[OPEN]]
    if links:
        link = waiting[0] if waiting else links[-1]
        became = "waits for an answer" if waiting else f"was closed: {link.state}"
        told = f"A link between their identities, opened when {link.left} was decided, {became}."
        cause = Cause.PENDING if waiting else Cause.CLOSED
        return _apart(done, number[link.right], number[link.left], (cause, told))
    turned = turned_away(done, earlier, later)
    if turned is not None:
        record, anchor = turned
        told = f"A guard turned {done.tape.ids[record]} away from the other identity; a reviewer has to say."
        return _apart(done, anchor, record, (Cause.REVIEW, told))
    return _apart(done, earlier, later, None)


def _apart(done: Replay, holder: int, record: int, cause: tuple[Cause, str] | None) -> _Finding:
    """The decision about a record against the identity that held another one; the cause if none is given."""
    past = before(done, entry_of(done.tape, record))
    root = held_before(journey(done, holder), past.entry)
    assert root is not None
    size = past.decide(record)
    standing, compared = comparison_of(past, record, size, root)
    found, told = cause or _at_the_decision(past, record, root, standing)
    return _Finding(found, told, past, record, root, record, (compared,))


def _at_the_decision(past: Past, later: int, root: int, standing: Standing) -> tuple[Cause, str]:
    """What the decision about the later one made of the earlier one's identity."""
    rules, name = past.done.compiled.rules, past.done.tape.ids[later]
    if standing.role is Role.NO_CANDIDATE:
        return _no_candidate(past, later, root)
    if standing.role is Role.SET_ASIDE:
        told = f"A guard set the other identity aside when {name} was decided: too many names."
        return Cause.SET_ASIDE, told
    if standing.weight < rules.pending_at:
        told = f"They were compared; the weight {standing.weight:.2f} does not reach {rules.pending_at:.2f}."
        return Cause.BELOW_BAND, told
    if standing.kept_out:
        reasons = ", ".join(reasons_of(standing.kept_out))
        told = f"The other identity reached merge_at, but stayed out of the union: {reasons}."
        return Cause.NOT_UNITED, told
    told = f"The other identity reached pending_at, but {name} had better candidates or waits already."
    return Cause.OUTRANKED, told


def _no_candidate(past: Past, later: int, root: int) -> tuple[Cause, str]:
    """Why an identity was no candidate."""
    if past.world.identities.objected[root]:
        return Cause.OBJECTED, "The customer of the other identity objected to being linked."
    keys = [key for key in compared_keys(past, root, later) if key.enabled and key.shared]
    if not keys:
        return Cause.NO_SHARED_KEY, "They share no key, so the other identity was no candidate."
    rules = ", ".join(key.rule for key in keys)
    if all(key.hub for key in keys):
        told = f"They share {rules}, but so do too many identities: a hub, which is not used as a key."
        return Cause.HUB, told
    told = f"They share {rules}, but the other identity no longer keeps what that is made of."
    return Cause.KEY_NOT_KEPT, told


def comparison_of(past: Past, i: int, size: int, root: int) -> tuple[Standing, Comparison]:
    """Where an identity stood when an interaction was decided, and the evidence.

    Args:
        past: The world before the decision.
        i: The interaction, which ``past.decide`` was called with.
        size: What that returned.
        root: The identity.
    """
    ready, ids = past.done.compiled, past.done.tape.ids
    standing = past.standing(i, size, root)
    prior = None if ready.rules.model == WEIGHTED_AVERAGE else ready.rules.prior
    return standing, Comparison(
        record=ids[i],
        customer_id=customer_id_of(ids[root]),
        interactions=len(past.members(root)),
        prior=prior,
        evidence=standing.evidence,
        weight=standing.weight,
        score=ready.score(standing.weight),
    )
