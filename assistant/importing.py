"""`policyqa build`: files to pages to an index, with progress on stderr and a summary of what was taken and what was not."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from assistant.citations import bracketed
from assistant.expanding import Complete, Expander
from index.asked import Asked
from index.build import QUESTIONS_FOLDER, build_index
from index.collation.identity import Question, compare
from index.corpus import import_files, read_bundled
from index.errors import InputError
from index.library import Library
from index.records import NEWS, Page

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".docx", ".pdf")
_MOST_NAMES = 12  # that an error lists


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build took: documents with their articles, news apart, refused files with the reason of each."""

    index: str
    documents: tuple[tuple[str, int, str], ...]
    news: int
    refused: tuple[str, ...]
    notes: tuple[str, ...]
    care: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        values = asdict(self)
        values["documents"] = [{"document": t, "articles": n, "read_from": s} for t, n, s in self.documents]
        return values

    def to_text(self) -> str:
        lines = [f"已建索引 {self.index}：{len(self.documents)} 份文件，{sum(n for _, n, _ in self.documents)} 条"]
        lines += [
            f"  {bracketed(title)}{count} 条{f'（据刊本 {sigla}）' if sigla else ''}"
            for title, count, sigla in self.documents
        ]
        if self.news:
            lines.append(f"  另有新闻 {self.news} 篇（默认不参与检索）")
        lines += self.care
        lines += [f"注意：{note}" for note in self.notes]
        if self.refused:
            lines.append(f"没有收录的文件 {len(self.refused)} 个，原因见上")
        return "\n".join(lines)


def build_from_files(
    files: Sequence[Path],
    folder: Path,
    embedding: str,
    with_bundled: bool,
    told_same: Sequence[str] = (),
    told_different: Sequence[str] = (),
    complete: Complete | None = None,
) -> Summary:
    """Builds the index of `files` (folders are searched), of the bundled pages where none are named, or of both.

    What was told are pairs of sigla or file names (`甲,乙`); what stays unclear is asked on a terminal, else noted.
    `complete` is a language model that writes questions about articles that have few.
    """
    imported = import_files(_expand(files))
    for line in imported.refused:
        print(f"错误：{line}", file=sys.stderr)
    bundled = read_bundled() if with_bundled or not files else ()
    pages = (*beside(imported.pages, bundled), *bundled)
    if not pages:
        raise InputError("给出的文件都不能收录（原因见上），没有改动原有索引")
    same, different = _find_told(told_same, pages), _find_told(told_different, pages)
    both = {frozenset(pair) for pair in same} & {frozenset(pair) for pair in different}
    if both:
        raise InputError(f"{'和'.join(sorted(next(iter(both))))}既写在 --same 又写在 --separate 里；请只留一个")
    expander = Expander(complete, folder / QUESTIONS_FOLDER, _show_progress) if complete else None
    library, questions = _build(pages, folder, embedding, same, different, expander)
    if expander and expander.stopped:
        print(f"注意：{expander.stopped}", file=sys.stderr)
    empty = tuple(f"{name}：只有标题，没有正文；请检查是否选错了文件" for name in library.empty)
    for line in empty:
        print(f"错误：{line}", file=sys.stderr)
    notes = (
        *imported.notes,
        *_note_told(library, same),
        *_note_versions(library),
        *(question.text for question in questions),
        *(expander.notes if expander else ()),
    )
    return _summarise(library, folder, (*imported.refused, *empty), notes)


def _build(
    pages: Sequence[Page],
    folder: Path,
    embedding: str,
    same: frozenset[tuple[str, str]],
    different: frozenset[tuple[str, str]],
    expander: Expander | None,
) -> tuple[Library, tuple[Question, ...]]:
    """Builds; where pairs are unclear asks on a terminal and builds again. Returns also the pairs nobody was asked about.

    The model is asked after the person, once, about the documents as they will stay.
    """
    is_terminal = _is_terminal()

    def expand(library: Library, known: Asked) -> Asked:
        return expander(library, known) if expander and not (is_terminal and library.questions) else {}

    library, _ = build_index(pages, folder, embedding, _show_progress, same, different, expand)
    if not (is_terminal and library.questions):
        return library, library.questions
    affirmed = frozenset((q.one[0], q.other[0]) for q in library.questions if _ask(q))
    if affirmed or expander:
        library, _ = build_index(pages, folder, embedding, _show_progress, same | affirmed, different, expander)
    return library, ()


def _find_told(told: Sequence[str], pages: Sequence[Page]) -> frozenset[tuple[str, str]]:
    """The sigla of pairs such as `甲.txt,乙.txt` or `000,001`. Raises `InputError` for a name no page has."""
    pairs = set()
    for pair in told:
        names = [name.strip() for name in re.split("[,，]", pair)]
        if len(names) != 2 or not all(names):
            raise InputError(f"--same/--separate 要写两个文件，中间用逗号（如 --same 甲.txt,乙.txt）；写的是“{pair}”")
        one, other = (_find_siglum(name, pages) for name in names)
        if one == other:
            raise InputError(f"--same/--separate 里的“{pair}”是同一个文件")
        pairs.add((one, other))
    return frozenset(pairs)


