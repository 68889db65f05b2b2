"""How long a server has said nothing to one who waits for an answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

NOTICED_S: Final = 3.0
"""How long one waits before people are told: a busy disk, or a password, may take a second."""

LOOKS: Final = 4
"""How often one looks during the longest silence: it is ended at most a quarter too late."""


class Silence:
    """Measures it. Any thread may call all of it; nothing blocks.

    `longest_s`: how long a silence may be; 0: for ever. `probe_s`: after how long a time in which
    nothing came in, and nothing was to, one asks for a sign of life; 0: never. `now_s` tells the
    time. All in seconds.
    """

    def __init__(
        self,
        longest_s: float = 0,
        now_s: Callable[[], float] = time.monotonic,
        *,
        probe_s: float = 0,
    ) -> None:
        self._longest_s = longest_s
        self._probe_s = probe_s
        self._now_s = now_s
        self._lock = threading.Lock()  # guards since when
        self._since_s: float | None = None
        self._heard_s = now_s()

    def asked(self) -> None:
        """Note that something was sent that will be answered."""
        with self._lock:
            if self._since_s is None:
                self._since_s = self._now_s()

    def broken(self) -> None:
        """Note that something came in, whatever it is, or that nobody is to be waited for."""
        with self._lock:
            self._since_s = None
            self._heard_s = self._now_s()

    @property
    def lasts_s(self) -> int:
        """For how many seconds nothing came in that was to; 0: for none worth telling."""
        waited_s = self._waited_s()
        return int(waited_s) if waited_s >= NOTICED_S else 0

    @property
    def is_too_long(self) -> bool:
        """Whether to give the connection up."""
        return 0 < self._longest_s <= self._waited_s()

    @property
    def needs_probe(self) -> bool:
        """Whether to ask for a sign of life: a server that hangs is not noticed otherwise."""
        with self._lock:
            quiet_s = self._now_s() - self._heard_s
            return self._since_s is None and 0 < self._probe_s <= quiet_s

    @property
    def look_every_s(self) -> float | None:
        """How often one who receives looks what is to be done; None: nothing ever is."""
        return min(filter(None, (self._longest_s, self._probe_s)), default=0) / LOOKS or None

    def _waited_s(self) -> float:
        with self._lock:
            return 0.0 if self._since_s is None else self._now_s() - self._since_s
