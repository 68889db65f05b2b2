"""Entering rooms and leaving them: what it takes on every side."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from huechat.chat.errors import RefusedError
from huechat.chat.mentions import mentions
from huechat.chat.names import name_key
from huechat.chat.people import Person
from huechat.chat.roles import Role
from huechat.chat.room_names import tidy
from huechat.chat.rooms import Room
from huechat.protocol import DIRECT, HERE, Joined, Left, RoomPlace
from huechat.server.logs.outlet import Member
from huechat.server.logs.writer import Source
from huechat.store import StoreError

if TYPE_CHECKING:
    from huechat.server.connection import Connection
    from huechat.server.hall import Hall

MOST_UNREAD = 1_000
"""Where counting what somebody has not read ends."""


class Place(NamedTuple):
    """A connection's place in a room: it speaks there through `source`, and hears by `member`."""

    room: Room
    source: Source
    member: Member


def take_place(connection: Connection, room: Room, after: int) -> Place | None:
    """Let the connection speak in `room`; `listen` is to let it hear all after `after`, too.

    None: it has a place there, or was put out while it came in. For the writer's thread, or the
    connection's own reader while it says hello.
    """
    own: deque[int] = deque()
    source = Source(room.log, connection.outlet, own, connection.greeted)
    place = Place(room, source, Member(connection.outlet, room.log, after, own))
    if connection.places.setdefault(room.name, place) is not place:
        return None  # the other of the two threads was faster
    if room.name in connection.left_early:
        connection.places.pop(room.name, None)
        return None
    connection.told_from[room.name] = after + 1
    return place


def listen(hall: Hall, connection: Connection, place: Place) -> None:
    """Have the connection told what is said in the room of a `place` that it took."""
    outlet, room = connection.outlet, place.room.name
    hall.delivery.join(place.member)
    hall.presence.enter(room, connection.greeted, outlet, curious=connection.curious)
    if room not in connection.places:  # put out meanwhile, by the writer's thread
        hall.presence.leave(room, outlet)


def come_in(
    hall: Hall, connection: Connection, room: Room, id_: str = "", history: int | None = None
) -> None:
    """Tell the connection that it is in `room`, and let it in. For the writer's thread."""
    place = room_place(hall, connection.greeted, room, marker(hall, connection.greeted, room))
    hall.tell(connection, Joined(id_, place))
    connection.left_early.discard(room.name)
    if room.name not in connection.places:
        taken = take_place(connection, room, start(hall, room, history))
        if taken:
            listen(hall, connection, taken)


def leave(hall: Hall, connection: Connection, room: str, message: str = "", id_: str = "") -> None:
    """Take the connection out of `room` and tell it so. For the writer's thread."""
    if not connection.settled:  # its reader may be about to take its place there
        connection.left_early.add(room)
    place = connection.places.pop(room, None)
    if place is None:
        return
    connection.told_from.pop(room, None)
    connection.sought.pop(room, None)
    place.source.left = True
    hall.delivery.part(place.member)
    hall.presence.leave(room, connection.outlet)
    people = () if message else others(hall, connection.greeted, place.room)
    hall.tell(connection, Left(room, id_, message, people))


def place_of(connection: Connection, room: str) -> Place:
    """Return the connection's place in `room`.

    Raises `RefusedError` if it is not in that room.
    """
    name = connection.here if room == HERE else room
    place = connection.places.get(name) or connection.places.get(tidy(name))
    if place is None:
        connection.greeted  # noqa: B018 - one who said no hello is told so instead
        raise RefusedError("not_in_room", _not_in(tidy(name)))
    return place


def _not_in(room: str) -> str:
    if room.startswith(DIRECT):
        return "you are not in that private room: write to the person by name"
    return f"you are not in #{room}: join it, or another room"


def start(hall: Hall, room: Room, wanted: int | None) -> int:
    """Return the `seq` after which `room` is told to one who comes in and wants so many messages.

    None: as many as the settings say. Blocks for the disk where they are not in memory.
    """
    log = room.log
    count = min(hall.settings.history if wanted is None else wanted, hall.settings.page)
    if not log.has_newest(count):  # as after a restart
        with suppress(StoreError):  # then it is told what the tail has
            newest = hall.store.before(room.name, log.last + 1, count)
            return newest[0].seq - 1 if newest else log.last
    return log.place_of_newest(count)


def marker(hall: Hall, person: Person, room: Room) -> int:
    """Return up to which `seq` an account has read a room; 0: nothing, or a guest. Blocks."""
    if not person.account:
        return 0
    stored = {one.room: one.read for one in hall.people.memberships(person.identity)}
    return hall.notes.marker(room.name, person.identity, stored.get(room.name, 0))


def is_admitted(connection: Connection, room: Room) -> bool:
    """Return whether the room lets the one at the other end in."""
    try:
        room.admit(connection.caller())
    except RefusedError:
        return False
    return True


def room_place(hall: Hall, person: Person, room: Room, read: int = 0) -> RoomPlace:
    """Return what `person` is to know of a room that they come into; `read`: their marker."""
    role = room.role_of(person)
    unread, named = _unread(hall, person, room, read)
    return RoomPlace(
        room.name,
        room.log.last,
        room.kind,  # type: ignore[arg-type]
        room.topic,
        others(hall, person, room),
        role.word if role > Role.MEMBER and room.kind != "direct" else "",  # type: ignore[arg-type]
        room.slow_s or 0,  # the very default, which is not sent
        read,
        unread,
        named,
    )


def others(hall: Hall, person: Person, room: Room) -> tuple[str, ...]:
    """Return who else a direct room is with."""
    if room.kind != "direct":
        return ()
    return tuple(hall.name_of(one) for one in room.roles if one != person.identity)


def _unread(hall: Hall, person: Person, room: Room, read: int) -> tuple[int, int]:
    """Return how many messages `person` has not read, and how many of them name them."""
    if not person.account or read >= room.log.last:
        return 0, 0  # guests have no markers
    hidden = frozenset().union(*(one.outlet.hides for one in hall.crowd.of(person.identity)))
    count, texts = hall.people.count_unread(
        room.name, person.sender, read, MOST_UNREAD, lambda name: name_key(name) in hidden
    )
    return count, sum(person.name in mentions(text, (person.name,)) for text in texts)
