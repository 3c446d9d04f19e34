"""Planted people and numbers reach no file and no output, wherever on a page they stand. All are invented."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from index.build import build_index
from index.corpus import import_files, mask_text
from tests.page_samples import RULE, page, rules

ROOT = Path(__file__).resolve().parents[1]
PEOPLE = (
    "钱多多",
    "孙七七",
    "李八斤",
    "周远山",
    "吴九妹",
    "郑十全",
    "王百川",
    "冯千里",
    "陈万林",
    "褚亿安",
    "卫兆丰",
    "蒋小满",
    "沈大暑",
    "韩立冬",
    "杨寒露",
)
NUMBERS = (
    "110101199003071239",
    "13800138000",
    "0431-85551234",
    "6222021234567890123",
    "00244217",
    "91220101MA0Y123456",
    "220381088097188",
    "吉A·12345",
    "3316016",
    "qianduoduo@example.com",
)
NOTICES = [
    "遗失声明",
    "●钱多多遗失身份证，证号110101199003071239，声明作废。",
    "●孙七七将土地承包证编号220381088097188丢失，收据号00244217，声明作废。",
    "●李八斤的吉A·12345号车辆行驶证遗失，电话：3316016，声明作废。",
    "讣告",
    "退休教师周远山同志因病医治无效，于四月八日凌晨在家中安详辞世，享年八十八岁，遵从遗愿丧事从简，子女吴九妹泣告。",
    "寻人启事",
    "郑十全，男，七十二岁，身高一米七二，于四月三日从幸福小区走失，上身穿蓝色外套，下身穿黑色裤子，有知情者请致电13800138000。",
    "拟录用人员公示",
    "经笔试、面试、体检和考察等程序，拟录用王百川、冯千里为本单位工作人员，现予公示，公示期间如有异议，请在五个工作日内反映。",
    "某县人力资源局",
    "2024年4月9日",
    "注销公告",
    "某县陈万林养殖场拟办理注销登记，请债权人四十五日内申报债权，统一社会信用代码91220101MA0Y123456。",
    "联系人：褚亿安 电话：0431-85551234",
    "特此公告",
    "某县陈万林养殖场",
    "2024年4月9日",
    "解除劳动合同的公告",
    "某矿业公司职工：",
    "1.卫兆丰（2206031981********）；2.蒋小满（2201811987********）。",
    "因连续旷工，请于三十日内返回单位办理手续。开户行账号6222021234567890123，邮箱qianduoduo@example.com。特此公告",
    "2024年4月9日",
]
PICTURE = ["春到田间", "4月9日，农民沈大暑在田间劳作。", "新华社发（韩立冬摄）"]
NEWS = [
    "某地植树",
    "新华社北京4月10日电（记者杨寒露）某地近日植树，参加活动的居民共种下三百棵树苗。",
    "（新华社北京4月10日电）",
]
LAW = ["某市雨水利用条例", "第一章 总则", *rules(1, 3)]
REST = ["第二章 附则", *rules(4, 6)]
OPINION = [
    "关于推进雨水利用的意见",
    "为推进雨水利用，提出如下意见。",
    "一、总体要求",
    "坚持节约优先。",
    "二、任务",
    f"1.规划。{RULE}",
    "三、保障",
    f"2.经费。{RULE}",
]

LAYOUTS = {
    "at the top": [*NOTICES, *LAW, *REST, *NEWS],
    "at the end": [*NEWS, *LAW, *REST, *NOTICES],
    "between two texts": [*NEWS, *OPINION, *NOTICES, *LAW, *REST],
    "inside a text": [*NEWS, *LAW, *NOTICES, *PICTURE, *REST],
    "everywhere": [*NOTICES, *LAW, *PICTURE, *REST, *NOTICES, *OPINION, *NOTICES],
    "without any news": [*NOTICES, *LAW, *REST],
}


def planted_in(text: str) -> list[str]:
    return [word for word in (*PEOPLE, *NUMBERS) if word in text]


def everything_written(folder: Path) -> str:
    files = [p for p in folder.rglob("*") if p.is_file()]
    assert any(p.name == "library.json" for p in files)
    return "\n".join(str(p) + "\n" + p.read_bytes().decode("utf-8", errors="replace") for p in files)


def wrapped(paragraphs: list[str], width: int) -> str:
    lines = [p[i : i + width] for p in paragraphs for i in range(0, len(p), width)]
    return page(*lines)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_planted_is_written_and_every_clause_is_kept(tmp_path: Path, layout: str) -> None:
    raw = tmp_path / "005_page.txt"
    raw.write_text(page(*LAYOUTS[layout]), encoding="utf-8")
    assert set(planted_in(raw.read_text(encoding="utf-8"))) >= {"钱多多", "周远山", "110101199003071239"}
    library, _ = build_index(import_files([raw]).pages, tmp_path / "index")
    assert planted_in(everything_written(tmp_path / "index")) == []
    law = library.find("某市雨水利用条例")
    assert [f"第{'一二三四五六'[i]}条 {a.text}" for i, a in enumerate(law.articles)] == rules(1, 6)
    assert law.articles[0].part == "第一章 总则"


@pytest.mark.parametrize("width", [18, 22, 28])
@pytest.mark.parametrize("layout", ["at the top", "at the end", "inside a text"])
def test_notices_in_narrow_columns(layout: str, width: int) -> None:
    masked = mask_text(wrapped(LAYOUTS[layout], width))
    assert planted_in(masked) == []
    assert "雨水利用" in masked


def test_numbers_in_a_users_own_file_are_masked_and_its_text_is_kept(tmp_path: Path) -> None:
    raw = tmp_path / "办法.txt"
    raw.write_text(
        page(
            "某县办法",
            "第一条 申请人致电0431-85551234或者13800138000咨询，将材料发送至qianduoduo@example.com。",
            "第二条 拨打12345热线投诉。",
        ),
        encoding="utf-8",
    )
    library, _ = build_index(import_files([raw]).pages, tmp_path / "index")
    assert planted_in(everything_written(tmp_path / "index")) == []
    assert "12345" in library.documents[0].articles[1].text


def test_the_command_line_prints_and_logs_nothing_planted(tmp_path: Path) -> None:
    raw = tmp_path / "005_page.txt"
    raw.write_text(page(*LAYOUTS["everywhere"]), encoding="utf-8")
    environment = os.environ | {"POLICYQA_INDEX": str(tmp_path / "index")}
    printed = ""
    for arguments in (
        ["build", str(raw), "--json"],
        ["search", "钱大妈丢了什么", "--json"],
        ["export", "条例"],
        ["show", "意见", "1"],
        ["doctor"],
    ):
        result = subprocess.run(
            [sys.executable, "-m", "assistant.cli", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stderr
        printed += result.stdout + result.stderr
    assert planted_in(printed + everything_written(tmp_path / "index")) == []


def test_the_developers_command_writes_nothing_planted(tmp_path: Path) -> None:
    raw = tmp_path / "005_page.txt"
    raw.write_text(page(*LAYOUTS["between two texts"]), encoding="utf-8")
    for arguments in (["mask", str(raw), "--out", str(tmp_path / "corpus")], ["audit", str(raw)]):
        result = subprocess.run([sys.executable, "-m", "index", *arguments], cwd=ROOT, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        assert planted_in(result.stdout + result.stderr) == []
    assert planted_in("".join(p.read_text(encoding="utf-8") for p in (tmp_path / "corpus").iterdir())) == []


@pytest.mark.shared
def test_no_notice_of_the_raw_pages_is_in_the_shipped_ones(shared: Path, bundled_index: Path) -> None:
    """The people that bullets and numbered lists of the notice columns name are looked for."""
    written = everything_written(bundled_index)
    names = set()
    for path in sorted((shared / "pages").glob("*.txt")):
        raw = path.read_text(encoding="utf-8")
        names |= {
            re.sub(r"\s", "", m)
            for m in re.findall(r"(?m)^[▲●]\s*([\u4e00-\u9fff]{2,3}?)(?=不慎|将|伤残|遗失|于\d)", raw)
        }
        names |= {
            re.sub(r"\s", "", m)
            for m in re.findall(r"\d{1,2}\.\s*([\u4e00-\u9fff][\u4e00-\u9fff\s]{1,6}?)\s*（\d{7}", raw)
        }
    assert len(names) > 20
    assert [n for n in names if n in written] == []
