"""The indexer thread: one more reader of the logs, which keeps the search index up to them."""

from __future__ import annotations

import logging
import threading
from typing import Final

from huechat.chat.log import Log
from huechat.store import Store, StoreError
from huechat.store.search import SearchIndex

REST_S: Final = 0.5
"""The wait after news, so that many messages are indexed at the price of a few."""

BATCH: Final = 2_000
"""Messages indexed at once: some milliseconds, in which the interpreter is free for the chat."""

RETRY_S: Final = 5.0
"""The wait after the disk failed."""

log = logging.getLogger(__name__)


class Indexer:
    """Indexes what `store` has of `rooms` into `index`."""

    def __init__(self, store: Store, index: SearchIndex, rooms: list[Log]) -> None:
        self._store = store
        self._index = index
        self._rooms = rooms
        self._news = threading.Event()
        self._hurry = threading.Event()  # somebody searches, or we stop: do not rest
        self._stopping = False
        self._changed = threading.Condition()  # guards the table of how far the rooms are indexed
        self._indexed: dict[str, int] = {}
        self._firsts: dict[str, int] = {}  # what the rooms' oldest messages were
        self._thread = threading.Thread(target=self._run, name="indexer", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._news.set()
        self._thread.start()

    def stop(self) -> None:
        """End the thread; block until it ended. What is not indexed yet is at the next start."""
        self._stopping = True
        self._hurry.set()
        self._news.set()
        self._thread.join()

    def news(self) -> None:
        """Tell that there is something to index. Never blocks; any thread may call it."""
        self._news.set()

    def catch_up(self, room: Log, timeout_s: float) -> None:
        """Block until all that is in `room` now is indexed, for `timeout_s` seconds at most."""
        last = room.last
        self._hurry.set()
        self._news.set()
        with self._changed:
            self._changed.wait_for(lambda: self._indexed.get(room.room, 0) >= last, timeout_s)

    def _run(self) -> None:
        while True:
            self._news.wait()
            self._hurry.wait(REST_S)
            if self._stopping:
                return
            self._news.clear()
            self._hurry.clear()
            try:
                for room in self._rooms:
                    self._index_room(room)
            except StoreError as reason:
                log.warning("cannot index what was said, trying again: %s", reason)
                if not self._index.damaged:
                    self._hurry.wait(RETRY_S)
                self._news.set()

    def _index_room(self, log_of_room: Log) -> None:
        room = log_of_room.room
        if self._index.damaged:
            self._index.remake()
        self._drop_old(room)
        last = max(
            log_of_room.last, self._store.last(room)
        )  # of an emptied room only the log knows
        if self._index.indexed(room) > last:
            self._index.clear()  # it was made from another history
        added = BATCH
        while added == BATCH and not self._stopping:
            added = self._index.add(room, BATCH)
            at = self._index.indexed(room)
            self._note(room, at if added == BATCH else max(at, last))

    def _drop_old(self, room: str) -> None:
        """Forget what the store has dropped."""
        first = self._store.first(room)
        if first > self._firsts.get(room, 1):
            self._index.drop(room, first - 1)
        self._firsts[room] = first

    def _note(self, room: str, at: int) -> None:
        with self._changed:
            self._indexed[room] = at
            self._changed.notify_all()
