"""The feeder thread: reads from the store what is no longer in a log's tail."""

from __future__ import annotations

import logging
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable
from itertools import accumulate
from queue import SimpleQueue
from typing import Final

from huechat.chat.log import Entry, Log, text_of
from huechat.server.logs.block import MAX_BLOCK_BYTES, Page
from huechat.store import Store, StoreError

PAGE_ENTRIES: Final = 500
"""Entries a page at the most: some milliseconds of reading."""

CACHED_PAGES: Final = 32
"""Pages kept for others at the same place, as after a restart, when all come back at once."""

RETRY_S: Final = 0.5
"""The wait after the store failed. Whoever is owed a page cannot go on without it."""

log = logging.getLogger(__name__)

Take = Callable[[Page], None]


class Feeder:
    """Reads pages of `store` for the delivery thread, one at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._wanted: SimpleQueue[tuple[Log, int, Take] | None] = SimpleQueue()
        self._pages: OrderedDict[tuple[Log, int, int], Page] = OrderedDict()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="feeder", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; block until it ended. What is still wanted is not read."""
        self._stopping.set()
        self._wanted.put(None)
        self._thread.join()

    def want(self, room: Log, after: int, take: Take) -> None:
        """Have `take` called, in the feeder's thread, with the entries after `after`.

        Never blocks; any thread may call it.
        """
        self._wanted.put((room, after, take))

    def _run(self) -> None:
        while (wanted := self._wanted.get()) and not self._stopping.is_set():
            room, after, take = wanted
            page = self._page(room, after)
            if page:
                take(page)

    def _page(self, room: Log, after: int) -> Page | None:
        """Return the page, however often that must be tried; None: stopped meanwhile."""
        page = self._pages.get(_key(room, after))
        while page is None and not self._stopping.is_set():
            try:
                page = self._read(room, after)
            except StoreError as reason:
                log.warning("cannot read what was said: %s", reason)
                self._stopping.wait(RETRY_S)
        return page

    def _read(self, room: Log, after: int) -> Page:
        last = room.last  # before reading: what comes meanwhile must not be passed over
        key = _key(room, after)
        # What is stored but not yet in the log waits: its sender does not know it for its own yet.
        stored = self._store.after(room.room, after, PAGE_ENTRIES)
        messages = [message for message in stored if message.seq <= last]
        ends = list(accumulate(len(text_of(message)) for message in messages))
        kept = max(1, bisect_right(ends, MAX_BLOCK_BYTES))
        entries = [Entry(message) for message in messages[:kept]]
        page = Page(entries, entries[-1].seq if entries else last)
        if len(messages) == PAGE_ENTRIES or kept < len(messages):  # a whole page never grows
            self._pages[key] = page
            if len(self._pages) > CACHED_PAGES:
                self._pages.popitem(last=False)
        return page


def _key(room: Log, after: int) -> tuple[Log, int, int]:
    """Return what a page is kept under: no longer, once something was deleted."""
    return room, after, room.deletions
