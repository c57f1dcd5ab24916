"""Taking a page apart."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET


def parsed(page: str) -> ET.Element:
    """The page as a tree; raises if it is not well-formed."""
    head, _, rest = page.partition("\n")
    assert head == "<!DOCTYPE html>"
    return ET.fromstring(rest)  # noqa: S314 - idlab wrote it


def text_of(element: ET.Element) -> str:
    """All text in an element, each run of white space as one blank."""
    return " ".join("".join(element.itertext()).split())


def of_class(root: ET.Element, name: str) -> Iterator[ET.Element]:
    """Every element of a class."""
    return (element for element in root.iter() if name in element.get("class", "").split())
