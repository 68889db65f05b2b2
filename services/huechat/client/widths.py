"""How many columns signs take, and those that terminals do not agree about.

U+FE0F asks for the emoji of a sign that is also text (☀️ is U+2600 with it). Some terminals then
take two columns for it and others one, and the cursor would be beside the letter that it is at.
So it is left out where a line is edited, and nowhere else: what is sent has it.

Some terminals show a family (👨‍👩‍👧) as one sign, others as the three people it is made of.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from typing import Final

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput
from prompt_toolkit.layout.utils import explode_text_fragments
from prompt_toolkit.utils import get_cwidth

SELECTOR: Final = "\ufe0f"
_JOINER: Final = "\u200d"
_MOST: Final = {SELECTOR: 1, "\u3164": 2, "\uffa0": 1}
"""The columns that signs take somewhere which take none elsewhere."""

_SKINS: Final = range(0x1F3FB, 0x1F400)
_FLAGS: Final = range(0x1F1E6, 0x1F200)
"""The letters of which two are the flag of a country."""


def steady(text: str) -> str:
    """Return `text` as all terminals are of one mind about it."""
    return text.replace(SELECTOR, "")


def widest(text: str) -> int:
    """Return how many columns `text` takes at the most; it has no control characters."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@cache
def _columns(letter: str) -> int:
    return _MOST.get(letter) or get_cwidth(letter)


def letters(text: str) -> Iterator[str]:
    """Yield what people take for one letter: with its accents, or people joined to a family."""
    begun = ""
    for char in text:
        if begun and not _belongs_to(begun, char):
            yield begun
            begun = ""
        begun += char
    if begun:
        yield begun


def _belongs_to(begun: str, char: str) -> bool:
    if char.isascii():
        return False
    if begun[-1] == _JOINER or not get_cwidth(char) or ord(char) in _SKINS:
        return True
    return len(begun) == 1 and ord(begun) in _FLAGS and ord(char) in _FLAGS


class Steady(Processor):
    """Shows the line that is edited so."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """Return a line as it is shown, and which of its places is which."""
        one_by_one = explode_text_fragments(transformation_input.fragments)
        kept = [at for at, fragment in enumerate(one_by_one) if fragment[1] != SELECTOR]
        if len(kept) == len(one_by_one):
            return Transformation(transformation_input.fragments)
        shown: StyleAndTextTuples = [one_by_one[at] for at in kept]
        ends = [*kept, len(one_by_one)]
        return Transformation(
            shown,
            source_to_display=lambda at: bisect_left(kept, at),
            display_to_source=lambda at: ends[min(at, len(kept))],
        )
