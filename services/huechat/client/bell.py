"""The bell: it calls a person, and does not ring all the time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

REST_S: Final = 3.0
"""How long it is quiet after it rang: who is called often is called enough by one bell."""


class Bell:
    """Tells whether to call the person now. Never blocks; any thread may ask.

    `clock`: the time in seconds, for tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()  # guards when it rang
        self._quiet_until_s: float | None = None

    def may_ring(self) -> bool:
        """Return whether it has been quiet for long enough; if so, it counts as rung."""
        with self._lock:
            now_s = self._clock()
            if self._quiet_until_s is not None and now_s < self._quiet_until_s:
                return False
            self._quiet_until_s = now_s + REST_S
            return True
