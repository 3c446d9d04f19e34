"""`python -m index.collation.train_usage --data ../shared/data` makes the shipped usage model (`index/models/usage`).

Read: laws and policy papers that are not held out, policy papers several times over; and of the news, the
items that read most like the policy papers (Moore & Lewis 2010: difference of two models' cross-entropies).
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import shlex
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from index.collation.held_out import is_held_out
from index.collation.usage import BREAK, DEFAULT_FOLDER, FORMAT, HIGHEST, ROW, UNKNOWN, UsageModel, normal_text, steps
from index.collation.usage_counts import Packed, count_levels, estimate, pack, prune
from index.numerals import NUMERAL


@dataclass(frozen=True, slots=True)
class Options:
    """`size` is in n-grams (about 2.7 bytes each in the file), `news` in characters.

    Longer n-grams that stand fewer than `fewest` times are left out: 2 or 3 measure alike, and 3 keeps less of single items.
    """

    order: int = 5
    size: int = 4_200_000
    news: int = 9_000_000
    policy_copies: int = 4
    fewest: int = 3


Text = list[str]
"""The lines of one document, in `normal_text`."""


def main(arguments: Sequence[str]) -> int:
    defaults = Options()
    parser = argparse.ArgumentParser(prog="python -m index.collation.train_usage", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training data (shared/data)")
    parser.add_argument("--out", type=Path, default=DEFAULT_FOLDER, help="folder to write the model to")
    parser.add_argument("--size", type=int, default=defaults.size, help="n-grams to keep")
    given = parser.parse_args(arguments)
    if not (given.data / "laws.jsonl.gz").is_file():
        print(f"{given.data} 里没有训练数据（laws.jsonl.gz）；请用 --data 指定数据文件夹。", file=sys.stderr)
        return 2
    command = shlex.join(["python", "-m", "index.collation.train_usage", *arguments])
    make_model(given.data, given.out, Options(size=given.size), command)
    return 0


def make_model(folder: Path, out: Path, options: Options, command: str) -> None:
    """Reads, counts, prunes, saves and measures; progress goes to stderr."""
    start = time.perf_counter()
    laws, policy = read_papers(folder, held_out=False)
    news = choose_news(read_news(folder), policy, options.news)
    _say(f"read {len(laws)} laws, {len(policy)} policy papers, {len(news)} news items")
    lines = [line for text in [*laws, *policy * options.policy_copies, *news] for line in text]
    packed, characters = train(lines, options)
    out.mkdir(parents=True, exist_ok=True)
    save(out / "model.npz", packed, characters)
    _say("saved; measuring")
    card = {
        "what": "character n-gram model of Chinese policy language; see index/collation/usage.py",
        "command": command,
        "options": asdict(options),
        "characters_read": {"laws": _size(laws), "policy papers": _size(policy), "news": _size(news)},
        "vocabulary": len(characters) + 2,
        "n_grams": [len(level["last"]) for level in packed],
        "bytes": (out / "model.npz").stat().st_size,
        "seconds": round(time.perf_counter() - start),
        "held_out": held_out_figures(folder, UsageModel.load(out)),
    }
    (out / "card.json").write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n", "utf-8", newline="\n")


def train(lines: Iterable[str], options: Options) -> tuple[list[Packed], str]:
    """The pruned model's levels, and its characters, the most frequent first."""
    text = (
        "\n\uffff\n" + "\n".join(lines) + "\n"
    )  # the first line makes sure that <unknown> occurs: rows of level 1 are ids
    points = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.int64)
    points = np.minimum(points, 0xFFFF)
    counts = np.bincount(points, minlength=0x10000)
    counts[[ord("\n"), 0xFFFF]] = 0
    known = np.argsort(-counts, kind="stable")[: ROW - 2]
    known = known[counts[known] >= min(2, options.fewest)]
    ids = np.full(0x10000, UNKNOWN, np.int64)
    ids[known], ids[ord("\n")] = np.arange(2, len(known) + 2), BREAK
    levels = count_levels(ids[points], options.order)
    _say(f"counted {[len(level.last) for level in levels]} n-grams")
    estimates = estimate(levels, len(known) + 2)
    kept = prune(levels, estimates, options.size, options.fewest)
    return pack(levels, estimates, kept), "".join(map(chr, known))


def save(path: Path, packed: Sequence[Packed], characters: str) -> None:
    """Writes logarithms in whole steps, at once or not at all; the same levels make the same bytes."""
    arrays = {"format": np.array(FORMAT), "characters": np.array(characters), "order": np.array(len(packed))}
    for n, level in enumerate(packed, 1):
        arrays |= {f"{name}_{n}": level[name].astype(np.uint16) for name in ("last", "fanout") if name in level}
        arrays |= {f"{name}_{n}": steps(level[name], top) for name, top in HIGHEST.items() if name in level}
    unfinished = path.with_name("unfinished.npz")
    np.savez_compressed(unfinished, allow_pickle=False, **arrays)
    unfinished.replace(path)


