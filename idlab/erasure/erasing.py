"""Erasing customers from a store, so that whatever is broken off is finished by doing it again.

The order: the intent goes to the erasure log and onto the disk; everything is removed in one transaction, which also notes what
it was; requests for consent about links that are no more are cancelled; the database is cleaned; the certificate is written. Each
of these leaves a mark behind, by which whoever comes next knows where to go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from idlab.erasure.certificate import Certificate, certified
from idlab.errors import BadInput, StoreFailure, UnknownReference
from idlab.missed import ERASURE, TOMBSTONE, carry_out, catch_up, lines_known
from idlab.model import customer_id_of, microseconds
from idlab.queues.asked import CANCELLED, ONGOING, request_about
from idlab.resolver import Resolver
from idlab.stores.base import Changes, Rows, Transaction, in_a_step
from idlab.stores.erasure_log import Erasure, ErasureLog
from idlab.stores.kept import Paper

ERASED, CLEANED, CERTIFIED = "erased", "cleaned", "certified"
"""How far an erasure has come."""

Place = Callable[[Certificate], Path | None]
"""Where a certificate is written; None for nowhere but the store."""

Elsewhere = Callable[[Sequence[str]], Sequence[Mapping[str, str]]]
"""Removes from other places what is known of interactions, given their ids, and tells for each ``where`` and ``what``."""


def erase(
    resolver: Resolver,
    customers: Sequence[str],
    *,
    by: str,
    at: datetime,
    place: Place | None = None,
    elsewhere: Elsewhere | None = None,
) -> list[Certificate]:
    """Erase customers, clean the store and write the certificate; what was broken off before is finished too.

    Args:
        resolver: Over the store, whose ``erasure_log`` is added to if it has one.
        customers: Any customer_ids of theirs.
        by: Who asked for it.
        at: When.
        place: Where certificates are written; beside the erasure log by default.
        elsewhere: Removes what other places hold, before the certificate is written.

    Returns:
        The certificates that name these customers, older ones of those who were erased before among them.

    Raises:
        UnknownReference: If one was never handed out; nobody is erased then.
        BadInput: If the erasure log is not that of the store.
        StoreFailure: If something is left that stands in the way of cleaning; do it again, or ``finish``.
    """
    live = in_a_step(resolver.store, (), lambda rows: still_there(rows, customers))
    if live:
        begin(resolver, Erasure(uuid4().hex, microseconds(at), by, tuple(live)))
    finish(resolver, at=at, place=place, elsewhere=elsewhere)
    return in_a_step(resolver.store, (), lambda rows: certificates_about(rows, customers))


def still_there(rows: Rows, customers: Iterable[str]) -> list[str]:
    """The customer_ids, each once, of those among some customers who are no tombstones.

    Raises:
        UnknownReference: If one was never handed out.
    """
    roots = [_root_of(rows, customer) for customer in customers]
    return [customer_id_of(root) for root in dict.fromkeys(roots) if not rows.identity(root).erased]


def begin(resolver: Resolver, erasure: Erasure) -> None:
    """Write down who is to be erased, and erase them.

    Raises:
        BadInput: If the erasure log lacks what the store knows of it.
    """
    store, fields = resolver.store, resolver.ready.field_names
    with store.reading() as rows:
        members = map(customer_id_of, interactions_of(rows, erasure.customers))
        erasure = erasure._replace(members=tuple(members))
    if store.erasure_log is None:
        carry_out(resolver.act, store, erasure, fields)
        return
    log = ErasureLog(store.erasure_log)
    known, last = in_a_step(store, (), lines_known), log.last()
    if known > (0 if last is None else last.number):
        what = f"the erasure log is shorter than the {known} erasures that the store knows of it"
        raise BadInput(what, where=str(log.path), hint="restore it, or name the right one with --erasure-log")
    log.append(erasure)
    catch_up(resolver.act, store, fields)


def finish(
    resolver: Resolver,
    *,
    at: datetime,
    place: Place | None = None,
    elsewhere: Elsewhere | None = None,
) -> list[Certificate]:
    """Finish whatever erasure was broken off: cancel what hangs on it, clean the store, write certificates.

    Args:
        resolver: Over the store.
        at: Now.
        place: Where certificates are written; beside the erasure log by default.
        elsewhere: Removes what other places hold, before certificates are written.

    Returns:
        The certificates that were written.

    Raises:
        StoreFailure: If something stands in the way of cleaning.
    """
    store = resolver.store
    catch_up(resolver.act, store, resolver.ready.field_names)
    if erased := _papers(resolver, ERASED):
        for paper in erased:
            in_a_step(store, None, partial(_cancel_requests, paper=paper))
        others = () if elsewhere is None else elsewhere(_all_interactions(resolver, erased))
        cleaned = store.clean()
        if cleaned.left:
            raise StoreFailure(
                f"the customers are erased, but old bytes may be left in {'; '.join(cleaned.left)}",
                where="erasure",
                hint="end what holds them and run idlab erase --resume",
            )
        told = {
            "config": resolver.ready.digest,
            "cleaned": list(cleaned.places),
            "beyond": list(cleaned.beyond),
            "cleaned_at": microseconds(at),
            "elsewhere": [dict(one) for one in others],
        }
        for paper in erased:
            in_a_step(store, None, partial(_move, name=paper.name, state=CLEANED, told=told))
    groups: dict[str, list[Paper]] = {}
    for paper in _papers(resolver, CLEANED):
        groups.setdefault(paper.body["purge"] or paper.name, []).append(paper)
    return [_certify(resolver, erasure_id, papers, place) for erasure_id, papers in groups.items()]


def certificates_about(rows: Rows, customers: Iterable[str]) -> list[Certificate]:
    """The certificates that name these customers, each once."""
    papers: dict[str, Paper] = {}
    for customer in customers:
        tombstone = rows.paper(TOMBSTONE, customer_id_of(_root_of(rows, customer)))
        paper = tombstone and rows.paper(ERASURE, tombstone.body["erasure"])
        if paper is not None and paper.state in {CLEANED, CERTIFIED}:
            papers[paper.name] = paper
    return [certified([paper], name) for name, paper in papers.items()]


def interactions_of(rows: Rows, customers: Iterable[str]) -> list[str]:
    """The ids of the interactions that customers hold, tombstones included."""
    roots = dict.fromkeys(_root_of(rows, customer) for customer in customers)
    return [record.interaction_id for root in roots for record in rows.members(root)]


def beside_the_log(resolver: Resolver) -> Place:
    """Where certificates are written by default: beside the erasure log of the store, if it has one."""
    log = resolver.store.erasure_log

    def place(certificate: Certificate) -> Path | None:
        if log is None:
            return None
        return log.with_name(f"{log.name.removesuffix('.erasures')}.erasure-{certificate.erasure_id}.json")

    return place


def _root_of(rows: Rows, customer: str) -> str:
    interaction = rows.interaction_of(customer)
    root = None if interaction is None else rows.holder(interaction)
    if root is None:
        hint = "name a customer by a customer_id; nobody was erased"
        raise UnknownReference("this customer was never handed out", where=customer[:64], hint=hint)
    return root


def _papers(resolver: Resolver, state: str) -> list[Paper]:
    """Every paper of an erasure in a state, in the order opened."""
    with resolver.store.reading() as rows:
        return rows.papers(ERASURE, state=state)


def _all_interactions(resolver: Resolver, papers: Iterable[Paper]) -> list[str]:
    """The ids of the interactions that erasures were about."""
    with resolver.store.reading() as rows:
        return [one for paper in papers for one in interactions_of(rows, paper.body["customers"])]


def _cancel_requests(transaction: Transaction, paper: Paper) -> None:
    """Cancel the requests for consent about links that an erasure has expired, and count them."""
    asked = [request_about(transaction, link) for link in paper.body["links"]]
    ended = [one._replace(end=CANCELLED, why="erased") for one in asked if one and one.state in ONGOING]
    now = transaction.paper(ERASURE, paper.name)
    if not ended or now is None or now.state != ERASED:
        return
    count = now.body["removed"].get("requests_cancelled", 0) + len(ended)
    removed: dict[str, Any] = {**now.body["removed"], "requests_cancelled": count}
    told = now._replace(body={**now.body, "removed": removed})
    transaction.put(Changes(papers=(*(one.paper() for one in ended), told)))


def _move(transaction: Transaction, name: str, state: str, told: Mapping[str, Any]) -> None:
    """Write how far an erasure has come, unless another process was there already."""
    paper = transaction.paper(ERASURE, name)
    if paper is not None and _ORDER.index(paper.state) < _ORDER.index(state):
        transaction.put(Changes(papers=(paper._replace(state=state, body={**paper.body, **told}),)))


_ORDER = (ERASED, CLEANED, CERTIFIED)


def _certify(
    resolver: Resolver, erasure_id: str, papers: Sequence[Paper], place: Place | None
) -> Certificate:
    """Write the certificate of an erasure, or of a purge that may have been certified in part; written again, it is the same."""
    if papers[0].body["purge"]:
        before = [one for one in _papers(resolver, CERTIFIED) if one.body["purge"] == erasure_id]
        papers = sorted([*before, *papers], key=lambda one: one.opened)
    certificate = certified(papers, erasure_id)
    path = (place or beside_the_log(resolver))(certificate)
    if path is not None:
        certificate.write(path)
    for paper in papers:
        in_a_step(resolver.store, None, partial(_move, name=paper.name, state=CERTIFIED, told={}))
    return certificate
