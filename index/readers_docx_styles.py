"""The paragraph styles of a .docx: heading levels, table-of-contents entries, and the list a style belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

_MAX_CHAIN = 20  # styles based on styles; a damaged file may even go round in a circle


@dataclass(frozen=True, slots=True)
class Style:
    """One paragraph style. `number` is its own w:numPr; `level` that of its heading (1–9), 0 if it is none."""

    id: str = ""
    name: str = ""
    based_on: str = ""
    level: int = 0
    number: Any = None

    @property
    def is_contents_entry(self) -> bool:
        return re.match(r"(?:toc|目录)\b", self.name) is not None


@dataclass(frozen=True, slots=True)
class Styles:
    """All paragraph styles by id; `default` is that of paragraphs which name none."""

    by_id: dict[str, Style]
    default: Style

    def of(self, properties: Any) -> Style:
        """The style that a paragraph's properties (w:pPr or None) name."""
        named = properties.find(qn("w:pStyle")) if properties is not None else None
        return self.by_id.get(named.get(qn("w:val"), ""), self.default) if named is not None else self.default

    def chain(self, style_id: str) -> Iterator[Style]:
        """A style and those it is based on, nearest first."""
        for _ in range(_MAX_CHAIN):
            style = self.by_id.get(style_id)
            if style is None:
                return
            yield style
            style_id = style.based_on

    def heading_level(self, properties: Any) -> int:
        """1–6 for a heading: by the paragraph's own outline level, else by its style; 0 for ordinary text."""
        own = _outline_level(properties)
        if own is not None:
            return min(own, 6)
        return next((min(style.level, 6) for style in self.chain(self.of(properties).id) if style.level), 0)


def read_styles(root: Any | None) -> Styles:
    """The paragraph styles of styles.xml (None: a document without)."""
    by_id: dict[str, Style] = {}
    default = Style()
    for element in root.findall(qn("w:style")) if root is not None else ():
        if element.get(qn("w:type")) != "paragraph":
            continue
        style = _read_style(element)
        by_id[style.id] = style
        if element.get(qn("w:default")) in ("1", "true", "on"):
            default = style
    return Styles(by_id, default)


def _read_style(element: Any) -> Style:
    properties = element.find(qn("w:pPr"))
    name = _value(element.find(qn("w:name"))).lower()
    heading = re.fullmatch(r"(?:heading|标题)\s*(\d)", name)
    level = int(heading[1]) if heading else 1 if name in ("title", "标题") else _outline_level(properties) or 0
    return Style(
        id=element.get(qn("w:styleId"), ""),
        name=name,
        based_on=_value(element.find(qn("w:basedOn"))),
        level=level,
        number=properties.find(qn("w:numPr")) if properties is not None else None,
    )


def _outline_level(properties: Any) -> int | None:
    """1–9 for a heading, 0 for text that says it is none (Word's level 9), None where nothing is said."""
    value = _value(properties.find(qn("w:outlineLvl"))) if properties is not None else ""
    return (int(value) + 1) % 10 if re.fullmatch(r"\d", value) else None


def _value(element: Any) -> str:
    return element.get(qn("w:val"), "") if element is not None else ""
