"""What stands after a command that somebody typed, taken word by word."""

from __future__ import annotations

import re
from typing import Final

from huechat.protocol import EVERYWHERE, HERE

TIMES: Final = "10m, 2h, 7d or 1h30m"
"""Times as people type them; s and w are known, too."""

_TIME: Final = re.compile("(?:[0-9]{1,9}[smhdw])+")
_PART: Final = re.compile("([0-9]+)([smhdw])")
_NUMBER: Final = re.compile("[0-9]{1,9}")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}


class UsageError(ValueError):
    """A command was not written as it is to be. `hint` says what is wrong, if that is not plain.

    Neither has anything of what was typed: it may be a password.
    """

    def __init__(self, hint: str = "") -> None:
        super().__init__(hint)
        self.hint = hint


class Arguments:
    """The words that stand after a command. What takes one raises `UsageError` if it is not there.

    A `default` is what to return instead.
    """

    def __init__(self, text: str) -> None:
        self.left = text.strip()

    def word(self, default: str | None = None) -> str:
        """Take the next word."""
        word, *left = self.left.split(None, 1) or [""]
        self.left = "".join(left)
        return _given(word, default)

    def text(self, default: str | None = None) -> str:
        """Take all that is left, with the spaces in it."""
        text, self.left = self.left, ""
        return _given(text, default)

    def flag(self, word: str) -> bool:
        """Take `word`, in any case, if that is what comes next; return whether it was."""
        first = self._peek()
        if first.casefold() != word:
            return False
        self.word()
        return True

    def room(self) -> str:
        """Take the sign of the whole server, if it comes next; return which room is meant."""
        return EVERYWHERE if self.flag(EVERYWHERE) else HERE

    def number(self, default: int) -> int:
        """Take a number above 0, if anything is left."""
        word = self.word("")
        if not word:
            return default
        if not _NUMBER.fullmatch(word) or not int(word):
            raise UsageError
        return int(word)

    def time(self) -> int:
        """Take a time like 1h30m, if it comes next; return its seconds, or 0: for ever."""
        if not _NUMBER.match(self._peek()):
            return 0
        seconds = _seconds(self.word())
        if not seconds:  # not taken for a reason, and so for ever
            raise UsageError(f"a time is like {TIMES}")
        return seconds

    def pause(self) -> int:
        """Take seconds, a time, or `off`; return the seconds."""
        word = self.word().casefold()
        if _NUMBER.fullmatch(word):
            return int(word)
        seconds = _seconds(word)
        if not seconds and word != "off":
            raise UsageError
        return seconds

    def end(self) -> None:
        """Raise `UsageError` if anything is left."""
        if self.left:
            raise UsageError

    def _peek(self) -> str:
        return (self.left.split(None, 1) or [""])[0]


def _given(text: str, default: str | None) -> str:
    if not text and default is None:
        raise UsageError
    return text or default or ""


def _seconds(word: str) -> int:
    """Return the seconds of a time like 1h30m; 0: it is none."""
    word = word.casefold()
    if not _TIME.fullmatch(word):
        return 0
    return sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(word))
