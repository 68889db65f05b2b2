"""What a client knows: which rooms it is in, who is there, what was not seen yet."""

from __future__ import annotations

import threading
from typing import Final

from huechat.chat.names import folded
from huechat.client.absence import Absence
from huechat.client.room_view import NOWHERE, RoomView
from huechat.protocol import (
    LOBBY,
    Ack,
    AnyEntry,
    AnyEvent,
    Error,
    Joined,
    Left,
    Marked,
    Message,
    Page,
    People,
    Presence,
    RoomList,
    RoomPlace,
    TopicSet,
    Welcome,
    You,
)

ROOM_KEYS: Final = range(1, 10)
"""The numbers of the rooms that a key goes to."""


class Conversation:
    """Follows what the server tells. All methods may be called from any thread; none blocks."""

    def __init__(self, name: str, color: str) -> None:
        self.name = name
        self.color = color
        self.account = False
        self.absence = Absence()
        self.current = LOBBY
        """The room that is looked at, and that what is typed goes to."""
        self._lock = threading.Lock()  # guards the rooms and what is in them
        self._rooms: dict[str, RoomView] = {}
        self._left_at: dict[str, int] = {}  # up to which `seq` rooms were seen that one left
        self._asked: dict[str, str] = {}  # the rooms asked for and not come into, by id
        self._lost: RoomView | None = None  # the room looked at, if one was put out of it
        self._dropping = ""  # the room that one asked to be deleted, until that is answered
        self._listed: set[str] = set()
        self._shown = ""  # the private room of the message shown last; empty: it is where one looks
        self._said_to = ""  # whom one said one's last message to alone; empty: to the room

    @property
    def rooms(self) -> list[RoomView]:
        """The rooms that one is in, in the order of coming in."""
        with self._lock:
            return list(self._rooms.values())

    @property
    def here(self) -> RoomView:
        """The room that is looked at."""
        with self._lock:
            kind = "public" if self._is_expected() else NOWHERE
            return self._rooms.get(self.current) or self._lost or RoomView(self.current, kind)

    @property
    def shown(self) -> list[RoomView]:
        """The rooms of which all was shown: the one that is looked at, and private ones."""
        private = [one for one in self.rooms if one.kind == "direct" and not one.unread]
        return [self.here, *(one for one in private if one.name != self.current)]

    @property
    def is_inside(self) -> bool:
        """Whether one is to stay where one looks: one is there, asked to be, or was put out.

        Or in none at all.
        """
        with self._lock:
            return self.current in self._rooms or self._is_expected() or not self._rooms

    @property
    def names(self) -> list[str]:
        """The names of all who are known to be in one of the rooms, but one's own."""
        with self._lock:
            known = {name for room in self._rooms.values() for name in (*room.names, *room.people)}
        return sorted(known - {self.name})

    @property
    def room_names(self) -> list[str]:
        """The names of all rooms that one is in, or was told of, but those of two."""
        with self._lock:
            mine = {room.name for room in self._rooms.values() if room.kind != "direct"}
            return sorted(mine | self._listed)

    def greet(self, welcome: Welcome) -> None:
        """Begin, or begin anew after a lost connection: then rooms keep their order."""
        self.name, self.color, self.account = welcome.name, welcome.color, welcome.account
        self.absence.begin()
        places = {place.room: place for place in welcome.rooms}
        with self._lock:
            before, self._rooms = self._rooms, {}
            for room in dict.fromkeys([*before, *places]):
                if room in places:
                    self._come_in(places[room], before.get(room))
                    self._rooms[room].names.clear()  # they are told anew
            if self.current in before and self.current not in places:
                self._lose(before[self.current])
        if not before:
            self.leave_lost()

    def note(self, event: AnyEvent) -> None:
        """Take note of what the server tells."""
        self.absence.note(event, self.name)
        match event:
            case You():
                self.name, self.color, self.account = event.name, event.color, event.account
            case Error():
                self._dropping = ""
            case Joined(place=place):
                with self._lock:
                    self._come_in(place, self._rooms.get(place.room))
            case Left(room=room, message=message):
                with self._lock:
                    left = self._rooms.pop(room, None)
                    if left:
                        self._left_at[room] = left.last
                        if message and room != self._dropping:  # else one wanted to go
                            self._lose(left)
                        self._dropping = ""
                    self._asked = {id_: one for id_, one in self._asked.items() if one != room}
            case RoomList(rooms=rooms):
                with self._lock:
                    self._listed |= {one.room for one in rooms if one.kind != "direct"}
            case Ack() | Marked() | Page() | People() | Presence() | TopicSet():
                with self._lock:
                    if event.room in self._rooms:
                        self._rooms[event.room].note(event, self.name)

    def is_looked_at(self, entry: AnyEntry, *, mention: bool) -> bool:
        """Return whether `entry` is to be shown now; else keep it for when its room is looked at.

        `mention`: it calls one by name.
        """
        with self._lock:
            room = self._rooms.get(entry.room)
            if room is None:
                return True
            room.hear(entry)
            private = room.kind == "direct" and entry.seq > room.seen
            if entry.room == self.current or private:  # what is private is shown, once
                room.show(entry, self.name, mention=mention)
                if isinstance(entry, Message):
                    self._shown = "" if entry.room == self.current else entry.room
                return True
            room.keep(entry, self.name, mention=mention)
            return False

    def is_new(self, entry: AnyEntry) -> bool:
        """Return whether `entry` came after one came in; else it is told to show what was said."""
        with self._lock:
            room = self._rooms.get(entry.room)
            return room is None or entry.seq > room.since

    def leave_lost(self) -> str | None:
        """Look at the first room if one is not in the one any more that was; return which.

        Nothing else does: what is being typed is for the room that one sees at the prompt. So who
        was put out of that stays, too, until they go.
        """
        with self._lock:
            if self.current in self._rooms or self._is_expected() or not self._rooms:
                return None
            self._look_at(next(iter(self._rooms)))
            return self.current

    def drops(self, room: str) -> None:
        """Note that one asks for a room to be deleted: then one is not put out of it."""
        self._dropping = room

    def expect(self, room: str, id_: str) -> None:
        """Look at a room that a `join` of that id asks for: what is typed from now on is for it.

        If one is refused, too, until one goes elsewhere: it must not be said in another room.
        """
        with self._lock:
            self._asked[id_] = room
            self._look_at(room)

    def arrives(self, joined: Joined) -> bool:
        """Return whether it is the room that was asked for here, and is looked at still."""
        with self._lock:
            asked = self._asked.pop(joined.id, None)
            return asked is not None and self.current == joined.place.room

    def way_back(self, event: Error | Left) -> str:
        """Return where to go from the room that one looks at, if `event` keeps one out of it.

        Else empty, and if there is nowhere to go.
        """
        with self._lock:
            asked = self._asked.get(event.id) if isinstance(event, Error) else event.room
            first = next(iter(self._rooms.values()), None)
            out = asked == self.current and self._is_expected()
            return first.title if first and out else ""

    def switch(self, room: str) -> tuple[list[AnyEntry], int]:
        """Look at another room; return what came there meanwhile, and how much more did before.

        What is returned was not shown; what came before it was not kept.
        """
        with self._lock:
            self._look_at(room)
            view = self._rooms.get(room)
            return view.look() if view else ([], 0)

    def says(self, to: str) -> None:
        """Note that one says something: `to` somebody alone, or, empty, where one looks."""
        here = bool(to) and self.room_with(to) == self.current
        with self._lock:
            self._said_to = "" if here else to

    def with_newest(self, *, own: bool) -> str:
        """Return with whom the newest message is that one sees, or the newest of one's `own`.

        Empty: it is in the room that one looks at. Looking at a room says that its own is meant.
        """
        with self._lock:
            if own:
                return self._said_to
            room = self._rooms.get(self._shown)
            return room.title if room else ""

    def addressee(self, message: Message) -> str:
        """Return to whom alone one said `message`; empty: to a room, or another said it."""
        with self._lock:
            room = self._rooms.get(message.room)
            own = message.name == self.name
            return ", ".join(room.people) if own and room and room.kind == "direct" else ""

    def room_with(self, name: str) -> str:
        """Return the room that one is in with the person of that name alone; empty: none."""
        meant = (folded(name.removeprefix("@")),)
        with self._lock:
            rooms = (one for one in self._rooms.values() if one.kind == "direct")
            found = (one for one in rooms if tuple(map(folded, one.people)) == meant)
            return next((one.name for one in found), "")

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers of the rooms that one is in, from 1."""
        return {room.name: number for number, room in enumerate(self.rooms, 1)}

    def nth(self, number: int) -> str | None:
        """Return the room with that number, from 1; None: there are not so many."""
        rooms = self.rooms
        return rooms[number - 1].name if 1 <= number <= len(rooms) else None

    def beside(self, step: int) -> str:
        """Return the room that is `step` further in the order, which goes round."""
        names = [room.name for room in self.rooms] or [LOBBY]
        at = names.index(self.current) if self.current in names else 0
        return names[(at + step) % len(names)]

    def _is_expected(self) -> bool:
        """Return whether one stays where one is not: one asked to be, or was put out.

        The lock is held.
        """
        return self._lost is not None or self.current in self._asked.values()

    def _look_at(self, room: str) -> None:
        """Look at a room. The lock is held."""
        self.current = room
        self._lost = None
        self._shown = self._said_to = ""

    def _lose(self, view: RoomView) -> None:
        """Stay where one looks, if that is the room that one is not in any more.

        But not if one is in no other: then there is nowhere to go. The lock is held.
        """
        if view.name == self.current and self._rooms:
            view.here = 0  # that is not told any more
            self._lost = view

    def _come_in(self, place: RoomPlace, known: RoomView | None) -> None:
        view = known or RoomView(
            place.room,
            unread=place.unread,
            mentions=place.mentions,
            since=place.seq,
            seen=max(place.read, self._left_at.get(place.room, 0)),
        )
        view.come_in(place)
        self._rooms[place.room] = view
        if self._lost and self._lost.name == place.room:
            self._lost = None
