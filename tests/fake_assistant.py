"""An assistant that can be checked by eye: an invented document, and answers found by one word of the question."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from assistant.keys import Key
from assistant.records import Answer, Citation, Related, Turn, Variant
from index.errors import PolicyQAError
from index.records import NEWS, Article, Damage, Document, Hit, Item, Paragraph

LEAVE_TEXT = "志愿者请假应当提前三日提出。\n有下列情形之一的，可以事后补办：\n（一）突发疾病的；\n（二）家中有急事的。"
COST_TEXT = "场地使用费按照实际支出的百分之八十给予补贴，最高不超过两"


def make_article(number: str, text: str, part: str, heading: str = "", damages: tuple[Damage, ...] = ()) -> Article:
    """An article whose 款 are its lines; lines that begin with a bracket are 项 of the 款 before."""
    paragraphs: list[Paragraph] = []
    place = 0
    for line in text.split("\n"):
        end = place + len(line)
        if line.startswith("（"):
            last = paragraphs.pop()
            items = (*last.items, Item(line[: line.index("）") + 1], place, end))
            paragraphs.append(Paragraph(last.number, last.start, end, items))
        else:
            paragraphs.append(Paragraph(len(paragraphs) + 1, place, end))
        place = end + 1
    label = f"第{number}条 {heading}".strip()
    return Article("volunteers", number, label, heading, part, text, tuple(paragraphs), damages=damages)


VOLUNTEERS = Document(
    id="volunteers",
    title="示例镇志愿服务办法",
    headline="示例镇志愿服务办法",
    kind="document",
    grammar="law",
    articles=(
        make_article("1", "为了规范志愿服务，制定本办法。", "第一章 总则"),
        make_article("2", LEAVE_TEXT, "第二章 管理", heading="请假"),
        make_article(
            "3",
            COST_TEXT,
            "第二章 管理",
            heading="场地补贴",
            damages=(Damage("cut_off", len(COST_TEXT), len(COST_TEXT), "本条在版面末尾中断，后文缺失。"),),
        ),
    ),
    base="900",
    issuer="示例镇人民政府",
    date="2024-01-01",
)
GAZETTE = Document("gazette", "示例新闻", "示例新闻", NEWS, "plain", (), "900")


class FakeLibrary:
    """The documents, nothing else."""

    def __init__(self, *documents: Document) -> None:
        self.documents = documents


class FakeAssistant:
    """`请假` and `补贴` are answered, `故障` fails, everything else is refused. `heard` keeps what it was asked."""

    def __init__(self, *documents: Document) -> None:
        self.library = FakeLibrary(*(documents or (VOLUNTEERS, GAZETTE)))
        self.heard: list[tuple[str, tuple[Turn, ...]]] = []
        self.looked_in: list[tuple[str, ...] | None] = []
        """The documents that each question was limited to."""
        self.keys: tuple[Key, ...] = ()
        """What it was taught: a question equal to one of them is answered with its article."""
        self.gate: threading.Barrier | None = None
        """When set, each `ask` waits here for the others: proof that they run at the same time."""

    def learn(self, keys: Sequence[Key]) -> None:
        self.keys = tuple(keys)

    def stream(
        self,
        question: str,
        history: tuple[Turn, ...] = (),
        question_id: str = "",
        documents: tuple[str, ...] | None = None,
    ) -> Iterator[Answer]:
        yield self.ask(question, history, question_id, documents)

    def search(
        self,
        question: str,
        history: tuple[Turn, ...] = (),
        k: int = 10,
        documents: tuple[str, ...] | None = None,
    ) -> list[Hit]:
        answer = self.ask(question, history, documents=documents)
        return [Hit(VOLUNTEERS.id, c.document, c.article, c.label, 1.0 / c.marker, c.quote) for c in answer.citations][
            :k
        ]

    def ask(
        self,
        question: str,
        history: tuple[Turn, ...] = (),
        question_id: str = "",
        documents: tuple[str, ...] | None = None,
    ) -> Answer:
        self.heard.append((question, history))
        self.looked_in.append(documents)
        if self.gate is not None:
            self.gate.wait(timeout=10)
        for key in reversed(self.keys):
            if key.question == question:
                return self._answer_taught(key, question_id)
        if "故障" in question:
            raise PolicyQAError("语言模型没有回应：请检查 POLICYQA_LLM_URL。")
        if "崩溃" in question:
            raise ZeroDivisionError("a bug")
        if "请假" in question:
            return self._answer_leave(question, question_id)
        if "补贴" in question:
            quote = COST_TEXT
            citation = Citation(1, VOLUNTEERS.title, "3", "第3条 场地补贴", quote, 0, len(quote))
            words = f"{quote}[1]"
            notices = ("引用的条文在版面上中断，后文缺失。",)
            return Answer(
                question_id, question, "answered", "extractive", words, (citation,), (), notices, {}, ("百分之八十",)
            )
        return Answer(
            question_id,
            question,
            "refused",
            "extractive",
            f"收录的文件没有规定“{question}”，建议咨询镇社会事务办公室。",
            related=(Related(VOLUNTEERS.title, "1", "第1条"),),
        )

    def _answer_taught(self, key: Key, question_id: str) -> Answer:
        document = next(each for each in self.library.documents if each.id == key.document_id)
        article = document.article(key.article)
        assert article is not None
        quote = article.text.split("\n")[0]
        citation = Citation(1, document.title, article.number, article.label, quote, 0, len(quote))
        return Answer(question_id, key.question, "answered", "extractive", f"{quote}[1]", (citation,))

    def _answer_leave(self, question: str, question_id: str) -> Answer:
        first = "志愿者请假应当提前三日提出。"
        second = "（一）突发疾病的；"
        start = LEAVE_TEXT.index(second)
        variant = Variant("三日", ("五日",), "“三日”另一印本作“五日”。")
        citations = (
            Citation(1, VOLUNTEERS.title, "2", "第2条 请假", first, 0, len(first), (variant,)),
            Citation(2, VOLUNTEERS.title, "2", "第2条 请假", second, start, start + len(second)),
        )
        return Answer(
            question_id,
            question,
            "answered",
            "extractive",
            "请假要提前三日提出[1]；突发疾病可以事后补办[2]。",
            citations,
            (Related(VOLUNTEERS.title, "3", "第3条 场地补贴"),),
            (),
            {"search": 0.5, "total": 1.0},
            ("提前三日",),
        )
