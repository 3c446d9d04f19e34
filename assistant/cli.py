"""The command `policyqa`: it translates options to calls and records to lines. Heavy imports are inside the commands."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, NoReturn

import typer
from typer.exceptions import TyperException

from assistant.citations import bracketed
from assistant.errors import LanguageModelError
from index.errors import InputError, PolicyQAError

app = typer.Typer(
    name="policyqa",
    help="政策问答：每个回答都写明依据第几条，并附原文。",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Json = Annotated[bool, typer.Option("--json", help="只在标准输出打印 JSON")]
Index = Annotated[Path | None, typer.Option("--index", help="索引文件夹（默认见 POLICYQA_INDEX）", show_default=False)]


def main() -> NoReturn:
    """The console script: exit code 0, 2 for bad usage or input, 1 for other failures; an error is one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")  # a Windows console may not be UTF-8
    sys.excepthook = _report_defect
    try:
        code = typer.main.get_command(app)(standalone_mode=False)  # `app()` itself would set its own excepthook
    except TyperException as error:
        _fail(f"用法有误：{error.format_message()} 请用 policyqa --help 查看用法。", 2)
    except PolicyQAError as error:
        _fail(str(error), 1 if isinstance(error, LanguageModelError) else 2)
    except (KeyboardInterrupt, typer.Abort):
        _fail("已中断。", 1)
    except BrokenPipeError:  # the reader of a pipe went away: nobody is left to tell
        sys.stderr.close()
        raise SystemExit(1) from None
    except OSError as error:
        _fail(f"读写失败：{error}。请检查路径、权限和磁盘空间。", 1)
    raise SystemExit(code if isinstance(code, int) else 0)


@app.command()
def build(
    files: Annotated[
        list[Path] | None, typer.Argument(help="政策文件或文件夹（.txt .md .html .docx .pdf）；不写则用随附的五个版面")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="索引文件夹（默认见 POLICYQA_INDEX）")] = None,
    embedding: Annotated[
        str, typer.Option("--embedding", help="向量模型：default，或 sentence-transformers 的名称、文件夹")
    ] = "default",
    with_bundled: Annotated[bool, typer.Option("--with-bundled", help="连同随附的版面")] = False,
    same: Annotated[
        list[str] | None,
        typer.Option("--same", metavar="甲,乙", help="这两个文件（编号或文件名）是同一份文件的两个刊本；可多次"),
    ] = None,
    separate: Annotated[
        list[str] | None, typer.Option("--separate", metavar="甲,乙", help="这两个文件不是同一份文件；可多次")
    ] = None,
    expand: Annotated[
        bool, typer.Option("--expand", help="请大模型为条文写人们会问的问题，一并建索引；要先配置大模型")
    ] = False,
    as_json: Json = False,
) -> None:
    """由文件建索引；建好之前，原有索引照常可用。"""
    from assistant.expanding import model_of
    from assistant.importing import build_from_files

    target = out or _settings().index
    complete = model_of(_settings()) if expand else None
    summary = build_from_files(files or [], target, embedding, with_bundled, same or (), separate or (), complete)
    _print_json(summary.to_json()) if as_json else print(summary.to_text())
    if summary.refused:
        raise typer.Exit(2)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="问题")] = None,
    batch: Annotated[
        Path | None, typer.Option("--batch", help="一行一个 {id, question, history} 的 JSONL；逐行输出")
    ] = None,
    as_json: Json = False,
    index: Index = None,
) -> None:
    """回答一个问题，或一批问题。"""
    from assistant.batch import read_batch, run_batch

    if (question is None) == (batch is None):
        raise InputError("请写一个问题，或用 --batch 给一个 JSONL 文件（二者选一）")
    if batch is not None:
        lines = read_batch(batch)  # before anything is opened: a malformed line is reported at once
        run_batch(_assistant(index), lines, sys.stdout, sys.stderr)
        return
    if not (question or "").strip():
        raise InputError('问题是空的；请写一句话，如 policyqa ask "街道能借调社区工作者吗"')
    answer = _assistant(index).ask(question or "")
    if as_json:
        _print_json(answer.to_json())
        return
    print(answer.answer)
    for citation in answer.citations:
        print(f"[{citation.marker}] {bracketed(citation.document)}{citation.label}：“{citation.quote}”")
        for variant in citation.variants:
            print(f"    异文：{variant.note}")
    for word in answer.understood:
        print(f"理解：“{word.typed}”按“{word.policy_word}”查找")
    for related in answer.related:
        print(f"相关：{bracketed(related.document)}{related.label}")
    for notice in answer.notices:
        print(f"注意：{notice}")


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="要找的话")],
    k: Annotated[int, typer.Option("--k", min=1, max=1000, help="取前几条")] = 10,
    as_json: Json = False,
    index: Index = None,
    method: Annotated[
        str, typer.Option("--method", help="ranked（按句子重排，与问答同）、hybrid、bm25 或 dense")
    ] = "ranked",
) -> None:
    """查条文，按相关程度排列。"""
    if method not in ("ranked", "hybrid", "bm25", "dense"):
        raise InputError(f"没有“{method}”这种检索方法；可用 ranked、hybrid、bm25、dense")
    if method == "ranked":
        hits = _assistant(index).search(query, k=k)
    else:
        hits = _searcher(index, reranking=method == "hybrid").search(query, k, method)
    rows = [
        {"document": h.document, "article": h.article, "score": h.score, "text": h.text, "label": h.label} for h in hits
    ]
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        print(f"{row['score']:.3f}  {bracketed(str(row['document']))}{row['label']}\n       {str(row['text'])[:80]}")


