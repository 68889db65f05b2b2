"""A room's log: what was said, in its one order."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable
from operator import attrgetter

from huechat.protocol import AnyEvent, Message

Encode = Callable[[AnyEvent], bytes]

_by_seq = attrgetter("seq")


class Entry:
    """A message at its place in the log.

    `origin` is the number of the connection that said it (0: none). The entry keeps what each
    wire made of it, so that it is encoded once per wire and not once per member.
    """

    __slots__ = ("_encoded", "message", "origin", "seq")

    def __init__(self, message: Message, origin: int) -> None:
        self.seq = message.seq
        self.message = message
        self.origin = origin
        self._encoded: dict[Encode, bytes] = {}

    def encoded(self, encode: Encode) -> bytes:
        """Return the message as `encode` writes it. Call from one thread at a time."""
        data = self._encoded.get(encode)
        if data is None:
            data = self._encoded[encode] = encode(self.message)
        return data


class GoneError(Exception):
    """Entries that were asked for are no longer kept."""


class Log:
    """The newest entries of a room, up to `max_bytes` of text. May be used from any thread."""

    def __init__(self, room: str, max_bytes: int) -> None:
        self.room = room
        self._max_bytes = max_bytes
        self._lock = threading.Lock()  # guards all below
        self._entries: list[Entry] = []
        self._bytes = 0
        self._last = 0
        self._forgotten = 0

    @property
    def last(self) -> int:
        """The `seq` of the newest entry; 0: there is none."""
        return self._last

    def append(self, draft: Message, origin: int) -> Entry:
        """Give `draft` the next `seq` and keep it; return the entry."""
        with self._lock:
            seq = self._last + 1
            entry = Entry(_numbered(draft, seq), origin)
            self._entries.append(entry)
            self._last = seq
            self._bytes += len(draft.text)
            if self._bytes > self._max_bytes:
                self._forget()
        return entry

    def after(self, seq: int) -> list[Entry]:
        """Return the entries after `seq`; raise `GoneError` if some are no longer kept."""
        with self._lock:
            if seq < self._forgotten:
                raise GoneError
            return self._entries[bisect_right(self._entries, seq, key=_by_seq) :]

    def _forget(self) -> None:
        """Drop the oldest entries, a quarter of the bytes at once so that it happens rarely."""
        keep_bytes = self._max_bytes * 3 // 4
        drop = 0
        while self._bytes > keep_bytes and drop < len(self._entries) - 1:
            self._bytes -= len(self._entries[drop].message.text)
            drop += 1
        if drop:
            self._forgotten = self._entries[drop - 1].seq
            del self._entries[:drop]


def _numbered(draft: Message, seq: int) -> Message:
    return Message(draft.room, seq, draft.id, draft.time, draft.name, draft.color, draft.text)