def read_papers(folder: Path, held_out: bool) -> tuple[list[Text], list[Text]]:
    """Laws, and policy papers (of the State Council, and the Markdown ones): those held out, or all others."""
    with gzip.open(folder / "laws.jsonl.gz", "rt", encoding="utf-8") as file:
        laws = [row for row in map(json.loads, file) if is_held_out(row["title"]) == held_out]
    policy = [(path.stem, path.read_text(encoding="utf-8")) for path in sorted((folder / "policies").glob("*.md"))]
    for line in (folder / "state_council.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        policy.append((row["title"], row["text"]))
    chosen = [text for title, text in policy if is_held_out(title, 2) == held_out]
    return [list(_lines(row["text"])) for row in laws], [list(_lines(text)) for text in chosen]


def read_news(folder: Path) -> list[Text]:
    """The paragraphs of each item, without the reporter's names, where they are named as such."""
    with gzip.open(folder / "news.txt.gz", "rt", encoding="utf-8") as file:
        return [list(_lines(re.sub(r"\s{2,}", "\n", _REPORTER.sub("", _HEAD.sub("", line))))) for line in file]


def choose_news(news: list[Text], policy: list[Text], size: int) -> list[Text]:
    """Items up to `size` characters, those first whose first 3,000 characters are more like `policy` than like news."""
    like_policy, like_news = _small_model(policy), _small_model(news[:: max(1, len(news) // 3000)])

    def likeness(text: Text) -> float:
        start = "\n" + "\n".join(text)[:3000] + "\n"
        difference = like_policy.log_probabilities(start).sum() - like_news.log_probabilities(start).sum()
        return float(difference) / len(start)

    ordered = sorted((text for text in news if text), key=likeness, reverse=True)
    ends = np.cumsum([_size([text]) for text in ordered])
    return ordered[: int(np.searchsorted(ends, size))]


def held_out_figures(folder: Path, model: UsageModel) -> dict[str, dict[str, float]]:
    """Documents, characters and perplexity per character of the texts that the model has not read."""
    figures = {}
    for name, texts in zip(("laws", "policy papers"), read_papers(folder, held_out=True), strict=True):
        joined = ["\n" + "\n".join(text) + "\n" for text in texts]
        logs = np.concatenate([model.log_probabilities(text)[1:] for text in joined])
        figures[name] = {
            "documents": len(texts),
            "characters": len(logs),
            "perplexity": round(float(np.exp(-logs.mean())), 2),
        }
    return figures


_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_HTML = re.compile(r"<[^>]+>")
_MARKUP = re.compile(r"^[#>\s*|-]+")
_NUMBER = re.compile(
    rf"^\s*(?:第[{NUMERAL}]+[编章节条](?![、和及至与第的])|[{NUMERAL}]{{1,3}}、|\d{{1,2}}[.．、](?!\d)|[（(](?:[{NUMERAL}]{{1,3}}|\d{{1,2}})[）)])"
    rf"|(?<=[：:；;。])[（(](?:[{NUMERAL}]{{1,3}}|\d{{1,2}})[）)]"
)
_HEAD = re.compile(r"^.{0,60}?正文：")
_REPORTER = re.compile(
    r"[（(][^（）()]{0,12}(?:记者|通讯员|编辑|供图|摄)[^（）()]{0,40}[）)]|(?:记者|通讯员)[：:\s][\u4e00-\u9fff]{2,4}"
)


def _lines(text: str) -> Iterator[str]:
    """Stretches between structural marks in `normal_text`, as in a collation's streams: numbers of items are no text.

    A paragraph without a number follows the one before it, if that is a sentence.
    """
    before = ""
    for line in _HTML.sub("\n", _FRONT_MATTER.sub("", text)).splitlines():
        own = _NUMBER.sub("\n", _MARKUP.sub("", line))
        if before and (own.startswith("\n") or before[-1] not in "。；：;:"):
            yield before
            before = ""
        *whole, before = [normal_text(part) for part in (before + own).split("\n")]
        yield from filter(None, whole)
    if before:
        yield before


def _small_model(texts: list[Text]) -> UsageModel:
    packed, characters = train((line for text in texts for line in text), Options(order=3, size=10**9, fewest=1))
    return UsageModel(characters, packed)


def _size(texts: list[Text]) -> int:
    return sum(len(line) for text in texts for line in text)


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
