"""The training card: what the model was made from and how good it is, for people and for scripts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from index.training.data import OWN, AskedTexts, Data
from index.training.measure import Figures
from index.training.train import Options, Run

_README = """# 自带的词向量模型

policyqa 的默认向量模型：一句话的向量，是它的词、相邻两字和单字的向量加权求和，再化为单位长度。没有神经网络推理，
不联网，加载约几十毫秒。由 `{command}` 训练，数字见 `training.json`。

- {features:,} 个特征，{dimension} 维，int8；种子 {seed}，{steps} 步，{seconds:.0f} 秒；{versions}
- 数据：{sources}
- 下面的数字来自同样训练、但没有见过留出题的孪生模型（留出五分之一的法条问题，八分之一的文件）；随附的模型用了全部问题。
  步数、宽度和权重是看着留出题选的，所以数字略偏乐观

在 {articles:,} 条法条里查找留出的问题：

| 方法 | 问题来源 | 题数 | R@10 | MRR@10 | 毫秒/题 |
|---|---|---|---|---|---|
{table}

已知的不足：一个字典里没有、训练里也没见过的词没有向量；问题是我们自己写的，写法比真实的群众来问要齐整。
"""


def _count(several: Sequence[AskedTexts | None]) -> int:
    return sum(len(asked.questions) for asked in several if asked)


def write_card(folder: Path, data: Data, options: Options, run: Run, figures: Sequence[Figures], command: str) -> None:
    """Writes `README.md` and `training.json` beside the model."""
    statutes = sum(question.id.startswith(OWN) for question in data.train)
    sources = {
        "laws.jsonl.gz, state_council.jsonl, policies": f"{len(data.laws):,} 段",
        "news.txt.gz": f"{len(data.news):,} 条",
        "reading.jsonl.gz": f"{len(data.reading):,} 题",
        "stard_train.jsonl, lay_pairs.jsonl": f"{len(data.train) - statutes:,} 题，留出 {len(data.held_out):,} 题",
        "index/training/questions/statutes": f"{statutes:,} 题",
        "index/training/questions": f"{_count(data.asked[:1]):,} 题，留出 {_count([data.asked_held_out]):,} 题",
        "index/corpus/questions": f"{_count(data.asked[1:]):,} 题",
    }
    versions = {name: version(name) for name in ("torch", "sentence-transformers", "jieba", "numpy")}
    table = "\n".join(
        f"| {f.method} | {f.source} | {f.questions} | {f.recall:.3f} | {f.reciprocal_rank:.3f} | {f.milliseconds:.1f} |"
        for f in figures
    )
    readme = _README.format(
        command=command,
        features=options.features,
        dimension=options.dimension,
        seed=options.seed,
        steps=run.steps,
        seconds=run.seconds,
        versions="，".join(f"{name} {number}" for name, number in versions.items()),
        sources="；".join(f"{name}（{amount}）" for name, amount in sources.items()),
        articles=len(data.corpus),
        table=table,
    )
    (folder / "README.md").write_text(readme, encoding="utf-8", newline="\n")
    card: Mapping[str, Any] = {
        "command": command,
        "options": asdict(options),
        "run": asdict(run),
        "versions": versions,
        "data": sources,
        "held_out": [asdict(figure) for figure in figures],
    }
    text = json.dumps(card, ensure_ascii=False, indent=2) + "\n"
    (folder / "training.json").write_text(text, encoding="utf-8", newline="\n")
