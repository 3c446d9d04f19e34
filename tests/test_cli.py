"""The command line as contract.md has it: exit codes, one line on stderr, nothing but JSON on stdout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.page_samples import page, rules

ROOT = Path(__file__).resolve().parents[1]
REGULATION = "生态保护补偿条例"
OPINION = "关于加强社区工作者队伍建设的意见"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def run(bundled_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs `policyqa …` in an empty folder with the bundled index in POLICYQA_INDEX."""
    folder = tmp_path_factory.mktemp("工作 目录")

    def call(
        *arguments: str | Path, index: Path | None = bundled_index, text: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("POLICYQA_")} | {
            "PYTHONPATH": str(ROOT),
            "LC_ALL": "C",
        }
        if index is not None:
            environment["POLICYQA_INDEX"] = str(index)
        command = [sys.executable, "-m", "assistant.cli", *map(str, arguments)]
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", input=text, timeout=100
        )

    return call


def read_json(result: subprocess.CompletedProcess[str]) -> Any:
    assert (result.returncode, result.stderr) == (0, ""), result.stderr
    return json.loads(result.stdout)


def refuses(result: subprocess.CompletedProcess[str], *words: str, code: int = 2) -> None:
    assert result.returncode == code, result.stderr
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1 and result.stderr.startswith("错误："), result.stderr
    assert all(word in result.stderr for word in words), result.stderr


@pytest.mark.parametrize(
    "command", ["", "build", "ask", "search", "show", "collate", "export", "serve", "password", "doctor", "material"]
)
def test_every_command_has_help(run: Run, command: str) -> None:
    result = run(*command.split(), "--help", index=None)
    assert result.returncode == 0
    assert "Usage" in result.stdout and "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "command"),
        (["frobnicate"], "frobnicate"),
        (["show", "条例"], "article"),
        (["search"], "query"),
        (["search", "钱", "--k", "0"], "--k"),
        (["search", "钱", "--k", "many"], "--k"),
        (["search", "钱", "--frob"], "--frob"),
        (["search", "钱", "--method", "magic"], "magic"),
        (["ask"], "--batch"),
        (["ask", " "], "空"),
        (["serve", "--port", "99999"], "--port"),
        (["show", "民法典", "1"], "民法典"),
        (["show", "条例", "99"], "99"),
        (["export", "民法典"], REGULATION),
        (["build", "无.txt"], "没有改动"),
    ],
)
def test_bad_usage_and_input_are_one_line_and_exit_code_2(run: Run, arguments: list[str], word: str) -> None:
    result = run(*arguments)
    if arguments[:1] == ["build"]:
        assert (result.returncode, result.stdout, result.stderr.count("错误：")) == (2, "", 2)
        assert "无.txt" in result.stderr and word in result.stderr
    else:
        refuses(result, word)


def test_no_index_says_what_to_do(run: Run, tmp_path: Path) -> None:
    refuses(run("search", "钱", index=tmp_path / "没有"), "policyqa build")
    refuses(run("ask", "谁批准借调", "--json", index=tmp_path / "没有"), "policyqa build")


