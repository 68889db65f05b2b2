"""Whom a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from huechat.chat.accounts import Account
from huechat.chat.errors import RefusedError
from huechat.chat.names import MAX_NAME
from huechat.chat.roles import Role
from huechat.chat.rooms import Room

if TYPE_CHECKING:
    from huechat.server.connection import Connection
    from huechat.server.hall import Hall


class Subject(NamedTuple):
    """A person whom a command is about: connected, or an account, or both."""

    name: str
    identity: str
    account: Account | None
    connections: list[Connection]

    def role_in(self, room: Room) -> Role:
        """Return what the person may do in `room`."""
        if self.account and self.account.administrator:
            return Role.ADMINISTRATOR
        return room.role_of_identity(self.identity)


def find_subject(hall: Hall, name: str) -> Subject:
    """Return who is called `name`; raise `RefusedError` if nobody is."""
    name = name.removeprefix("@")
    if not name:
        raise RefusedError("no_such_person", "say who is meant, by name")
    account = hall.accounts.find(name)
    if account:
        there = hall.crowd.of(account.identity)
        return Subject(account.name, account.identity, account, there)
    for connection in hall.crowd.named(name):
        person = connection.person
        if person:
            there = hall.crowd.of(person.identity)
            return Subject(person.name, person.identity, None, there)
    shown = name if len(name) <= MAX_NAME else f"{name[:MAX_NAME]}…"
    raise RefusedError("no_such_person", f"there is nobody called {shown} here")
