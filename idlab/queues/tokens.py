"""One-time signed tokens by which a customer answers: they say which request and which side, and to nobody else anything.

Signing, and comparing in constant time, is itsdangerous's work.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from itsdangerous import BadData, URLSafeSerializer

from idlab.errors import BadInput, why_unread

VARIABLE = "IDLAB_TOKEN_KEY"
"""The environment variable that holds the keys."""

_LEAST_BYTES = 32
_LEAST_DIFFERENT = 10
_MAKE_ONE = "make one: python -c 'import secrets; print(secrets.token_urlsafe(32))'"


class Claim(NamedTuple):
    """What a token says.

    Args:
        request: The name of the request.
        side: The side that answers.
        generation: That of the request.
        until: When it ends, in microseconds UTC.
    """

    request: str
    side: str
    generation: int
    until: int


class TokenKeys:
    """The keys that sign tokens: the newest signs, all of them verify.

    Args:
        keys: The keys, the newest last.

    Raises:
        BadInput: If there is none, or one is too weak.

    Example:
        >>> keys = TokenKeys(["an example is no secret, 0123456789"])
        >>> claim = Claim("1f", "other", 1, 9)
        >>> keys.claim_in(keys.token_for(claim)) == claim, keys.claim_in("made up") is None
        (True, True)
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise BadInput(
                "there is no key to sign answers with",
                where=VARIABLE,
                hint=f"set {VARIABLE} or name a --key-file; {_MAKE_ONE}",
            )
        for key in keys:
            if len(key.encode()) < _LEAST_BYTES or len(set(key)) < _LEAST_DIFFERENT:
                what = f"a key is too weak; it needs at least {_LEAST_BYTES} bytes, drawn at random"
                raise BadInput(what, where=VARIABLE, hint=_MAKE_ONE)
        self._signer = URLSafeSerializer(
            [key.encode() for key in keys],
            salt=b"idlab consent answer",
            signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
        )

    @classmethod
    def found(cls, file: Path | None = None, environment: Mapping[str, str] = os.environ) -> TokenKeys:
        """The keys in a file, or else in the environment variable ``IDLAB_TOKEN_KEY``.

        Args:
            file: A file with a key a line, the newest last.
            environment: Where the variable stands; its keys are parted by commas, the newest last.

        Raises:
            BadInput: If there is no key, one is too weak, or the file cannot be read.
        """
        if file is None:
            return cls([key for key in environment.get(VARIABLE, "").replace(",", " ").split() if key])
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problem = why_unread(error)
        else:
            return cls([line.strip() for line in text.splitlines() if line.strip()])
        raise BadInput(problem, where=str(file), hint=f"a key a line, the newest last; {_MAKE_ONE}")

    def token_for(self, claim: Claim) -> str:
        """The token of a claim, the same each time."""
        return self._signer.dumps([*claim])

    def claim_in(self, token: str) -> Claim | None:
        """What a token says; None if none of these keys signed it."""
        if not token.isascii():
            return None
        try:
            said = self._signer.loads(token)
        except BadData:
            return None
        return Claim(*said)
