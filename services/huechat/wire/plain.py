"""Plain text: `nc`, `telnet`, and the first client of all, which sends no newlines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from typing import Final

from huechat.protocol import (
    COLORS,
    HERE,
    LOBBY,
    SEED_LINE,
    VERSION,
    AnyEvent,
    Bye,
    Done,
    Error,
    Hello,
    Recolor,
    Say,
)
from huechat.wire import Heard
from huechat.wire.lines import LineBuffer
from huechat.wire.shown import as_text
from huechat.wire.typed import typed

__all__ = ["COMMAND_S", "LONE_BYTES_S", "Plain", "as_text"]

LONE_BYTES_S: Final = 0.1
"""After this long, bytes with no newline are a message: the first client sends none."""

COMMAND_S: Final = 2.0
"""After this long, so is what may be a command: half of one must not be done, nor be said."""

_TELNET: Final = re.compile(rb"\xff(?:\xfa.*?\xff\xf0|[\xfb-\xfe].|[\xf0-\xf9])", re.S)
"""A telnet client's commands (RFC 854). None of their first bytes occurs in UTF-8."""

_TELNET_BEGUN: Final = re.compile(rb"\xff(?:\xfa.{0,64}|[\xfb-\xfe]?)\Z", re.S)
"""One that the next bytes may end."""

_NEXT_SEED_LINE: Final = re.compile(r"(?<=.)(?=\[COLOR \([a-z_]{1,32}\)\] said -> )", re.S)


class Plain:
    """The server's end. `max_bytes`: the longest line; `session`: begins each message's id."""

    def __init__(self, max_bytes: int, session: str) -> None:
        self.done = False
        self._lines = LineBuffer(max_bytes)
        self._max_bytes = max_bytes
        self._ids = (f"{session}-{number}" for number in count(1))
        self._greeted = False
        self._color = ""  # as the last line named it; empty: a command may have changed it
        self._begun = b""  # a telnet command that is not ended
        self._cut = False  # the bytes that wait end within a character
        self._ends_lines = False  # the other end sends whole lines
        self._first_client = False  # the other end sends its lines alone: nobody types there

    @property
    def patience_s(self) -> float | None:
        """Seconds after which bytes that wait for their newline are a message, or a command."""
        if not self._lines.rest or self._cut:
            return None
        if self._may_be_command(self._lines.rest):
            return None if self._ends_lines else COMMAND_S  # its rest may be a password's
        return LONE_BYTES_S

    def receive(self, data: bytes) -> Heard:
        """Take bytes that came in."""
        heard = self._greeting()
        self._cut = False
        self._ends_lines = self._ends_lines or b"\n" in data
        data = _TELNET.sub(b"", self._begun + data)
        begun = _TELNET_BEGUN.search(data)
        self._begun = begun[0] if begun else b""
        for line in self._lines.feed(data.removesuffix(self._begun)):
            if not self.done:
                heard += self._too_long() if line is None else self._decode(line)
        return heard

    def quiet(self) -> Heard:
        """Take the bytes that stayed alone as messages: one, or several that came at once."""
        heard = self._greeting()
        self._cut = _cut_in_a_character(self._lines.rest)
        if self._cut:
            return heard
        return heard + self._decode_alone(self._lines.take_rest())

    def end(self) -> Heard:
        """Take what came last, newline or not."""
        return self._decode_alone(self._lines.take_rest())

    def _greeting(self) -> Heard:
        if self._greeted:
            return []
        self._greeted = True
        return [Hello(v=VERSION)]

    def _may_be_command(self, alone: bytes) -> bool:
        return alone.startswith(b"/") and not self._first_client

    def _decode_alone(self, data: bytes) -> Heard:
        if self._may_be_command(data):
            return self._decode(data)
        try:
            pieces = _NEXT_SEED_LINE.split(data.decode())
        except UnicodeDecodeError:
            return self._decode(data)
        return [heard for piece in pieces for heard in self._decode_piece(piece)]

    def _decode_piece(self, text: str) -> Heard:
        """Take one of the first client's lines, or what it sent after a pause within one."""
        text = text.removesuffix("\r")
        seed = SEED_LINE.fullmatch(text)
        self._first_client = self._first_client or seed is not None
        return self._decode_text(text) if seed else self._say(text, HERE)

    def _decode(self, line: bytes) -> Heard:
        try:
            return self._decode_text(line.decode().removesuffix("\r"))
        except UnicodeDecodeError:
            return [Error("bad_utf8", "the line is not UTF-8; it was not sent")]

    def _decode_text(self, text: str) -> Heard:
        if not text.strip():
            return []  # an empty line is a slip of the finger, not worth an answer
        seed = SEED_LINE.fullmatch(text)
        if seed and seed["color"] in COLORS:
            return self._recolor(seed["color"]) + self._say(seed["text"], LOBBY)
        return self._obey(text)

    def _recolor(self, color: str) -> Heard:
        if color == self._color:
            return []
        self._color = color
        return [Recolor(color)]

    def _say(self, text: str, room: str) -> Heard:
        return [Say(next(self._ids), text, room)] if text.strip() else []

    def _obey(self, line: str) -> Heard:
        """Take a line as somebody types it."""
        meaning = typed(line, self._ids)
        if isinstance(meaning, Bye):
            self.done = True
            return [Done("", meaning.message)]
        if not isinstance(meaning, Say):
            self._color = ""
        return [meaning]

    def _too_long(self) -> Heard:
        return [
            Error("too_long", f"a line may have {self._max_bytes} bytes; this one was not sent")
        ]

    @staticmethod
    def encode(events: Sequence[AnyEvent]) -> list[bytes]:
        """Return each of `events` as a line; empty for what plain text does not tell."""
        return [f"{shown}\n".encode() if (shown := as_text(event)) else b"" for event in events]


def _cut_in_a_character(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError as reason:
        return reason.reason == "unexpected end of data"
    return False
