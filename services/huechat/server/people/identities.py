"""One who is connected becomes somebody else: a guest logs in, or an account logs out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huechat.chat.people import Person
from huechat.chat.roles import Role
from huechat.chat.rooms import Room
from huechat.protocol import LOBBY, You
from huechat.server.people.blocks import block_also, hide_blocked, take_blocks_along
from huechat.server.people.evictions import note_gone
from huechat.server.rooms.barring import refresh_sanctions
from huechat.server.rooms.direct import note_back
from huechat.server.rooms.invitations import tell_invitations
from huechat.server.rooms.places import come_in, is_admitted, leave

if TYPE_CHECKING:
    from huechat.server.connection import Connection
    from huechat.server.hall import Hall


def change_identity(
    hall: Hall, connection: Connection, changed: Person, id_: str = "", *, new: bool = False
) -> None:
    """Let the connection's person be what `changed` is. For the writer's thread.

    `new`: the account was made just now; then it is kept out, and from speaking, where the guest
    was. One that was there before is what it was.

    It stays in the rooms where both may be. A guest who becomes an account is there what it was,
    may change what it said on this connection, and the account comes into its own rooms as well.
    Raises `RefusedError` if somebody else has the name.
    """
    person = connection.greeted
    was, before = person.account, person.identity
    if changed.account and not was:
        block_also(hall, before, changed.account)
    hall.crowd.become(connection, person, changed)
    if was:
        note_gone(hall, connection, was)
    elif person.account:
        if new:
            _take_sanctions_along(hall, before, person.identity)
        _take_roles_along(hall, before, person.identity)
        take_blocks_along(hall, connection)
    hall.tell(connection, _you(person, id_))
    for name, place in list(connection.places.items()):
        if _stays(connection, place.room):
            hall.presence.changed(name, person, connection.outlet)
        else:
            leave(hall, connection, name, _why_not_in(hall, person, before, place.room))
    if connection.here not in connection.places:
        connection.here = LOBBY
    hide_blocked(hall, connection)
    if person.account:
        hall.notes.seen(person.account)
        _bring_rooms(hall, connection)
        _come_into_own_rooms(hall, connection)
        note_back(hall, connection)


def _why_not_in(hall: Hall, person: Person, before: str, room: Room) -> str:
    """Return what one is told who is not in a room any more, being somebody else than `before`."""
    if room.kind != "direct":
        return f"You are {person.name} now, and not in #{room.name}."
    was = "the guest that you were" if person.account else "your account"
    other = next((hall.name_of(one) for one in room.roles if one != before), "yourself")
    return f"Your private messages with {other} stay with {was}: you are {person.name} now."


def _you(person: Person, id_: str) -> You:
    if person.account:
        return You(person.name, person.color, id_, True, person.administrator)
    words = f"You are logged out, and {person.name} now."
    return You(person.name, person.color, id_, message=words)


def _stays(connection: Connection, room: Room) -> bool:
    """Return whether a room is open to both whom one was and whom one is.

    A room of two is of whom one was.
    """
    return room.kind != "direct" and is_admitted(connection, room)


def _take_sanctions_along(hall: Hall, guest: str, account: str) -> None:
    """Keep an account out, and from speaking, where the guest was."""
    if hall.people.copy_sanctions(guest, account):
        for known in (*hall.rooms.all(), None):
            refresh_sanctions(hall, known)


def _is_banned(room: Room, identity: str) -> bool:
    return any(one.kind == "ban" and one.value == identity for one in room.sanctions)


def _take_roles_along(hall: Hall, guest: str, account: str) -> None:
    """Let an account be, in each room, what it was there as a guest. Both are identities."""
    moves = [
        (room, max(room.roles[guest], room.roles.get(account, Role.OUTSIDER)), one.inside)
        for one in hall.people.memberships(guest)
        if (room := hall.rooms.find(one.room))
        and room.kind != "direct"
        and guest in room.roles
        and not _is_banned(room, guest)
    ]
    with hall.store.transaction():
        for room, role, inside in moves:
            hall.people.set_member(room.name, account, role)
            if not inside:
                hall.people.set_outside(room.name, account)
            hall.people.drop_member(room.name, guest)
    for room, role, _ in moves:
        room.roles[account] = role
        room.roles.pop(guest, None)
    for one in hall.crowd.of(guest):  # another connection of the same session
        for name, place in list(one.places.items()):
            if place.room.kind == "private":
                leave(hall, one, name, f"You are not in #{name}: you registered elsewhere.")


def _bring_rooms(hall: Hall, connection: Connection) -> None:
    """Remember that the account is in the rooms in which the guest was."""
    identity = connection.greeted.identity
    for name, place in list(connection.places.items()):
        if name != LOBBY:
            role = max(place.room.roles.get(identity, Role.MEMBER), Role.MEMBER)
            hall.people.set_member(name, identity, role)
            place.room.absent.discard(identity)


def _come_into_own_rooms(hall: Hall, connection: Connection) -> None:
    mine = hall.people.memberships(connection.greeted.identity)
    for one in mine:
        room = hall.rooms.find(one.room) if one.inside and one.room != LOBBY else None
        if room and one.room not in connection.places and is_admitted(connection, room):
            come_in(hall, connection, room)
    tell_invitations(hall, connection, mine)
