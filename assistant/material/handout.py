"""讲义: what a trainer hands out about the selected articles; every sentence of it is the documents' own, with its clause."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.citations import bracketed
from assistant.material.blocks import Block, Heading, NewPage, Paper, Text
from assistant.material.handout_rules import duty_blocks, figure_blocks, task_blocks
from assistant.material.handout_sections import (
    difference_blocks,
    explanation_blocks,
    glossary_blocks,
    outline_blocks,
    overview_blocks,
    point_blocks,
)
from assistant.material.interview import EXPLAINERS, find_explainers
from assistant.material.printings import source_line
from assistant.material.records import Selection
from index.errors import InputError
from index.records import Document

NOTE = "除表头、小标题和说明外，文字全部摘自原文，每处都注明了条款。"
FOOTER = "条文以正式公布的文本为准"


def make_handout(selections: Sequence[Selection], library: Sequence[Document]) -> Paper:
    """The handout on the selected articles, one document after the other; what a document has nothing for is left out.

    `library`: where official explanations are looked for. Raises `InputError` where no article is selected.
    """
    chosen = [selection for selection in selections if any(a.text.strip() for a in selection.articles)]
    if not chosen:
        raise InputError("还没有选择任何条文；请先选文件或条文")
    blocks: list[Block] = [Text(NOTE, "caption")]
    level = 1 if len(chosen) == 1 else 2
    used: list[Document] = []
    for number, selection in enumerate(chosen):
        if len(chosen) > 1:
            blocks += [*([NewPage()] if number else []), Heading(1, bracketed(selection.document.title))]
        explainers = find_explainers(selection.document, library)
        blocks += _document_blocks(selection, explainers, level)
        used += [selection.document, *(each for each in explainers if _is_quoted(each, blocks))]
    blocks.append(Heading(1, "出处"))
    blocks += [Text(source_line(document)) for document in {d.id: d for d in used}.values()]
    return Paper(_title(chosen), _subtitle(chosen), tuple(blocks), FOOTER)


def _document_blocks(selection: Selection, explainers: Sequence[Document], level: int) -> list[Block]:
    blocks = [
        *overview_blocks(selection, level),
        *outline_blocks(selection, level),
        *point_blocks(selection, level),
        *figure_blocks(selection, level),
    ]
    if selection.document.grammar not in EXPLAINERS:  # an interview reports duties, it sets none
        blocks += [*task_blocks(selection, level), *duty_blocks(selection, level)]
    return [
        *blocks,
        *explanation_blocks(selection, explainers, level),
        *glossary_blocks(selection, explainers, level),
        *difference_blocks(selection, level),
    ]


def _is_quoted(document: Document, blocks: Sequence[Block]) -> bool:
    name = bracketed(document.title)
    return any(name in getattr(block, "text", "") for block in blocks)


def _title(chosen: Sequence[Selection]) -> str:
    if len(chosen) == 1:
        return f"{bracketed(chosen[0].document.title)}讲义"
    return f"{bracketed(chosen[0].document.title)}等{len(chosen)}份文件讲义"


def _subtitle(chosen: Sequence[Selection]) -> str:
    total = sum(len(selection.articles) for selection in chosen)
    whole = all(len(s.articles) == len(s.document.articles) for s in chosen)
    return "全文" if whole else f"选讲 {total} 条"
