"""Plain text: `nc`, `telnet`, and the first client of all, which sends no newlines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from typing import Final

from huechat.protocol import (
    COLORS,
    SEED_LINE,
    VERSION,
    AnyEvent,
    Bye,
    Error,
    Hello,
    Message,
    Recolor,
    Say,
)
from huechat.wire import Heard
from huechat.wire.harmless import harmless
from huechat.wire.lines import LineBuffer

LONE_BYTES_S: Final = 0.1
"""After this long, bytes with no newline are a message: the first client sends none."""

_TELNET: Final = re.compile(rb"\xff(?:\xfa.*?\xff\xf0|[\xfb-\xfe].|[\xf0-\xf9])", re.S)
"""A telnet client's commands (RFC 854). None of their first bytes occurs in UTF-8."""

_TELNET_BEGUN: Final = re.compile(rb"\xff(?:\xfa.{0,64}|[\xfb-\xfe]?)\Z", re.S)
"""One that the next bytes may end."""

_NEXT_SEED_LINE: Final = re.compile(r"(?<=.)(?=\[COLOR \([a-z_]{1,32}\)\] said -> )", re.S)


class Plain:
    """The server's end. `max_bytes`: the longest line; `session`: begins each message's id."""

    done = False

    def __init__(self, max_bytes: int, session: str) -> None:
        self._lines = LineBuffer(max_bytes)
        self._max_bytes = max_bytes
        self._ids = (f"{session}-{number}" for number in count(1))
        self._greeted = False
        self._color = ""
        self._begun = b""  # a telnet command that is not ended
        self._cut = False  # the bytes that wait end within a character

    @property
    def patience_s(self) -> float | None:
        """Seconds after which bytes that wait for their newline are a message."""
        return LONE_BYTES_S if self._lines.rest and not self._cut else None

    def receive(self, data: bytes) -> Heard:
        """Take bytes that came in."""
        heard = self._greeting()
        self._cut = False
        data = _TELNET.sub(b"", self._begun + data)
        begun = _TELNET_BEGUN.search(data)
        self._begun = begun[0] if begun else b""
        for line in self._lines.feed(data.removesuffix(self._begun)):
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

    def _decode_alone(self, data: bytes) -> Heard:
        try:
            pieces = _NEXT_SEED_LINE.split(data.decode())
        except UnicodeDecodeError:
            return self._decode(data)
        return [heard for piece in pieces for heard in self._decode(piece.encode())]

    def _decode(self, line: bytes) -> Heard:
        try:
            text = line.decode().removesuffix("\r")
        except UnicodeDecodeError:
            return [Error("bad_utf8", "the line is not UTF-8; it was not sent")]
        heard: Heard = []
        seed = SEED_LINE.fullmatch(text)
        if seed and seed["color"] in COLORS:
            text = seed["text"]
            if seed["color"] != self._color:
                self._color = seed["color"]
                heard.append(Recolor(self._color))
        if text.strip():  # an empty line is a slip of the finger, not worth an answer
            heard.append(Say(next(self._ids), text))
        return heard

    def _too_long(self) -> Heard:
        return [
            Error("too_long", f"a line may have {self._max_bytes} bytes; this one was not sent")
        ]

    @staticmethod
    def encode(events: Sequence[AnyEvent]) -> list[bytes]:
        """Return each of `events` as a line; empty for what plain text does not tell."""
        return [f"{shown}\n".encode() if (shown := as_text(event)) else b"" for event in events]


def as_text(event: AnyEvent) -> str:
    """Return how people read `event`, on one harmless line; empty: they don't."""
    match event:
        case Message(name=name, color=color, text=text):
            who = f"{harmless(name)} " if name else ""
            return f"{who}[COLOR ({harmless(color)})] said -> {harmless(text)}"
        case Error(message=message):
            return f"Error: {harmless(message)}"
        case Bye(message=message):
            return harmless(message)
    return ""


def _cut_in_a_character(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError as reason:
        return reason.reason == "unexpected end of data"
    return False
