"""How long a server has said nothing to one who waits for an answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

NOTICED_S: Final = 3.0
"""How long one waits before people are told: a busy disk, or a password, may take a second."""


class Silence:
    """Measures it. Any thread may call all of it; nothing blocks.

    `now_s` tells the time, in seconds.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._lock = threading.Lock()  # guards since when
        self._since_s: float | None = None

    def asked(self) -> None:
        """Note that something was sent that will be answered."""
        with self._lock:
            if self._since_s is None:
                self._since_s = self._now_s()

    def broken(self) -> None:
        """Note that something came in, whatever it is, or that nobody is to be waited for."""
        with self._lock:
            self._since_s = None

    @property
    def lasts_s(self) -> int:
        """For how many seconds nothing came in that was to; 0: for none worth telling."""
        with self._lock:
            waited_s = 0.0 if self._since_s is None else self._now_s() - self._since_s
        return int(waited_s) if waited_s >= NOTICED_S else 0
