"""Whom people have blocked: what these say is not shown to them, on any of their connections.

A block is of a name, whoever has it, and of the guest who had it then, whatever they are called
later, also as an account. A guest is known by the session: who comes with a new one is somebody
new.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from huechat.chat.names import name_key
from huechat.chat.people import GUEST, Person, guest_identity
from huechat.server.logs.outlet import Outlet

if TYPE_CHECKING:
    from huechat.chat.accounts import Account
    from huechat.server.connection import Connection
    from huechat.server.hall import Hall
    from huechat.server.people.subjects import Subject

MOST_NAMES: Final = 20_000
"""How many names of guests are remembered, with who had them last: some 300 bytes each."""

MOST_NAMES_EACH: Final = 100
"""How many of one guest."""


class Blocks:
    """What each connection is not to be told, kept as it is while guests change their names.

    A guest who is blocked is not heard under any name that they had, until another takes it: else
    they could have others silenced who come later. `hide` is called with what is hidden from a
    connection now. Any thread may call all of it, and nothing blocks.
    """

    def __init__(self, hide: Callable[[Outlet, frozenset[str]], None]) -> None:
        self._hide = hide
        self._lock = threading.Lock()  # guards the four below
        self._had_last: dict[str, str] = {}  # key to identity, in the order in which it was taken
        self._names: dict[str, dict[str, None]] = {}  # the same by identity
        self._blocked: dict[Connection, frozenset[str]] = {}
        self._blockers: dict[str, set[Connection]] = {}  # by the guest's identity

    def named(self, person: Person) -> None:
        """Note that `person` has their name from now on, before anything is said under it."""
        key = name_key(person.name)
        with self._lock:
            before = self._had_last.get(key, "")
            if before == person.identity:
                return
            if before:
                self._forget_name(before, key)
            if not person.account:
                self._remember_name(person.identity, key)
            for identity in (before, person.identity):
                for connection in self._blockers.get(identity, ()):
                    self._tell(connection)

    def put(self, connection: Connection, blocked: Iterable[str]) -> None:
        """Note whom the connection's person has blocked: keys of names, and guests' identities."""
        with self._lock:
            self._take_out(connection)
            if blocked := frozenset(blocked):
                self._blocked[connection] = blocked
                for identity in filter(_is_guest, blocked):
                    self._blockers.setdefault(identity, set()).add(connection)
            self._tell(connection)

    def blockers(self, guest: str) -> list[Connection]:
        """Return the connections of those who have blocked the guest with that identity."""
        with self._lock:
            return list(self._blockers.get(guest, ()))

    def take_out(self, connection: Connection) -> None:
        """Forget a connection that ended."""
        with self._lock:
            self._take_out(connection)

    def _tell(self, connection: Connection) -> None:
        blocked = self._blocked.get(connection, frozenset())
        guests = frozenset(filter(_is_guest, blocked))
        also = (self._names.get(identity, {}) for identity in guests)
        self._hide(connection.outlet, (blocked - guests).union(*also))

    def _take_out(self, connection: Connection) -> None:
        for identity in filter(_is_guest, self._blocked.pop(connection, ())):
            blockers = self._blockers[identity]
            blockers.remove(connection)
            if not blockers:
                del self._blockers[identity]

    def _remember_name(self, identity: str, key: str) -> None:
        names = self._names.setdefault(identity, {})
        names[key] = None
        self._had_last[key] = identity
        if len(names) > MOST_NAMES_EACH:
            self._forget_name(identity, next(iter(names)))
        if len(self._had_last) > MOST_NAMES:
            oldest, owner = next(iter(self._had_last.items()))
            self._forget_name(owner, oldest)

    def _forget_name(self, identity: str, key: str) -> None:
        del self._had_last[key]
        names = self._names[identity]
        del names[key]
        if not names:
            del self._names[identity]


def keys_of(subject: Subject) -> list[str]:
    """Return under what somebody is blocked: the name, and the guest that they are, or would be."""
    people = (one.person for one in subject.connections)
    guests = dict.fromkeys(guest_identity(one.session) for one in people if one)
    return [name_key(subject.name), *guests]


def without(blocked: Mapping[str, str], name: str) -> dict[str, str]:
    """Return `blocked` without that name, and without who was blocked under it."""
    key = name_key(name)
    return {one: called for one, called in blocked.items() if key not in (one, name_key(called))}


def names_in(blocked: Mapping[str, str]) -> list[str]:
    """Return the names that are blocked."""
    return [name for key, name in blocked.items() if not _is_guest(key)]


def blocked_by(hall: Hall, connection: Connection) -> dict[str, str]:
    """Return whom the one at the other end has blocked: key, or guest's identity, to name.

    Blocks for an account.
    """
    person = connection.greeted
    if person.account:
        return hall.people.blocked(person.identity)
    return connection.blocked


def has_blocked(hall: Hall, identity: str, person: Person) -> bool:
    """Return whether the one with that identity has blocked `person`. Blocks for an account."""
    if hall.accounts.of_identity(identity):
        there = [hall.people.blocked(identity)]
    else:
        there = [one.blocked for one in hall.crowd.of(identity)]
    return any(name_key(person.name) in one or person.identity in one for one in there)


def block_also(hall: Hall, guest: str, account: Account) -> None:
    """Let who has blocked a guest have blocked the account that the guest becomes.

    Call it before anything is said as that account. For the writer's thread.
    """
    key, name = name_key(account.name), account.name
    hall.people.copy_blocks(guest, key, name, account.identity)
    hall.lost_links.block_also(guest, key, name)
    for connection in hall.blocks.blockers(guest):
        person = connection.person
        if person and person.identity != account.identity:
            if not person.account:
                connection.blocked = connection.blocked | {key: name}
            hall.blocks.put(connection, blocked_by(hall, connection))


def take_blocks_along(hall: Hall, connection: Connection) -> None:
    """Let an account have blocked whom the guest had who it was, but itself.

    For the writer's thread.
    """
    identity, own = connection.greeted.identity, name_key(connection.greeted.name)
    with hall.people.transaction():
        for key, name in without(connection.blocked, own).items():
            hall.people.block(identity, key, name)


def hide_blocked(hall: Hall, connection: Connection) -> None:
    """Have nothing told to the connection of what those say whom its person has blocked.

    A guest has blocked on all connections whom they blocked on one of them, and when they come
    back after a lost one. Raises `StoreError`.
    """
    person = connection.greeted
    if not person.account:
        there = [one for one in hall.crowd.of(person.identity) if one is not connection]
        for blocked in [one.blocked for one in there] or [hall.lost_links.blocked(person)]:
            connection.blocked = connection.blocked | blocked
    hall.blocks.put(connection, blocked_by(hall, connection))


def _is_guest(key: str) -> bool:
    return key.startswith(GUEST)
