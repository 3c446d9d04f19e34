"""`python -m index audit FILE…` and `python -m index mask RAW…`: what an operator or a developer runs on texts."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from index.audit import Totals, audit_text, read_documents
from index.corpus import BUNDLED, mask_text, write_corpus
from index.errors import PolicyQAError


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 0 on success, 2 on bad input (one line on stderr)."""
    parser = argparse.ArgumentParser(prog="python -m index", description="检查分条结果，或遮蔽原始版面")
    commands = parser.add_subparsers(dest="command", required=True)
    audit = commands.add_parser("audit", help="逐份列出看起来不对的地方：缺号、重号、乱号、过长或空的条、条外的文字")
    audit.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help=".txt .md .html .docx .pdf，或含 title/text 的 .jsonl(.gz)"
    )
    audit.add_argument("--quiet", action="store_true", help="只列有问题的文件和合计")
    mask = commands.add_parser("mask", help="由原始版面生成 index/corpus（去启事广告、遮蔽号码）")
    mask.add_argument("files", nargs="+", type=Path, metavar="RAW")
    mask.add_argument("--out", type=Path, default=BUNDLED)
    options = parser.parse_args(arguments)
    try:
        return _audit(options.files, options.quiet) if options.command == "audit" else _mask(options.files, options.out)
    except PolicyQAError as error:
        print(error, file=sys.stderr)
        return 2


def _audit(files: list[Path], quiet: bool) -> int:
    totals, refused = Totals(), 0
    for path in files:
        try:
            for name, text in read_documents(path):
                report = audit_text(name, mask_text(text))
                totals.add(report)
                if report.findings or not quiet:
                    print(
                        f"{report.name}：{report.grammar}，{report.articles} 条"
                        + "".join(f"\n    {f}" for f in report.findings)
                    )
        except PolicyQAError as error:
            refused += 1
            print(error, file=sys.stderr)
    share = 100 * totals.laws_in_order / totals.laws if totals.laws else 0.0
    print(f"合计 {totals.documents} 份，{len(totals.unclean)} 份有提示")
    if totals.laws:
        print(f"“第X条”文件 {totals.laws} 份，条号齐全有序的 {totals.laws_in_order} 份（{share:.2f}%）")
    if totals.numbered_lines:
        print(f"“一、（一）1.”编号段落 {totals.numbered_lines} 个，成为条或项的 {totals.numbered_found} 个")
    return 2 if refused else 0


def _mask(files: list[Path], out: Path) -> int:
    imported = write_corpus(files, out)
    for page in imported.pages:
        print(f"{page.siglum}：{len(page.text)} 字")
    for line in imported.refused:
        print(line, file=sys.stderr)
    return 2 if imported.refused else 0


if __name__ == "__main__":
    sys.exit(main())
