"""The native wire: one JSON object a line, UTF-8."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import DecodeError, Struct, ValidationError

from huechat.protocol import AnyCommand, AnyEvent, Command, Error
from huechat.wire import Heard
from huechat.wire.harmless import harmless_json
from huechat.wire.lines import LineBuffer

MAX_EVENT_BYTES: Final = 8 * 1024 * 1024
"""The longest line that a client takes: the longest message, each byte of it escaped, with room."""

MAX_NESTED: Final = 200
"""Arrays and objects in one line. Decoding recurses into them, and a reader's stack is small."""

_STRING: Final = re.compile(rb'"(?:[^"\\]+|\\.)*+"?', re.S)
"""A JSON string, ended or not. Possessive, so that no input makes it walk back."""

_encoder = msgspec.json.Encoder()
_commands: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)
_events: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


class _Outline(Struct):
    """What is read of a line that is no known command, to answer it well."""

    type: str = ""
    id: str = ""


_outline = msgspec.json.Decoder(_Outline)
_known_types: Final = frozenset(kind.__struct_config__.tag for kind in Command.__subclasses__())


class JsonLines:
    """The server's end. `max_bytes`: the longest line it takes."""

    patience_s = None
    done = False

    def __init__(self, max_bytes: int) -> None:
        self._lines = LineBuffer(max_bytes)
        self._max_bytes = max_bytes

    def receive(self, data: bytes) -> Heard:
        """Take bytes that came in."""
        return [
            self._decode(line) for line in self._lines.feed(data) if line is None or line.strip()
        ]

    def quiet(self) -> Heard:
        """Do nothing: a line may take its time."""
        return []

    def end(self) -> Heard:
        """Drop a line that was not ended: its client died while writing it."""
        return []

    def _decode(self, line: bytes | None) -> AnyCommand | Error:
        if line is None:
            return Error(
                "too_long", f"a line may have {self._max_bytes} bytes; this one was dropped"
            )
        if _too_nested(line):
            return Error("bad_json", f"a line may have {MAX_NESTED} arrays and objects")
        try:
            return _commands.decode(line)
        except UnicodeDecodeError:
            return Error("bad_utf8", "the line is not UTF-8; it was not taken")
        except ValidationError as reason:
            return explain(line, str(reason))
        except DecodeError as reason:
            return Error("bad_json", f"the line is not JSON: {reason}")

    @staticmethod
    def encode(events: Sequence[AnyEvent]) -> list[bytes]:
        """Return each of `events` as a line."""
        return harmless_json(_encoder.encode_lines(events)).splitlines(keepends=True)


class JsonLinesClient:
    """The client's end: bytes in, events out. What it does not know it passes over."""

    def __init__(self) -> None:
        self._lines = LineBuffer(MAX_EVENT_BYTES)

    def receive(self, data: bytes) -> list[AnyEvent]:
        """Return the events that `data` completes."""
        events = []
        for line in self._lines.feed(data):
            try:
                events.append(_events.decode(line or b"{}"))
            except ValueError:  # a newer server's event, or no huechat server at all
                continue
        return events


def encode_line(message: AnyCommand | AnyEvent) -> bytes:
    """Return `message` as a line of JSON that is safe to show on a terminal."""
    return harmless_json(_encoder.encode(message)) + b"\n"


def explain(line: bytes, reason: str) -> Error:
    """Return the error for a line of valid JSON that is no command: `reason` says why."""
    try:
        outline = _outline.decode(line)
    except ValueError:
        return Error("bad_json", reason)
    if outline.type in _known_types:
        return Error("bad_json", f"{outline.type}: {reason}", outline.id)
    known = ", ".join(sorted(map(str, _known_types)))
    return Error("unknown_type", f"no command has this type; the types are {known}", outline.id)


def _too_nested(line: bytes) -> bool:
    """Return whether arrays and objects might nest deeper than a reader's small stack bears."""
    if line.count(b"[") + line.count(b"{") <= MAX_NESTED:
        return False  # as with nearly every line
    bare = _STRING.sub(b"", line)
    return bare.count(b"[") + bare.count(b"{") > MAX_NESTED
