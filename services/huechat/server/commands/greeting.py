"""Saying hello."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from huechat import palette
from huechat.chat import rules
from huechat.chat.accounts import Account
from huechat.chat.bans import SERVER, Caller, check_not_barred
from huechat.chat.errors import RefusedError
from huechat.chat.guests import is_guest_name
from huechat.chat.people import Person
from huechat.chat.rooms import Room
from huechat.chat.times import now
from huechat.protocol import (
    DIRECT,
    LOBBY,
    VERSION,
    Error,
    Hello,
    Ping,
    Pong,
    RoomPlace,
    Welcome,
)
from huechat.server.connection import Connection
from huechat.server.people.blocks import hide_blocked
from huechat.server.people.evictions import disconnect
from huechat.server.rooms.direct import note_back
from huechat.server.rooms.invitations import tell_invitations
from huechat.server.rooms.places import (
    is_admitted,
    leave,
    listen,
    room_place,
    start,
    take_place,
)
from huechat.store import StoreError
from huechat.store.people import Membership

if TYPE_CHECKING:
    from huechat.server.hall import Hall

UNKNOWN: Final[dict[str, Membership]] = {}
"""An account's rooms, where the store cannot be asked for them."""

MOST_DIRECT: Final = 200
"""Into how many rooms of two a guest comes back: each is looked up."""

MOST_REFUSED: Final = 10
"""How often a hello may be refused on one connection: a person tries some names, no more."""

log = logging.getLogger(__name__)


def hello(hall: Hall, connection: Connection, hello: Hello) -> None:
    """Let somebody in: an account by its token or an earlier login, or else a guest.

    Who is refused may try otherwise, but not without end: names and tokens could be guessed so.
    """
    if connection.person:
        connection.check_pace()
        raise RefusedError("hello_twice", "hello was said already; connect again instead")
    try:
        _come_in(hall, connection, hello)
    except RefusedError as reason:
        _count_refused(connection, reason)
        raise


def _come_in(hall: Hall, connection: Connection, hello: Hello) -> None:
    rules.check_hello(hello)
    token = hello.token or connection.token
    account = hall.accounts.of_token(token) if token else None
    if account is None and hall.settings.access != "open":
        connection.wait_for_login(hello)
        raise connection.login_first()
    person = _person(hall, connection, hello, account)
    caller = Caller(person, connection.address, now())
    _check_not_banned(hall, connection, caller)
    connection.curious = hello.presence
    hall.delivery.hold(connection.outlet)  # what others tell it now comes after its welcome
    try:
        _enter(hall, connection, person, token)
    except (RefusedError, StoreError):
        hall.delivery.forget_held(connection.outlet)
        raise
    _let_in(hall, connection, hello)


def _count_refused(connection: Connection, reason: RefusedError) -> None:
    """Put out, and tell why, who was refused too often; being told to log in first is no try."""
    if reason.code == "login_first":
        return
    connection.refused += 1
    if connection.refused >= MOST_REFUSED:
        connection.put_out = True
        connection.hang_up()
        words = f"{reason}; that was the last of {MOST_REFUSED} tries: connect again"
        raise RefusedError("rate_limited", words) from reason


def ping(hall: Hall, connection: Connection, ping: Ping) -> None:
    """Answer after all that was said before is stored and told."""
    hall.writer.then(lambda: hall.tell(connection, Pong(ping.id)))


def _check_not_banned(hall: Hall, connection: Connection, caller: Caller) -> None:
    """Raise `RefusedError`, and end the connection, if the caller is kept out of the server."""
    if caller.person.administrator:  # who might have kept out their own network
        return
    try:
        check_not_barred(hall.sanctions, "ban", caller, SERVER)
    except RefusedError:
        connection.put_out = True  # on plain text there is nothing else that one could do
        connection.hang_up()
        raise


def _enter(hall: Hall, connection: Connection, person: Person, token: str) -> None:
    """Count somebody in. Who ends logins, or makes an account of the name, finds them from here."""
    check = None if person.account else hall.accounts.check_not_reserved
    hall.crowd.enter(connection, person, check)
    try:
        if person.account:
            person.account = hall.accounts.of_token(token)  # it may have ended meanwhile
    except (RefusedError, StoreError):
        hall.crowd.leave(connection, person)
        raise
    person.away = _away(hall, connection, person)
    connection.token = token
    connection.hello = None
    connection.person = person


def _away(hall: Hall, connection: Connection, person: Person) -> str | None:
    """Return why a person is away who comes back with their session: the link was lost, not they.

    The server may not have noticed yet that the earlier connection is dead.
    """
    for one in hall.crowd.of(person.identity):
        if one is not connection and one.person and one.person.session == person.session:
            return one.person.away
    return hall.lost_links.away(person)


def _person(hall: Hall, connection: Connection, hello: Hello, account: Account | None) -> Person:
    connection.number = hall.crowd.next_number()
    if account:
        hall.notes.seen(account)
        return Person(hello.session or connection.session, account.name, account.color, account)
    person = rules.guest(hello, connection.session, "")
    if is_guest_name(person.name):
        _check_given_name(hall, hello, person)
    return person


