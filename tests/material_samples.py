"""An invented document with a sound item of every type, a quiz over it, and a paper with every kind of block."""

from __future__ import annotations

from assistant.material.blocks import Bullets, Heading, NewPage, Paper, Table, Text
from assistant.material.records import Difficulty, Item, ItemType, Quiz, Selection
from index.records import Article, Document, Paragraph
from index.records import Item as ListItem

TITLE = "测试市社区服务办法"
DOCUMENT_ID = "community-service"
TEXTS = (
    ("目的", "第一章 总则", "为了规范社区服务，方便居民办事，制定本办法。"),
    (
        "服务窗口",
        "第二章 服务",
        "社区应当设立服务窗口，每周开放不少于6天。\n社区服务窗口由街道办事处负责管理，市级民政部门负责指导。",
    ),
    (
        "办理时限",
        "第二章 服务",
        "居民提出申请的，社区应当在5个工作日内答复；情况复杂的，经街道办事处批准，可以延长3个工作日。",
    ),
    (
        "服务对象",
        "第二章 服务",
        "社区应当为下列居民提供上门服务：\n（一）80周岁以上的老年人；\n（二）行动不便的残疾人；\n（三）独居的重病患者。",
    ),
    ("禁止行为", "第三章 附则", "社区工作者不得向居民收取费用，不得泄露居民个人信息。鼓励居民参与社区志愿服务。"),
)
"""Heading, part and text of each article, numbered from 1."""


def make_article(number: int, heading: str, part: str, text: str) -> Article:
    """An article whose 款 are its lines; lines that begin with a bracket are 项 of the 款 before."""
    paragraphs: list[Paragraph] = []
    place = 0
    for line in text.split("\n"):
        end = place + len(line)
        if line.startswith("（"):
            last = paragraphs.pop()
            items = (*last.items, ListItem(line[: line.index("）") + 1], place, end))
            paragraphs.append(Paragraph(last.number, last.start, end, items))
        else:
            paragraphs.append(Paragraph(len(paragraphs) + 1, place, end))
        place = end + 1
    return Article(DOCUMENT_ID, str(number), f"第{number}条 {heading}", heading, part, text, tuple(paragraphs))


DOCUMENT = Document(
    id=DOCUMENT_ID,
    title=TITLE,
    headline=TITLE,
    kind="document",
    grammar="law",
    articles=tuple(make_article(number, *each) for number, each in enumerate(TEXTS, 1)),
    base="950",
    issuer="测试市人民政府",
    document_number="测试市政府令第7号",
    date="2024-03-01",
    effective_date="2024年5月1日",
)
SELECTION = Selection(DOCUMENT, DOCUMENT.articles)


def make_item(
    kind: ItemType,
    article: int,
    stem: str,
    key: str,
    quote: str,
    tested: str,
    options: tuple[str, ...] = (),
    explanation: str = "",
    point: str = "数量",
    difficulty: Difficulty = "易",
) -> Item:
    """An item with true offsets; fails where `quote` is not in the article or `tested` not in the quotation."""
    source = DOCUMENT.articles[article - 1]
    quote_start = source.text.index(quote)
    start = quote_start + quote.index(tested)
    return Item(
        id=f"{DOCUMENT_ID}-{article}-{start}-{kind}",
        type=kind,
        stem=stem,
        options=options,
        key=key,
        explanation=explanation or f"{source.label.split(' ')[0]}规定：“{quote}”",
        document_id=DOCUMENT_ID,
        document=TITLE,
        article=source.number,
        label=source.label,
        quote=quote,
        quote_start=quote_start,
        start=start,
        end=start + len(tested),
        point=point,
        difficulty=difficulty,
    )


WINDOW, MANAGED = "社区应当设立服务窗口，每周开放不少于6天。", "社区服务窗口由街道办事处负责管理"
BANS = "社区工作者不得向居民收取费用，不得泄露居民个人信息。"

