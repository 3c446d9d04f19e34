"""`python -m assistant.background`: which words laws use at all, and in how many documents — `lexicon/law_words.txt`.

A question's word that no text of the library has is one of two things. 掺和 stands in no law anywhere: it is a lay word
for something the library may well say. 年假 stands in many laws: had the library settled it, it would say so.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
from collections import Counter
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from index.tokens import words

_LEAST = 8  # documents: rarer words are mostly names and misprints
_LONGEST = 30_000  # characters read of each law: codes would otherwise weigh as much as they are long


def count_words(laws: Path) -> tuple[int, Counter[str]]:
    """Documents read, and in how many of them each word of two or more characters stands."""
    documents, counts = 0, Counter[str]()
    with gzip.open(laws, "rt", encoding="utf-8") as lines:
        for line in lines:
            documents += 1
            counts.update({word for word in words(json.loads(line)["text"][:_LONGEST]) if len(word) > 1})
    return documents, counts


@lru_cache(maxsize=1)
def law_words() -> dict[str, float]:
    """Word -> how telling it is, 0–1: 1 for a word of few laws, near 0 for one that every law has."""
    head, *lines = files("assistant.lexicon").joinpath("law_words.txt").read_text(encoding="utf-8").splitlines()
    documents = int(head.split()[-1])
    rarest = math.log(documents / _LEAST)
    counts = (line.split() for line in lines)
    return {word: math.log(documents / int(count)) / rarest for word, count in counts}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m assistant.background", description="counts the words of laws")
    parser.add_argument("--laws", type=Path, default=Path("../shared/data/laws.jsonl.gz"))
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "lexicon" / "law_words.txt")
    arguments = parser.parse_args()
    documents, counts = count_words(arguments.laws)
    kept = sorted((word, count) for word, count in counts.items() if count >= _LEAST and not word.isascii())
    lines = [f"# word and number of documents, by python -m assistant.background, out of {documents}"]
    arguments.out.write_text("\n".join(lines + [f"{word} {count}" for word, count in kept]) + "\n", encoding="utf-8")
    print(f"{len(kept)} words of {documents} documents in {arguments.out}")


if __name__ == "__main__":
    main()
