"""`python -m eval answers`, `retrieval`, `collation`, `load`, `stock`: reads the data first, then measures, then writes.

Exit codes as everywhere: 0 done, 2 bad usage or bad input, 1 any other failure that has a message.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.errors import SettingsError
from eval import answers, datasets, report
from eval.errors import DatasetError
from eval.metrics import estimate
from eval.records import Outcome, Question, Values
from index.errors import EmbeddingError, IndexUnusableError, InputError, PolicyQAError, RerankerError

_BAD_INPUT = (DatasetError, InputError, IndexUnusableError, EmbeddingError, RerankerError, SettingsError)
_METHODS = ("hybrid", "dense", "bm25")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; an error is one line on stderr."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(given)
    try:
        options.run(options, given)
    except PolicyQAError as exc:
        print(f"错误：{' '.join(str(exc).split())}", file=sys.stderr)
        return 2 if isinstance(exc, _BAD_INPUT) else 1
    return 0


def run_answers(options: argparse.Namespace, given: Sequence[str]) -> None:
    """Asks the questions of one data set; answers.jsonl grows with every answer, so a stopped run can be read."""
    questions = datasets.read_questions(options.dataset)[: options.limit]
    report.prepare_folder(options.out)
    # Imported here, like the assistant below it, so that a bad data set is reported at once.
    from eval.judge import judge, open_judge
    from eval.subject import open_assistant

    complete = open_judge(options.index) if options.judge else None
    subject = open_assistant(options.index)
    origin = report.provenance(["answers", *given[1:]], [options.dataset])
    outcomes, values = ask_and_record(
        questions,
        subject,
        options.out / "answers.jsonl",
        _show_progress("提问"),
        (lambda outcome: judge(outcome, complete)) if complete else None,
    )
    write_answer_scores(options.out, origin, outcomes, values)
    print(report.figures_table(answers.summarise(outcomes, values)))


def run_retrieval(options: argparse.Namespace, given: Sequence[str]) -> None:
    """Indexes one corpus in memory and scores its queries."""
    corpus = datasets.read_corpus(options.corpus)
    queries = datasets.read_queries(options.queries)[: options.limit]
    from eval import retrieval

    retrieval.check_installation()
    missing = retrieval.check_gold(corpus, queries, options.corpus)
    if missing:
        print(f"注意：{len(missing)} 个 gold 编号不在语料中，按未找到计分（如 {missing[0]}）。", file=sys.stderr)
    report.prepare_folder(options.out)
    encoder = retrieval.choose_encoder(options.method, options.embedding)
    asked = datasets.read_queries(options.asked) if options.asked else []
    repeated = {query.question for query in asked} & {query.question for query in queries}
    if repeated:
        raise DatasetError(f"{options.asked}：有 {len(repeated)} 个问题同时是评测题（如“{min(repeated)}”），请先去掉。")
    result = retrieval.measure(corpus, queries, options.method, encoder, _show_progress("建索引"), asked)
    figures = retrieval.score(queries, result.run)
    latency = {
        "query_ms_p50": estimate(result.milliseconds, "p50"),
        "query_ms_p95": estimate(result.milliseconds, "p95"),
    }
    costs = {
        "method": options.method,
        "embedding": result.encoder,
        "articles": len(corpus),
        "queries": len(queries),
        "asked": len(asked),
        "gold_not_in_corpus": len(missing),
        "index_seconds": round(result.index_seconds, 3),
        "index_bytes": result.index_bytes,
    }
    origin = report.provenance(
        ["retrieval", *given[1:]], [options.corpus, options.queries, *([options.asked] if options.asked else [])]
    )
    report.write_json(options.out / "scores.json", origin | costs | report.figures_json(figures | latency))
    text = report.retrieval_report(origin, figures | latency, costs)
    (options.out / "report.md").write_text(text, encoding="utf-8", newline="\n")
    print(report.figures_table(figures | latency))


def run_ablation(options: argparse.Namespace, given: Sequence[str]) -> None:
    """Takes the search apart and measures what each part is worth."""
    from eval import ablation
    from index.corpus import read_bundled
    from index.embedding import load_encoder
    from index.library import build_library

    questions = [q for path in options.questions for q in datasets.read_questions(path)][: options.limit]
    named = {key.document for question in questions for key in question.articles}
    library = build_library(ablation.read_pages(options.documents, named) if options.documents else read_bundled())
    report.prepare_folder(options.out)
    rows = []
    for row in ablation.ablate(library, questions, load_encoder(options.embedding)):
        rows.append(row)
        print(ablation.table([row]).splitlines()[-1], flush=True)
    origin = report.provenance(["ablation", *given[1:]], [*options.questions, *(options.documents or [])])
    report.write_json(options.out / "scores.json", origin | {"rows": [asdict(row) for row in rows]})
    (options.out / "report.md").write_text(ablation.table(rows) + "\n", encoding="utf-8", newline="\n")


def run_collation(options: argparse.Namespace, given: Sequence[str]) -> None:
    """Makes flawed printings of documents and measures what the product makes of them."""
    from eval import collation, collation_report

    settings = collation.choose_settings(options.settings)
    files = options.documents or collation.default_files(options.data)
    truths = collation.read_truths(files) if options.documents else collation.choose_truths(options.data)
    truths = truths[: options.limit]
    report.prepare_folder(options.out)
    origin = report.provenance(["collation", *given[1:]], files)
    results = []
    scores = {}
    with (options.out / "wrong.jsonl").open("w", encoding="utf-8", newline="\n") as stream:
        for setting in settings:
            found = collation.measure_setting(truths, setting, options.seed)
            results += found
            scores[setting.name] = collation.summarise(found)
            stream.writelines(
                json.dumps(line, ensure_ascii=False) + "\n" for line in collation.wrong_lines(setting.name, found)
            )
            print(collation_report.progress_line(setting.name, scores[setting.name]), file=sys.stderr, flush=True)
    overall = collation.summarise(results)
    names = {"seed": options.seed, "documents": [truth.name for truth in truths]}
    report.write_json(options.out / "scores.json", {**origin, **names, "overall": overall, "settings": scores})
    print(collation_report.collation_table(scores, overall))


def run_load(options: argparse.Namespace, given: Sequence[str]) -> None:
    """Lets many people ask a running server at the same time."""
    from eval import load

    questions = [each.question for each in datasets.read_questions(options.dataset)][: options.limit]
    report.prepare_folder(options.out)
    origin = report.provenance(["load", *given[1:]], [options.dataset])
    for way in ("api", "chat"):
        found = load.measure(options.address, questions, options.people, options.each, way)
        counts = {
            "answered": len(found.seconds),
            "errors": len(found.errors),
            "wall_seconds": round(found.wall_seconds, 2),
        }
        figures = found.figures()
        report.write_json(options.out / f"{way}.json", origin | counts | report.figures_json(figures))
        print(f"{way}：{counts}", *found.errors[:5], report.figures_table(figures), sep="\n")


def run_stock(options: argparse.Namespace, given: Sequence[str]) -> None:
    """Counts the phrases that laws and policy documents have everywhere, which the quiz does not ask for."""
    from eval import collation, stock
    from index.audit import read_documents

    laws, *policies = collation.default_files(options.data)
    texts = [text for path in policies for _, text in read_documents(path)]
    report.prepare_folder(options.out)
    made = stock.stock_file([text for _, text in read_documents(laws)], texts)
    (options.out / "stock.txt").write_text(made, encoding="utf-8", newline="\n")


def ask_and_record(
    questions: Sequence[Question],
    subject: answers.Subject,
    path: Path,
    progress: Callable[[int, int], None] | None = None,
    judge: Callable[[Outcome], Values] | None = None,
) -> tuple[list[Outcome], list[Values]]:
    """Asks and scores every question; each line is written as its answer comes. `judge` adds its opinion."""
    outcomes: list[Outcome] = []
    values: list[Values] = []
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for outcome in answers.ask_all(questions, subject):
            outcomes.append(outcome)
            values.append(answers.score(outcome, subject.article_text))
            if judge is not None:
                values[-1] |= judge(outcome)
            stream.write(report.answer_line(outcome, values[-1]))
            stream.flush()
            if progress is not None:
                progress(len(outcomes), len(questions))
    return outcomes, values


def write_answer_scores(
    folder: Path, origin: dict[str, Any], outcomes: Sequence[Outcome], values: Sequence[Values]
) -> None:
    """Writes scores.json and report.md of `eval answers`."""
    overall = answers.summarise(outcomes, values)
    by_kind = answers.summarise_by_kind(outcomes, values)
    failures = report.worst_first(outcomes, values)
    scores = {
        **origin,
        "questions": len(outcomes),
        "answerable": sum(outcome.question.answerable for outcome in outcomes),
        "overall": report.figures_json(overall),
        "by_kind": {kind: report.figures_json(figures) for kind, figures in by_kind.items()},
    }
    report.write_json(folder / "scores.json", scores)
    text = report.answers_report(origin, overall, by_kind, failures)
    (folder / "report.md").write_text(text, encoding="utf-8", newline="\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description="评测 policyqa：问答、检索与校勘。")
    commands = parser.add_subparsers(required=True, metavar="answers|retrieval|ablation|collation|load|stock")
    asking = commands.add_parser("answers", help="逐题提问并打分")
    asking.add_argument("dataset", type=Path, metavar="DATASET.jsonl", help="问题集，.jsonl 或 .jsonl.gz")
    asking.add_argument("--index", type=Path, metavar="DIR", help="索引文件夹（默认同 POLICYQA_INDEX）")
    asking.add_argument("--judge", action="store_true", help="另请设置里的语言模型评判每个回答")
    asking.set_defaults(run=run_answers)
    searching = commands.add_parser("retrieval", help="在任意法条语料上评测检索")
    searching.add_argument("--corpus", type=Path, required=True, metavar="C.jsonl", help="语料：id、name、content")
    searching.add_argument("--queries", type=Path, required=True, metavar="Q.jsonl", help="问题：id、question、gold")
    searching.add_argument("--method", choices=_METHODS, default="hybrid", help="检索方法（默认 hybrid）")
    searching.add_argument("--embedding", metavar="NAME", help="词向量模型的名称或文件夹（默认用自带的）")
    searching.add_argument("--asked", type=Path, metavar="Q.jsonl", help="已知答案的其他问题，随其条文一起建索引")
    searching.set_defaults(run=run_retrieval)
    ablating = commands.add_parser("ablation", help="检索的每一部分值多少")
    ablating.add_argument("--questions", type=Path, nargs="+", required=True, metavar="Q.jsonl", help="问题集")
    ablating.add_argument(
        "--documents",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="文件，或 .jsonl(.gz) 里问题所指的文件（默认用随附的版面）",
    )
    ablating.add_argument("--embedding", metavar="NAME", help="词向量模型的名称或文件夹（默认用自带的）")
    ablating.set_defaults(run=run_ablation)
    collating = commands.add_parser("collation", help="造出有错的刊本，评测校勘")
    collating.add_argument("--documents", type=Path, nargs="+", metavar="FILE", help="作为底本的文件或 .jsonl(.gz)")
    collating.add_argument(
        "--data", type=Path, default=Path("../shared/data"), metavar="DIR", help="默认底本所在的语料"
    )
    collating.add_argument(
        "--settings", default="default", metavar="SET", help="default、quick、all 或设定名（以逗号分隔）"
    )
    collating.add_argument("--seed", type=int, default=1, metavar="N", help="随机种子（默认 1）")
    collating.set_defaults(run=run_collation)
    crowding = commands.add_parser("load", help="许多人同时问一个正在运行的服务")
    crowding.add_argument("dataset", type=Path, metavar="DATASET.jsonl", help="问题集，.jsonl 或 .jsonl.gz")
    crowding.add_argument("--address", default="http://127.0.0.1:7860", metavar="URL", help="服务的地址")
    crowding.add_argument("--people", type=_positive, default=50, metavar="N", help="多少人（默认 50）")
    crowding.add_argument("--each", type=_positive, default=5, metavar="N", help="每人问几次（默认 5）")
    crowding.set_defaults(run=run_load)
    counting = commands.add_parser("stock", help="数出法律和政策里的套话（出题不考）")
    counting.add_argument("--data", type=Path, default=Path("../shared/data"), metavar="DIR", help="语料所在的文件夹")
    counting.add_argument("--out", type=Path, required=True, metavar="DIR", help="结果写到这个文件夹")
    counting.set_defaults(run=run_stock)
    for command, what in ((asking, "题"), (searching, "题"), (ablating, "题"), (crowding, "题"), (collating, "份底本")):
        command.add_argument("--out", type=Path, required=True, metavar="DIR", help="结果写到这个文件夹")
        command.add_argument("--limit", type=_positive, metavar="N", help=f"只用前 N {what}")
    return parser


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"应为正整数，现为 {text}")
    return number


def _show_progress(what: str) -> Callable[[int, int], None]:
    """A counter on stderr, and only where somebody is watching."""

    def show(done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{what} {done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)

    return show


if __name__ == "__main__":
    sys.exit(main())
