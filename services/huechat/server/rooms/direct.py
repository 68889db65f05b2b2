"""Private messages: rooms of two, made by the first one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from huechat.chat.errors import RefusedError
from huechat.chat.people import AWAY, Person
from huechat.chat.roles import Role
from huechat.chat.rooms import Room, direct_room
from huechat.chat.times import now
from huechat.protocol import Done
from huechat.server.people.blocks import has_blocked
from huechat.server.people.subjects import find_subject
from huechat.server.rooms.places import Place, come_in, place_of
from huechat.store.people import RoomRow

if TYPE_CHECKING:
    from huechat.server.connection import Connection
    from huechat.server.hall import Hall

GUEST_LEFT: Final = (
    "The guest to whom you write has left: only who lost the connection, and comes back by"
    " that, will see it. /msg NAME writes to who is called so now."
)


def direct_place(hall: Hall, connection: Connection, to: str, *, make: bool) -> Place:
    """Return one's place in the room of two with `to`; `make` it if there is none. May block.

    Raises `RefusedError` if there is nobody of that name, or they do not want it.
    """
    person, subject = connection.greeted, find_subject(hall, to)
    if subject.identity == person.identity:
        raise RefusedError("not_allowed", "that is yourself: write to somebody else")
    name = direct_room(person.identity, subject.identity)
    room = hall.rooms.find(name)
    if room is None and not make:
        raise RefusedError(
            "no_such_message", "you two have said nothing yet that could be answered"
        )
    if room is None:
        pair = (person.identity, subject.identity)
        check_not_blocked(hall, person, subject.identity)
        room = hall.writer.do(lambda: _make(hall, name, pair))
    bring_together(hall, connection, room)
    return place_of(connection, name)


def bring_together(hall: Hall, connection: Connection, room: Room) -> None:
    """See that both are in their room, with all their connections.

    Raises `RefusedError` if the other has blocked this one, or is no more. Blocks if somebody must
    be brought in.
    """
    person = connection.greeted
    other = next((one for one in room.roles if one != person.identity), "")
    if not other:
        raise RefusedError("no_such_person", "the other's account was deleted: nobody reads this")
    check_not_blocked(hall, person, other)
    if _missing(hall, room) or room.absent:
        hall.writer.do(lambda: _bring_in(hall, room))


def tell_if_absent(hall: Hall, connection: Connection, room: Room) -> None:
    """Tell one who writes to somebody who does not read it now why, once in each absence.

    Of a guest who left each time: perhaps nobody will ever read it, though the name is in use.
    """
    own = connection.greeted.identity
    words = _absence(hall, next((one for one in room.roles if one != own), ""))
    if not words:
        connection.told_absent.pop(room.name, None)
    elif words == GUEST_LEFT or connection.told_absent.get(room.name) != words:
        connection.told_absent[room.name] = words
        hall.tell(connection, Done("", words))


def note_back(hall: Hall, connection: Connection) -> None:
    """Let those who write to this one, who is here now, be told of the next absence anew."""
    own = connection.greeted.identity
    rooms = [one.room for one in list(connection.places.values()) if one.room.kind == "direct"]
    for room in rooms:
        for other in (one for one in room.roles if one != own):
            for there in hall.crowd.of(other):
                there.told_absent.pop(room.name, None)


def _absence(hall: Hall, other: str) -> str:
    """Return why the one with that identity does not read anything now; empty: nothing says so."""
    people = [one.person for one in hall.crowd.of(other) if one.person]
    if people:
        name, why = people[0].name, people[0].away
        return "" if why is None else f"{name} is away{'' if why == AWAY else f': {why}'}."
    if hall.accounts.of_identity(other):
        return f"{hall.name_of(other)} is not here now, and will see it on coming back."
    return GUEST_LEFT


def _missing(hall: Hall, room: Room) -> list[Connection]:
    """Return the connections of the two that are not in their room."""
    theirs = [one for identity in room.roles for one in hall.crowd.of(identity)]
    return [one for one in theirs if room.name not in one.places]


def _make(hall: Hall, name: str, pair: tuple[str, str]) -> Room:
    room = hall.rooms.find(name)  # the other may have been faster
    roles = dict.fromkeys(pair, Role.MEMBER)
    return room or hall.rooms.make(RoomRow(name, "direct", "", 0.0, now()), roles)


def _bring_in(hall: Hall, room: Room) -> None:
    """Let both into their room. For the writer's thread: who is there now does not leave yet."""
    with hall.store.transaction():
        for identity in room.roles:
            hall.people.set_member(room.name, identity, Role.MEMBER)
    room.absent.clear()
    for connection in _missing(hall, room):
        if connection.person:  # else it comes in by itself
            come_in(hall, connection, room)


def check_not_blocked(hall: Hall, person: Person, other: str) -> None:
    """Raise `RefusedError` if the one with the identity `other` has blocked `person`."""
    if has_blocked(hall, other, person):
        raise RefusedError("blocked", "they do not want to be written to by you")
