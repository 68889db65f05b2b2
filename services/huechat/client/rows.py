"""Long lines in rows: broken between words, and all rows but the first indented further than that.

So no row of what somebody says can look like the beginning of what another says. For that, the
terminal itself must never begin a row: where it may take more columns for a sign than others do,
we count with more; and a word that is longer than a row is broken here, too. An address alone is
left to the terminal, which then knows it for one; nothing else stands in its last row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from huechat.client.look import INDENT
from huechat.client.widths import letters, widest

_SIGN: Final = r"\x1b\[[0-9;]*m|\x1b\][^\x07]*\x07|\x07"
"""What takes no room: colours (ECMA-48, SGR), notes for the desktop (OSC), the bell."""

_BLANK: Final = " \xa0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u115f\u1160\u3164\uffa0"
"""Whatever looks like a space; else words joined by such ones would be one long word."""

_IDEOGRAPH: Final = "\u2e80-\u2fff\u3003-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_CLOSING: Final = "、。，．！？：；）」』】〉》〕ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々"
"""What no row of Chinese or Japanese begins with."""

_SIGNS: Final = re.compile(_SIGN)
_PIECE: Final = re.compile(
    rf"(?P<blank>[{_BLANK}]+)"
    rf"|[{_IDEOGRAPH}][{_CLOSING}]*"
    rf"|(?:{_SIGN}|[^\x1b\x07{_BLANK}{_IDEOGRAPH}])+"
    rf"|."  # an ESC that begins nothing: `harmless` leaves none
)
_ADDRESS: Final = re.compile(r"[(<\"']?[a-z][a-z0-9+.-]*://[\w.~:/?#@!$&'()*+,;=%-]+[>\"]?", re.A)


def in_rows(text: str, columns: int) -> str:
    """Return lines as rows for a terminal that is `columns` wide. Each message is a line or more.

    Blanks stay as they are, but for those at which a line is broken.
    """
    if len(text) <= columns and text.isascii():
        return text
    return "\n".join(_line_in_rows(line, columns) for line in text.split("\n"))


def takes_room(text: str) -> bool:
    """Return whether anything of `text` can be seen, or moves the cursor."""
    return bool(_SIGNS.sub("", text))


def _line_in_rows(line: str, columns: int) -> str:
    if len(line) <= columns and line.isascii():
        return line
    seen = _SIGNS.sub("", line)
    if widest(seen) <= columns:
        return line
    begin = len(seen) - len(seen.lstrip(" "))
    rows = _Rows(columns, " " * min(begin + len(INDENT), columns // 3))
    for piece in _PIECE.finditer(line):
        rows.add(piece[0], blank=piece["blank"] is not None)
    return rows.text()


class _Rows:
    """Rows that are `columns` wide, being filled; all but the first begin with `indent`."""

    def __init__(self, columns: int, indent: str) -> None:
        self._columns = columns
        self._indent = indent
        self._done: list[str] = []
        self._start = 0  # where the words of the last row begin
        self._used = 0  # its columns
        self._blank = ""  # what comes before the next word, if that comes into the same row

    def add(self, piece: str, *, blank: bool) -> None:
        """Put a word, or what is between words, where there is room."""
        if blank:
            self._blank += piece
            return
        word = _SIGNS.sub("", piece)
        width = widest(word)
        if not width:
            self._done.append(piece)
            return
        if not self._fits(width):
            if width > self._columns - len(self._indent):
                self._add_long(piece, alone=bool(_ADDRESS.fullmatch(word)))
                return
            self._next_row()
        self._put(piece, width)

    def text(self) -> str:
        """Return all of it."""
        if self._fits(0):
            self._done.append(self._blank)
        return "".join(self._done)

    def _add_long(self, piece: str, *, alone: bool) -> None:
        if alone:
            if self._used > self._start or not self._fits(1):
                self._next_row()
            self._put(piece, self._columns)
            return
        for letter in _letters(piece):
            width = widest(_SIGNS.sub("", letter))
            if not self._fits(width) and (self._blank or self._used > self._start):
                self._next_row()
            self._put(letter, width)

    def _fits(self, width: int) -> bool:
        return self._used + widest(self._blank) + width <= self._columns

    def _next_row(self) -> None:
        self._done.append(f"\n{self._indent}")
        self._start = self._used = len(self._indent)
        self._blank = ""

    def _put(self, piece: str, width: int) -> None:
        self._done.append(self._blank + piece)
        self._used += widest(self._blank) + width
        self._blank = ""


def _letters(piece: str) -> Iterator[str]:
    """Yield what must not be torn: letters with their accents, and signs."""
    at = 0
    for sign in _SIGNS.finditer(piece):
        yield from letters(piece[at : sign.start()])
        yield sign[0]
        at = sign.end()
    yield from letters(piece[at:])