def test_settings_that_are_wrong_are_named(run: Run, tmp_path: Path) -> None:
    environment = os.environ | {"POLICYQA_LLM_MAX_TOKENS": "many", "PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [sys.executable, "-m", "assistant.cli", "search", "钱"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
    refuses(result, "llm_max_tokens")
    (tmp_path / "policyqa.toml").write_text("index = [", encoding="utf-8")
    environment.pop("POLICYQA_LLM_MAX_TOKENS")
    refuses(
        subprocess.run(
            [sys.executable, "-m", "assistant.cli", "search", "钱"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            encoding="utf-8",
        ),
        "policyqa.toml",
    )


def test_search_prints_hits(run: Run) -> None:
    hits = read_json(run("search", "截留挪用补偿资金怎么处理", "--k", "3", "--json"))
    assert len(hits) == 3
    assert all({"document", "article", "score", "text"} <= set(hit) for hit in hits)
    assert all(
        isinstance(h["document"], str) and isinstance(h["article"], str) and isinstance(h["score"], float) for h in hits
    )
    assert (hits[0]["document"], hits[0]["article"]) == (REGULATION, "31")


@pytest.mark.parametrize("article", ["17", "第十七条", "第17条", "十七"])
def test_show_takes_an_article_as_people_write_it(run: Run, article: str) -> None:
    shown = read_json(run("show", "条例", article, "--json"))
    assert (shown["document"], shown["article"]) == (REGULATION, "17")
    assert shown["text"].startswith("开展地区间横向生态保护补偿，有关地方人民政府应当签订书面协议")


def test_show_for_people_names_the_damage(run: Run) -> None:
    result = run("show", "条例", "2")
    assert result.returncode == 0 and "注意：" in result.stdout and "截断" in result.stdout


def test_export_gives_every_article_with_the_contracts_fields(run: Run) -> None:
    exported = read_json(run("export", "意见", "--json"))
    assert exported["document"] == OPINION
    assert [a["article"] for a in exported["articles"]] == ["导语", "总体要求", *map(str, range(1, 18))]
    assert all({"article", "label", "heading", "part", "text"} <= set(a) for a in exported["articles"])
    assert run("export", "意见").stdout.startswith(f"# {OPINION}\n")


def check_answer(answer: dict[str, Any], articles: dict[tuple[str, str], str]) -> None:
    """contract.md's answer: literal quotes at their offsets, markers that match, a refusal without citations."""
    assert set(answer) >= {
        "id",
        "question",
        "status",
        "mode",
        "answer",
        "citations",
        "related",
        "notices",
        "timings_ms",
    }
    assert answer["status"] in ("answered", "refused") and answer["mode"] in ("extractive", "llm")
    assert (answer["status"] == "answered") == bool(answer["citations"])
    for citation in answer["citations"]:
        text = articles[citation["document"], citation["article"]]
        assert text[citation["start"] : citation["end"]] == citation["quote"] != ""
        assert f"[{citation['marker']}]" in answer["answer"]


@pytest.fixture(scope="session")
def articles(run: Run) -> dict[tuple[str, str], str]:
    exported = [read_json(run("export", part, "--json")) for part in ("条例", "意见", "答记者问", "签署国务院令")]
    return {(e["document"], a["article"]): a["text"] for e in exported for a in e["articles"]}


def test_ask_prints_one_answer(run: Run, articles: dict[tuple[str, str], str]) -> None:
    answer = read_json(run("ask", "条例第三十一条怎么规定的", "--json"))
    check_answer(answer, articles)
    assert (answer["status"], answer["citations"][0]["article"]) == ("answered", "31")
    spoken = run("ask", "条例第三十一条怎么规定的")
    assert spoken.returncode == 0 and f"《{REGULATION}》" in spoken.stdout


def test_a_refusal_is_a_result(run: Run, articles: dict[tuple[str, str], str]) -> None:
    answer = read_json(run("ask", "明天下午会下雨吗", "--json"))
    check_answer(answer, articles)
    assert answer["status"] == "refused" and answer["answer"]


def test_a_batch_is_answered_in_order_with_its_ids(
    run: Run, articles: dict[tuple[str, str], str], tmp_path: Path
) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "第2", "question": "条例第三十一条怎么规定的"},
        {"id": "a", "question": "明天下午会下雨吗", "history": []},
        {
            "id": "第2",
            "question": "那第三十二条呢",
            "history": [{"q": "条例第三十一条怎么规定的", "a": "截留、占用、挪用的……"}],
        },
    ]
    batch = tmp_path / "问题 表.jsonl"
    batch.write_text("\ufeff" + "\n\n".join(json.dumps(r, ensure_ascii=False) for r in rows) + "\r\n", encoding="utf-8")
    result = run("ask", "--batch", batch, "--json")
    assert result.returncode == 0, result.stderr
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(a["id"], a["question"]) for a in answers] == [(r["id"], r["question"]) for r in rows]
    for answer in answers:
        check_answer(answer, articles)
    assert "3/3" in result.stderr
    single = read_json(run("ask", "条例第三十一条怎么规定的", "--json"))
    assert {k: v for k, v in answers[0].items() if k not in ("id", "timings_ms")} == {
        k: v for k, v in single.items() if k not in ("id", "timings_ms")
    }


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("{", "JSON"),
        ("[]", "对象"),
        ('{"id": "1"}', "question"),
        ('{"question": ""}', "question"),
        ('{"question": 3}', "question"),
        ('{"question": "甲", "history": "乙"}', "history"),
        ('{"question": "甲", "history": [{"q": "乙"}]}', "history"),
        ('{"id": [], "question": "甲"}', "id"),
        ('{"question": "甲", "x": ' + "9" * 5000 + "}", "太长"),
        ("[" * 100_000, "太深"),
    ],
)
def test_a_malformed_line_is_named_before_anything_is_answered(run: Run, tmp_path: Path, line: str, word: str) -> None:
    batch = tmp_path / "q.jsonl"
    batch.write_text('{"id": "1", "question": "条例第三条"}\n' * 2 + line + "\n", encoding="utf-8")
    refuses(run("ask", "--batch", batch, "--json"), "第 3 行", word)


