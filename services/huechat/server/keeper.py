"""The keeper thread: drops what is older, or more, than the settings keep."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from huechat.chat.rules import as_time
from huechat.store import StoreError

if TYPE_CHECKING:
    from huechat.server.hall import Hall

EVERY_S: Final = 60.0
CHUNK: Final = 1_000
"""Messages dropped in one transaction; what is said meanwhile waits for it."""

log = logging.getLogger(__name__)


class Keeper:
    """Drops old messages of `hall`'s rooms, if its settings say so: by age, by size, or both."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._days = hall.settings.keep_days
        self._max_bytes = hall.settings.keep_mb * 1024 * 1024
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """Start the thread, where there is a limit to keep."""
        if self._days or self._max_bytes:
            self._thread.start()

    def stop(self) -> None:
        """End the thread; block until it ended."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while True:
            dropped = threading.Event()
            self._hall.writer.then(partial(self._drop, dropped))
            dropped.wait()
            if self._stopping.wait(EVERY_S):
                return

    def _drop(self, done: threading.Event) -> None:
        """Drop a chunk, in the writer's thread; the next when the writer did what waits."""
        try:
            if self._drop_chunk() == CHUNK and not self._stopping.is_set():
                self._hall.writer.then(partial(self._drop, done))
                return
        except StoreError as reason:
            log.warning("cannot drop old messages, trying again: %s", reason)
        done.set()

    def _drop_chunk(self) -> int:
        store, lobby = self._hall.store, self._hall.lobby
        oldest = datetime.now(UTC) - timedelta(days=self._days)
        before = as_time(oldest) if self._days else ""
        dropped = store.prune(lobby.room, before, self._max_bytes, CHUNK)
        if dropped:
            first = store.first(lobby.room) or lobby.last + 1
            lobby.forget_before(first)
            self._hall.indexer.news()
        return dropped
