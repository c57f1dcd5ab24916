"""How widgets and displays look: one style for light and dark themes and for print, and escaped HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from markupsafe import Markup

from idlab.report.palette import INKS

# Three times the class where notebooks have rules of their own for tables, which would win otherwise.
_RULES = """
.idlab{color:var(--ink);font:13px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;
font-variant-numeric:tabular-nums;max-width:76rem}
.idlab h3{margin:.2rem 0 .4rem;font-size:14px;line-height:1.3;font-weight:600}
.idlab p{margin:.2rem 0 .5rem;max-width:75ch}
.idlab .muted,.idlab figcaption{color:var(--muted)}
.idlab table{border-collapse:collapse;margin:0;font-size:inherit;color:var(--ink)}
.idlab caption{text-align:left;color:var(--muted);padding-bottom:.2rem;font-size:12px}
.idlab th,.idlab td{padding:.18rem .9rem .18rem 0;border:0;border-bottom:1px solid var(--line);
text-align:left;vertical-align:top;background:none;white-space:normal;color:inherit}
.idlab th{font-weight:600;color:var(--muted);font-size:12px}
.idlab tbody th{color:inherit;font-weight:500;font-size:inherit}
.idlab.idlab.idlab th,.idlab.idlab.idlab td{text-align:left}
.idlab.idlab.idlab .number{text-align:right;white-space:nowrap}
.idlab .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.6rem,1fr));gap:.5rem 1.2rem;margin:.1rem 0 .5rem}
.idlab .tile{border-top:3px solid var(--merge);padding-top:.3rem}
.idlab .tile b{display:block;font-size:20px;line-height:1.25}
.idlab .tile span{display:block;font-size:12px;color:var(--muted)}
.idlab figure{margin:0}
.idlab .panels{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:.4rem 1rem;max-width:48rem}
.idlab .sides{grid-template-columns:repeat(auto-fit,minmax(24rem,1fr));max-width:none}
.idlab .sides svg{max-width:34rem}
.idlab svg{display:block;width:100%;height:auto;overflow:visible}
.idlab svg text{font:11px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:var(--ink)}
.idlab svg .soft{fill:var(--muted)}
.idlab .right{color:var(--right);font-weight:600}
.idlab .wrong{color:var(--wrong);font-weight:600}
.idlab .failed{color:var(--wrong);font-weight:600}
.idlab .swatch{display:inline-block;width:.7em;height:.7em;margin-right:.35em;border:1px solid var(--muted)}
.idlab button{font:inherit;padding:.25rem .6rem;margin-right:.3rem;border:1px solid var(--muted);border-radius:4px;
background:none;color:inherit;cursor:pointer}
.idlab-desk{max-width:54rem;padding:.6rem .8rem;border:1px solid transparent;border-radius:6px;outline:none}
.idlab-desk:focus{border-color:#1d75d0}
.idlab kbd{border:1px solid var(--muted);border-radius:3px;padding:0 .35em;font:inherit}
@media print{.idlab{max-width:none;font-size:10pt}.idlab figure,.idlab tr{break-inside:avoid}}
"""


@cache
def style() -> Markup:
    """The style sheet that everything of class ``idlab`` needs: once in a page is enough."""
    light = "".join(f"--{use}:{ink.light};" for use, ink in INKS.items())
    dark = "".join(f"--{use}:{ink.dark};" for use, ink in INKS.items())
    return Markup(  # noqa: S704 - made of this file and the palette
        f"<style>.idlab{{{light}}}"
        f"@media screen{{[data-jp-theme-light=false] .idlab,.vscode-dark .idlab{{{dark}}}}}"
        "@media screen and (prefers-color-scheme:dark)"
        f"{{body:not([data-jp-theme-light]):not([class*=vscode]) .idlab{{{dark}}}}}"
        f"{_RULES}</style>"
    )


def block(*parts: Markup, kind: str = "") -> str:
    """Pieces of HTML in the style of the workbench, to be shown in a page that has the style sheet."""
    return str(Markup('<div class="idlab {}">{}</div>').format(kind, joined(parts)))


def page(*parts: Markup) -> str:
    """The same with the style sheet: a display that stands for itself."""
    return str(style()) + block(*parts)


def table(head: Sequence[str], rows: Iterable[Sequence[object]], caption: str = "") -> Markup:
    """A table; its first column names the rows, numbers and what is marked as such stand right.

    Args:
        head: Of the columns; one that begins with ``#`` holds numbers.
        rows: Cells, escaped unless they are ``Markup``.
        caption: What the table is.

    Example:
        >>> "<b>" in table(["what", "#many"], [["<b>", 3]])
        False
    """
    marks = [Markup(' class="number"') if one.startswith("#") else Markup("") for one in head]
    top = joined(
        Markup("<th{}>{}</th>").format(mark, one.removeprefix("#"))
        for mark, one in zip(marks, head, strict=True)
    )
    body = joined(
        Markup("<tr><th>{}</th>{}</tr>").format(
            row[0],
            joined(
                Markup("<td{}>{}</td>").format(mark, cell)
                for mark, cell in zip(marks[1:], row[1:], strict=True)
            ),
        )
        for row in rows
    )
    told = Markup("<caption>{}</caption>").format(caption) if caption else Markup("")
    return Markup("<table>{}<thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(told, top, body)


def joined(parts: Iterable[Markup]) -> Markup:
    """Pieces of HTML, one after the other."""
    return Markup("").join(parts)
