"""One who is connected becomes somebody else: a guest logs in, or an account logs out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huechat.chat.errors import RefusedError
from huechat.chat.people import Person
from huechat.chat.roles import Role
from huechat.chat.rooms import Room
from huechat.protocol import LOBBY, You
from huechat.server.people.blocks import hide_blocked
from huechat.server.people.evictions import note_gone
from huechat.server.rooms.places import come_in, leave

if TYPE_CHECKING:
    from huechat.server.connection import Connection
    from huechat.server.hall import Hall


def change_identity(hall: Hall, connection: Connection, changed: Person, id_: str = "") -> None:
    """Let the connection's person be what `changed` is. For the writer's thread.

    It stays in the rooms where both may be; an account comes into its own rooms as well. Raises
    `RefusedError` if somebody else has the name.
    """
    person = connection.greeted
    was = person.account
    hall.crowd.become(connection, person, changed)
    if was:
        note_gone(hall, connection, was)
    hall.tell(connection, _you(person, id_))
    for name, place in list(connection.places.items()):
        if _stays(connection, place.room):
            hall.presence.changed(name, person, connection.outlet)
        else:
            leave(hall, connection, name, f"You are {person.name} now, and not in this room.")
    if connection.here not in connection.places:
        connection.here = LOBBY
    hide_blocked(hall, connection)
    if person.account:
        hall.notes.seen(person.account)
        _bring_rooms(hall, connection)
        _come_into_own_rooms(hall, connection)


def _you(person: Person, id_: str) -> You:
    if person.account:
        return You(person.name, person.color, id_, True, person.administrator)
    words = f"You are logged out, and {person.name} now."
    return You(person.name, person.color, id_, message=words)


def _stays(connection: Connection, room: Room) -> bool:
    """Return whether a room is open to both whom one was and whom one is."""
    return room.kind == "public" and _is_admitted(connection, room)


def _is_admitted(connection: Connection, room: Room) -> bool:
    try:
        room.admit(connection.caller())
    except RefusedError:
        return False
    return True


def _bring_rooms(hall: Hall, connection: Connection) -> None:
    """Remember that the account is in the rooms in which the guest was."""
    identity = connection.greeted.identity
    for name, place in list(connection.places.items()):
        if name != LOBBY:
            role = max(place.room.roles.get(identity, Role.MEMBER), Role.MEMBER)
            hall.people.set_member(name, identity, role)
            place.room.absent.discard(identity)


def _come_into_own_rooms(hall: Hall, connection: Connection) -> None:
    for one in hall.people.memberships(connection.greeted.identity):
        room = hall.rooms.find(one.room) if one.inside and one.room != LOBBY else None
        if room and one.room not in connection.places and _is_admitted(connection, room):
            come_in(hall, connection, room)
