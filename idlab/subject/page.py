"""What is held about one person as a page that anybody can read: one HTML file that stands by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #1c2330; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; color: #55606e; padding: .3rem 0; }
th, td { border-bottom: 1px solid #d5dae1; padding: .35rem .6rem; text-align: left; vertical-align: top; }
td { overflow-wrap: break-word; max-width: 26rem; }
@media print { body { margin: 0; } }
"""


def page_of(held: Mapping[str, Any]) -> str:
    """A page about what is held.

    Args:
        held: What ``held_about`` found.

    Returns:
        HTML; whatever it says of the person is escaped.
    """
    body = "\n".join(_parts(held))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>What is held about one customer</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n'
        f"<body><main>\n{body}\n</main></body></html>\n"
    )


def _parts(held: Mapping[str, Any]) -> Iterator[str]:
    yield "<h1>What is held about one customer</h1>"
    if held["erased"]:
        yield "<p>This customer was erased: no identifier is left.</p>"
    config = held["config"]
    yield _list(
        {
            "Asked for": held["asked_for"],
            "Known as": held["customer_id"],
            "Also known as": ", ".join(one for one in held["known_as"] if one != held["customer_id"])
            or "nothing else",
            **{_words(name): value for name, value in held["identity"].items()},
            "Decided by the scoring config": f"{config['name']} ({config['digest']})",
            "Was said not to be": ", ".join(held["not_to_be_united_with"]) or "nobody",
        }
    )
    yield _section(
        "Identifiers",
        "What was given in interactions, how often, and when.",
        ("field", "value", "times", "first seen", "last seen", "others use it too"),
        [
            (
                part["field"],
                one["value"],
                one["count"],
                one["first_seen"],
                one["last_seen"],
                one["used_by_others"],
            )
            for part in held["profile"]
            for one in part["values"]
        ],
    )
    yield _section(
        "Interactions",
        "Each as it was taken in.",
        ("interaction", "when", "identifiers"),
        [(one["interaction"], one["occurred_at"], _pairs(one["values"])) for one in held["records"]],
    )
    yield _section(
        "Decisions",
        "What was decided about each interaction by the program, and why.",
        ("interaction", "decision", "score", "customer then", "next best", "asked about", "evidence"),
        [
            (
                one["interaction"],
                one["in_words"],
                one["score"],
                one["customer_id_then"],
                one["runner_up"],
                ", ".join(one["asked_about"]),
                ", ".join(
                    f"{part['field']}: {part['level']} ({part['contribution']:+.2f})"
                    for part in one["evidence"]
                    if part["level"] is not None
                ),
            )
            for one in held["decisions"]
        ],
    )
    yield from _work(held)
    yield "<h2>Where more may be</h2>\n<p>Nothing of this was looked through.</p>"
    yield f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in held['elsewhere'])}</ul>"


def _work(held: Mapping[str, Any]) -> Iterator[str]:
    """What people have done, or are to do."""
    yield _section(
        "Questions whether this is somebody else's",
        "Links with other customers, who are named by their number only.",
        ("link", "state", "own interactions", "other customers", "what was asked", "somebody works on it"),
        [
            (
                one["link"],
                one["state"],
                ", ".join(one["own_interactions"]),
                ", ".join(one["other_customers"]) or "none: it is one customer now",
                _asked(one["asked"]),
                one.get("assigned_to") or one["somebody_works_on_it"],
            )
            for one in held["links"]
        ],
    )
    yield _section(
        "Reviews",
        "Where a reviewer was or is to look.",
        (
            "review",
            "state",
            "about this customer",
            "interactions turned away",
            "other customers",
            "somebody works on it",
        ),
        [
            (
                one["review"],
                one["state"],
                one["is_about_this_customer"],
                ", ".join(one["own_interactions_turned_away"]),
                ", ".join(one["other_customers"]),
                one.get("assigned_to") or one["somebody_works_on_it"],
            )
            for one in held["review_items"]
        ],
    )
    has_agents = any("by" in one for one in held["log"])
    yield _section(
        "What people did",
        "Entries of the log that touch this customer.",
        ("number", "when", "what", "about", *(("by",) if has_agents else ())),
        [
            (
                one["number"],
                one["at"],
                one["what"],
                _pairs(one["about"]),
                *((one["by"],) if has_agents else ()),
            )
            for one in held["log"]
        ],
    )


def _section(title: str, caption: str, headings: Sequence[str], rows: Sequence[Iterable[Any]]) -> str:
    if not rows:
        return f"<h2>{escape(title)}</h2>\n<p>None.</p>"
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in headings)
    body = "\n".join(f"<tr>{''.join(f'<td>{_shown(cell)}</td>' for cell in row)}</tr>" for row in rows)
    table = f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"
    return f"<h2>{escape(title)}</h2>\n{table}"


def _list(facts: Mapping[str, Any]) -> str:
    rows = "\n".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{_shown(value)}</td></tr>'
        for name, value in facts.items()
    )
    return f"<table><tbody>{rows}</tbody></table>"


def _asked(asked: Mapping[str, Any] | None) -> str:
    if asked is None:
        return "nothing"
    own = "; ".join(f"by {one['field']}: {one['state']}" for one in asked["own_answers"])
    return f"{asked['state']}, asked {asked['asked_at']}, until {asked['until']}" + (
        f" ({own})" if own else ""
    )


def _pairs(values: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{name}: {', '.join(value) if isinstance(value, list) else value}" for name, value in values.items()
    )


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4f}"
    return escape(str(value))
