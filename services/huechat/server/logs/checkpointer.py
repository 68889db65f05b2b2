"""The checkpointer thread: spares the writer the store's housekeeping."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Final

from huechat.chat.log import Log
from huechat.server.logs.background import Background
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
        self._background = Background("checkpointer", REST_S, self._check)
        self.start = self._background.start
        self.stop = self._background.stop

    def news(self, rooms: Iterable[Log]) -> None:
        """Tell that something was stored. Never blocks; any thread may call it."""
        del rooms  # it is all one file
        self._background.news()

    def _check(self) -> None:
        try:
            self._store.checkpoint()
        except StoreError as reason:
            log.warning("no checkpoint: %s", reason)
