"""措施内容: what a part of a clause is about, between its verb and its end: what is to be provided, set up, made use of
(提供|技术支撑|，利用|网络平台|开展), and what has to be done with a thing (应当|协商解决). Asked for as blanks: most rivals would be
right somewhere."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.material.clauses import Clause
from assistant.material.points import Point, Texts, pairs
from assistant.material.points_name import subjects_of
from assistant.material.stock import is_stock
from index.records import Article
from index.tokens import word_edges

KIND = "措施内容"
SHORTEST, LONGEST, MOST_WORDS = 3, 10, 5
WEIGHT = 0.6
_VERBS_TEXT = """
提供 给予 予以 提高 提升 增强 促进 推动 推进 实现 形成 营造 接受 承担 履行 落实 加大 加强 强化 深化 优化 完善 健全 建立 构建 培育 培养 扩大 拓宽 拓展 防止 防范 避免 化解 解决 满足
改善 确保 实施 开展 参加 编制 制定 签订 续签 公布 发挥 依托 利用 引导 鼓励 享受 缴纳 缴存 提交 出具 取得 办理 追究 遵守 尊重 弘扬 树立 树牢 坚持 突出 创造 丰富 激发 凝聚 整合
设立 设置 配备 支付 造成 影响 妨碍 破坏 损害 符合 采取 列入 纳入 作为 成为 适用 采用 执行 体现 夯实 筑牢 传承 推广 普及 调动 提倡 倡导 倾听 听取 征求 通过 推行 实行 严格 统筹 综合
做好 抓好 建强 选优 吸收 吸纳 查处 纠治 整治 减少 增加 降低 控制 限制 扶持 资助 奖励 表彰 举办 承办 开发 建设 评估 评价 核定 确定 划定 划分 认定 收集 采集 处置 处理 进行 使用
保障 保护 维护 发展 规范 支持 组织 监督 宣传 申请 明确 申报 报送 报告 告知 通知 审核 审查 受理 核发 颁发 领取 分担 负担 承接 改进 借鉴 带动 聘用 招聘 招录 选派 选拔 推荐 关心 关爱 帮助
防治 预防 打击 查询 登记 公示 参与 支撑 服务 引进 汇集 探索 举行 召开 发布 建成 拥有 具备 具有 享有 产生 获得 遵循 融入 摆脱 引发 出现 发生 存在 属于 包括 达到 超过 完成 接收 收取
交纳 交付 移交 送达 作出 提出 制止 阻止 劝阻 损毁 贯彻 学习 增进 巩固 引领 聚焦 瞄准 面向 开通 搭建 打造 用好 用于
"""
_VERBS = frozenset(_VERBS_TEXT.split())
"""Verbs that govern what follows them."""
_ALSO_NOUNS_TEXT = """
保障 保护 维护 发展 规范 支持 组织 监督 宣传 申请 服务 建设 评估 评价 使用 处理 处置 奖励 表彰 控制 开发 探索 登记 公示 审核 审查 报告 通知 影响 预防 防治 参与 支撑 综合 严格 统筹
认定 改进 帮助 支付 承诺 学习 巩固 划分 整合 招聘 推荐 接收 移交
"""
_ALSO_NOUNS = frozenset(_ALSO_NOUNS_TEXT.split())
"""Those that close a name as often (激励保障): they begin what they govern only behind another boundary."""
_LINKS_TEXT = """
对 在 从 把 将 由 以 按 按照 根据 依据 依照 向 为 经 因 与 会同 同 被 给 于
"""
_LINKS = frozenset(_LINKS_TEXT.split())
_SIGNS = tuple("，。；：")
_PREDICATE = re.compile(
    r"(?:应当|可以|必须|依法|按照(?:规定|约定|协议|程序)|及时|依规|有关事项)(?P<own>[\u4e00-\u9fff]{4})(?=[。；])"
)
_SAYS_LITTLE = re.compile(
    r"[的和与及等对在由为以从将把按并其该不或者到]|有关|相关|规定|要求|必要|具体|各项|各类|各级|各种|工作$|活动$|行为$|条例|本法|办法$|意见$|措施$|作用$|"
    r"责任$|义务$|进一步|应当|可以|人民政府|部门|机关|情况|方面|方式|时间|水平|需要|情形|中国共产党|相应|氛围$|^(?:比较|较为|相对|充分|积极|有效)|^[好且并或已未仍均其该此后]|^(?:制度|机制|体系|政策|工作|补偿|实际)|(?:制度|机制|体系|政策|建设|目标|基础|能力)$|"
    r"他们|自己|所需|所有|更加?|明显|日益|显著|可能|[时起内后中]$|一批|^为|(?:使用|弃置|设置|安装|保证|贡献)$|多种|一定|用途|用心"
)


_NAMES_WORK = re.compile("工作|活动|行动|任务|[，。；的]")
"""What makes a name of the verb before it (矛盾纠纷|化解|工作)."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Words without a verb or a link between them: offsets into the clause, and the words beside them."""

    start: int
    end: int
    words: int
    before: str
    after: str


