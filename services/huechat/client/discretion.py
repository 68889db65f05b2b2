"""Passwords that are typed in a command: on no screen, and in no history."""

from __future__ import annotations

import re
from typing import Final

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput

_SECRET: Final = re.compile(
    r"(?P<open>\s*/(?:register\s|password\s|login\s+\S+\s))(?P<secret>.*)", re.I | re.S
)
_SHOWN: Final = re.compile(r"\S")


def masked(line: str) -> str:
    """Return `line` with stars for the passwords in it, as long as it was."""
    found = _SECRET.fullmatch(line)
    return found["open"] + _SHOWN.sub("*", found["secret"]) if found else line


class DiscreetHistory(InMemoryHistory):
    """Forgets lines that have a password."""

    def append_string(self, string: str) -> None:
        """Keep a line."""
        if masked(string) == string:
            super().append_string(string)


class Mask(Processor):
    """Shows stars for passwords while they are typed."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """Return a line as it is shown."""
        text = transformation_input.document.text
        stars = masked(text)
        if stars == text:
            return Transformation(transformation_input.fragments)
        shown: StyleAndTextTuples = [("", stars.split("\n")[transformation_input.lineno])]
        return Transformation(shown)
