"""Follow-up questions by rule: what “它”, “那…呢” or a question without a subject leans on comes from the last one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.records import Turn
from index.tokens import content_words

_LEANS = re.compile(
    r"^(那|那么|那要是|那如果|这|它|他|她|其|该|还|还有|另外|除了|除此|然后|之后|后来|过了|接着|具体|比如|为啥|为什么|凭啥|啥时候|多久|多少|谁来|谁|怎么|咋|要是|如果|不然|否则|反过来|再|也)"
    r"|呢[？?。]?$|它|这(个|事|条|种|样|笔|些|项|里|点)|那(个|事|条|种|样|笔|些|项|里)|他们|她们|该(条|项|办法|条例|意见|文件)|上面|前面|刚才|上述|前述|同样|上一(个|条)|你(刚|前)"
)
_NEW_SUBJECT = re.compile(r"^(换个(话题|问题)|另一个问题|再问(个|一个)(别的|其他|新)|对了)|《[^》]+》")
_MARK = re.compile(r"\[\d+\]")
_SHORT = 10  # characters: “期限多长？” names no subject of its own


@dataclass(frozen=True, slots=True)
class EffectiveQuestion:
    """What is searched for. `context` is empty where the question stands by itself."""

    text: str
    context: str = ""

    @property
    def searched(self) -> str:
        return f"{self.text} {self.context}".strip()


def resolve(question: str, history: Sequence[Turn]) -> EffectiveQuestion:
    """Joins a follow-up with the subject of the question before it; one with a subject of its own stays as it is.

    >>> resolve("那期限多长？", [Turn("补偿协议怎么签？", "签书面协议。")]).context
    '补偿 协议 签'
    >>> resolve("《某某办法》什么时候施行？", [Turn("补偿协议怎么签？", "签书面协议。")]).context
    ''
    """
    previous = next((turn for turn in reversed(history) if turn.question.strip()), None)
    if previous is None or _NEW_SUBJECT.search(question):
        return EffectiveQuestion(question)
    own = content_words(question)
    if not _LEANS.search(question) and len(question) > _SHORT and len(own) > 3:
        return EffectiveQuestion(question)
    subject = " ".join(content_words(previous.question))
    return EffectiveQuestion(question, subject)
