"""Masking: what is shown must not give away what is hidden."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import given

from idlab.masking import HIDDEN, masked
from idlab.normalize.kinds import KINDS

values = st.text(min_size=1, max_size=40)


@given(kind=st.sampled_from(sorted(KINDS)), value=values)
def test_at_most_a_letter_of_a_word_or_two_digits_are_shown(kind: str, value: str) -> None:
    shown = masked(kind, value)
    assert HIDDEN in shown or not value.split()
    if kind not in ("phone", "email", "name"):
        assert shown == HIDDEN
    for part in shown.split(HIDDEN):
        assert len(part.strip()) <= 2 or kind == "email"


@given(
    local=st.from_regex(r"[a-z.]{1,12}", fullmatch=True), host=st.from_regex(r"[a-z]{3,12}", fullmatch=True)
)
def test_of_an_email_neither_the_local_part_nor_the_host_is_shown(local: str, host: str) -> None:
    shown = masked("email", f"{local}@mail.{host}.com")
    assert host not in shown.removesuffix(".com") and (len(local) < 2 or local not in shown)


def test_short_values_are_hidden_whole() -> None:
    assert masked("phone", "12345") == masked("email", "a@b.c") == masked("name", "al") == HIDDEN
