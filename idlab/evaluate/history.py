"""A replay as the metrics read it."""

from __future__ import annotations

import numpy as np

from idlab.errors import BadInput
from idlab.metrics import History, Links
from idlab.metrics.arrays import Flags, Ints
from idlab.replay import Replay


def history_of(done: Replay, counts: Flags | None = None) -> History:
    """A replay as the metrics read it.

    Args:
        done: The replay of a log without erasures, which take interactions out of what can be judged.
        counts: [n] whether decision-level metrics count it; all if None.

    Raises:
        BadInput: If something was erased.
    """
    if done.erased.any():
        raise BadInput("the log holds erasures", hint="judge the log as it was before them")
    results, tape = done.results, done.tape
    links = links_of(done)
    return History(
        outcome=results.outcome,
        joined=results.joined,
        union_at=results.union_at,
        union_kept=results.union_kept,
        union_gone=results.union_gone,
        union_by_action=results.union_by_action,
        entry=tape.handled_at,
        target_start=results.target_start,
        target=results.target,
        moved_at=results.moved_at,
        moved=results.moved,
        moved_to=results.moved_to,
        identity=done.identity,
        link_left=links.left,
        link_right=links.right,
        link_state=links.state,
        reviewed=done.reviewed,
        counted=np.ones(len(results.outcome), dtype=np.bool_) if counts is None else counts,
    )


def links_of(done: Replay) -> Links:
    """Every link ever opened in a replay, as arrays."""
    return Links(*done.link_arrays)


def enabled_keys(done: Replay) -> Ints:
    """[n, rules] the key of every interaction under every rule that is switched on; -1 where missing."""
    keys = done.tape.key.reshape(done.tape.n_interactions, done.tape.n_rules)
    enabled = np.asarray(done.compiled.rules.key_on, dtype=np.bool_)
    switched_on: Ints = keys[:, enabled]
    return switched_on
