"""PDF -> text, page after page, without running heads and page numbers.

pypdf runs in a process of its own with a time limit: a hostile PDF can keep any parser busy for hours,
and no check of the file beforehand can tell (advisories of 2025 and 2026 against `extract_text`).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

from index.errors import InputError
from index.readers_pdf_worker import MAX_PAGES
from index.readers_text import is_plausible

MAX_SECONDS = 180  # measured: 0.4 s to start, 55 ms for a full page of Chinese text
_MIN_CHARACTERS_PER_PAGE = 10  # a scan has none, or a stamp's few
_EDGE = 2  # running heads and page numbers stand in the first or last two lines

_PAGE_NUMBER = re.compile(
    r"[-—–－·•~～\s]*第?\s*[\divxIVX]{1,4}\s*页?[-—–－·•~～\s]*(?:[/／，,|]?\s*共?\s*\d{1,4}\s*页)?"
    r"|\d{1,4}\s*[/／]\s*\d{1,4}|Page\s*\d+(?:\s*of\s*\d+)?",
    re.IGNORECASE,
)
_NUMBER_AT_END = re.compile(r"^第?\d+页?|第?\d+(?:页?[/／,，]?共?\d+)?页?$")
_TITLE = re.compile(
    r"(?:法|条例|办法|规定|细则|决定|意见|通知|方案|规划|纲要|公告|规则|章程|制度|标准|指南|手册)(?:[（(].*[)）])?$"
)
_RADICALS = str.maketrans(
    "⼾⾭⺠⻓⻔⻆⻚⻛⻜⻝⻢⻤⻥⻦⻩⻬⻰⻳⻉⻅⻋⻘⻣⻨⻄⺟⻁⻮⻙",
    "户青民长门角页风飞食马鬼鱼鸟黄齐龙龟贝见车青骨麦西母虎齿韦",
)
_REMEDIES = {
    "password": "PDF 有打开密码；请取消密码后再导入",
    "pages": f"PDF 超过 {MAX_PAGES} 页；请拆分后再导入",
    "memory": "PDF 解析所需内存过大，已停止；请拆分文件，或把正文复制到 Word，另存为 .docx 后再导入",
}
_DAMAGED = "PDF 已损坏，无法解析；请重新下载，或用阅读器打开并另存后再导入"
_GARBLED = "PDF 的文字层是乱码（字体缺少文字编码）；请先做文字识别（OCR），保存为 .docx 或 .txt 后再导入"
_TOO_SLOW = f"PDF 解析超过 {MAX_SECONDS} 秒，已停止；请拆分文件，或把正文复制到 Word，另存为 .docx 后再导入"
_SCAN = "PDF 没有可提取的文字（可能是扫描件）；请先做文字识别（OCR），保存为 .docx 或 .txt 后再导入"


def read_pdf(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Text of a PDF, lines as printed, and a note where pages have none; raises `InputError`."""
    pages = _extract_pages(data)
    texts = [replace_radicals(page or "") for page in pages]
    characters = [len(re.findall(r"\w", text)) for text in texts]
    if sum(characters) < _MIN_CHARACTERS_PER_PAGE * len(pages) and max(characters, default=0) < 100:
        raise InputError(_SCAN)
    text = "\n".join(drop_running_heads(texts))
    if not is_plausible(text):
        raise InputError(_GARBLED)
    empty = [str(number) for number, count in enumerate(characters, 1) if not count]
    shown = "、".join(empty[:10]) + ("等" if len(empty) > 10 else "")
    return text, ((f"第 {shown} 页没有可提取的文字（可能是扫描页或图片）",) if empty else ())


def drop_running_heads(pages: list[str]) -> list[str]:
    """Pages without page numbers and without lines that return at the top or bottom of most pages.

    >>> drop_running_heads([f"某市公报\\n第{n}条 内容{n}。\\n— {n} —" for n in range(1, 5)])
    ['第1条 内容1。', '第2条 内容2。', '第3条 内容3。', '第4条 内容4。']
    """
    lines = [[line for line in page.split("\n") if line.strip()] for page in pages]
    offsets = Counter(n - index for index, page in enumerate(lines) for n in _bare_numbers(page))
    tops = Counter(form for page in lines for form in {_form(line) for line in page[:_EDGE]})
    bottoms = Counter(form for page in lines for form in {_form(line) for line in page[-_EDGE:]})
    needed = max(3, 0.4 * len(lines))  # two fifths: heads of left and right pages may differ

    def is_running(line: str, page: int, counts: Counter[str]) -> bool:
        bare = line.strip()
        if bare.isdecimal():
            return len(bare) <= 4 and (offsets[int(bare) - page] >= min(2, len(lines)))
        return _PAGE_NUMBER.fullmatch(bare) is not None or counts[_form(line)] >= needed

    result = []
    for number, page in enumerate(lines):
        start, end = 0, len(page)
        while start < min(_EDGE, len(page)) and is_running(page[start], number, tops):
            if number == 0 and _is_title(page, start):
                break
            start += 1
        while end > max(start, len(page) - _EDGE) and is_running(page[end - 1], number, bottoms):
            end -= 1
        result.append("\n".join(page[start:end]))
    return result


def _is_title(page: list[str], index: int) -> bool:
    """Whether a line of the first page is the document's title, which later pages repeat as their head."""
    repeated = sum(_form(line) == _form(page[index]) for line in page[index : index + _EDGE + 1]) > 1
    return not repeated and _TITLE.search(page[index].strip()) is not None


def _bare_numbers(page: list[str]) -> set[int]:
    edges = [line.strip() for line in page[:_EDGE] + page[-_EDGE:]]
    return {int(line) for line in edges if line.isdecimal() and len(line) <= 4}


def _form(line: str) -> str:
    """A line without the page number that may begin or end it: heads differ by nothing else."""
    return _NUMBER_AT_END.sub("#", re.sub(r"\s+", "", line))


def replace_radicals(text: str) -> str:
    """Ordinary characters for radicals: many PDF fonts map to ⼀ and ⺠ what the page shows as 一 and 民.

    >>> replace_radicals("⼈⺠政府第⼀条")
    '人民政府第一条'
    """
    text = text.translate(_RADICALS)  # first: Unicode takes ⼾ for 戶, ⾭ for 靑
    return re.sub(r"[\u2f00-\u2fd5]", lambda match: unicodedata.normalize("NFKC", match[0]), text)


def _extract_pages(data: bytes) -> list[str | None]:
    """The raw text of each page, None for one that cannot be parsed; a process that takes too long is killed."""
    root = Path(__file__).resolve().parent.parent
    search_path = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    try:
        finished = subprocess.run(
            [sys.executable, "-m", "index.readers_pdf_worker"],
            input=data,
            capture_output=True,
            timeout=MAX_SECONDS,
            check=False,
            cwd=root,
            env={**os.environ, "PYTHONPATH": search_path},
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(_TOO_SLOW) from error
    if finished.returncode:
        raise InputError(_DAMAGED)
    result = json.loads(finished.stdout)
    if problem := result.get("problem"):
        raise InputError(_REMEDIES.get(problem, _DAMAGED))
    pages: list[str | None] = result["pages"]
    if not pages:
        raise InputError(_DAMAGED)
    return pages
