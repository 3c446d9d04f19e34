"""The words before a number that make it personal (收据号, 电话, 账号), or public (邮政编码, 12345, 标准号)."""

from __future__ import annotations

import re

_CONNECTOR = r"(?:号码|号|代码|编号)?(?:[(（][^()（）]{0,12}[)）])?(?:分别)?(?:为|是|系|[:：])*[“\"'「『（(\[【]*"

_NUMBER = r"(?<![\d〕\]】）)一二三四五六七八九十百第])[号码]"
"""账号, 证号, 编号, 防伪编码, 代码, 号码: whatever is called a number, except “5号”, “〔2019〕5号”."""

_PAPER = (
    r"(?:身份证|护照|通行证|居住证|军官证|士兵证|驾驶证|行驶证|资格证|执业证|伤残证|残疾证|残疾人证|学生证|毕业证|学位证"
    r"|准考证|工作证|许可证|登记证|经营权证|承包证|房产证|产权证|土地证|户口[簿本]|合格证|证件|证书|证号|执照"
    r"|银行卡|储蓄卡|信用卡|[账帐][户号]|存折|收据|发票|保单|公民身份|流水|信用代码|机构代码)(?:[书件]|[正副]本)?"
)

_PHONE = (
    r"(?:电话|手机|座机|固话|热线|传真|致电|拨打|来电|联系方式|咨询|短号|小灵通|电报|[Tt][Ee][Ll]|[Pp]hone|[Mm]obile|[Ff][Aa][Xx]"
    r"|微信|支付宝|[Qq]{2}(?:群|号|群号)?|[ＱQ]{2})"
)

_PREFIX = r"(?:(?<=[:：为是“\"])[一-龥]{1,12})?"
"""Characters that belong to the number: 备案号：枣建房备字…, 号码为：鲁军D…"""

_LABELLED_NUMBER = re.compile(rf"(?:{_NUMBER}|{_PAPER}){_CONNECTOR}{_PREFIX}[A-Za-z]{{0,3}}$")
_LABELLED_PHONE = re.compile(
    rf"{_PHONE}{_CONNECTOR}(?:[:：][^\d。；;]{{0,10}})?[+＋(（]*$"
    r"|联系人[:：]?[一-龥·]{1,8}[,，、:：(（]*$|尾号(?:为|是|[:：])?$"
)
_PUBLIC_NUMBER = re.compile(
    r"(?:邮政编码|邮编|区划[代编]?码|商品编[号码]|税则号列?|税号列?|(?:证券|股票|基金|债券|行业|分类|项目|疾病|税收|职业)[代编]码|(?:证券|股票|基金|债券)"
    r"|标准号|(?<![备档])案号|[发文刊书版序章节型桩门牌楼栋幢期货批]号|(?:公布|公告|专利|申请|备案公示)号|版本号|批准文号|准字|CAS号|目录编[号码]|公告编号|标准编号|(?:验证|二维|条形|密)码)"
    rf"{_CONNECTOR}[A-Za-z/]{{0,6}}$"
)
_PUBLIC_SERVICE = re.compile(r"(?:火警|匪警|报警|急救|救助|求助)(?:服务)?(?:专用)?(?:电话|热线)(?:号码)?[:：为是“\"]*$")
_HOTLINE = re.compile(r"(?:0\d{2,3}-?)?(?:1\d\d|1[12]\d{3}|9[56]\d{3,4}|116114)(?:-\d)?")
_LIST = re.compile(r"\s*(?:[、，,/;；]|[和及或与至]|转)\s*(?:[A-Z]{0,2})")


def follows_label(before: str, value: str, digits: int) -> bool:
    """Whether the text before a value says that it is a personal number.

    `before` is up to 90 characters, as printed: “账 \\n\\n 号：” is “账号：”. `digits` counts those of `value`.

    >>> follows_label("收 据 号\\n\\n", "00244217", 8)
    True
    >>> follows_label("拨打", "12345", 5), follows_label("邮编：", "130000", 6)
    (False, False)
    """
    label = re.sub(r"[\s*\u200b-\u200d\ufeff]+", "", before)[-60:]
    if _PUBLIC_NUMBER.search(label) or _HOTLINE.fullmatch(value):
        return False
    if _LABELLED_PHONE.search(label):
        if label.rstrip("为是：:").endswith("尾号"):
            return digits >= 4
        if digits <= 8 and _PUBLIC_SERVICE.search(label):
            return False
        return digits >= (5 if re.search(r"[QqＱ]{2}", label[-8:]) else 6)
    return bool(_LABELLED_NUMBER.search(label)) and digits >= 6


def is_listed_after(between: str) -> bool:
    """Whether only a list's punctuation stands between two numbers (电话：3316016、3316017)."""
    return _LIST.fullmatch(between) is not None
