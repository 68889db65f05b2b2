"""Putting people out, or out of a name, who are connected now. For the writer's thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huechat.chat.accounts import Account
from huechat.chat.people import Person
from huechat.protocol import Bye, Marked, You

if TYPE_CHECKING:
    from huechat.server.connection import Connection
    from huechat.server.hall import Hall


def free_name(hall: Hall, account: Account, owner: Connection | None = None) -> None:
    """Give another name to a guest who has, or has one that looks like, the account's.

    `owner` is about to be the account, and keeps it.
    """
    for connection, person in hall.crowd.guests_named(account.name):
        if connection is not owner:
            _rename(hall, connection, person)


def _rename(hall: Hall, connection: Connection, person: Person) -> None:
    before = person.name
    hall.crowd.rename(connection, person, "")
    words = f"{before} belongs to an account; you are {person.name} now. /name gives you another."
    hall.tell(connection, You(person.name, person.color, message=words))
    for room in list(connection.places):
        hall.presence.changed(room, person, connection.outlet)


def end_logins(hall: Hall, account: Account, why: str, but: Connection | None = None) -> None:
    """Say why, and end all connections of an account, but that one: their tokens are no more."""
    there = [one for one in hall.crowd.of(account.identity) if one is not but]
    for one in there:
        if one.person:
            one.person.account = None  # what still comes in from them is nobody's
    if there:
        hall.notes.seen(account)
    disconnect(hall, there, why)


def disconnect(hall: Hall, connections: list[Connection], why: str) -> None:
    """Say why, and end the connections: what still comes in from them is not done."""
    for connection in connections:
        connection.put_out = True
        hall.tell(connection, Bye(why, put_out=True))
        connection.hang_up()


def bid_farewell(hall: Hall, connection: Connection) -> None:
    """Note that a connection is no more, in all places where it was known."""
    person = connection.greeted
    hall.blocks.take_out(connection)
    hall.lost_links.remember(person, connection.blocked)
    hall.crowd.leave(connection, person)
    if person.account:
        note_gone(hall, connection, person.account)
    for room in list(connection.places):
        hall.presence.leave(room, connection.outlet)
    connection.places.clear()


def note_gone(hall: Hall, connection: Connection, account: Account) -> None:
    """Note that an account is not on the other end of the connection any more.

    Where a wire has no words for how far one has read, one has read all that was told.
    """
    hall.notes.seen(account)
    if not connection.encode(Marked("", 0)):
        for name, place in connection.places.items():
            hall.notes.read(name, account.identity, place.room.log.last)
    if not hall.crowd.of(account.identity):
        hall.notes.forget(account.identity)
