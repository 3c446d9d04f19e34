"""What stands around a text on its page and is no part of it: page numbers, running heads, a web page's menus."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PAGE_NUMBER = re.compile(
    r"[-—–－·]{1,2}\s*\d{1,4}\s*[-—–－·]{1,2}|第\s*\d{1,4}\s*页(?:\s*[，,/]?\s*共\s*\d{1,4}\s*页)?"
)
_BREADCRUMB = re.compile(r"(?:您?(?:现在)?的?(?:当前|所在)?位置|首页)\s*[：:>＞»].*")
_OF_A_WEB_PAGE = re.compile(
    r"(?:当前|所在|现在的)位置[：:].*|【?字[号体][：:].*|分享到?[：:].*|[上下]一[篇条][：:].*|版权所有.*|主办(?:单位)?[：:].*(?:版权|承办[：:]).*"
    r"|(?:发布|发文|更新)(?:时间|日期)[：:].*(?:来源|浏览|点击|阅读|字[号体]).*|(?:浏览|点击|阅读)(?:次数|量|数)[：:].*"
    r"|.*ICP备\s*\d+.*|.*公网安备.*|【?(?:打印|关闭窗口|返回顶部|网站地图|联系我们|收藏)】?"
)
_LONGEST_MENU = 12  # characters of a menu entry; “政府信息公开指南” has 8
_MENU_ENDS = 25  # lines; a breadcrumb further down is a word of the text


def find_furniture(lines: Sequence[str]) -> set[int]:
    """The indices of the lines that are no text.

    >>> sorted(find_furniture(["首页", "公开", "当前位置：首页 > 公开", "某办法", "第一条", "- 3 -", "某办法", "第二条", "上一篇：无"]))
    [0, 1, 2, 5, 6, 8]
    """
    found = {i for i, line in enumerate(lines) if _PAGE_NUMBER.fullmatch(line) or _OF_A_WEB_PAGE.fullmatch(line)}
    numbers = [i for i in found if _PAGE_NUMBER.fullmatch(lines[i])]
    beside = {j for i in numbers for j in (i - 1, i + 1) if 0 <= j < len(lines)}
    earlier: set[str] = set()
    for index, line in enumerate(lines if numbers else ()):
        if index in beside and line in earlier:
            found.add(index)
        earlier.add(line)
    crumb = next((i for i, line in enumerate(lines[:_MENU_ENDS]) if _is_breadcrumb(line)), 0)
    if all(len(line) <= _LONGEST_MENU for line in lines[:crumb]):
        found.update(range(crumb))
        found.update([crumb] if crumb else [])
    return found


def _is_breadcrumb(line: str) -> bool:
    return bool(_BREADCRUMB.fullmatch(line) or re.fullmatch(r"当前位置[：:].*", line))
