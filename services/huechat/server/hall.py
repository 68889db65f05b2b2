"""What all readers share: the rooms, the people, the store, and the threads behind them."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING

from huechat.chat.accounts import Sanction
from huechat.chat.log import Log
from huechat.chat.times import now
from huechat.config import ServerSettings
from huechat.protocol import EVERYWHERE, AnyEvent, Marked
from huechat.server.logs.checkpointer import Checkpointer
from huechat.server.logs.delivery import Delivery
from huechat.server.logs.feeder import Feeder
from huechat.server.logs.indexer import Indexer
from huechat.server.logs.keeper import Keeper
from huechat.server.logs.writer import Writer
from huechat.server.people.accounts import Accounts
from huechat.server.people.blocks import Blocks
from huechat.server.people.crowd import Crowd
from huechat.server.people.lost_links import LostLinks
from huechat.server.people.notes import Marks, Notes
from huechat.server.people.presence import PresenceBoard
from huechat.server.rooms.open_rooms import OpenRooms
from huechat.store.search import SearchIndex
from huechat.store.sqlite import SqliteStore
from huechat.store.sqlite_authors import Authors
from huechat.store.sqlite_people import SqlitePeople

if TYPE_CHECKING:
    from huechat.server.connection import Connection

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
            self.people = SqlitePeople(self.store)
            self.authors = Authors(self.store)
            self._furnish()
        except BaseException:
            self.store.close()
            raise
        for thread in self._threads:
            thread.start()

    def _furnish(self) -> None:
        """Make what there is, but start nothing."""
        settings = self.settings
        self.feeder = Feeder(self.store)
        self.delivery = Delivery(self.feeder)
        self.blocks = Blocks(self.delivery.hide)
        self.crowd = Crowd(self.blocks.named)
        self.lost_links = LostLinks()
        self.indexer = Indexer(self.store, self.index)
        self.checkpointer = Checkpointer(self.store)
        self.writer = Writer(self.store, self.delivery, [self.indexer, self.checkpointer])
        self.presence = PresenceBoard(self.delivery, settings.presence_s, settings.presence_listed)
        self.rooms = OpenRooms(
            self.store, self.people, self.writer, settings.tail_bytes, settings.history
        )
        self.accounts = Accounts(self.people, self.writer, settings)
        self.notes = Notes(self.people, self.writer, self._tell_marks)
        self.keeper = Keeper(self)
        self.sanctions: tuple[Sanction, ...] = tuple(self.people.sanctions(EVERYWHERE, now()))
        self._threads = (
            self.feeder,
            self.delivery,
            self.indexer,
            self.checkpointer,
            self.writer,
            self.presence,
            self.notes,
            self.keeper,
        )

    @property
    def lobby(self) -> Log:
        """The lobby's log."""
        return self.rooms.lobby.log

    def tell(self, connection: Connection, event: AnyEvent) -> None:
        """Send `event` to one connection alone. Never blocks; any thread may call it."""
        self.delivery.post(connection.outlet, connection.encode(event))

    def _tell_marks(self, marks: Marks) -> None:
        """Tell an account's other connections how far it has read."""
        for (room, _), (seq, others) in marks.items():
            for one in others:
                self.tell(one, Marked(room, seq))

    def name_of(self, identity: str) -> str:
        """Return the name of an identity: an account's, or that of a guest who is here."""
        account = self.accounts.of_identity(identity)
        if account:
            return account.name
        for connection in self.crowd.of(identity):
            if connection.person:
                return connection.person.name
        return "a guest who left"

    def close(self, deadline: float) -> None:
        """Store what waits, close all connections, end the threads, close the store.

        Blocks, about until `deadline` (monotonic, seconds). No reader may run any more.
        """
        self.keeper.stop()
        self.presence.stop()
        self.notes.stop()
        self.notes.store_soon()
        self.writer.stop()
        self.delivery.stop(max(0.0, deadline - time.monotonic()))
        self.feeder.stop()
        self.indexer.stop()
        self.checkpointer.stop()
        self.accounts.stop()
        self.store.close()
