"""Developer command: draws the common characters and writes the look-alikes of each to shapes.txt.

    python -m index.collation.render_shapes [--fonts FOLDER] [--out FILE]

Each character is drawn in two fonts, blurred and centred. The cosine of two pictures (the best of a few small shifts)
finds candidates; those are compared again zone by zone, where each zone may move by two pixels, because a radical more or
less pushes the rest aside (侯, 候).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Pictures = np.ndarray[Any, np.dtype[np.float32]]

FONTS = ("NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc")
SIMPLIFIED = 2
"""Which font of the collection: the glyphs of mainland China."""
SIDE = 40
ZONE = 10
REACH = 2
"""Pixels by which a zone may move."""
BLUR = 1.1
CANDIDATES = 64
KEPT = 14
KEPT_RARE = 5
"""Neighbours past the fifth must be of the 3,755 common characters: an OCR rarely reads 政 as 畋."""
LEAST = 0.62
"""Similarity below which two characters are no look-alikes, chosen by eye on the list in tests/test_slips.py."""
PUNCTUATION = "，。、；：？！（）《》〈〉“”‘’—…·〇○●◎－～"
LEVELS = "0123456789abcdefghijklmnopqrstuvwxyz"


def characters() -> str:
    """The 6,763 characters of GB2312, digits, Latin letters and punctuation.

    >>> len(characters())
    6851
    """
    rows = (bytes((row, cell)).decode("gb2312", "ignore") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    latin = "".join(chr(code) for code in range(0x30, 0x7B) if chr(code).isalnum())
    return "".join(rows) + latin + PUNCTUATION


def is_common(character: str) -> bool:
    """Whether it is in the first part of GB2312 (or no Chinese character)."""
    try:
        return character.encode("gb2312") < b"\xd8"
    except UnicodeEncodeError:
        return False


def draw(text: str, font_file: Path) -> Pictures:
    """One blurred picture a character, shape (characters, SIDE, SIDE), 0 for paper."""
    import numpy as np
    from PIL import Image, ImageDraw, ImageFilter, ImageFont

    font = ImageFont.truetype(str(font_file), SIDE - 4, index=SIMPLIFIED)
    pictures = np.zeros((len(text), SIDE, SIDE), dtype=np.float32)
    for i, character in enumerate(text):
        image = Image.new("L", (SIDE, SIDE), 0)
        ImageDraw.Draw(image).text((SIDE / 2, SIDE / 2), character, fill=255, font=font, anchor="mm")
        pictures[i] = np.asarray(image.filter(ImageFilter.GaussianBlur(BLUR)), dtype=np.float32) / 255
    return pictures


def stretched(pictures: Pictures) -> Pictures:
    """The same pictures with each character blown up to the whole square (日 and 曰), but for strokes such as 一."""
    import numpy as np
    from PIL import Image

    result = pictures.copy()
    for i, picture in enumerate(pictures):
        rows, columns = np.flatnonzero(picture.max(1) > 0.3), np.flatnonzero(picture.max(0) > 0.3)
        if not rows.size or not 0.5 < (rows[-1] - rows[0] + 1) / (columns[-1] - columns[0] + 1) < 2:
            continue
        box = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        inner = np.asarray(Image.fromarray(box).resize((SIDE - 8, SIDE - 8)))
        result[i] = 0
        result[i, 4 : SIDE - 4, 4 : SIDE - 4] = inner
    return result


def cosines(pictures: Pictures) -> Pictures:
    """Cosine of each two pictures, less the average picture, at the best of five shifts; (characters, characters)."""
    import numpy as np

    average = pictures.mean(0)

    def unit(stack: Pictures) -> Pictures:
        flat = (stack - average).reshape(len(stack), -1)
        return np.asarray(flat / (np.linalg.norm(flat, axis=1, keepdims=True) + 1e-6))

    still = unit(pictures)
    best = still @ still.T
    for shift in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        np.maximum(best, still @ unit(np.roll(pictures, shift, (1, 2))).T, out=best)
    return np.asarray(np.maximum(best, best.T))


def overlaps(one: Pictures, others: Pictures) -> Pictures:
    """Share of ink in common (Dice) of one picture with each of `others`; zones move by up to `REACH` pixels."""
    import numpy as np

    zones = SIDE // ZONE
    best = np.zeros((len(others), zones, zones), dtype=np.float32)
    for down in range(-REACH, REACH + 1):
        for along in range(-REACH, REACH + 1):
            common = np.minimum(one, np.roll(others, (down, along), (1, 2)))
            by_zone = common.reshape(len(others), zones, ZONE, zones, ZONE).sum((2, 4))
            np.maximum(best, by_zone, out=best)
    return np.asarray(2 * best.sum((1, 2)) / (one.sum() + others.sum((1, 2)) + 1e-6))


def look_alikes(text: str, fonts: Path) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    """Each character with its most similar ones, at most `KEPT`, best first."""
    import numpy as np

    drawn = [draw(text, fonts / name) for name in FONTS]
    cosine = sum(np.maximum(cosines(p), 0.97 * cosines(stretched(p))) for p in drawn) / len(drawn)
    np.fill_diagonal(cosine, -1)
    for i, character in enumerate(text):
        near = np.argsort(-cosine[i])[:CANDIDATES]
        common = sum(overlaps(p[i], p[near]) for p in drawn) / len(drawn)
        score = (cosine[i, near] + common) / 2
        best = [(text[near[k]], float(score[k])) for k in np.argsort(-score) if score[k] >= LEAST]
        yield character, (best[:KEPT_RARE] + [pair for pair in best[KEPT_RARE:] if is_common(pair[0])])[:KEPT]


def main() -> None:
    parser = argparse.ArgumentParser(description="draws characters and writes the look-alikes of each")
    parser.add_argument("--fonts", type=Path, default=Path("/usr/share/fonts/opentype/noto"))
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("shapes.txt"))
    arguments = parser.parse_args()
    lines = []
    for character, near in look_alikes(characters(), arguments.fonts):
        if near:
            levels = (LEVELS[min(35, round((score - LEAST) / (1 - LEAST) * 35))] for _, score in near)
            lines.append(character + "".join(a + b for (a, _), b in zip(near, levels, strict=True)))
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} characters with look-alikes -> {arguments.out}")


if __name__ == "__main__":
    main()
