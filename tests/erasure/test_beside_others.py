"""Others go on deciding while somebody is erased: nothing is lost, and nobody comes back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

from idlab import Outcome, Resolver
from idlab.erasure import erase
from tests.erasure.people import ANNA, START, config, contact, contacts, customers, fill, held_by, needles
from tests.erasure.searching import search
from tests.erasure.stores import Kept
from tests.erasure.test_nothing_left import kept

__all__ = ["kept"]

LATER = START + timedelta(days=90)


def test_others_go_on_meanwhile(kept: Kept) -> None:
    resolver = Resolver(config(), kept.store)
    fill(resolver, contacts())
    ids = customers(resolver)
    gone = held_by(resolver, ids)
    wanted = needles(resolver, gone)
    done, sent = Event(), []

    def work(worker: int) -> None:
        number = 0
        while not done.is_set() or number < 5:
            name = f"beside-{worker}-{number}"
            resolver.resolve(
                contact(name, 2000 + number, phone=f"+1 202 557 {1000 + number % 50}", full_name="Uwe Voss")
            )
            sent.append(name)
            number += 1

    with ThreadPoolExecutor(2) as pool:
        others = [pool.submit(work, worker) for worker in range(2)]
        try:
            (certificate,) = erase(resolver, ids, by="", at=LATER)
        finally:
            done.set()
        for other in others:
            other.result()
    assert set(certificate.customers) == set(ids)
    assert all(kept.store.identity_of(name) for name in sent)
    assert not any(one.found for one in search(kept.places(), wanted).values())
    assert resolver.resolve(contact("anna-0", 0, **ANNA)).outcome == Outcome.ERASED