@app.command()
def show(
    document: Annotated[str, typer.Argument(help="文件题名，或其中独有的一部分（如 条例）")],
    article: Annotated[str, typer.Argument(help="条号，如 17、第十七条、导语")],
    as_json: Json = False,
    index: Index = None,
) -> None:
    """显示一条的全文。"""
    from assistant.reading import describe_article, find_article
    from assistant.variants import disputed_places, explain

    found_document, found = find_article(_searcher(index).library, document, article)
    if as_json:
        _print_json({"document": found_document.title, **describe_article(found_document, found)})
        return
    print(f"{bracketed(found_document.title)}{found.label}" + (f"（{found.part}）" if found.part else ""))
    print(found.text)
    for damage in found.damages:
        print(f"注意：{damage.note}")
    for entry in disputed_places(found_document, found):
        print(f"异文：{explain(entry, found.text)}")


@app.command()
def export(
    document: Annotated[str, typer.Argument(help="文件题名，或其中独有的一部分")],
    as_json: Json = False,
    index: Index = None,
) -> None:
    """导出一份文件的全部条文。"""
    from assistant.reading import describe_document, render_document

    found = _searcher(index).library.find(document)
    _print_json(describe_document(found)) if as_json else print(render_document(found))


@app.command()
def collate(
    document: Annotated[str, typer.Argument(help="文件题名，或其中独有的一部分")],
    as_json: Json = False,
    html: Annotated[Path | None, typer.Option("--html", help="写成一个网页文件：正文、异文、各本对照")] = None,
    doubtful: Annotated[bool, typer.Option("--doubtful", help="只列存疑的（可信度低于 80%）；网页总是列全")] = False,
    index: Index = None,
) -> None:
    """列出一份文件各刊本的异文（校勘记）。"""
    from assistant.apparatus import describe_apparatus
    from assistant.apparatus_html import write_page
    from assistant.apparatus_text import print_apparatus

    library = _searcher(index).library
    found = library.find(document)
    if html is not None:
        write_page(html, found, library.reliability)
    if as_json:
        _print_json(describe_apparatus(found, doubtful))
    elif html is not None:
        print(f"已写出 {html}（{bracketed(found.title)}，异文 {len(found.apparatus)} 处）")
    else:
        print_apparatus(found, library.reliability, sys.stdout, doubtful)


