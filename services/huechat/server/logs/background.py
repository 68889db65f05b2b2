"""A thread that waits for news, rests a moment, and then does all that came in."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)


class Background:
    """Calls `work` in a thread called `name`, `rest_s` seconds after news: once for all of them.

    `news` may be called from any thread, and never blocks. What `work` raises is logged.
    """

    def __init__(self, name: str, rest_s: float, work: Callable[[], None]) -> None:
        self._rest_s = rest_s
        self._work = work
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; block until it ended. News that it rests after are left."""
        self._stopping.set()
        self._news.set()
        self._thread.join()

    def news(self) -> None:
        """Tell that there is something to do."""
        self._news.set()

    def _run(self) -> None:
        while True:
            self._news.wait()
            if self._stopping.wait(self._rest_s):
                return
            self._news.clear()
            if self._stopping.is_set():  # just now: what was cleared may have been its ring
                return
            try:
                self._work()
            except Exception:
                log.exception("%s failed; it goes on", self._thread.name)
