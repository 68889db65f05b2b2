"""How much clients may do."""

from __future__ import annotations

import threading
import time
from collections import Counter


class TokenBucket:
    """Lets `burst` things happen at once, and `per_s` a second in the long run; 0: any number.

    After it refused once it refuses for `pause_s` seconds, so that of many things sent at once
    none is let through after one that was not. See RFC 2697 for the bucket. For one thread.
    """

    def __init__(self, per_s: float, burst: int, pause_s: float = 0.0) -> None:
        self._per_s = per_s
        self._pause_s = pause_s
        self._open_at = 0.0
        self._burst = max(1, burst)
        self._tokens = float(self._burst)
        self._at = time.monotonic()

    def take(self) -> float:
        """Take one token: return 0. If there is none, return the seconds until there is."""
        if not self._per_s:
            return 0.0
        now = time.monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_s)
        self._at = now
        if now < self._open_at:
            return self._open_at - now
        if self._tokens < 1:
            wait_s = max(self._pause_s, (1 - self._tokens) / self._per_s)
            self._open_at = now + wait_s
            return wait_s
        self._tokens -= 1
        return 0.0


class Admission:
    """Counts connections, in all and per address. 0 as a limit: any number. For any thread."""

    def __init__(self, most: int, most_per_address: int) -> None:
        self._most = most
        self._most_per_address = most_per_address
        self._lock = threading.Lock()  # guards the two counts
        self._all = 0
        self._by_address: Counter[str] = Counter()

    def admit(self, address: str) -> str:
        """Count a connection in; return nothing, or why it must not come in."""
        with self._lock:
            if self._most and self._all >= self._most:
                return f"the server has {self._most} connections and takes no more; try later"
            if self._most_per_address and self._by_address[address] >= self._most_per_address:
                return (
                    f"the server takes {self._most_per_address} connections from one address,"
                    " and has them; close another first"
                )
            self._all += 1
            self._by_address[address] += 1
        return ""

    def release(self, address: str) -> None:
        """Count a connection out."""
        with self._lock:
            self._all -= 1
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]
