"""The checkpointer thread: spares the writer the store's housekeeping."""

from __future__ import annotations

import logging
import threading
from typing import Final

from huechat.store import Store, StoreError

REST_S: Final = 0.5
"""The wait after news: a checkpoint moves all that was stored meanwhile at the price of a few."""

log = logging.getLogger(__name__)


class Checkpointer:
    """Has `store` make checkpoints while messages come in.

    Else a commit would make them now and then, and all that is said would wait for it.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checkpointer", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; block until it ended."""
        self._stopping.set()
        self._news.set()
        self._thread.join()

    def news(self) -> None:
        """Tell that something was stored. Never blocks; any thread may call it."""
        self._news.set()

    def _run(self) -> None:
        while True:
            self._news.wait()
            if self._stopping.wait(REST_S):
                return
            self._news.clear()
            try:
                self._store.checkpoint()
            except StoreError as reason:
                log.warning("no checkpoint: %s", reason)