def _check_given_name(hall: Hall, hello: Hello, person: Person) -> None:
    """Let those who come back have the name again that they were given, if nobody has it now.

    After a restart somebody else may have been given it. Others may not choose such a name.
    """
    if not hello.session:
        raise RefusedError("bad_name", "names like guest-7 are given by the server; take another")
    if hall.crowd.is_anothers(person.name, person):
        person.rename("")


def _let_in(hall: Hall, connection: Connection, hello: Hello) -> None:
    threading.current_thread().name = f"reader-{connection.number}"
    if connection.wire.chosen:
        connection.outlet.encode = connection.wire.chosen.encode
    with suppress(StoreError):  # that must not keep anybody out
        hide_blocked(hall, connection)
    mine = _memberships(hall, connection.greeted)
    if connection.greeted.account and mine is not UNKNOWN and LOBBY not in mine:
        hall.notes.begin(LOBBY, connection.greeted.identity, hall.lobby.last)
    rooms = _rooms(hall, connection, hello, mine)
    # Before the welcome: what is said once it is there must be told, and come from its place.
    places = [take_place(connection, room, _after(hall, room, hello)) for room, _ in rooms]
    connection.settled = True
    rooms = [one for one in rooms if one[0].name in connection.places]
    welcome = _welcome(hall, connection, rooms)
    hall.delivery.release(connection.outlet, connection.encode(welcome))
    for place in filter(None, places):
        listen(hall, connection, place)
    note_back(hall, connection)
    with suppress(StoreError):
        tell_invitations(hall, connection, mine.values())
    connection.here = rooms[0][0].name if rooms else LOBBY
    if connection.here != LOBBY or not rooms:
        _tell_why_not_in_lobby(hall, connection)
    if len(rooms) > 1 or hall.sanctions or hall.rooms.lobby.sanctions:
        hall.writer.then(lambda: _put_out_again(hall, connection))
    log.info(palette.paint(f"{connection} connected from {connection.address}", palette.CONNECTED))


def _after(hall: Hall, room: Room, hello: Hello) -> int:
    """Return the `seq` after which `room` is told to who says `hello`."""
    known = hello.resume.get(room.name)
    return start(hall, room, hello.history) if known is None else min(known, room.log.last)


def _put_out_again(hall: Hall, connection: Connection) -> None:
    """Take the connection out of what was closed to it while it came in.

    For the writer's thread, which alone closes rooms, and the server.
    """
    caller = connection.caller()
    if connection.put_out:
        return  # and told why
    try:
        _check_not_banned(hall, connection, caller)
    except RefusedError as reason:
        disconnect(hall, [connection], f"You are not let in: {reason}.")
        return
    for name, place in list(connection.places.items()):
        try:
            place.room.admit(caller)
        except RefusedError as reason:
            leave(hall, connection, name, f"You are not in #{name}: {reason}.")


def _tell_why_not_in_lobby(hall: Hall, connection: Connection) -> None:
    try:
        hall.rooms.lobby.admit(connection.caller())
    except RefusedError as reason:
        hall.tell(connection, Error(reason.code, str(reason)))


def _welcome(hall: Hall, connection: Connection, rooms: list[tuple[Room, int]]) -> Welcome:
    person = connection.greeted
    return Welcome(
        VERSION,
        person.name,
        person.color,
        person.session,
        tuple(_place(hall, person, room, read) for room, read in rooms),
        hall.settings.max_line_bytes,
        person.account is not None,
        person.administrator,
    )


def _place(hall: Hall, person: Person, room: Room, read: int) -> RoomPlace:
    try:
        return room_place(hall, person, room, read)
    except StoreError:  # it cannot be counted what is unread; that must not keep anybody out
        return RoomPlace(room.name, room.log.last)


def _rooms(
    hall: Hall, connection: Connection, hello: Hello, mine: dict[str, Membership]
) -> list[tuple[Room, int]]:
    """Return the rooms that one comes into, and how far one has read each.

    They are the lobby, an account's own, and those that a guest was in when the connection died.
    """
    person = connection.greeted
    names = [one.room for one in mine.values() if one.inside]
    if not person.account:
        names = _resumed(hall, hello)
    rooms = []
    for name in dict.fromkeys([LOBBY, *names]):
        room = _admitting(hall, connection, name)
        if room:
            stored = mine[name].read if name in mine else 0
            rooms.append((room, hall.notes.marker(name, person.identity, stored)))
    return rooms


def _resumed(hall: Hall, hello: Hello) -> list[str]:
    """Return the rooms that a guest was in, no more than one may be in; see `rooms_per_person`."""
    names = [name for name in hello.resume if not name.startswith(DIRECT) and name != LOBBY]
    most = hall.settings.rooms_per_person
    direct = [name for name in hello.resume if name.startswith(DIRECT)]
    return [*(names[: most - 1] if most else names), *direct[:MOST_DIRECT]]


def _memberships(hall: Hall, person: Person) -> dict[str, Membership]:
    if not person.account:
        return {}
    with suppress(StoreError):
        return {one.room: one for one in hall.people.memberships(person.identity)}
    return UNKNOWN


def _admitting(hall: Hall, connection: Connection, name: str) -> Room | None:
    """Return the room if it is there and lets one in."""
    with suppress(StoreError):
        room = hall.rooms.find(name)
        if room and is_admitted(connection, room):
            return room
    return None
