"""Whether what a store keeps beside identities fits them: its config, the log of actions, papers."""

from __future__ import annotations

import json
import re

from idlab.checking.invariants import LISTS, UNREADABLE, Failures
from idlab.checking.references import Named, customers_in, named_in
from idlab.checking.structure import Structure
from idlab.config import ScoringConfig
from idlab.errors import BadInput, StoreFailure
from idlab.queues.asked import CONSENT, request_in
from idlab.serving import LOG_END
from idlab.stores.base import Rows
from idlab.stores.documents import customer_key, digest_key, from_text
from idlab.stores.kept import LogEntry, Paper
from idlab.stores.reading import Reading

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_WORK = re.compile(rf"{_UUID}(?:\+{_UUID}|#[0-9]+)")
"""The id of a link or of a review item."""


def served_config(rows: Rows, failures: Failures) -> ScoringConfig | None:
    """The config that a store serves; None if it serves none that can be read."""
    config = None
    try:
        settings = rows.settings()
        if settings is not None:
            parsed = ScoringConfig.parse(json.loads(settings.config), where="the store's config")
            config = parsed if parsed.digest == settings.digest and type(settings.successor) is int else None
    except (BadInput, *UNREADABLE):
        config = None
    failures.must(config is not None, "the store serves a config, and its digest is that config's")
    return config


def check_log(rows: Rows, found: Structure, failures: Failures) -> None:
    """Check that nothing of the log was changed, and that what it names is there.

    Args:
        rows: The store.
        found: What its rows showed.
        failures: Counts what fails.
    """
    chain, erased = "", set[int]()
    for entry in rows.logged():
        continues = entry.after(chain).chain == entry.chain
        failures.must(continues, "every entry of the log continues the one before", str(entry.serial))
        chain = entry.chain
        there = all(_was_handed_out(one, found) for one in named_in(entry.about))
        failures.must(there, "what the log names was handed out", str(entry.serial))
        if entry.kind == "erase":
            erased |= _erased_by(entry, found, failures)
    failures.must(_end_of_chain(rows) == chain, "the log ends where the store says")
    for _ in found.erased - erased:
        failures.must(holds=False, invariant="the log tells of every erasure, and who it tells of is erased")


def check_papers(rows: Reading, found: Structure, failures: Failures) -> None:
    """Check that papers lie and are listed where they belong, and that the ids that they name were handed out."""
    for key, *listed, text in rows.every("papers", "kind, opened, state, document"):
        try:
            paper = Paper._make(from_text(text))
        except UNREADABLE:
            failures.must(holds=False, invariant="every row can be read", example=key.hex())
            continue
        is_named = digest_key((paper.kind, paper.name)) == key
        failures.must(is_named, "every row lies under the digest of its name", key.hex())
        failures.must(listed == [paper.kind, paper.opened, paper.state], LISTS, key.hex())
        named = [*named_in(paper.body), *filter(_WORK.fullmatch, [paper.name])]
        if paper.kind == CONSENT:
            named += [customer_key(side.interaction) for side in request_in(paper).sides]
        there = all(_was_handed_out(one, found) for one in named)
        failures.must(there, "papers name what was handed out", key.hex())


def _end_of_chain(rows: Rows) -> str | None:
    """Where the store says that the log ends; None if its paper is none."""
    try:
        end = rows.paper(*LOG_END)
    except StoreFailure:  # something else lies in its place
        return None
    return "" if end is None else end.body["chain"]


def _erased_by(entry: LogEntry, found: Structure, failures: Failures) -> set[int]:
    """The tombstones that an entry tells of."""
    roots = {
        found.interactions.root_of(one) for named in named_in(entry.about) for one in customers_in(named)
    }
    invariant = "the log tells of every erasure, and who it tells of is erased"
    failures.must(roots <= found.erased, invariant, str(entry.serial))
    return roots


def _was_handed_out(named: Named, found: Structure) -> bool:
    customers = customers_in(named)
    if isinstance(named, str) and "+" in named:
        return b"".join(customers) in found.links
    if isinstance(named, str) and "#" in named:
        number = named.partition("#")[2]
        return number.isdecimal() and (customers[0], int(number)) in found.reviews
    return found.interactions.root_of(customers[0]) >= 0