ITEMS: tuple[Item, ...] = (
    make_item(
        "单选",
        2,
        "社区服务窗口每周至少开放几天？",
        "C",
        WINDOW,
        "不少于6天",
        ("3天", "5天", "6天", "8天"),
    ),
    make_item(
        "单选",
        2,
        "按照办法，社区服务窗口由谁负责管理？",
        "B",
        MANAGED,
        "街道办事处",
        ("市级民政部门", "街道办事处", "社区志愿服务组织", "测试市人民政府"),
        point="主体",
        difficulty="中",
    ),
    make_item(
        "多选",
        4,
        "社区应当为哪些居民提供上门服务？",
        "ACD",
        TEXTS[3][2],
        "（一）80周岁以上的老年人；\n（二）行动不便的残疾人；\n（三）独居的重病患者。",
        ("80周岁以上的老年人", "新搬来的年轻居民", "行动不便的残疾人", "独居的重病患者"),
        point="列举",
        difficulty="中",
    ),
    make_item(
        "判断",
        5,
        "社区工作者可以向居民收取费用。",
        "错误",
        BANS,
        "不得向居民收取费用",
        explanation="原文是“不得向居民收取费用”，不是“可以”。",
        point="应当与可以",
    ),
    make_item(
        "判断",
        2,
        "社区服务窗口由市级民政部门负责指导。",
        "正确",
        "市级民政部门负责指导",
        "市级民政部门",
        point="主体",
    ),
    make_item(
        "填空",
        3,
        "居民提出申请的，社区应当在____个工作日内答复；情况复杂的，经批准可以延长____个工作日。",
        "5；3",
        TEXTS[2][2],
        "5个工作日内答复；情况复杂的，经街道办事处批准，可以延长3个工作日",
        point="期限",
    ),
    make_item(
        "简答",
        1,
        "为什么要制定《测试市社区服务办法》？",
        "规范社区服务，方便居民办事。",
        TEXTS[0][2],
        "规范社区服务，方便居民办事",
        point="目的",
        difficulty="中",
    ),
    make_item(
        "情景",
        5,
        "商家向社区工作者小李要几位居民的电话号码，说是送优惠券。小李应当怎么做？",
        "D",
        BANS,
        "不得泄露居民个人信息",
        ("送优惠券是好事，可以给", "收费以后可以给", "经街道办事处批准，可以给", "居民的个人信息不得泄露，不能给"),
        explanation="居民的电话号码是个人信息，社区工作者不得泄露。",
        point="情形",
        difficulty="难",
    ),
)
"""Sound items of all six types, in order of type; no two test the same words."""

QUIZ = Quiz(
    title=f"《{TITLE}》练习题",
    items=ITEMS,
    wanted=10,
    most=8,
    can_carry={"单选": 2, "多选": 1, "判断": 2, "填空": 1, "简答": 1, "情景": 1},
    dropped={"题干说出了答案": 2},
    notices=("想要10题，这几条只出得了8题。",),
)

PAPER = Paper(
    title=f"《{TITLE}》学习讲义",
    subtitle="测试市人民政府　2024年5月1日起施行",
    blocks=(
        Heading(1, "一、要点"),
        Text("办法共5条，讲社区怎样为居民服务。"),
        Text("不收费，不泄密。", "strong"),
        Heading(2, "（一）办理时限"),
        Text(TEXTS[2][2], "quote"),
        Text(f"依据：《{TITLE}》第3条", "caption"),
        Heading(3, "1．记住这几件事"),
        Bullets(("5个工作日内答复", "情况复杂的经批准延长3个工作日")),
        Bullets(("先登记", "再受理", "后答复"), is_numbered=True),
        Text("做法可以是：", "body"),
        Text("A．上门服务", "option"),
        Text("B．窗口办理", "option"),
        Bullets(("第一步", "第二步"), is_numbered=True),
        Table(
            ("事项", "时限", "依据"),
            (("答复申请", "5个工作日", "第3条"), ("延长", "3个工作日", "第3条")),
            (0.5, 0.25, 0.25),
        ),
        NewPage(),
        Heading(1, "二、出处"),
        Table(("文件", "发布"), ((TITLE, "2024-03-01"),)),
        Text(f"《{TITLE}》，测试市政府令第7号。", "caption"),
    ),
    footer="学习材料，以正式文件为准",
)
"""Every kind of block and every style of text, two numbered lists, tables with and without widths."""
