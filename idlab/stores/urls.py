"""URLs of stores, and of the generations of one."""

from __future__ import annotations

import re
from pathlib import Path

from idlab.errors import BadInput

_OPTION = re.compile(r"[?&]generation=([0-9]{1,6})(?=&|$)")
_PASSWORD = re.compile(r"(?<=://)([^:/@?]*):[^@]*@|([?&]password=)[^&]*")


def parted(url: str) -> tuple[str, int | None]:
    """A store's URL without its generation, and the generation that it names, if it does.

    Raises:
        BadInput: If that is 0.

    Example:
        >>> parted("postgresql://host/db?generation=2&sslmode=require")
        ('postgresql://host/db?sslmode=require', 2)
        >>> parted("sqlite:///id.db")
        ('sqlite:///id.db', None)
    """
    found = _OPTION.search(url)
    if found is None:
        return url, None
    before, after = url[: found.start()], url[found.end() :]
    if found[0].startswith("?") and after:
        after = f"?{after[1:]}"
    if int(found[1]) < 1:
        raise BadInput("generations are numbered from 1", where="store URL", hint="leave generation=0 out")
    return before + after, int(found[1])


def url_of(url: str, number: int) -> str:
    """The URL of just this generation of a store.

    Example:
        >>> url_of("dynamodb://idlab?region=eu-west-1", 2), url_of("sqlite:///id.db?generation=2", 1)
        ('dynamodb://idlab?region=eu-west-1&generation=2', 'sqlite:///id.db?generation=1')
    """
    base, _ = parted(url)
    return f"{base}{'&' if '?' in base else '?'}generation={number}"


def without_password(url: str) -> str:
    """A URL as it may be shown.

    Example:
        >>> without_password("postgresql://ann:secret@host/db?password=secret&generation=2")
        'postgresql://ann:***@host/db?password=***&generation=2'
        >>> without_password("sqlite:////data/id.db?generation=2")
        'sqlite:////data/id.db?generation=2'
    """
    return _PASSWORD.sub(lambda found: f"{found[1]}:***@" if found[2] is None else f"{found[2]}***", url)


def file_of(url: str) -> Path:
    """The file of a store in SQLite.

    Example:
        >>> file_of("sqlite:///id.db?generation=3").name, file_of("sqlite:///id.db").name
        ('id.db.3', 'id.db')
    """
    base, number = parted(url)
    path = Path(base.partition("://")[2][1:])
    return path if number in {None, 1} else path.with_name(f"{path.name}.{number}")
