"""Where lines begin in a collated text."""

from __future__ import annotations

from collections.abc import Sequence

from index.collation.alignment import GAP
from index.collation.streams import Stream


class LineBreaks:
    """Where lines begin in the collated text: as the printings have it, weighed by their reliability.

    A printing that lost the first word of a line says nothing against the word before it; one that has another sign
    before the break (，for 。) may lack the break because of it, so it does not vote against it.
    """

    def __init__(self, streams: Sequence[Stream], rates: Sequence[float]) -> None:
        self._begins = [[t.begins_line for t in stream.tokens] for stream in streams]
        self._weights = [1 / max(rate, 1e-4) for rate in rates]
        self._pending = [False] * len(streams)  # it began a line since its last chosen character
        self._broken = [False] * len(streams)  # a line was begun since its last character
        self._agrees = [True] * len(streams)  # it has the last chosen character

    def skip(self, tokens: Sequence[int]) -> None:
        """A column of which nothing is chosen."""
        for w, token in enumerate(tokens):
            if token != GAP:
                self._pending[w] |= self._begins[w][token]

    def decide(self, tokens: Sequence[int], characters: Sequence[int], chosen: int) -> bool:
        """Whether a line begins with the chosen character of this column."""
        self.skip(tokens)
        wanted = against = 0.0
        for w, token in enumerate(tokens):
            if token == GAP or characters[w] != chosen:
                continue
            if self._pending[w]:
                wanted += 0.0 if self._broken[w] else self._weights[w]
            elif self._agrees[w]:
                against += self._weights[w]
        begins = wanted > 0 and wanted >= against
        for w, token in enumerate(tokens):
            self._agrees[w] = token != GAP and characters[w] == chosen
            if token != GAP:
                self._pending[w] = self._broken[w] = False
            elif begins:
                self._broken[w] = True
        return begins
