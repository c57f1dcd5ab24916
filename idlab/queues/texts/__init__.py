"""What customers are asked, for each channel: one text, in which names with a dollar sign stand for what differs."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from string import Template
from typing import NamedTuple

from idlab.errors import BadInput, why_unread

NAMES = ("company", "yes", "no", "until")
"""What may stand in a text: the company's name, how to say yes, how to say no, and until when."""

_NEEDED = ("yes", "no")
_SUBJECT = "Subject:"
_LARGEST = 20_000


class Text(NamedTuple):
    """A text, checked.

    Args:
        subject: Its subject; empty where the channel has none.
        body: The rest.
    """

    subject: str
    body: str

    def filled(self, **values: str) -> Text:
        """The text with values for ``NAMES``."""
        subject, body = (Template(one).substitute(values) for one in self)
        return Text(" ".join(subject.split()), body)


def text_in(text: str, where: str) -> Text:
    r"""Check a text; a first line that begins with ``Subject:`` is its subject.

    Args:
        text: What the file holds.
        where: What messages call it.

    Raises:
        BadInput: If a name is unknown or missing, a dollar sign stands alone, or it is far too long.

    Example:
        >>> text_in("Subject: Hello\n\nYes: $yes, no: $no", "mine.txt").subject
        'Hello'
    """
    if len(text) > _LARGEST:
        raise BadInput(f"the text has more than {_LARGEST} characters", where=where)
    template = Template(text)
    if not template.is_valid():
        raise BadInput("a dollar sign stands alone", where=where, hint="write $$ for the sign itself")
    found = template.get_identifiers()
    unknown = [name for name in found if name not in NAMES]
    missing = [name for name in _NEEDED if name not in found]
    if unknown or missing:
        valid = ", ".join(f"${name}" for name in NAMES)
        problem = f"${unknown[0]} means nothing" if unknown else f"${missing[0]} is missing"
        raise BadInput(problem, where=where, hint=f"$yes and $no must stand in it; valid are {valid}")
    first, _, rest = text.partition("\n")
    if first.startswith(_SUBJECT):
        return Text(first.removeprefix(_SUBJECT).strip(), rest.strip() + "\n")
    return Text("", text.strip() + "\n")


def text_of(file: Path) -> Text:
    """A text of a user's own.

    Raises:
        BadInput: If the file cannot be read or its text is none.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = why_unread(error)
    else:
        return text_in(text, str(file))
    raise BadInput(problem, where=str(file), hint="name a text file in UTF-8")


def shipped_text(channel: str) -> Text:
    """The text that comes with idlab for a channel: ``email`` or ``sms``."""
    name = f"{channel}.txt"
    return text_in(files(__name__).joinpath(name).read_text(encoding="utf-8"), name)
