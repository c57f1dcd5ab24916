"""Finding out why returning customers were not merged rightly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from idlab.core.codes import KEEP_ALL, KEEP_FIRST, MISSING, NEW
from idlab.core.codes import REVIEW as REVIEWED
from idlab.evaluate.evaluation import Evaluation
from idlab.evaluate.history import enabled_keys
from idlab.evaluate.keys import Rule, declared_rules, form_codes, form_names, key_codes, rules_read
from idlab.evaluate.loss_causes import CAUSES, NO_RULE, LossCause
from idlab.metrics import Disposition, OutcomeCode
from idlab.metrics.alike import earlier_alike
from idlab.metrics.arrays import Flags, Ints, dense
from idlab.metrics.ceiling import ceiling
from idlab.metrics.holders import Held, holders_before, kept_before
from idlab.metrics.ownership import owners_before
from idlab.metrics.served import served


class Found(NamedTuple):
    """Losses with their causes; see ``idlab.evaluate.losses.Losses``."""

    row: Ints
    cause: Ints
    rule: Ints
    rules: tuple[Rule, ...]


class Finder:
    """The cause of every loss of an evaluation, tried one after the other.

    Args:
        evaluation: Whose losses.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.done, self.history, self.person = evaluation.replay, evaluation.history, evaluation.person
        how = evaluation.disposition
        missed = evaluation.judgements.linkable & (how != Disposition.MERGE_RIGHT)
        self.lost: Flags = evaluation.judged & missed
        self.cause = np.full(self.person.size, MISSING, dtype=np.int64)
        self.rule = np.full(self.person.size, NO_RULE, dtype=np.int64)
        self.keys = enabled_keys(self.done)

    def found(self) -> Found:
        """The losses and their causes."""
        self._met_its_own()
        held = self._candidates()
        self._without_key(np.bincount(held.row, minlength=self.person.size) > 0)
        self._with_key(held)
        row = np.flatnonzero(self.lost)
        return Found(row, self.cause[row], self.rule[row], self.other_rules)

    @property
    def open(self) -> Flags:
        """[n] losses without a cause so far."""
        found: Flags = self.lost & (self.cause == MISSING)
        return found

    def _mark(self, cause: LossCause, where: Flags) -> None:
        self.cause[self.open & where] = CAUSES.index(cause)

    def _met_its_own(self) -> None:
        """What the decision led to a right identity, or to its own, though not to a right merge."""
        how, outcome = self.evaluation.disposition, self.history.outcome
        with_its_own = served(self.history, self.person).own > 0
        pending = (outcome == OutcomeCode.PENDING) & with_its_own
        self._mark(LossCause.PENDING, (how == Disposition.PENDING_RIGHT) | pending | self._left_over())
        review = (outcome == OutcomeCode.REVIEW) & with_its_own
        self._mark(LossCause.GUARD, (how == Disposition.REVIEW_RIGHT) | review)
        self._mark(LossCause.MIXED, (outcome == OutcomeCode.MERGE) & with_its_own)

    def _left_over(self) -> Flags:
        """Merges that opened a link to a right identity (``link_on_merge``)."""
        found = np.zeros(self.person.size, dtype=np.bool_)
        links = self.history.links
        merged = np.flatnonzero(self.history.outcome[links.left] == OutcomeCode.MERGE)
        at = merged[np.argsort(links.left[merged], kind="stable")]
        owner = owners_before(self.history, self.person, links.left[at], links.right[at])
        found[links.left[at][owner == self.person[links.left[at]]]] = True
        return found

    def _candidates(self) -> Held:
        """The identities that hold its own with the same key, for every loss and enabled rule."""
        who, _ = dense(self.person)
        columns = []
        for key in self.keys.T:
            code, number = dense(key)
            columns.append(np.where((key >= 0) & (self.person >= 0), who * number + code, MISSING))
        table = np.stack(columns, axis=1) if columns else self.keys
        return holders_before(self.history, table, self.open)

    def _without_key(self, has_key: Flags) -> None:
        """Losses that share no key with their own."""
        self._mark(
            LossCause.ORDER, ~has_key & (ceiling(self.keys, self.person) < np.arange(self.person.size))
        )
        declared = declared_rules(self.done)
        on = {rule for rule, on in zip(declared, self.done.compiled.rules.key_on, strict=True) if on}
        self.other_rules = tuple(rule for rule in rules_read(self.done) if rule not in on)
        found = np.zeros(self.person.size, dtype=np.bool_)
        for place, codes in enumerate(key_codes(self.done, self.other_rules).T):
            alike = earlier_alike(self.person, codes)
            self.rule[self.open & ~has_key & alike & ~found] = place
            found |= alike
        forms = np.zeros(self.person.size, dtype=np.bool_)
        for field, form in form_names(self.done):
            forms |= earlier_alike(self.person, form_codes(self.done, field, form))
        self._mark(LossCause.NEVER_CANDIDATE, ~has_key & (found | forms))
        self._mark(LossCause.NO_EVIDENCE, ~has_key)

    def _with_key(self, held: Held) -> None:
        """Losses that share a key with their own: what kept the right identity from winning."""
        usable = ~self._hubs()[held.row, held.column]
        lives = usable & self._keys_live(held)
        owner = owners_before(self.history, self.person, held.row, held.identity)
        right = lives & (owner == self.person[held.row])
        self._mark(LossCause.HUB, ~self._any(held, usable))
        self._mark(LossCause.OVERWRITTEN, ~self._any(held, lives))
        self._mark(LossCause.MIXED, ~self._any(held, right))
        results, rules = self.done.results, self.done.compiled.rules
        is_runner_up = right & (held.identity == results.runner_up[held.row])
        runner_up = self._any(held, is_runner_up)
        reaches = (results.runner_up != MISSING) & (results.runner_up_weight >= rules.pending_at)
        ahead = results.runner_up_weight > results.weight
        reviewed = self.history.outcome == REVIEWED
        self._mark(LossCause.BELOW_BAND, (self.history.outcome == NEW) | ~reaches)
        self._mark(LossCause.GUARD, runner_up & (ahead | reviewed))
        self._mark(LossCause.OUTRANKED, self.lost)

    def _any(self, held: Held, which: Flags) -> Flags:
        found: Flags = np.bincount(held.row[which], minlength=self.person.size) > 0
        return found

    def _hubs(self) -> Flags:
        """[n, rules] whether a key was a hub when its interaction was decided, for every enabled rule."""
        enabled = np.asarray(self.done.compiled.rules.key_on, dtype=np.bool_)
        found: Flags = self.done.met_hub[:, enabled]
        return found

    def _keys_live(self, held: Held) -> Flags:
        """Whether an identity still keeps the values that its own's key is made of, part by part."""
        rules, keys = self.done.compiled.rules, self.done.compiled.keys
        enabled = [parts for parts, on in zip(keys, rules.key_on, strict=True) if on]
        lives = np.ones(held.row.size, dtype=np.bool_)
        for field, form in sorted({part for parts in enabled for part in parts}):
            if rules.keep[field] == KEEP_ALL:
                continue
            made_of = np.isin(held.column, _columns_with(enabled, (field, form)))
            codes = form_codes(self.done, field, form)
            asked = held.row[made_of], held.identity[made_of]
            kept = kept_before(self.history, codes, *asked, latest=rules.keep[field] != KEEP_FIRST)
            lives[made_of] &= kept == codes[asked[0]]
        return lives


def _columns_with(enabled: Sequence[tuple[tuple[int, int], ...]], part: tuple[int, int]) -> list[int]:
    """The places of the enabled rules that are made of a form."""
    return [place for place, parts in enumerate(enabled) if part in parts]