def _find_siglum(name: str, pages: Sequence[Page]) -> str:
    by_siglum = [page.siglum for page in pages if page.siglum == name]
    by_name = [page.siglum for page in pages if Path(name).name in (page.name, Path(page.name).stem)]
    found = by_siglum or by_name
    if len(found) == 1:
        return found[0]
    known = "、".join(f"{page.siglum}（{page.name}）" for page in pages[:_MOST_NAMES])
    known += f"等 {len(pages)} 个" if len(pages) > _MOST_NAMES else ""
    problem = f"对应 {len(found)} 个文件，请用编号" if found else "不是这次收录的文件"
    raise InputError(f"--same/--separate 里的“{name}”{problem}；现有：{known}")


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask(question: Question) -> bool:
    """Asks on stderr whether two printings are one document; anything but yes leaves them apart."""
    names = "和".join(
        f"{siglum}{bracketed(title) if title else ''}" for siglum, title in (question.one, question.other)
    )
    print(
        f"{names}：{'，'.join(question.relation.reasons)}。是同一份文件吗？[y/N] ", end="", file=sys.stderr, flush=True
    )
    return sys.stdin.readline().strip().lower() in ("y", "yes", "是", "是的")


def _note_told(library: Library, same: frozenset[tuple[str, str]]) -> tuple[str, ...]:
    """A word of warning where a person said that two printings are one document and they do not look like it."""
    notes = []
    for one, other in sorted(same):
        for document in library.documents:
            pair = [w for w in document.witnesses if w.siglum in (one, other)]
            relation = compare(*pair) if len(pair) == 2 else None
            if relation and relation.kind in ("different", "version"):
                seems = "像是另一份文件" if relation.kind == "different" else "像是修订过的另一版本"
                reasons = "，".join(relation.reasons)
                notes.append(f"{one}和{other}{seems}（{reasons}），仍按您的说明互校；校定的文字请逐条核对原件")
    return tuple(notes)


def _note_versions(library: Library) -> tuple[str, ...]:
    """One sentence for each document that has other versions in the library, named once for each pair."""
    notes = []
    seen: set[str] = set()
    for document in library.documents:
        seen.add(document.title)
        others = [title for title in document.versions if title not in seen]
        if others:
            names = "、".join(bracketed(title) for title in others)
            notes.append(f"{bracketed(document.title)}和{names}是同一文件的不同版本，没有互校，分开收录")
    return tuple(notes)


def beside(pages: Sequence[Page], present: Sequence[Page]) -> list[Page]:
    """The new pages that are none of those present; one that only has the same siglum gets another."""
    texts = {page.siglum: page.text for page in present}
    taken = {*texts, *(page.siglum for page in pages)}
    result: list[Page] = []
    for page in pages:
        if page.siglum not in texts:
            result.append(page)
        elif page.text != texts[page.siglum]:
            siglum = next(s for s in (f"{page.siglum}-{n}" for n in count(2)) if s not in taken)
            taken.add(siglum)
            result.append(replace(page, siglum=siglum))
    return result


def _expand(files: Sequence[Path]) -> list[Path]:
    """Files as given; of a folder all files of known kinds, in order of their names."""
    found: list[Path] = []
    for path in files:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
            if not inside:
                raise InputError(f"{path}：文件夹里没有可收录的文件（{' '.join(SUFFIXES)}）")
            found += inside
        else:
            found.append(path)
    return list({path.resolve(): path for path in reversed(found)}.values())[::-1]  # a file named twice is one


def _summarise(library: Library, folder: Path, refused: tuple[str, ...], notes: tuple[str, ...]) -> Summary:
    public = [d for d in library.documents if d.kind != NEWS]
    rows = []
    for document in public:
        sigla = [a.siglum for a in document.articles]
        read_from = (
            "、".join(f"{s}×{sigla.count(s)}" for s in sorted(set(sigla))) if len(document.witnesses) > 1 else ""
        )
        rows.append((document.title, len(document.articles), read_from))
    care = [r for r in library.reliability if r.compared]
    lines = (
        (
            "刊本校勘：估计每千字的错误 "
            + "，".join(f"{r.siglum} {r.slips:.1f}" for r in sorted(care, key=lambda r: r.slips)),
        )
        if care
        else ()
    )
    return Summary(str(folder), tuple(rows), len(library.documents) - len(public), refused, notes, lines)


def _show_progress(stage: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{stage} {done}/{total}   ", end="\n" if stage == "完成" else "", file=sys.stderr, flush=True)
