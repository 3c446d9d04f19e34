"""情景: items from what people ask of an article, and drafts of its rules in four ways."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.material.clauses import Clause, clauses, is_statement
from assistant.material.items import CHOICES, Maker
from assistant.material.items_statement import LONGEST_OPTION, altered, may_be_asked
from assistant.material.points import Point, pairs
from assistant.material.points_body import KIND as BODY
from assistant.material.points_quantity import KIND as QUANTITY
from assistant.material.points_word import MODALITY, must_stay
from assistant.material.records import GAP, LETTERS, Item
from assistant.sentences import Sentence, split_sentences
from index.asked import Note
from index.tokens import content_words

KIND = "条款理解"
_FORMAL = re.compile(
    r"什么|哪些|哪几|哪个|哪一|如何|怎样|怎么|多久|多少|多长|几[次年个人项级]|由谁|谁来|是否|能否|可否|何时|为何"
)
_SLANG = re.compile(
    r"[咋啥呗哩嘛咱俺哋嘅冇佢哇噻撒我你您他她]|来着|有木有|不[？]$|哪嘎|一哈|同事|主任说|听说|考题|[那这][份个条些]|文件|管用|到底|一般|人家|老百姓|咋样|多少钱|扯上|社工|"
    r"给不给|算不算|要不要|行不行|能不能|是不是|有没有|会不会|可不可以|对不对|叫什么|讲了|说的|提到|东西|事儿|弄|搞|吧|[那这]几|干活|上头|下头|上面|那边|条例|意见|呀|啦"
)
_WELL_FORMED = re.compile(r"[\u4e00-\u9fff\w“”《》、，%]+[？]?")
_ASKERS = ("一名社区工作者", "一位居民", "街道的一名干部", "一名新入职的同志", "社区党组织的一名同志")
_ASKERS_ELSEWHERE = ("一名基层干部", "一位群众", "一名新入职的同志", "一名经办人员")
_ASKED = (
    (re.compile(r"谁|哪一?级|哪个(?:部门|单位)|什么(?:部门|单位)"), BODY),
    (re.compile(r"几|多少|多久|多长|何时|什么时候|哪天"), QUANTITY),
    (re.compile(r"能否|可否|是否|能.{0,12}吗|可以.{0,12}吗|必须|一定要"), MODALITY),
)
"""What a question asks for, by its words."""
SHORTEST_RULE = 25
"""Characters of a clause that four forms of are worth comparing."""


def items_asked(maker: Maker, notes: Mapping[str, Note], points: Sequence[Point]) -> Iterator[Item]:
    """For each sentence that people ask about, the best-worded question as a 情景 item; and drafts in four ways."""
    for sentence, questions in _by_sentence(maker, notes):
        yield from _situation(maker, sentence, questions[0], points)
    for clause in clauses(maker.article):
        yield from _practice(maker, clause, points)


def _asked_words(question: str) -> list[str]:
    """The words of a question that name something, without those that ask."""
    return [word for word in content_words(question) if len(word) > 1 and not _FORMAL.search(word)]


def _by_sentence(maker: Maker, notes: Mapping[str, Note]) -> Iterator[tuple[Sentence, list[str]]]:
    """The sentences of the article with the questions that they answer, best-worded first."""
    cut = [damage for damage in maker.article.damages if damage.kind in ("cut_off", "missing_line")]
    sentences = [
        s
        for s in split_sentences(maker.article)
        if s.role == "sentence" and not any(d.start < s.end and s.start < d.end for d in cut)
    ]
    for sentence in sentences:
        own = [
            question
            for question, note in notes.items()
            if (note.passages and len(note.passages) == 1 and sentence.text.startswith(note.passages[0]))
            and _reads_well(question)
        ]
        if own:
            yield sentence, sorted(own, key=lambda q: _rank(q, sentence.text, maker))


def _reads_well(question: str) -> bool:
    return 8 <= len(question) <= 40 and bool(_WELL_FORMED.fullmatch(question)) and not _SLANG.search(question)


def _rank(question: str, text: str, maker: Maker) -> tuple[float, str]:
    """Questions in the words of the text first; the same order each time."""
    own = content_words(question)
    shared = sum(word in text for word in own) / max(1, len(own))
    tie = f"{maker.chance(question).random():.6f}"
    return -round(shared * 4) / 4 - (0.3 if question.endswith("？") else 0) - (
        0.3 if _FORMAL.search(question) else 0
    ), tie


def _situation(maker: Maker, sentence: Sentence, question: str, points: Sequence[Point]) -> Iterator[Item]:
    """Somebody asks; the answer in the words of the rule stands among answers that differ from it in one decisive place."""
    own = [c for c in clauses(maker.article) if sentence.start <= c.start and c.end <= sentence.end]
    for clause in sorted(own, key=lambda c: -_speaks_most(c, own, question))[:1]:
        if not _fits(clause, question):
            continue
        false = _false_answers(question, maker.texts.document.title, clause, points)
        if (
            len(false) < CHOICES - 1
            or sum(point.kind == _asked_kind(question) for _, point in false[: CHOICES - 1]) < 2
        ):
            continue  # what is asked for has to be what the answers differ in
        askers = _ASKERS if "社区" in maker.texts.document.title else _ASKERS_ELSEWHERE
        asker = maker.chance("asker", clause.start, question).choice(askers)
        opening = f"{asker}问：“{_closed(question)}”下列答复中，符合{maker.title}规定的是{GAP}。"
        yield _among_answers(maker, clause, opening, false[: CHOICES - 1])
        return


def _overlaps(text: str, question: str) -> bool:
    """Whether the question has what would be swapped."""
    return text in question or any(text[i : i + 2] in question for i in range(len(text) - 1))


def _is_beside(point: Point, question: str, title: str) -> bool:
    """Whether the part of the clause that the place is in speaks of what is asked, beyond what the whole document is about."""
    text, start = point.clause.text, point.start - point.clause.start
    begin = max(text.rfind(sign, 0, start) for sign in "，；：") + 1
    end = min((place for sign in "，；。" if (place := text.find(sign, start)) >= 0), default=len(text))
    asked = [w for w in content_words(question) if len(w) > 1 and w not in title]
    return any(word in text[begin:end] for word in asked)


def _practice(maker: Maker, clause: Clause, points: Sequence[Point]) -> Iterator[Item]:
    """A draft of how a rule is carried out, written in four ways: two places of the rule, each right in two of them, so that
    nobody finds the rule by counting."""
    is_short = SHORTEST_RULE <= len(clause.statement) <= LONGEST_OPTION + 30
    if not may_be_asked(maker.article, clause) or must_stay(clause) or not is_short:
        return
    if not clause.is_first:
        return  # what stands before a semicolon says who and when
    told = pairs(maker.article.heading)  # the stem has the heading
    able = [p for p in points if p.clause == clause and p.falsehoods and not pairs(p.text) & told]
    own = sorted(able, key=lambda p: (-p.weight, p.start))
    one = next(iter(own), None)
    other = next((p for p in own if one and (p.end <= one.start or one.end <= p.start)), None)
    if one is None or other is None:
        return
    if all("财政" in p.text or p.kind == BODY for p in (one, other)):
        return  # whose money it is and who decides go together
    heading = maker.article.heading.rstrip("。")
    about = f"其中“{heading}”一段" if heading else f"其中依据{maker.article.label.split(' ')[0]}的一段"
    place = "某街道" if "社区" in maker.texts.document.title else "某地"
    stem = f"{place}起草{maker.title}的宣传材料，{about}有四种写法，符合原文的是{GAP}。"
    yield _of_two_places(maker, clause, stem, one, other)


def _of_two_places(maker: Maker, clause: Clause, stem: str, one: Point, other: Point) -> Item:
    """The clause with each of two places right or wrong, in all four ways."""
    chance = maker.chance("two places", clause.start, stem)
    lies = chance.choice(one.falsehoods[:2]), chance.choice(other.falsehoods[:2])
    first, second = sorted(zip((one, other), lies, strict=True), key=lambda pair: pair[0].start)

    options = [clause.statement, altered(first), altered(second), altered(first, second)]
    chance.shuffle(options)
    key = LETTERS[options.index(clause.statement)]
    explanation = (
        f"{key}项与原文一致。" + "；".join(f"原文是“{p.text}”，不是“{lie}”" for p, lie in (first, second)) + "。"
    )
    span = first[0].start, second[0].end
    return maker.item("情景", stem, options, key, explanation, (clause.start, clause.end), span, KIND, "难")


def _among_answers(maker: Maker, clause: Clause, stem: str, false: Sequence[tuple[str, Point]]) -> Item:
    """The clause among false forms of it, each changed in one place."""
    chance = maker.chance("situation", clause.start, stem)
    options = [clause.statement, *(text for text, _ in false)]
    chance.shuffle(options)
    key = LETTERS[options.index(clause.statement)]
    changes = "；".join(
        f"{LETTERS[options.index(text)]}项把“{point.text}”改成了“{filling(text, point)}”"
        for text, point in sorted(false, key=lambda each: options.index(each[0]))
    )
    decisive = min(point.start for _, point in false), max(point.end for _, point in false)
    quote = clause.start, clause.end
    return maker.item("情景", stem, options, key, f"{key}项与原文一致。{changes}。", quote, decisive, KIND, "难")


def _asked_kind(question: str) -> str:
    """The kind of place that answers the question; empty where it asks for another thing.

    >>> [_asked_kind(q) for q in ("借调由谁批准？", "几年轮训一次？", "哪些内容？")]
    ['责任主体', '数量时限', '']
    """
    return next((kind for pattern, kind in _ASKED if pattern.search(question)), "")


def _fits(clause: Clause, question: str) -> bool:
    """Whether the clause is short enough to be an answer and speaks of what is asked."""
    is_short = is_statement(clause) and len(clause.statement) <= LONGEST_OPTION + 30
    own = _asked_words(question)
    return is_short and not must_stay(clause) and bool(own) and all(word in clause.text for word in own)


def _speaks_most(clause: Clause, others: Sequence[Clause], question: str) -> float:
    """How much of the question a clause has that the other clauses of its sentence have not."""
    words = [word for word in content_words(question) if word in clause.text]
    return sum(1 / sum(word in other.text for other in others) for word in words)


def _false_answers(question: str, title: str, clause: Clause, points: Sequence[Point]) -> list[tuple[str, Point]]:
    """False forms of the clause, from as many places of it as there are, one after another."""
    own = [p for p in points if p.clause == clause and p.falsehoods and not _overlaps(p.text, question)]
    own = [p for p in own if p.kind != _asked_kind(question) or _is_beside(p, question, title)]
    own.sort(key=lambda p: (p.kind != _asked_kind(question), -p.weight, p.start))
    kept: list[Point] = []
    for point in own:
        if all(point.end <= other.start or other.end <= point.start for other in kept):
            kept.append(point)
    found = []
    for turn in range(CHOICES):
        for point in kept:
            fills = (
                point.falsehoods[2 * turn : 2 * turn + 2]
                if point.kind == _asked_kind(question)
                else point.falsehoods[turn : turn + 1]
            )
            found += [(altered((point, lie)), point) for lie in fills]
    return found


def filling(text: str, point: Point) -> str:
    """What stands in the altered answer in the place of the point."""
    return next(lie for lie in point.falsehoods if altered((point, lie)) == text)


def _closed(question: str) -> str:
    return question if question.endswith("？") else f"{question}？"
