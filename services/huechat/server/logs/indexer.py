"""The indexer thread: one more reader of the logs, which keeps the search index up to them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
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
    """Indexes what `store` has into `index`: at the start of all rooms, then of those with news."""

    def __init__(self, store: Store, index: SearchIndex) -> None:
        self._store = store
        self._index = index
        self._news = threading.Event()
        self._hurry = threading.Event()  # somebody searches, or we stop: do not rest
        self._stopping = False
        self._changed = threading.Condition()  # guards the three tables
        self._lasts: dict[str, int] | None = None  # of rooms with news; None: look at all rooms
        self._dropped: set[str] = set()
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

    def news(self, rooms: Iterable[Log]) -> None:
        """Tell that there is something to index. Never blocks; any thread may call it."""
        with self._changed:
            if self._lasts is not None:
                self._lasts.update((room.room, room.last) for room in rooms)
        self._news.set()

    def forget(self, room: str) -> None:
        """Have the words of a room that was deleted dropped. Never blocks."""
        with self._changed:
            self._dropped.add(room)
        self._news.set()

    def catch_up(self, room: Log, timeout_s: float) -> None:
        """Block until all that is in `room` now is indexed, for `timeout_s` seconds at most."""
        last = room.last
        self.news([room])
        self._hurry.set()
        self._news.set()
        with self._changed:
            self._changed.wait_for(lambda: self._indexed.get(room.room, 0) >= last, timeout_s)

    def _run(self) -> None:
        while True:
            self._news.wait()
            self._hurry.wait(REST_S)
            self._news.clear()
            self._hurry.clear()
            if self._stopping:  # looked at last: what was cleared may have been the ring for it
                return
            try:
                self._index_all()
            except StoreError as reason:
                log.warning("cannot index what was said, trying again: %s", reason)
                with self._changed:
                    self._lasts = None
                if not self._index.damaged:
                    self._hurry.wait(RETRY_S)
                self._news.set()

    def _index_all(self) -> None:
        if self._index.damaged:
            self._index.remake()
            with self._changed:
                self._lasts = None
        for room in self._take_dropped():
            self._index.forget_room(room)
        for room, last in self._take_news().items():
            self._index_room(room, last)

    def _take_news(self) -> dict[str, int]:
        """Return which rooms to look at, and how far their logs go; 0: only the store knows."""
        with self._changed:
            lasts, self._lasts = self._lasts, {}
        return self._all_rooms() if lasts is None else lasts

    def _all_rooms(self) -> dict[str, int]:
        """Return all rooms, and forget the words of those that are no more."""
        rooms = self._store.rooms_with_entries()
        for gone in set(self._index.rooms()) - set(rooms):
            self._index.forget_room(gone)
        return dict.fromkeys(rooms, 0)

    def _take_dropped(self) -> set[str]:
        with self._changed:
            dropped, self._dropped = self._dropped, set()
            for room in dropped:
                self._firsts.pop(room, None)
                self._indexed.pop(room, None)
                if self._lasts is not None:  # one made anew may have been indexed just before
                    self._lasts.setdefault(room, 0)
        return dropped

    def _index_room(self, room: str, last_in_log: int) -> None:
        self._drop_old(room)
        last = max(last_in_log, self._store.last(room))  # of an emptied room only the log knows
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
