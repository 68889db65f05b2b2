"""Signs that terminals do not agree about: how many columns they take.

U+FE0F asks for the emoji of a sign that is also text (☀️ is U+2600 with it). Some terminals then
take two columns for it and others one, and the cursor would be beside the letter that it is at.
So it is left out where a line is edited, and nowhere else: what is sent has it.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput
from prompt_toolkit.layout.utils import explode_text_fragments

SELECTOR: Final = "\ufe0f"


def steady(text: str) -> str:
    """Return `text` as all terminals are of one mind about it."""
    return text.replace(SELECTOR, "")


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
