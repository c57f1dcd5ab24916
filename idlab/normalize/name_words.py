"""The words around names of people: titles, suffixes, and what a telephone network shows instead of a name.

Only words that are hardly ever somebody's name themselves: nameparser's lists also hold "king", "guru" and
"ma", which it tells from names by their context and we cannot.
"""

from __future__ import annotations

from idlab.normalize.words import words

TITLES = words("""
    mr mrs ms miss mx mister missus madam sir dame dr doctor prof professor rev reverend hon honorable
    honourable capt captain col colonel lt lieutenant sgt sergeant cpl fr
    herr frau hr dipl-ing mag monsieur madame mademoiselle mme mlle señor señora señorita senor senora sr sra
    srta dra sig signor signora signorina dott dottssa senhor senhora dhr mevr mevrouw meneer shri shree smt
    г-н г-жа д-р проф пан пані श्री श्रीमती डॉ डॉक्टर السيد السيدة دكتور دكتورة الدكتور الدكتورة κοσ κα δρ
""")  # noqa: RUF001 - Cyrillic titles
"""Dropped in front of a name."""

SUFFIXES = words("""
    jr jnr junior sr snr ii iii iv phd md dds dmd dvm esq esquire mba cpa llm llb msc bsc obe mbe cbe rn dphil
    edd psyd pharmd dpt ret
""")
"""Dropped behind a name."""

WITHHELD = words("""
    anonymous anonym anonyme anonimo anónimo private privat privado restricted withheld blocked hidden
    confidential 匿名
""")
"""Say that the caller or the network hid the name."""

STAND_INS = WITHHELD | words("""
    unknown unavailable unassigned unidentified unbekannt inconnu desconocido sconosciuto onbekend неизвестно
    未知 अज्ञात noname nobody none null undefined nan nil tbd test tester testing dummy guest visitor
    wireless caller call calls name number id cell phone cellphone cellular mobile payphone user username
    customer client contact account toll free toll-free tollfree no not available provided given out of area
    web website chat service line first last full your
""")
"""A "name" of these words alone, digits aside, is nobody's."""

NOBODY = frozenset({"n a", "na", "x", "xx", "xxx", "xxxx", "asdf", "qwerty", "abc"})
"""Whole values that are nobody's name."""
