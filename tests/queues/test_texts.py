"""Texts to customers: what is shipped is valid, and a user's own is checked when it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from idlab.errors import BadInput
from idlab.queues.texts import shipped_text, text_in, text_of

VALUES = {"company": "Acme $1", "yes": "https://x/?a=yes", "no": "https://x/?a=no", "until": "2026-12-10"}


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_shipped_texts_say_everything(channel: str) -> None:
    filled = shipped_text(channel).filled(**VALUES)
    for value in VALUES.values():
        assert value in filled.body
    assert bool(filled.subject) == (channel == "email")
    assert "nothing" in filled.body  # what silence means


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Yes: $yes", "$no is missing"),
        ("No: $no", "$yes is missing"),
        ("$yes $no $phone", "$phone means nothing"),
        ("$yes $no costs 5$", "a dollar sign stands alone; write $$"),
        ("$yes $no" + "x" * 30_000, "more than 20000 characters"),
    ],
)
def test_a_text_that_would_not_do_is_refused(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        text_of(file)
    assert said in str(refused.value) and str(file) in str(refused.value)


def test_a_text_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe$yes $no")
    for name in ("none.txt", "bytes.txt"):
        with pytest.raises(BadInput, match="cannot be read"):
            text_of(tmp_path / name)


def test_a_company_cannot_add_lines_to_a_subject() -> None:
    text = text_in("Subject: $company asks\n$yes $no", "mine.txt")
    filled = text.filled(**{**VALUES, "company": "Acme\r\nBcc: everybody@example.com"})
    assert "\n" not in filled.subject and "\r" not in filled.subject
    assert text_in("$yes and $no, $$5", "mine.txt").filled(**VALUES).body.endswith("$5\n")
