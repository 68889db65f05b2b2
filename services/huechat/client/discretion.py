"""Passwords that are typed in a command: on no screen, and in no history."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput

from huechat.wire.typed import ALIKE, find_verb

_COMMAND: Final = re.compile(r"\s*/(?P<word>\S+)\s")
_NAME: Final = re.compile(r"\s*\S+\s")
_SHOWN: Final = re.compile(r"\S")

_WITH_SECRETS: Final = {"register": False, "password": False, "login": True}
"""The commands that have passwords, and whether there is a name before these."""


def masked(line: str) -> str:
    """Return `line` with stars for the passwords in it, as long as it was.

    A mistyped command has some, too: it is sent to nobody, and stands on the screen.
    """
    found = _COMMAND.match(line)
    meant = _meant(found["word"].casefold()) if found else ""
    if found and meant and _WITH_SECRETS[meant]:
        found = _NAME.match(line, found.end())
    if not (found and meant):
        return line
    return line[: found.end()] + _SHOWN.sub("*", line[found.end() :])


@lru_cache
def _meant(word: str) -> str:
    """Return which command with passwords `word` is, or is mistyped for; empty: none of them."""
    verb = find_verb(word)
    if verb:
        return verb.name if verb.name in _WITH_SECRETS else ""
    return next(iter(get_close_matches(word, _WITH_SECRETS, 1, ALIKE)), "")


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
