"""What stands after a command that somebody typed, taken word by word."""

from __future__ import annotations

import re
from typing import Final

from huechat.protocol import EVERYWHERE, HERE

TIMES: Final = "10m, 2h, 7d or 1h30m"
"""Times as people type them; s and w are known, too."""

_TIME: Final = re.compile("(?:[0-9]{1,9}[smhdw])+")
_PART: Final = re.compile("([0-9]+)([smhdw])")
_LIKE_TIME: Final = re.compile("[-+]?[0-9]")
_NUMBER: Final = re.compile("[0-9]{1,9}")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}


class UsageError(ValueError):
    """A command was not written as it is to be: says what is wrong, for people.

    It has nothing of what was typed: that may be a password.
    """


class Arguments:
    """The words that stand after a command, and as which of its names that was typed, `command`.

    `what` is what a word is to those who type it. It is said to be missing by a `UsageError`.
    """

    def __init__(self, text: str, command: str = "") -> None:
        self.left = text.strip()
        self.command = command.casefold()

    def word(self, what: str) -> str:
        """Take the next word."""
        return _given(self.word_if_any(), what)

    def word_if_any(self, default: str = "") -> str:
        """Take the next word; return `default` if there is none."""
        word, *left = self.left.split(None, 1) or [default]
        self.left = "".join(left)
        return word

    def text(self, what: str) -> str:
        """Take all that is left, with the spaces in it."""
        return _given(self.text_if_any(), what)

    def text_if_any(self) -> str:
        """Take all that is left, with the spaces in it; that may be nothing."""
        text, self.left = self.left, ""
        return text

    def flag(self, word: str) -> bool:
        """Take `word`, in any case, if that is what comes next; return whether it was."""
        first = self._peek()
        if first.casefold() != word:
            return False
        self.word_if_any()
        return True

    def room(self) -> str:
        """Take the sign of the whole server, if it comes next; return which room is meant."""
        return EVERYWHERE if self.flag(EVERYWHERE) else HERE

    def number(self, default: int) -> int:
        """Take a number above 0, if anything is left."""
        word = self.word_if_any()
        if not word:
            return default
        if not _NUMBER.fullmatch(word) or not int(word):
            raise UsageError("a number above 0 is wanted")
        return int(word)

    def time(self) -> int:
        """Take a time like 1h30m, if it comes next; return its seconds, or 0: for ever."""
        if not _LIKE_TIME.match(self._peek()):
            return 0
        seconds = _seconds(self.word_if_any())
        if not seconds:  # not taken for a reason, and so for ever
            raise UsageError(f"a time is like {TIMES}")
        return seconds

    def pause(self) -> int:
        """Take seconds, a time, or `off`; return the seconds."""
        word = self.word("a number of seconds").casefold()
        if _NUMBER.fullmatch(word):
            return int(word)
        seconds = _seconds(word)
        if not seconds and word != "off":
            raise UsageError("a number is wanted, a time like 1m30s, or off")
        return seconds

    def end(self, too_much: str) -> None:
        """Raise `UsageError` with the words `too_much` if anything is left."""
        if self.left:
            raise UsageError(too_much)

    def _peek(self) -> str:
        return (self.left.split(None, 1) or [""])[0]


def _given(text: str, what: str) -> str:
    if not text:
        raise UsageError(f"{what} is missing")
    return text


def _seconds(word: str) -> int:
    """Return the seconds of a time like 1h30m; 0: it is none."""
    word = word.casefold()
    if not _TIME.fullmatch(word):
        return 0
    return sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(word))
