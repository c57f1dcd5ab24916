"""The certificate of an erasure: what was removed, when, by whom, and what could not be reached. It identifies nobody."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from idlab.bundle.canonical import write_whole
from idlab.model import microseconds, moment_of
from idlab.stores.kept import Paper

SCHEMA = "idlab.erasure/1"


@dataclass(frozen=True)
class Certificate:
    """What an erasure, or a purge of many, came to.

    Args:
        document: The certificate as JSON, with a digest of all the rest as ``digest``.
    """

    document: Mapping[str, Any]

    @property
    def erasure_id(self) -> str:
        """The id of the erasure, or of the purge."""
        return str(self.document["erasure"])

    @property
    def customers(self) -> tuple[str, ...]:
        """The customer_ids that remain as tombstones."""
        return tuple(self.document["customers"])

    def to_json(self) -> str:
        """The certificate as it is written: equal for equal erasures."""
        return json.dumps(self.document, indent=2, ensure_ascii=True) + "\n"

    def write(self, path: Path) -> None:
        """Write it to a file, which appears whole or not at all."""
        write_whole(path, self.to_json())

    def lines(self) -> list[str]:
        """The certificate in a few lines."""
        told = self.document
        gone = told["removed"]
        values = ", ".join(f"{count} {field}" for field, count in gone["values"].items()) or "none"
        return [
            f"erasure {told['erasure']}, asked for by {told['by'] or 'nobody named'} at {told['asked_at']}",
            f"tombstones: {_few(self.customers)}",
            f"removed: {gone['records']} records (values: {values})",
            f"keys: {gone['keys']}, counted identifiers: {gone['identifiers']}, expired links: {gone['links_expired']}",
            f"closed review items: {gone['reviews_closed']}, cancelled requests: {gone['requests_cancelled']}",
            *(f"{one['where']}: {one['what']}" for one in told["elsewhere"]),
            f"cleaned at {told['cleaned_at']}: {'; '.join(told['cleaned'])}",
            f"not reached from here: {'; '.join(told['beyond']) or 'nothing'}",
        ]


def certified(papers: Sequence[Paper], erasure_id: str) -> Certificate:
    """The certificate of the papers of one erasure, or of all those of one purge, once everything was cleaned."""
    bodies = [paper.body for paper in papers]
    first, last = bodies[0], bodies[-1]
    return certificate_of(
        {
            "erasure": erasure_id,
            "asked_at": written_moment(first["at"]),
            "by": first["by"],
            "config": first["config"],
            "customers": [customer for body in bodies for customer in body["customers"]],
            "removed": total([body["removed"] for body in bodies]),
            "elsewhere": last["elsewhere"],
            "cleaned_at": written_moment(last["cleaned_at"]),
            "cleaned": last["cleaned"],
            "beyond": last["beyond"],
        }
    )


def certificate_of_files(
    customers: Sequence[str], interactions: int, done: Sequence[Mapping[str, str]], *, by: str, at: datetime
) -> Certificate:
    """The certificate of an erasure from files alone.

    Args:
        customers: Who was erased.
        interactions: How many interactions were theirs.
        done: What was done, for each file ``where`` and ``what``.
        by: Who asked for it.
        at: When.
    """
    moment = written_moment(microseconds(at))
    return certificate_of(
        {
            "erasure": uuid4().hex,
            "asked_at": moment,
            "by": by,
            "config": None,
            "customers": list(customers),
            "removed": total([{"records": interactions, "values": {}}]),
            "elsewhere": [dict(one) for one in done],
            "cleaned_at": moment,
            "cleaned": ["the files named above"],
            "beyond": [
                "copies and backups of the files",
                "blocks of the disk that the file system has freed",
            ],
        }
    )


def certificate_of(told: Mapping[str, Any]) -> Certificate:
    """A certificate of all that it says but its schema and digest."""
    document = {"schema": SCHEMA, **told}
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return Certificate({**document, "digest": sha256(canonical.encode("ascii")).hexdigest()})


def total(removed: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What several erasures removed together."""
    counts: Counter[str] = Counter()
    values: Counter[str] = Counter()
    for one in removed:
        values.update(one["values"])
        counts.update({name: number for name, number in one.items() if name != "values"})
    return {
        "records": counts.pop("records", 0),
        "values": dict(values),
        **{name: counts[name] for name in _COUNTED},
    }


_COUNTED = (
    "keys",
    "identifiers",
    "links_expired",
    "reviews_closed",
    "taken_out_of_reviews",
    "requests_cancelled",
)


def written_moment(at: int) -> str:
    """Microseconds UTC as a date and time.

    Example:
        >>> written_moment(1_500_000)
        '1970-01-01T00:00:01.500000Z'
    """
    return moment_of(at).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _few(customers: Sequence[str]) -> str:
    shown = ", ".join(customers[:5])
    return shown if len(customers) <= 5 else f"{shown} and {len(customers) - 5} more"
