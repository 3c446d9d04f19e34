"""Follow-up questions by rule: what “它”, “那…呢” or a question without a subject leans on comes from the last one, and
“下一条” or “原文给我看看” from the clause that the last answer cites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.citations import bracketed
from assistant.records import Turn
from index.records import Document
from index.references import find_references
from index.tokens import content_words

_LEANS = re.compile(
    r"^(那|那么|那要是|那如果|这|它|他|她|其|该|还|还有|另外|除了|除此|然后|之后|后来|过了|接着|具体|要是|如果|不然|否则|反过来|再|也)"
    r"|呢[？?。]?$|它|这(个|事|条|种|样|笔|些|项|里|点)|那(个|事|条|种|样|笔|些|项|里)|他们|她们|该(条|项|办法|条例|意见|文件)|上面|前面|刚才|上述|前述|同样|上一(个|条)|你(刚|前)"
)
_NEW_SUBJECT = re.compile(r"^(换个(话题|问题)|另一个问题|再问(个|一个)(别的|其他|新)|对了)|《[^》]+》")
_SHORT, _FEW = 8, 3
"""Characters, and words with content: “期限多长？” names no subject of its own, “谁出生态补偿的钱” does."""

_TAIL = r"(?:呢|(?:的)?(?:原文|全文|内容)?(?:给我)?(?:看看|念念)?|(?:里|又|都)?(?:讲|说|写|规定|是)(?:了|的是?)?(?:啥|什么|些啥|些什么)?)?[？?。！!呀啊吗]*$"
_STEP = re.compile(
    r"^(?:那|再|看|给我|念|讲)*(?:(?P<next>下一?条|后一条|后面[那一]条|往下一条)|(?:前|上)面?[那一]条)" + _TAIL
)
_FIRST_CITED = re.compile(r"：“|列明：|\[1\]|\n")
_TEXT = re.compile(r"原文|全文|原话|给我看|念一|读一|发我")
_SAME = re.compile(
    r"^(?:那|把)?(?:这|那|该|上|刚才那?|上面那?)一?条(?:的)?(?:原文|全文|原话|内容|具体|完整)|^(?:看|要|给我|发我|来)?(?:下|看看|看下)?(?:原文|全文|原话)"
    r"(?:呢|给我看看|看看|发我|是啥|怎么说的?|咋说的?)?[？?。！!]*$"
)


@dataclass(frozen=True, slots=True)
class EffectiveQuestion:
    """What is searched for. `context` is the question before where this one leans on it, else empty."""

    text: str
    context: str = ""

    @property
    def searched(self) -> str:
        return f"{self.text} {self.context}".strip()

    @property
    def shown(self) -> str:
        """For people: the question before and this one."""
        return f"{self.context.rstrip('？?。！! ')}？{self.text}" if self.context else self.text


def resolve(question: str, history: Sequence[Turn], documents: Sequence[Document] = ()) -> EffectiveQuestion:
    """Joins a follow-up with the question before it; one with a subject of its own stays as it is.

    >>> resolve("那期限多长？", [Turn("补偿协议怎么签？", "签书面协议。")]).shown
    '补偿协议怎么签？那期限多长？'
    >>> resolve("《某某办法》什么时候施行？", [Turn("补偿协议怎么签？", "签书面协议。")]).context
    ''
    """
    previous = next((turn for turn in reversed(history) if turn.question.strip()), None)
    if previous is None or _NEW_SUBJECT.search(question):
        return EffectiveQuestion(question)
    if clause := _clause_beside(question, previous.answer, documents):
        return EffectiveQuestion(clause)
    if not _LEANS.search(question) and len(question) > _SHORT and len(content_words(question)) >= _FEW:
        return EffectiveQuestion(question)
    return EffectiveQuestion(question, " ".join(previous.question.split()))


def _clause_beside(question: str, answer: str, documents: Sequence[Document]) -> str:
    """The clause that “下一条”, “前面那条”, “这条原文” mean, named in full; empty where the last answer cites none.

    Counted from the clause that the answer cites first; beyond the first and the last there is a number that no clause has.
    """
    same, step = _SAME.search(question), _STEP.search(question)
    if not (same or step):
        return ""
    first = _FIRST_CITED.split(answer, maxsplit=1)[0]
    cited = next(iter(find_references(first, documents)), None)
    if cited is None:
        return ""
    document = next(d for d in documents if d.id == cited[0])
    numbers = [article.number for article in document.articles]
    place = numbers.index(cited[1])
    if not same and step and not (_TEXT.search(question) and not step["next"]):
        place += 1 if step["next"] else -1
    if 0 <= place < len(numbers):
        label = document.articles[place].label.split(" ", 1)[0]
    else:
        label = f"第{int(cited[1]) + (1 if place else -1)}条" if cited[1].isdigit() else ""
    return f"{bracketed(document.title)}{label}" if label else ""
