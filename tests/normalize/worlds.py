"""Texts to normalise: anything at all, what is near the rules, and what is made of their words."""

from __future__ import annotations

from hypothesis import strategies as st

from idlab.normalize.kinds import KINDS
from idlab.normalize.normalizer import FieldSpec, Normalizer
from idlab.normalize.options import NormalizeOptions

WORDS = (
    "mr dr jr phd smith John O'Brien unknown caller , . - & Ms. and III Sr. v123456 12 @ x.com +1 202 "
    '5550143 sip: tel: gmail.com + " < > 1980 / 05 01 2001:db8:: 203.0.113.7 : % yahoo.com a-b '
    "nan श्री 王 ، ß İ"
)
MARKS = (
    "aAbz019+-. ,@\"'()<>/:;%[]\u00e9\u00df\u0130\u01f0\u0301\u0345\ufb01\u3231\u2026\ufdfa\u0390\u3042\ud55c"
    "\u00aa\u00bd\u2173\u1fb3\u2126\ud800\x00\u200d\u00b4\u017f\u0915\u094d\u0937\u202e\ufe0f\u1e9e"
)


def _joined(pieces: tuple[list[str], str]) -> str:
    words, glue = pieces
    return glue.join(words)


any_text = st.text(st.characters(exclude_categories=[]), max_size=60)
near_text = st.text(st.sampled_from(MARKS), max_size=25)
worded_text = st.tuples(st.lists(st.sampled_from(WORDS.split()), max_size=8), st.sampled_from(["", " "])).map(
    _joined
)
dialled_text = st.text(st.sampled_from("0123456789+ -()x#*;,"), max_size=20)
texts = st.one_of(any_text, near_text, worded_text, dialled_text)
regions = st.sampled_from([None, "US", "GB", "IT", "AR", "BR", "MX", "us", "ZZ", "", "\ud800"])


def normalizer_of_all_kinds(options: NormalizeOptions | None = None) -> Normalizer:
    """One field of each kind, named as its kind."""
    return Normalizer([FieldSpec(kind, kind) for kind in KINDS], options or NormalizeOptions())