@app.command()
def material(
    kind: Annotated[
        str, typer.Argument(help="quiz 题库、handout 讲义、slides 课件、cards 卡片、coverage 覆盖图、comparison 对比")
    ],
    document: Annotated[str, typer.Argument(help="文件题名，或其中独有的一部分")],
    articles: Annotated[list[str] | None, typer.Argument(help="条号；不写就是整份文件。对比时写另一份文件")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="写到哪个文件；后缀决定格式")] = None,
    count: Annotated[int | None, typer.Option("--count", help="题数（默认 30）")] = None,
    types: Annotated[str, typer.Option("--types", help="各题型的题数，如 单选=10,判断=5")] = "",
    difficulty: Annotated[
        list[str] | None, typer.Option("--difficulty", help="只要这个难度：易、中、难；可多次")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="换一个数字，出另一套题")] = 0,
    subject: Annotated[str, typer.Option("--on", help="对比的主题，如 经费")] = "",
    with_model: Annotated[bool, typer.Option("--llm", help="请大模型也出题（要先配置）；每题照样由程序核对")] = False,
    index: Index = None,
) -> None:
    """由一份文件做培训材料：题库、讲义、课件、卡片、覆盖图；或把两份文件对比。"""
    from assistant.expanding import model_of
    from assistant.material import making

    if out is None:
        raise InputError("请用 --out 写明存到哪个文件，如 --out 题库.docx")
    making.check_target(kind, out)
    if subject and kind != making.COMPARISON:
        raise InputError("--on 只用于 comparison（对比）；其他材料请去掉 --on")
    if kind == making.COMPARISON:
        if count is not None or types or difficulty or seed or with_model:
            raise InputError("对比不出题；请去掉 --count、--types、--difficulty、--seed、--llm")
        asked = _assistant(index)
        made = making.make_comparison(asked.library, [document, *(articles or ())], subject, out, asked.search)
        print(f"已写出 {made.path}（{made.holds}）")
        return
    wanted = making.read_wanted(count, types, difficulty or (), seed)
    complete = model_of(_settings(index), "--llm") if with_model else None
    library = _searcher(index).library
    made = making.make_file(library, kind, making.select(library, document, articles or ()), out, wanted, complete)
    print(f"已写出 {made.path}（{made.holds}）")
    for notice in made.notices:
        print(f"注意：{notice}", file=sys.stderr)


@app.command()
def serve(
    host: Annotated[str, typer.Option("--host", help="监听地址；0.0.0.0 供局域网使用")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="端口")] = 7860,
    index: Index = None,
) -> None:
    """启动网页问答和 HTTP 接口。"""
    from assistant.server import run_server

    run_server(_assistant(index), _settings(index), host, port)


@app.command()
def password() -> None:
    """为访问口令或一个用户生成散列（要写进 policyqa.toml 的那一行）。"""
    from assistant.state.accounts import explain_use, hash_password

    print(hash_password(_new_password()))
    print(explain_use(), file=sys.stderr)


@app.command()
def doctor(as_json: Json = False, index: Index = None) -> None:
    """检查安装、索引和设置，并说明该怎么办。"""
    from assistant.doctor import examine

    checks = examine(index)
    if as_json:
        _print_json([check.to_json() for check in checks])
    else:
        for check in checks:
            print(f"{'正常' if check.ok else '问题'}  {check.name}：{check.detail}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def _settings(index: Path | None = None) -> Any:
    from assistant.settings import load_settings

    return load_settings(index)


def _new_password() -> str:
    """Asked for twice without echo, or one line of a pipe."""
    from getpass import getpass

    from assistant.state.accounts import check_new_password

    try:
        if not sys.stdin.isatty():
            return check_new_password(sys.stdin.readline().rstrip("\r\n"))
        first = check_new_password(getpass("口令（输入时不显示）："))
        if getpass("再输一次：") != first:
            raise InputError("两次输入的口令不一样；请重新运行 policyqa password")
    except (EOFError, UnicodeDecodeError) as error:
        raise InputError("没有读到口令；请重新运行 policyqa password，或由管道给一行 UTF-8 文字") from error
    return first


def _assistant(index: Path | None) -> Any:
    from assistant.answer import Assistant

    return Assistant.open(_settings(index))


def _searcher(index: Path | None, reranking: bool = False) -> Any:
    from index.cross_encoder import load_reranker
    from index.search import Searcher

    settings = _settings(index)
    name = settings.reranker if reranking else ""
    reranker = load_reranker(name, settings.reranker_pairs, settings.reranker_seconds)
    return Searcher.open(settings.index, reranker=reranker)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _fail(message: str, code: int) -> NoReturn:
    print("错误：" + " ".join(message.split()), file=sys.stderr)
    raise SystemExit(code)


def _report_defect(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A defect of ours is one line, too; POLICYQA_DEBUG=1 shows where it happened."""
    if os.environ.get("POLICYQA_DEBUG"):
        sys.__excepthook__(kind, error, trace)
        return
    print(
        f"错误：程序内部出错（{kind.__name__}: {error}）。请设 POLICYQA_DEBUG=1 再运行一次，并把输出发给维护者。",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
