"""What entries of the log and papers name: interactions, customers, links and review items, by their ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from idlab.stores.documents import customer_key

Named = str | bytes
"""The id of a customer, link or review item; an interaction by its customer_id, in bytes."""


def named_in(about: Mapping[str, Any]) -> Iterator[Named]:
    """What an entry of the log, or the body of a paper, names.

    Example:
        >>> list(named_in({"link": "a+b", "verdict": "clear", "customers": ["c"]}))
        ['a+b', 'c']
    """
    for kind, value in about.items():
        values = value if isinstance(value, list | tuple) else [value]
        if kind in {"interaction", "interactions"}:
            yield from (customer_key(str(one)) for one in values)
        elif kind in {"link", "review", "customer", "customers"}:
            yield from map(str, values)


def customers_in(named: Named) -> list[bytes]:
    """The customer_ids that an id is made of, in bytes.

    Example:
        >>> [one.hex() for one in customers_in("0a-0b+0c0d")]
        ['0a0b', '0c0d']
    """
    if isinstance(named, bytes):
        return [named]
    return [_in_bytes(customer) for customer in named.partition("#")[0].split("+")]


def _in_bytes(customer_id: str) -> bytes:
    """A customer_id as it stands in rows; nothing where it is none."""
    try:
        return bytes.fromhex(customer_id.replace("-", ""))
    except ValueError:
        return b""
