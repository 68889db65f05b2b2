"""Rooms: coming in, leaving, looking round, inviting."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from huechat.chat import rules
from huechat.chat.errors import RefusedError
from huechat.chat.people import Person
from huechat.chat.roles import Role, check_role
from huechat.chat.room_names import check_room_name, tidy
from huechat.chat.rooms import Room
from huechat.chat.times import now
from huechat.protocol import (
    DIRECT,
    EVERYWHERE,
    HERE,
    LOBBY,
    DeleteRoom,
    Done,
    Invitation,
    Invite,
    Invited,
    Join,
    Joined,
    Leave,
    ListRooms,
    RoomInfo,
    RoomList,
    SetTopic,
)
from huechat.server.connection import Connection
from huechat.server.logs.writer import Source
from huechat.server.people.subjects import find_subject
from huechat.server.rooms.deeds import note
from huechat.server.rooms.direct import check_not_blocked
from huechat.server.rooms.disuse import forget_if_unused
from huechat.server.rooms.places import come_in, marker, others, place_of, room_place
from huechat.server.rooms.places import leave as take_out
from huechat.store import StoreError
from huechat.store.people import RoomRow

if TYPE_CHECKING:
    from huechat.server.hall import Hall


def join(hall: Hall, connection: Connection, join: Join) -> None:
    """Let somebody into a room, and make it if there is none. Blocks until they are in."""
    connection.greeted  # noqa: B018 - only for those who said hello
    name = join.room if join.room.startswith(DIRECT) else check_room_name(join.room)
    hall.writer.do(lambda: _join(hall, connection, join, name))


def leave(hall: Hall, connection: Connection, leave: Leave) -> None:
    """Take somebody out of a room, with all their connections."""
    place = place_of(connection, leave.room)
    hall.writer.do(lambda: _leave(hall, connection, place.room, leave.id))


def list_rooms(hall: Hall, connection: Connection, ask: ListRooms) -> None:
    """Tell which public rooms there are, and which others one is in."""
    limit = min(ask.limit, hall.settings.page)
    person = connection.greeted
    rows = hall.people.rooms(tidy(ask.after), limit + 1)
    listed = [_info(hall, connection, row) for row in rows[:limit]]
    if not ask.after:
        mine = [one.room for one in list(connection.places.values()) if one.room.kind != "public"]
        listed += [_own_info(hall, person, room) for room in mine]
    hall.tell(connection, RoomList(ask.id, tuple(listed), len(rows) > limit))


def set_topic(hall: Hall, connection: Connection, topic: SetTopic) -> None:
    """Change what a room is about, or tell it."""
    room, person = place_of(connection, topic.room).room, connection.greeted
    if topic.text is None:
        read = marker(hall, person, room)
        place = room_place(hall, person, room, read)
        hall.tell(connection, Joined(topic.id, place, asked=True))
        return
    text = " ".join(topic.text.split())
    hall.writer.do(lambda: _set_topic(hall, person, room, topic.id, text))


def invite(hall: Hall, connection: Connection, invite: Invite) -> None:
    """Let a person into a room, or with no name somebody new into the server."""
    person = connection.greeted
    if not invite.name:
        code, expires = hall.writer.do(lambda: _invite_new(hall, person))
        hall.tell(connection, Invitation(invite.id, code, expires))
        return
    room = place_of(connection, invite.room or HERE).room
    name = hall.writer.do(lambda: _invite(hall, person, room, invite.name))
    hall.tell(connection, Done(invite.id, f"{name} may join #{room.name} now."))


def delete_room(hall: Hall, connection: Connection, delete: DeleteRoom) -> None:
    """End a room, and forget what was said in it."""
    person = connection.greeted
    name = check_room_name(connection.here if delete.room == HERE else delete.room)
    room = hall.rooms.find(name)
    if room is None:
        raise RefusedError("no_such_room", f"there is no room called {name}")
    hall.writer.do(lambda: _drop_by(hall, room, person))
    hall.tell(connection, Done(delete.id, f"The room #{room.name} is deleted."))


def drop(hall: Hall, room: Room, by: str) -> None:
    """Put everybody out of a room and forget it. For the writer's thread."""
    if room.name == LOBBY:
        raise RefusedError("not_allowed", "the lobby stays: everybody comes in there")
    if room.log.closed:
        raise RefusedError("no_such_room", f"there is no room called {room.name}")
    with hall.store.transaction():
        hall.people.delete_room(room.name)
        hall.people.note(now(), room.name, by, "drop", "", f"{by} deleted the room")
    hall.rooms.close(room)
    for one in hall.crowd.all():
        take_out(hall, one, room.name, f"The room #{room.name} was deleted by {by}.")
    hall.indexer.forget(room.name)
    hall.keeper.sweep()


def _drop_by(hall: Hall, room: Room, person: Person) -> None:
    check_role("drop", room.role_of(person))
    drop(hall, room, person.name)


def _join(hall: Hall, connection: Connection, join: Join, name: str) -> None:
    person = connection.greeted
    room = hall.rooms.find(name)
    if join.private and room and room.kind == "public":  # who wants it private must not be heard
        words = f"there is a room #{name} already, and it is public: take another name"
        raise RefusedError("not_allowed", words)
    if name not in connection.places:
        _check_not_too_many(hall, connection)
        room = room or _make(hall, person, name, private=join.private)
        room.admit(connection.caller())
        _belong(hall, person, room)
        _bring_in_others(hall, connection, room)
    elif room is None:
        raise RefusedError("no_such_room", f"there is no room called {name}")
    connection.here = name
    come_in(hall, connection, room, join.id, join.history)


