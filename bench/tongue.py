"""What talkers say and members hear, for each wire; how a line is known again."""

from __future__ import annotations

import re
import time
from typing import Final, Protocol

PAYLOAD_BYTES: Final = 64
_PAYLOAD: Final = re.compile(rb"@@(\d{19}):(\d{8}):")
"""The start of a payload: when it was due (monotonic, ns), and its number among all said."""

STAMP: Final = b"@@"
STAMP_DIGITS: Final = 19
JSON_LINE_BYTES: Final = 208
"""About what a message of this load takes as a line of JSON."""


def payload(number: int, due_ns: int) -> bytes:
    """Return what is said: when it was due, its number, and padding."""
    return (b"@@%019d:%08d:" % (due_ns, number)).ljust(PAYLOAD_BYTES, b"x")


class Tongue(Protocol):
    """How members of the crowd speak.

    `acks`: whether a talker is told the places of its own messages, one line each;
    `greets`: whether the server answers `hello` with a line; `tells_history`: whether the newest
    messages follow that line.
    """

    acks: bool
    greets: bool
    tells_history: bool

    def hello(self, member: int) -> bytes:
        """Return what `member` says first."""

    def welcomed(self, line: bytes) -> int | None:
        """Return the newest `seq` that a greeting tells, or None: `line` is something else."""

    def say(self, number: int, due_ns: int) -> bytes:
        """Return the line that says message `number`, due at `due_ns`."""

    def numbers(self, lines: bytes) -> list[int]:
        """Return the numbers of the messages, or of what was acked, in `lines`."""

    def seqs(self, lines: bytes) -> list[int]:
        """Return the places in the room's log that `lines` tell; none: the wire has none."""

    def last_seq(self, lines: bytes) -> int | None:
        """Return the place of the last line, or None: the wire has none."""


class JsonTongue:
    """The native wire. `history`: how many messages to be told on joining; None: the default."""

    acks = True
    greets = True
    _PLACE: Final = b'"seq":'
    _SEQ: Final = re.compile(rb'"seq":(\d+)')
    _WELCOME: Final = re.compile(rb'\{"type":"welcome".*"seq":(\d+)')

    def __init__(self, history: int | None = 0) -> None:
        self.tells_history = history != 0
        self._history = b"" if history is None else b',"history":%d' % history
        self._token = b"%x" % time.time_ns()  # no id was said before, whatever the store holds
        self._number = re.compile(rb'"id":"%s-(\d{8})"' % self._token)

    def hello(self, member: int) -> bytes:
        """Return the `hello` of a member with a name of its own."""
        return b'{"type":"hello","v":1,"name":"b%d","color":"red"%s}\n' % (member, self._history)

    def welcomed(self, line: bytes) -> int | None:
        """Return the newest `seq` that a welcome tells; see `Tongue`."""
        found = self._WELCOME.match(line)
        return int(found[1]) if found else None

    def say(self, number: int, due_ns: int) -> bytes:
        """Return a `say`."""
        text = payload(number, due_ns)
        return b'{"type":"say","id":"%s-%08d","room":"lobby","text":"%s"}\n' % (
            self._token,
            number,
            text,
        )

    def numbers(self, lines: bytes) -> list[int]:
        """Return the numbers in the ids, of messages and acks alike."""
        return list(map(int, self._number.findall(lines)))

    def seqs(self, lines: bytes) -> list[int]:
        """Return every `seq`."""
        return list(map(int, self._SEQ.findall(lines)))

    def last_seq(self, lines: bytes) -> int | None:
        """Return the last `seq`; -1 if the last line has none."""
        at = lines.rfind(self._PLACE, lines.rfind(b"\n", 0, -1) + 1)
        if at < 0:
            return -1
        at += len(self._PLACE)
        return int(lines[at : lines.find(b",", at)])


class PlainTongue:
    """Plain text: no greeting, no places, and no line for what one says oneself."""

    acks = False
    greets = False
    tells_history = False

    def hello(self, member: int) -> bytes:
        """Return an empty line: it is enough to be taken for plain text, and is not a message."""
        return b"\n"

    def welcomed(self, line: bytes) -> int | None:
        """Return None."""
        return None

    def say(self, number: int, due_ns: int) -> bytes:
        """Return just the text."""
        return payload(number, due_ns) + b"\n"

    def numbers(self, lines: bytes) -> list[int]:
        """Return the numbers in the texts."""
        return [int(number) for _, number in _PAYLOAD.findall(lines)]

    def seqs(self, lines: bytes) -> list[int]:
        """Return none."""
        return []

    def last_seq(self, lines: bytes) -> int | None:
        """Return None."""
        return None


class RawTongue(PlainTongue):
    """What the floor is spoken to with: lines as long as huechat's are when they arrive."""

    def hello(self, member: int) -> bytes:
        """Return nothing."""
        return b""

    def say(self, number: int, due_ns: int) -> bytes:
        """Return the text, padded."""
        return payload(number, due_ns).ljust(JSON_LINE_BYTES - 1, b"x") + b"\n"
