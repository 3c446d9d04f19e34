"""责任主体: who must do what, read from where a body stands in a rule; literal words only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.material.rules import Rule, read_rules
from index.records import LEAD_ARTICLE, Article

_HEADS = (
    "人民政府|政府|办事处|办公室|部门|党委|党组织|党支部|委员会|居委会|村委会|机关|机构|单位|组织|企业|公司|人民法院|人民检察院|层面|街道|乡镇"
    "|银行|学校|幼儿园|医院|中心|国务院|财政|各地区?|各级|负责人|责任人|工作人员|人员|工作者|监护人|申请人|当事人|经营者|业主|业主大会"
    "|个人|法人|家庭|志愿者|地区|社区|管理人|承租人|使用人|[部局厅署办委]"
)
_AFTER = (
    "应当|应(?![急用届邀])|必须|须|务必|不得|可以|可(?=[按由向依根给结采以])|要(?!求|素)|负责(?!人)|会同|联合|牵头|依法|依据|依照|按照|按|根据"
    "|结合|参照|作为|对(?!象)|每(?:年|月|半|季|两)|定期|及时|统一|统筹|加强|加快|制定|建立|健全|完善|组织(?!部)|开展|提供|指导|监督(?!委)|落实|履行"
    "|承担|做好|抓好|设立|明确|有权|收到|接到|发现|受理|审核|审批|批准|责令|给予|予以|推动|配合|协助|协调|实行|安排|实施|确保|具体|共同"
    "|研究|优先|决定|审查|分别|分领域|逐步|安排|积极|持续|深入|全面|主动|核拨|拨付|集中管理|严格|切实|将|把|领导"
)
_NO_ACTOR = re.compile(
    r"^(?:对|为|将|把|向|从|在|以|按|根据|依照|依据|通过|经|因|凡|除|与|如|若|当|自|至|到|用|使|让|给|被|并|且|但|或|和|及|等|不|未|没|可|应|需"
    r"|须|要|每|推动|推进|推行|支持|鼓励|提倡|倡导|引导|加强|加快|加大|建立|健全|完善|规范|开展|实行|实施|落实|发挥|依托|注重|强化|深化|优化|提升|提高"
    r"|提供|增强|坚持|突出|持续|积极|充分|统筹|探索|制定|确定|明确|培养|培育|选拔|选优|吸收|吸纳|关心|关爱|营造|大力|及时|严格|切实|认真|引进"
    r"|督促|保障|维护|促进|扩大|拓展|拓宽|创新|创建|整合|整治|纠治|防止|避免|禁止|严禁|利用|采取|采用|参与|参加|作为|成立|设立|设置|配备|招聘"
    r"|列入|纳入|确保|做好|做到|抓好|努力|教育引导|组织(?!部)|宣传引导|动员|号召|要求|允许|委托|授权|聘请|聘用|购买|违反|接受|接到|收到|发现|获得|取得"
    r"|包括|主动|更好|送|提醒|免费|周密|精心|广泛|符合|属于|确需|没有|随着|围绕|结合|面向|针对|进一步|逐步|全面|合理|妥善|依法|定期|重点|优先|共同|同时|此外|其中|因此|任何|国家|前款|本条例|本办法"
    r"|形成|构建|打造|树立|增加|帮助|协助|配合|指导|研究制定|重视|选派|损害|监督(?![管委机检])|是|有(?!关)|该|其|上述|报|会同|使|打通|畅通|简化|压实|夯实|健全|保护|管理)"
)
_TAIL = r"(?:（[^（）]{1,10}）)?(?:等(?:部门|单位|机构|组织))?"
_JOINED = rf"(?:(?:会同|联合|商)[^，。；：]{{2,40}}?(?:{_HEADS}){_TAIL}(?={_AFTER}))?"
_OPENS = re.compile(
    rf"(?:^|(?<=[，：。；\n]))(?:（[一二三四五六七八九十]{{1,3}}）)?(?P<body>[^，。；：？！“”\n由]{{0,70}}?(?:{_HEADS}){_TAIL}{_JOINED})(?={_AFTER})"
)
_BY = re.compile(
    rf"由(?![于此])(?P<body>[^，。；：“”\n]{{1,50}}?(?:{_HEADS}|[省市县乡地]级(?:或[省市县乡地]级)?){_TAIL})"
    rf"(?={_AFTER}|[统负依决批公办指报管出承分与以提发进申])"
)
_APPROVES = re.compile(
    rf"(?:报请?|报经|经)(?P<body>[^，。；：“”\n]{{2,40}}?(?:{_HEADS}|一级|[省市县乡]级){_TAIL})(?=批准|审批|同意|审核|备案|核准|协调解决)"
)
_NOT_IN_BODY = re.compile(
    r"应当|不得|必须|有权|要求(?!的)|遵循|坚持|贯彻|享受|限定|需要|督促|参加|占|发现(?!机构)|为了|其父母"
)
_LONGEST_BODY = 70
_NOBODY = frozenset(
    ("组织", "财政", "人员", "中心", "各级", "部", "局", "厅", "署", "办", "委", "单位", "地区", "管理人员")
)
"""Words that name nobody by themselves."""


@dataclass(frozen=True, slots=True)
class Task:
    """Who must do what by one rule. `bodies` in reading order and `text` are literal."""

    article: Article
    bodies: tuple[str, ...]
    text: str


def read_tasks(article: Article) -> tuple[Task, ...]:
    """Who must do what by an article, in reading order; empty where it names nobody.

    >>> text = "经费由省级财政部门安排。居民要爱护环境。街道办事处应当每年公布账目。"
    >>> [task.bodies for task in read_tasks(Article("d", "1", "第1条", "", "", text))]
    [('省级财政部门',), ('街道办事处',)]
    """
    if article.number == LEAD_ARTICLE:
        return ()  # who agreed to the document
    found = ((rule, bodies_of(rule)) for rule in read_rules(article))
    return tuple(Task(article, bodies, rule.brief) for rule, bodies in found if bodies)


def responsible_for(rule: Rule, place: int) -> str:
    """The body that stands nearest before `place` in a rule, else the first one after it; empty where it names none."""
    found = _actors(rule) if rule.article.number != LEAD_ARTICLE else []
    before = [body for start, body in found if start <= place]
    return before[-1] if before else next((body for _, body in found), "")


def bodies_of(rule: Rule) -> tuple[str, ...]:
    """The bodies that must do something by a rule, in reading order."""
    return tuple(dict.fromkeys(body for _, body in _actors(rule)))


def _actors(rule: Rule) -> list[tuple[int, str]]:
    """(offset in the article, body), each place once, in reading order."""
    found: dict[int, str] = {}
    for pattern in (_OPENS, _BY, _APPROVES):
        for match in pattern.finditer(rule.text):
            body = match["body"].removeprefix("必要时").strip()
            opens_wrongly = _NOT_IN_BODY.search(body) or (pattern is _OPENS and _NO_ACTOR.match(body))
            if len(body) <= _LONGEST_BODY and not opens_wrongly and body not in _NOBODY:
                found.setdefault(rule.start + match.start("body"), body)
    return sorted(found.items())


def group_tasks(articles: Sequence[Article]) -> list[Task]:
    """The tasks of all articles, those of one body together, bodies in the order in which they are named first."""
    tasks = [task for article in articles for task in read_tasks(article)]
    order = {body: place for place, body in reversed(list(enumerate(task.bodies[0] for task in tasks)))}
    return sorted(tasks, key=lambda task: order[task.bodies[0]])
