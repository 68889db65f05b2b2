"""What all readers share: the lobby, the store, and the threads behind them."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Final

from huechat.chat.log import Log, TailBudget
from huechat.config import ServerSettings
from huechat.protocol import LOBBY
from huechat.server.checkpointer import Checkpointer
from huechat.server.delivery import Delivery
from huechat.server.feeder import Feeder
from huechat.server.indexer import Indexer
from huechat.server.keeper import Keeper
from huechat.server.presence import PresenceBoard
from huechat.server.writer import Writer
from huechat.store.search import SearchIndex
from huechat.store.sqlite import SqliteStore

TAIL_AT_START: Final = 200
"""How many of the newest messages are read at the start, for those who join first."""

log = logging.getLogger(__name__)


class Hall:
    """Opens the store in the folder that `settings` name, and starts the threads.

    Raises `StoreError` if the store cannot be opened.
    """

    def __init__(self, settings: ServerSettings) -> None:
        folder = Path(settings.data)
        self.settings = settings
        self.store = SqliteStore(folder, full_sync=settings.sync == "full")
        try:
            self.index = SearchIndex(folder)
            self.lobby = Log(LOBBY, TailBudget(settings.tail_bytes))
            self._load_lobby()
        except BaseException:
            self.store.close()
            raise
        self.feeder = Feeder(self.store)
        self.delivery = Delivery(self.feeder)
        self.indexer = Indexer(self.store, self.index, [self.lobby])
        self.checkpointer = Checkpointer(self.store)
        self.writer = Writer(self.store, self.delivery, [self.indexer, self.checkpointer])
        self.presence = PresenceBoard(self.delivery, settings.presence_s, settings.presence_listed)
        self.keeper = Keeper(self)
        for thread in (
            self.feeder,
            self.delivery,
            self.indexer,
            self.checkpointer,
            self.writer,
            self.presence,
            self.keeper,
        ):
            thread.start()

    def close(self, deadline: float) -> None:
        """Store what waits, close all connections, end the threads, close the store.

        Blocks, about until `deadline` (monotonic, seconds). No reader may run any more.
        """
        self.keeper.stop()
        self.presence.stop()
        self.writer.stop()
        self.delivery.stop(max(0.0, deadline - time.monotonic()))
        self.feeder.stop()
        self.indexer.stop()
        self.checkpointer.stop()
        self.store.close()

    def _load_lobby(self) -> None:
        last = self.store.last(LOBBY)
        newest = max(TAIL_AT_START, self.settings.history)
        self.lobby.load(self.store.before(LOBBY, last + 1, newest), last)
