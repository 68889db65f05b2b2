"""A room's log as it is in memory: its newest entries, the tail."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from operator import attrgetter

from huechat.chat.tail_budget import TailBudget
from huechat.protocol import AnyEntry, AnyEvent
from huechat.protocol.taken_back import deleted_by, left_of, quoted

Encode = Callable[[Sequence[AnyEvent]], list[bytes]]
"""Writes events as a wire does, each by itself."""

ENTRY_BYTES = 600
"""What an entry takes besides its text: the objects, and its two encodings."""

GONE_KEPT = 100
"""Deleted messages that are remembered: what quotes one of them may still be on its way."""

MOST_AT_ONCE = 2_000
"""Entries that one reading gives: more than one send carries."""

_by_seq = attrgetter("seq")


class Entry:
    """A message, or what else was done, at its place in the log.

    `encoded` keeps what each wire made of it, so that it is encoded once per wire and not once
    per member. It belongs to the delivery thread.
    """

    __slots__ = ("encoded", "message", "seq")

    def __init__(self, message: AnyEntry) -> None:
        self.seq = message.seq
        self.message = message
        self.encoded: dict[Encode, bytes] = {}


class GoneError(Exception):
    """Entries that were asked for are no longer in the tail; the store has them."""


class Log:
    """The tail of the log of `room`. One thread appends; any may read."""

    def __init__(self, room: str, budget: TailBudget) -> None:
        self.room = room
        self._budget = budget
        self._lock = threading.Lock()  # guards the list of entries and what was forgotten
        self._entries: list[Entry] = []
        self._forgotten = 0
        self.last = 0
        """The `seq` of the newest entry; 0: there is none."""
        self.closed = False
        """Whether the room was deleted: nothing more is stored in it."""
        self._gone: deque[int] = deque(maxlen=GONE_KEPT)  # messages that were deleted lately
        self.deletions = 0
        """How often messages were deleted: what was read before may have their words still."""

    def load(self, newest: Sequence[AnyEntry], last: int) -> None:
        """Begin with what the store has: its `newest` messages, oldest first, up to `last`."""
        with self._lock:
            self._entries = [Entry(message) for message in newest]
            self._forgotten = self._entries[0].seq - 1 if self._entries else last
            self.last = last
        self._budget.spend(self, sum(map(_size, self._entries)))

    def append(self, messages: Sequence[AnyEntry]) -> None:
        """Put stored messages at the end. `messages` are some, and in their order.

        Where `seq` jumps, the store may have entries that were never seen here, so that what
        is before the jump is forgotten: readers then ask the store.
        """
        if self._gone:  # what is about one of these may have been on its way
            messages = [left_of(one, self._gone) if quoted(one) else one for one in messages]
        entries = [Entry(message) for message in messages]
        size = sum(map(_size, entries))
        with self._lock:
            if entries[0].seq != self.last + 1:
                size -= sum(map(_size, self._entries))
                self._entries.clear()
                self._forgotten = entries[0].seq - 1
            self._entries += entries
            gone = deleted_by(messages)
            if gone:
                size -= self._take_back(gone)
            self.last = entries[-1].seq
        self._budget.spend(self, size)

    def _take_back(self, gone: set[int]) -> int:
        """Forget the words of the messages in `gone`; return how many bytes that frees.

        Whoever was not told of them yet is told what is left.
        """
        self.deletions += 1
        self._gone.extend(gone)
        freed = 0
        for at in range(bisect_left(self._entries, min(gone), key=_by_seq), len(self._entries)):
            entry = self._entries[at]
            left = left_of(entry.message, gone)
            if left is not entry.message:
                self._entries[at] = Entry(left)
                freed += _size(entry) - _size(self._entries[at])
        return freed

    def after(self, seq: int) -> list[Entry]:
        """Return the entries after `seq`, `MOST_AT_ONCE` of them at most, oldest first.

        Raises `GoneError` if some are not in the tail.
        """
        with self._lock:
            if seq < self._forgotten:
                raise GoneError
            start = bisect_right(self._entries, seq, key=_by_seq)
            return self._entries[start : start + MOST_AT_ONCE]

    def has_newest(self, count: int) -> bool:
        """Return whether the newest `count` entries, or all there are, are in the tail."""
        with self._lock:
            return count <= len(self._entries) or not self._forgotten

    def place_of_newest(self, count: int) -> int:
        """Return the `seq` after which the newest `count` entries come, or all in the tail."""
        with self._lock:
            if count == 0 or not self._entries:
                return self.last
            return self._entries[-min(count, len(self._entries))].seq - 1

    def forget_before(self, seq: int) -> None:
        """Drop the entries before `seq`: the store no longer has them either."""
        with self._lock:
            kept = [entry for entry in self._entries if entry.seq >= seq]
            freed = sum(map(_size, self._entries)) - sum(map(_size, kept))
            self._entries = kept
            self._forgotten = max(self._forgotten, min(seq - 1, self.last))
        self._budget.spend(self, -freed)

    def forget(self, size: int) -> int:
        """Drop the oldest entries, `size` bytes or more, but never the newest.

        Return the bytes that were freed.
        """
        with self._lock:
            dropped = freed = 0
            while freed < size and dropped < len(self._entries) - 1:
                freed += _size(self._entries[dropped])
                dropped += 1
            if dropped:
                self._forgotten = self._entries[dropped - 1].seq
                del self._entries[:dropped]
        return freed


def _size(entry: Entry) -> int:
    """Return about how many bytes of memory `entry` takes, its encodings with it."""
    return ENTRY_BYTES + 3 * len(text_of(entry.message).encode())


def text_of(entry: AnyEntry) -> str:
    """Return what `entry` says; empty for one that says nothing."""
    return getattr(entry, "text", "")
