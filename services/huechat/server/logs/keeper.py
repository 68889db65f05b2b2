"""The keeper thread: drops what is older, or more, than the settings keep."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from huechat.chat.times import as_time
from huechat.server.people.live_logins import note_live_logins
from huechat.server.rooms.disuse import forget_unused
from huechat.store import StoreError

if TYPE_CHECKING:
    from huechat.server.hall import Hall

EVERY_S: Final = 60.0
CHUNK: Final = 1_000
"""Messages dropped in one transaction; what is said meanwhile waits for it."""

log = logging.getLogger(__name__)


class Keeper:
    """Drops old messages of `hall`'s rooms, if its settings say so: by age, by size, or both.

    It forgets tokens that nobody used for long, too, and rooms, and drops what deleted rooms leave.
    """

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._days = hall.settings.keep_days
        self._max_bytes = hall.settings.keep_mb * 1024 * 1024
        self._token_days = hall.settings.token_days
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """Start the thread, and what was left when it stopped."""
        self.sweep()
        self._thread.start()

    def stop(self) -> None:
        """End the thread; block until it ended."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def sweep(self) -> None:
        """Have the entries of deleted rooms dropped, by the writer, a chunk at a time."""
        self._hall.writer.then(self._sweep)

    def _sweep(self) -> None:
        if self._hall.store.drop_ended(CHUNK) and not self._stopping.is_set():
            self.sweep()

    def _run(self) -> None:
        while True:
            dropped = threading.Event()
            self._hall.writer.then(partial(self._drop, dropped))
            dropped.wait()
            if self._stopping.wait(EVERY_S):
                return
            self._hall.writer.then(self._forget_unused)  # who had lost their links are back

    def _drop(self, done: threading.Event) -> None:
        """Drop a chunk, in the writer's thread; the next when the writer did what waits."""
        more = False
        try:
            more = self._drop_chunk() and not self._stopping.is_set()
            if not more:
                self._drop_tokens()
        except StoreError as reason:
            log.warning("cannot drop what is old, trying again: %s", reason)
        finally:
            if more:
                self._hall.writer.then(partial(self._drop, done))
            else:
                done.set()

    def _forget_unused(self) -> None:
        with suppress(StoreError):  # another time will do
            forget_unused(self._hall)

    def _drop_chunk(self) -> bool:
        """Drop some of the room that has the oldest message; return whether there may be more."""
        oldest = self._hall.store.oldest() if self._days or self._max_bytes else None
        if oldest is None:
            return False
        room, _ = oldest
        dropped = self._hall.store.prune(room, self._before(self._days), self._max_bytes, CHUNK)
        if dropped:
            self._forget(room)
        return dropped > 0

    def _forget(self, name: str) -> None:
        """Have what was dropped forgotten in memory, and by the search."""
        room = self._hall.rooms.get(name)
        if room:
            room.log.forget_before(self._hall.store.first(name) or room.log.last + 1)
        self._hall.indexer.news([room.log] if room else [])

    def _drop_tokens(self) -> None:
        if self._token_days:
            note_live_logins(self._hall)
            self._hall.people.drop_old_tokens(self._before(self._token_days))

    @staticmethod
    def _before(days: int) -> str:
        """Return the time so many days ago; empty for 0."""
        return as_time(datetime.now(UTC) - timedelta(days=days)) if days else ""