def test_batches_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    refuses(run("ask", "--batch", tmp_path / "无.jsonl", "--json"), "无.jsonl")
    (tmp_path / "空.jsonl").write_text("\n", encoding="utf-8")
    refuses(run("ask", "--batch", tmp_path / "空.jsonl", "--json"), "空.jsonl")
    (tmp_path / "国标.jsonl").write_bytes('{"question": "借调"}'.encode("gb18030"))
    refuses(run("ask", "--batch", tmp_path / "国标.jsonl", "--json"), "UTF-8")


def test_build_obeys_out_and_the_environment(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "停车 办法.txt"
    file.write_text(page("某市停车办法", *rules(1, 3)), encoding="utf-8")
    summary = read_json(run("build", file, "--out", tmp_path / "索引 一", "--json"))
    assert summary["documents"] == [{"document": "某市停车办法", "articles": 3, "read_from": ""}]
    assert run("build", file, index=tmp_path / "索引 二").returncode == 0
    for folder in ("索引 一", "索引 二"):
        assert read_json(run("show", "停车", "2", "--json", index=tmp_path / folder))["article"] == "2"
    assert read_json(run("show", "停车", "2", "--json", "--index", tmp_path / "索引 一"))["document"] == "某市停车办法"
    assert run("show", "停车", "2").returncode == 2


def test_build_with_bundled_adds_the_bundled_pages(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "停车办法.txt"
    file.write_text(page("某市停车办法", *rules(1, 3)), encoding="utf-8")
    titles = [
        d["document"]
        for d in read_json(run("build", file, "--with-bundled", "--json", index=tmp_path / "index"))["documents"]
    ]
    assert set(titles) >= {"某市停车办法", REGULATION, OPINION}


def test_one_bad_file_gives_exit_code_2_and_the_others_are_built(run: Run, tmp_path: Path) -> None:
    (tmp_path / "好.txt").write_text(page("某市停车办法", *rules(1, 3)), encoding="utf-8")
    (tmp_path / "空.txt").write_bytes(b"")
    result = run("build", tmp_path / "空.txt", tmp_path / "好.txt", index=tmp_path / "index")
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1 and "空.txt" in result.stderr
    assert "没有收录的文件 1 个" in result.stdout
    assert read_json(run("show", "停车", "1", "--json", index=tmp_path / "index"))["article"] == "1"


@pytest.mark.slow  # imports sentence-transformers
def test_an_embedding_that_does_not_exist_is_refused(run: Run, tmp_path: Path) -> None:
    refuses(run("build", "--embedding", tmp_path / "没有模型", "--out", tmp_path / "index"), "没有模型")


def test_doctor_finds_nothing_wrong_and_something_wrong(run: Run, tmp_path: Path) -> None:
    checks = read_json(run("doctor", "--json"))
    assert all(check["ok"] for check in checks) and any(check["name"] == "索引" for check in checks)
    broken = run("doctor", "--json", index=tmp_path / "没有")
    assert broken.returncode == 1
    assert [c["name"] for c in json.loads(broken.stdout) if not c["ok"]] == ["索引"]


def test_a_defect_of_ours_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    code = "import sys, assistant.cli as cli\ncli._assistant = lambda index: 1 / 0\n"
    code += "sys.argv = ['policyqa', 'search', '钱']\ncli.main()"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8"
    )
    refuses(result, "ZeroDivisionError", "POLICYQA_DEBUG=1", code=1)


def test_collate_gives_the_apparatus_of_the_contract(run: Run) -> None:
    entries = read_json(run("collate", "意见", "--json"))
    texts = {a["article"]: a["text"] for a in read_json(run("export", "意见", "--json"))["articles"]}
    assert len(entries) > 30
    for entry in entries:
        assert set(entry) >= {"article", "offset", "length", "reading", "support", "variants", "confidence"}
        assert texts[entry["article"]][entry["offset"] : entry["offset"] + entry["length"]] == entry["reading"]
        assert all(set(v) == {"reading", "support"} and v["support"] for v in entry["variants"])
    assert read_json(run("collate", "条例", "--json")) == []
