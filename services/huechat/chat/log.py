"""A room's log as it is in memory: its newest entries, the tail."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable, Sequence
from operator import attrgetter

from huechat.protocol import AnyEvent, Message

Encode = Callable[[AnyEvent], bytes]

ENTRY_BYTES = 600
"""What an entry takes besides its text: the objects, and its two encodings."""

_by_seq = attrgetter("seq")


class Entry:
    """A message at its place in the log.

    It keeps what each wire made of it, so that it is encoded once per wire and not once per
    member.
    """

    __slots__ = ("_encoded", "message", "seq")

    def __init__(self, message: Message) -> None:
        self.seq = message.seq
        self.message = message
        self._encoded: dict[Encode, bytes] = {}

    def encoded(self, encode: Encode) -> bytes:
        """Return the message as `encode` writes it. Call from one thread at a time."""
        data = self._encoded.get(encode)
        if data is None:
            data = self._encoded[encode] = encode(self.message)
        return data

    @property
    def size(self) -> int:
        """About how many bytes of memory the entry takes."""
        return ENTRY_BYTES + 3 * len(self.message.text)


class GoneError(Exception):
    """Entries that were asked for are no longer in the tail; the store has them."""


class TailBudget:
    """What the tails of all logs together may take in memory: `max_bytes`.

    For the one thread that appends.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._spent: dict[Log, int] = {}

    def spend(self, log: Log, size: int) -> None:
        """Note that `log` grew by `size` bytes; cut the longest tails if that is too much."""
        self._spent[log] = self._spent.get(log, 0) + size
        while sum(self._spent.values()) > self._max_bytes:
            longest = max(self._spent, key=self._spent.__getitem__)
            freed = longest.forget(max(1, self._spent[longest] // 4))
            if not freed:
                return  # one entry is left, and may be as large as it is
            self._spent[longest] -= freed


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

    def load(self, newest: Sequence[Message], last: int) -> None:
        """Begin with what the store has: its `newest` messages, oldest first, up to `last`."""
        with self._lock:
            self._entries = [Entry(message) for message in newest]
            self._forgotten = self._entries[0].seq - 1 if self._entries else last
            self.last = last
        self._budget.spend(self, sum(entry.size for entry in self._entries))

    def append(self, message: Message) -> Entry:
        """Put a stored message at the end; return its entry.

        Where `seq` jumps, the store may have entries that were never seen here, so that what
        is before the jump is forgotten: readers then ask the store.
        """
        entry = Entry(message)
        with self._lock:
            if entry.seq != self.last + 1:
                self._entries.clear()
                self._forgotten = entry.seq - 1
            self._entries.append(entry)
            self.last = entry.seq
        self._budget.spend(self, entry.size)
        return entry

    def after(self, seq: int) -> list[Entry]:
        """Return the entries after `seq`; raise `GoneError` if some are not in the tail."""
        with self._lock:
            if seq < self._forgotten:
                raise GoneError
            return self._entries[bisect_right(self._entries, seq, key=_by_seq) :]

    def place_of_newest(self, count: int) -> int:
        """Return the `seq` after which the newest `count` entries come, or as many as there are."""
        with self._lock:
            if count == 0 or not self._entries:
                return self.last
            return self._entries[-min(count, len(self._entries))].seq - 1

    def forget_before(self, seq: int) -> None:
        """Drop the entries before `seq`: the store no longer has them either."""
        with self._lock:
            kept = [entry for entry in self._entries if entry.seq >= seq]
            freed = sum(entry.size for entry in self._entries) - sum(one.size for one in kept)
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
                freed += self._entries[dropped].size
                dropped += 1
            if dropped:
                self._forgotten = self._entries[dropped - 1].seq
                del self._entries[:dropped]
        return freed