def _check_not_too_many(hall: Hall, connection: Connection) -> None:
    """Raise `RefusedError` if they are in as many rooms as one may. Private messages are free."""
    most = hall.settings.rooms_per_person
    count = sum(not name.startswith(DIRECT) for name in list(connection.places))
    if most and count >= most:
        raise RefusedError("too_many", f"you are in {most} rooms: leave one first")


def _make(hall: Hall, person: Person, name: str, *, private: bool) -> Room:
    if name.startswith(DIRECT):
        raise RefusedError("no_such_room", "there is no room of that name")
    by = hall.settings.rooms_by
    role = hall.rooms.lobby.role_of(person)
    if (by == "accounts" and not person.account) or (by == "moderators" and role < Role.MODERATOR):
        raise RefusedError(
            "not_allowed", f"there is no room called {name}, and here {by} alone make rooms"
        )
    row = RoomRow(name, "private" if private else "public", "", 0.0, now())
    return hall.rooms.make(row, {person.identity: Role.OWNER})


def _belong(hall: Hall, person: Person, room: Room) -> None:
    """Remember that an account is in the room; and of a private one, that anybody is."""
    if room.name == LOBBY or not (person.account or room.kind != "public"):
        return
    role = max(room.roles.get(person.identity, Role.MEMBER), Role.MEMBER)
    hall.people.set_member(room.name, person.identity, role)
    if person.account and room.kind != "direct":
        hall.notes.read(room.name, person.identity, room.log.last)  # before one came
    room.absent.discard(person.identity)
    if room.kind != "public":
        room.roles[person.identity] = role


def _bring_in_others(hall: Hall, connection: Connection, room: Room) -> None:
    """Let the account's other connections in as well."""
    person = connection.greeted
    for one in hall.crowd.of(person.identity) if person.account else ():
        if one is not connection and one.person and room.name not in one.places:
            come_in(hall, one, room)


def _leave(hall: Hall, connection: Connection, room: Room, id_: str) -> None:
    person = connection.greeted
    if room.name != LOBBY:
        part(hall, room, person.identity)
    for one in hall.crowd.of(person.identity):
        take_out(hall, one, room.name, id_=id_ if one is connection else "")
    if connection.here == room.name:
        connection.here = LOBBY
    with suppress(StoreError):  # they left: another time will do
        forget_if_unused(hall, room, person.identity)


def part(hall: Hall, room: Room, identity: str) -> None:
    """Remember that somebody is not in the room any more; owners and moderators stay what they are.

    For the writer's thread.
    """
    role = room.roles.get(identity, Role.MEMBER)
    if role > Role.MEMBER or room.kind == "direct":
        hall.people.set_outside(room.name, identity)
        room.absent.add(identity)
        return
    hall.people.drop_member(room.name, identity)
    if room.kind == "private":
        room.roles.pop(identity, None)


def _info(hall: Hall, connection: Connection, row: RoomRow) -> RoomInfo:
    room = hall.rooms.get(row.name)
    return RoomInfo(
        row.name,
        hall.presence.count(row.name),
        room.topic if room else row.topic,
        inside=row.name in connection.places,
    )


def _own_info(hall: Hall, person: Person, room: Room) -> RoomInfo:
    return RoomInfo(
        room.name,
        hall.presence.count(room.name),
        room.topic,
        room.kind,  # type: ignore[arg-type]
        others(hall, person, room),
        True,
    )


def _set_topic(hall: Hall, person: Person, room: Room, id_: str, text: str) -> None:
    check_role("topic", room.role_of(person))
    draft = rules.doing(person, room.name, id_, "topic", text)

    def store() -> None:
        hall.people.set_topic(room.name, text)
        note(hall, draft)

    hall.writer.record(
        draft, Source(room.log, None, None), store, lambda: setattr(room, "topic", text)
    )


def _invite_new(hall: Hall, person: Person) -> tuple[str, str]:
    """Return a code for somebody new, and until when it may be used."""
    check_role("server", Role.ADMINISTRATOR if person.administrator else Role.MEMBER)
    with hall.store.transaction():
        words = f"{person.name} invited somebody new"
        hall.people.note(now(), EVERYWHERE, person.name, "invite", "", words)
        return hall.accounts.invite(person.name)


def _invite(hall: Hall, person: Person, room: Room, name: str) -> str:
    if room.log.closed:
        raise RefusedError("no_such_room", f"there is no room called {room.name}")
    if room.kind == "private":
        check_role("invite", room.role_of(person))
    subject = find_subject(hall, name)
    if room.kind == "direct":
        raise RefusedError("not_allowed", "a room of two has no place for a third")
    if subject.identity == person.identity:
        raise RefusedError("not_allowed", "that is yourself: you are in the room")
    check_not_blocked(hall, person, subject.identity)
    if room.kind == "private" and subject.identity not in room.roles:
        with hall.store.transaction():
            hall.people.set_member(room.name, subject.identity, Role.OUTSIDER)
            hall.people.set_outside(room.name, subject.identity)
            words = f"{person.name} invited {subject.name}"
            hall.people.note(now(), room.name, person.name, "invite", subject.name, words)
        room.roles[subject.identity] = Role.OUTSIDER
    for one in subject.connections:
        if room.name not in one.places:
            hall.tell(one, Invited(room.name, person.name))
    return subject.name
