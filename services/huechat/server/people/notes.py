"""What is noted of people in passing: how far they have read, and when they were last here."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from huechat.chat.accounts import Account
from huechat.chat.times import now
from huechat.server.logs.background import Background
from huechat.server.logs.writer import Writer
from huechat.store import StoreError
from huechat.store.people import PeopleStore

if TYPE_CHECKING:
    from huechat.server.connection import Connection

Marks = dict[tuple[str, str], tuple[int, list["Connection"]]]
"""Room and identity to the `seq` that was marked, and the connections that did not mark it."""

REST_S: Final = 1.0
"""The wait after a note: all that are made meanwhile are stored at the price of one."""

log = logging.getLogger(__name__)


class Notes:
    """Stores notes in the background, many at once. Nothing here blocks.

    How far those have read who are here is kept in memory, so that no marker goes back. `tell` is
    called with how far somebody has read, and who is to know, many at once too: clients may mark
    each message that they show.
    """

    def __init__(self, people: PeopleStore, writer: Writer, tell: Callable[[Marks], None]) -> None:
        self._people = people
        self._writer = writer
        self._tell = tell
        self._lock = threading.Lock()  # guards the markers, and the notes that are not stored yet
        self._untold: Marks = {}
        self._markers: dict[str, dict[str, int]] = {}
        self._read: dict[tuple[str, str], int] = {}
        self._seen: dict[int, str] = {}  # since the start, as accounts in memory know of before
        self._seen_unstored: dict[int, str] = {}
        self._background = Background("notes", REST_S, self.store_soon)
        self.start = self._background.start
        self.stop = self._background.stop

    def read(self, room: str, identity: str, seq: int) -> bool:
        """Note that somebody has read `room` up to `seq`; return whether that is further."""
        with self._lock:
            markers = self._markers.setdefault(identity, {})
            if seq <= markers.get(room, 0):
                return False
            markers[room] = self._read[room, identity] = seq
        self._background.news()
        return True

    def share(self, room: str, identity: str, seq: int, others: list[Connection]) -> None:
        """Have `others` told what was just noted; nobody is told less than they know."""
        with self._lock:
            told, _ = self._untold.get((room, identity), (0, []))
            if seq > told:
                self._untold[room, identity] = seq, others
        self._background.news()

    def begin(self, room: str, identity: str, seq: int) -> None:
        """Note that what comes after `seq` is unread, for one of whom nothing is noted yet."""
        with self._lock:
            markers = self._markers.setdefault(identity, {})
            if room in markers or (room, identity) in self._read:
                return
            markers[room] = self._read[room, identity] = seq
        self._background.news()

    def seen(self, account: Account) -> None:
        """Note that an account is here, or was until now."""
        with self._lock:
            self._seen[account.number] = self._seen_unstored[account.number] = now()
        self._background.news()

    def marker(self, room: str, identity: str, stored: int) -> int:
        """Return up to where somebody has read who is here, where the store says `stored`."""
        with self._lock:
            noted = max(stored, self._read.get((room, identity), 0))
            if not noted:
                return self._markers.get(identity, {}).get(room, 0)
            markers = self._markers.setdefault(identity, {})
            markers[room] = max(noted, markers.get(room, 0))
            return markers[room]

    def forget(self, identity: str) -> None:
        """Keep nothing in memory of somebody who is not here any more. What was noted is stored."""
        with self._lock:
            self._markers.pop(identity, None)

    def last_seen(self, account: Account) -> str:
        """Return when an account was last here; empty: never."""
        with self._lock:
            return self._seen.get(account.number, account.seen)

    def store_soon(self) -> None:
        """Tell what was noted to whom it is to be told, and have the writer store it."""
        with self._lock:
            untold, self._untold = self._untold, {}
        self._tell(untold)
        self._writer.then(self._store)

    def _store(self) -> None:
        with self._lock:
            read, seen = self._read.copy(), self._seen_unstored.copy()
        try:
            with self._people.transaction():
                self._people.set_read(read)
                self._people.set_seen(seen)
        except StoreError as reason:
            log.warning("cannot note who read what, trying again: %s", reason)
            self._background.news()
            return
        with self._lock:
            self._read = {k: at for k, at in self._read.items() if read.get(k) != at}
            unstored = self._seen_unstored.items()
            self._seen_unstored = {k: at for k, at in unstored if seen.get(k) != at}
