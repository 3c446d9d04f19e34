"""A quiz as the plain text that 问卷星 reads under 创建考试 › 导入文本: one item after the other, an empty line between.

What is known, and from where (looked up for this module; 问卷星's own help pages could not be opened):

- `1. 题干[单选题]`, options on lines of their own as `A. …`, an empty line between items, the title on the first line;
  labels `[单选题]`, `[多选题]`, `[判断题]`, `[填空题]`, `[考试多项填空]` with `{_}` for each blank, `[简答题]`: the text format of
  问卷星's open-source kit (github.com/wjxcom/wjx-ai-kit, `text-to-survey.ts` and `dsl-syntax.md`). 对 and 错 as the options of
  a 判断题: the same kit's examples of examinations (`question-types.md`).
- `(正确答案)` behind a right option and `答案解析：` under the item: how 问卷星 itself writes examinations out, as several
  public readers of such files agree.
- Not verified against the live site: that the import reads both of these back, and `答案：` under 填空题 and 简答题. Whoever imports
  sees the keys in the preview; the file says so in its first lines.
"""

from __future__ import annotations

import re

from assistant.markup import one_line
from assistant.material.quiz_paper import by_type, letter, quotes_all
from assistant.material.records import BLANK, RIGHT, WRONG, Item, Quiz
from assistant.material.slides import shown_place

RIGHT_MARK = "(正确答案)"
TRUE, FALSE = "对", "错"
GUIDE = "导入后请在预览里核对题型和答案，再发布。"
_LABELS = {"单选": "单选题", "多选": "多选题", "判断": "判断题", "填空": "填空题", "简答": "简答题", "情景": "单选题"}
_SEVERAL_BLANKS, _GAP = "考试多项填空", "{_}"
_BLANK = re.compile(re.escape(BLANK) + "_*")
_LABEL_PRINTED = re.compile(r"\[([^\[\]]*)\]")
_MARK_PRINTED = re.compile(r"[（(]\s*(正确答案)\s*[）)]")


def write_wenjuanxing(quiz: Quiz) -> str:
    """The quiz as text, items by type and numbered through as on the paper; title and guide first."""
    blocks = [f"{_plain(quiz.title) or '练习题'}\n\n{GUIDE}"]
    for _, items in by_type(quiz.items):
        blocks += [_block(number, item) for number, item in items]
    return "\n\n".join(blocks) + "\n"


def _block(number: int, item: Item) -> str:
    lines = [f"{number}. {_stem(item)}[{_label(item)}]", *_options(item)]
    if not item.options and item.type != "判断":
        lines.append(f"答案：{_plain(item.key)}")
    lines.append(f"答案解析：{_explained(item)}")
    return "\n".join(lines)


def _label(item: Item) -> str:
    if item.type == "情景":
        return "简答题" if not item.options else "多选题" if len(item.key) > 1 else "单选题"
    return _SEVERAL_BLANKS if _blanks(item) > 1 else _LABELS[item.type]


def _blanks(item: Item) -> int:
    return len(_BLANK.findall(item.stem)) if item.type == "填空" else 0


def _stem(item: Item) -> str:
    """The stem on one line; the blanks of several as `{_}`, which 问卷星 counts."""
    stem = _plain(item.stem)
    return _BLANK.sub(_GAP, stem) if _blanks(item) > 1 else stem


def _options(item: Item) -> list[str]:
    if item.type == "判断":
        marks = {RIGHT: (RIGHT_MARK, ""), WRONG: ("", RIGHT_MARK)}.get(item.key, ("", ""))
        return [f"{TRUE}{marks[0]}", f"{FALSE}{marks[1]}"]
    return [
        f"{letter(place)}. {_plain(option)}{RIGHT_MARK if letter(place) in item.key else ''}"
        for place, option in enumerate(item.options)
    ]


def _explained(item: Item) -> str:
    """Why, with clause and quotation, on one line."""
    place = shown_place(item.document, item.label)
    explanation, quote = _plain(item.explanation), _plain(item.quote)
    basis = f"依据：{_plain(place)}" + (f"“{quote}”" if quote and not quotes_all(item) else "")
    return f"{explanation} {basis}".strip()


def _plain(text: str) -> str:
    """On one line, without what 问卷星 would read as a label or a key.

    >>> _plain("[单选题] 某事(正确答案)\\n吗")
    '【单选题】 某事“正确答案” 吗'
    """
    text = _LABEL_PRINTED.sub(r"【\1】", one_line(text.replace("\n", " ")))
    return _MARK_PRINTED.sub(r"“\1”", text)
