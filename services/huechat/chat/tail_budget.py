"""What the tails of all logs together may take in memory."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from huechat.chat.log import Log

ROOM_LEFT: Final = 8
"""One part in so many is free after tails were cut, so that not each message cuts them anew."""

PART_CUT: Final = 4
"""One part in so many is cut from the longest tail, before looking which one is the longest."""


class TailBudget:
    """Keeps the tails of all logs together under `max_bytes`; but each keeps its newest entry.

    For the one thread that appends.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._spent: dict[Log, int] = {}
        self._sum = 0  # of what is spent

    def spend(self, log: Log, size: int) -> None:
        """Note that `log` grew by `size` bytes; cut the longest tails if that is too much."""
        self._spent[log] = self._spent.get(log, 0) + size
        self._sum += size
        if self._sum > self._max_bytes:
            self._cut()

    def release(self, log: Log) -> None:
        """Count no longer what `log` takes."""
        self._sum -= self._spent.pop(log, 0)

    def _cut(self) -> None:
        enough = self._max_bytes - self._max_bytes // ROOM_LEFT
        longest = [(-size, number, log) for number, (log, size) in enumerate(self._spent.items())]
        heapq.heapify(longest)
        while longest and self._sum > enough:
            size, number, log = heapq.heappop(longest)
            freed = log.forget(max(1, -size // PART_CUT))
            self._spent[log] -= freed
            self._sum -= freed
            if freed:  # else one entry is left, and may be as large as it is
                heapq.heappush(longest, (size + freed, number, log))
