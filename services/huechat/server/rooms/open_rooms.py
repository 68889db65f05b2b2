"""The rooms that are open: each one once, with its log's tail in memory."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from typing import Final

from huechat.chat.log import Log
from huechat.chat.roles import Role
from huechat.chat.rooms import Room
from huechat.chat.tail_budget import TailBudget
from huechat.chat.times import not_before, now
from huechat.protocol import LOBBY
from huechat.server.logs.writer import Writer
from huechat.store import Store, StoreError
from huechat.store.people import PeopleStore, RoomRow

TAIL_AT_START: Final = 200
"""How many of the newest messages are read when a room is opened, for those who join first."""


class OpenRooms:
    """Opens rooms as they are asked for. Memory for all tails together: `tail_bytes`.

    `get`, `find` and `lobby` may be called from any thread; the rest is for the writer's.
    """

    def __init__(
        self, store: Store, people: PeopleStore, writer: Writer, tail_bytes: int, history: int
    ) -> None:
        self._store = store
        self._people = people
        self._writer = writer
        self._budget = TailBudget(tail_bytes)
        self._newest = max(TAIL_AT_START, history)
        self._lock = threading.Lock()  # guards the table
        self._rooms: dict[str, Room] = {}
        self.lobby = self._open(people.room(LOBBY) or _first_lobby(people))

    def get(self, name: str) -> Room | None:
        """Return the room if it is open. Never blocks."""
        with self._lock:
            return self._rooms.get(name)

    def find(self, name: str) -> Room | None:
        """Return the room, opening it if need be; None if there is none. Blocks for the disk."""
        return self.get(name) or self._writer.do(lambda: self._find(name))

    def all(self) -> list[Room]:
        """Return all rooms that are open."""
        with self._lock:
            return list(self._rooms.values())

    def make(self, row: RoomRow, roles: dict[str, Role]) -> Room:
        """Make a room that there was not, with these roles in it."""
        with self._store.transaction():
            self._people.add_room(row)
            for identity, role in roles.items():
                self._people.set_member(row.name, identity, role)
        return self._open(row)

    def close(self, room: Room) -> None:
        """Have nothing more said in a room that was deleted."""
        room.log.closed = True
        with self._lock:
            self._rooms.pop(room.name, None)
        self._budget.release(room.log)

    def _find(self, name: str) -> Room | None:
        room = self.get(name)
        if room is None and (row := self._people.room(name)):
            room = self._open(row)
        return room

    def _open(self, row: RoomRow) -> Room:
        log = Log(row.name, self._budget)
        last = self._store.last(row.name) or self._store.given(row.name)
        newest = self._store.before(row.name, last + 1, self._newest)
        log.load(newest, last)
        if newest:
            not_before(newest[-1].time)  # the clock may have been put back since
        people = [one for one in self._people.members(row.name) if one.role or row.kind != "public"]
        roles = {one.identity: Role(one.role) for one in people}
        bans = tuple(self._people.sanctions(row.name, now()))
        kind = sys.intern(row.kind)  # the very default of `RoomPlace`, which is not sent
        room = Room(log, kind, row.topic, row.slow_s, roles, bans)
        room.absent.update(one.identity for one in people if not one.inside)
        with self._lock:
            self._rooms[row.name] = room
        return room


def _first_lobby(people: PeopleStore) -> RoomRow:
    """Make the lobby, so that it is listed before anything was said there."""
    row = RoomRow(LOBBY, "public", "", 0.0, now())
    with suppress(StoreError):  # then it is made by what is said first
        people.add_room(row)
    return row
