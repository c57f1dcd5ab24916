"""Messages to customers, put together when they are fetched: address, text, token."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from idlab.errors import BadInput
from idlab.model import moment_of
from idlab.queues.addresses import Address
from idlab.queues.asked import (
    Asked,
    Request,
)
from idlab.queues.texts import Text, shipped_text
from idlab.queues.tokens import Claim, TokenKeys


class Sender(NamedTuple):
    """What is needed to put a message together.

    Args:
        keys: What tokens are signed with.
        company: Who asks, as customers know it.
        answer_url: The page that takes answers, called with ``token`` and ``answer``; empty: the token itself is shown, for
            answers by reply. The page must ask for one more click, since mail scanners follow links.
        text: A text of one's own for every channel; the shipped ones if None.
    """

    keys: TokenKeys
    company: str
    answer_url: str = ""
    text: Text | None = None

    def checked(self) -> Sender:
        """This sender.

        Raises:
            BadInput: If it has no company, or the page is not reached safely.
        """
        if not self.company.strip():
            raise BadInput("no company is named", where="company", hint="say who asks: --company NAME")
        parts = urlsplit(self.answer_url)
        is_safe = parts.scheme == "https" or parts.hostname in {"localhost", "127.0.0.1"}
        if self.answer_url and not (parts.hostname and is_safe):
            raise BadInput("answers would travel in clear", where="answer URL", hint="name an https:// page")
        return self


class Message(NamedTuple):
    """A message to be sent. It holds an address and a token: send it, and keep it nowhere.

    Args:
        id: What to report by.
        channel: ``email`` or ``sms``.
        address: Where to.
        subject: Empty where the channel has none.
        text: What to say.
        token: What the answer is given with; it is in the text already.
        until: When answers are taken no more.
        handed_out: How often it was handed out, this time included.
    """

    id: str
    channel: str
    address: str
    subject: str
    text: str
    token: str
    until: datetime
    handed_out: int


def message_of(sender: Sender, request: Request, asked: Asked, address: Address) -> Message:
    """The message to a side of a request."""
    token = sender.keys.token_for(Claim(request.name, asked.side, request.generation, request.until))
    until = moment_of(request.until)
    text = (sender.text or shipped_text(address.channel)).filled(
        company=sender.company,
        yes=_how_to_say(sender, token, "yes"),
        no=_how_to_say(sender, token, "no"),
        until=f"{until:%Y-%m-%d %H:%M} UTC",
    )
    return Message(
        _id_of(request, asked),
        address.channel,
        address.value,
        text.subject,
        text.body,
        token,
        until,
        asked.handed_out,
    )


def _how_to_say(sender: Sender, token: str, said: str) -> str:
    if not sender.answer_url:
        return f"{said} {token}"
    joint = "&" if urlsplit(sender.answer_url).query else "?"
    return f"{sender.answer_url}{joint}{urlencode({'token': token, 'answer': said})}"


def _id_of(request: Request, asked: Asked) -> str:
    return f"{request.name}.{request.generation}.{asked.side}"