def find_objects(article: Article, clause: Clause, texts: Texts) -> Iterator[Point]:
    edges = sorted(word_edges(clause.text))
    subjects = subjects_of(texts.document)
    found = [(run.start, run.end) for run in _runs(clause.text, edges) if _is_object(clause.text, run)]
    found += [m.span("own") for m in _PREDICATE.finditer(clause.text) if {m.start("own"), m.end("own")} <= set(edges)]
    for begin, end in dict.fromkeys(found):
        begin = _past_subject(clause.text, begin, end, subjects)
        own = clause.text[begin:end]
        if not SHORTEST <= len(own) <= LONGEST or _SAYS_LITTLE.search(own) or is_stock(own):
            continue
        halves = own[:2], own[-2:]
        if (
            any(half in texts.document.title for half in halves)
            or any(s in own or own in s for s in subjects)
            or _is_told(clause.text, begin, end)
        ):
            continue
        start = clause.start + begin
        yield Point(article, clause, start, start + len(own), own, KIND, (), WEIGHT, lies=())


def _runs(text: str, edges: list[int]) -> Iterator[_Run]:
    """What stands between verbs, links and signs."""
    words = list(itertools.pairwise(edges))
    start, count, before, behind_boundary = 0, 0, "", True
    for a, b in [*words, (len(text), len(text))]:
        word = text[a:b]
        is_verb = word in _VERBS and (behind_boundary or word not in _ALSO_NOUNS)
        if (
            is_verb
            or word in _LINKS
            or not word
            or not re.match(r"[\u4e00-\u9fff]", word)
            or word in ("的", "等", "和")
        ):
            if count:
                yield _Run(start, a, count, before, word)
            start, count, before, behind_boundary = b, 0, word, True
        else:
            count, behind_boundary = count + 1, False


def _is_object(text: str, run: _Run) -> bool:
    """Whether a run is what a verb governs and stands by itself: no half of a list, no more words than a name has."""
    rest = text[run.end + len(run.after) :]
    goes_on = run.after in _VERBS - _ALSO_NOUNS and not _NAMES_WORK.match(rest)
    closes = run.after in (*_SIGNS, "等") or goes_on or (run.after == "的" and not rest.startswith(("人", "领导")))
    return run.before in _VERBS and closes and run.words <= MOST_WORDS


def _past_subject(text: str, begin: int, end: int, subjects: tuple[str, ...]) -> int:
    for subject in subjects:
        if text.startswith(subject, begin) and end - begin - len(subject) >= SHORTEST:
            return begin + len(subject)
    return begin


def _is_told(text: str, begin: int, end: int) -> bool:
    return bool(pairs(text[begin:end]) & pairs(f"{text[:begin]}，{text[end:]}"))
