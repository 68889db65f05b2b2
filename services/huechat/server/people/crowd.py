"""Who is connected: the names in use, and whose they are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from huechat.chat.errors import RefusedError
from huechat.chat.guests import guest_name
from huechat.chat.names import name_key
from huechat.chat.people import Person

if TYPE_CHECKING:
    from huechat.server.connection import Connection


class Crowd:
    """All connections that said hello, by name and by identity.

    A name is one identity's at a time; an identity may have several connections. With an empty
    name one is given the name of a guest that nobody has. Any thread may call all of it, and
    nothing blocks.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()  # guards the three below
        self._by_key: dict[str, dict[Connection, Person]] = {}
        self._by_identity: dict[str, dict[Connection, Person]] = {}
        self._greeted = 0

    def next_number(self) -> int:
        """Return the number of one who says hello now. Health checks don't, and use none up."""
        with self._lock:
            self._greeted += 1
            return self._greeted

    def enter(
        self, connection: Connection, person: Person, check: Callable[[str], None] | None = None
    ) -> None:
        """Count a connection in. Raises `RefusedError` if somebody else has the name.

        `check` may raise one, too: whoever frees a name that it forbids finds all who have it.
        """
        with self._lock:
            if person.name:
                if check:
                    check(person.name)
                self._check_free(name_key(person.name), person.name, person)
            else:
                person.rename(self._guest_name(connection.number))
            self._put_in(connection, person)

    def leave(self, connection: Connection, person: Person) -> bool:
        """Count a connection out; return whether it was the person's last."""
        with self._lock:
            self._take_out(connection, person)
            return person.identity not in self._by_identity

    def rename(self, connection: Connection, person: Person, name: str) -> None:
        """Give a guest another name. Raises `RefusedError` if somebody else has it."""
        with self._lock:
            name = name or self._guest_name()
            self._check_free(name_key(name), name, person)
            self._take_out(connection, person)
            person.rename(name)
            self._put_in(connection, person)

    def become(self, connection: Connection, person: Person, changed: Person) -> None:
        """Let `person` be what `changed` is: an account, or a guest again.

        Raises `RefusedError` if somebody else has the name.
        """
        with self._lock:
            name = changed.name or self._guest_name()
            self._check_free(name_key(name), name, changed, person)
            self._take_out(connection, person)
            person.become(changed.account, name)
            self._put_in(connection, person)

    def is_anothers(self, name: str, person: Person) -> bool:
        """Return whether somebody else than `person` has the name."""
        with self._lock:
            there = self._by_key.get(name_key(name), {}).values()
            return any(one.identity != person.identity for one in there)

    def guests_named(self, name: str) -> list[tuple[Connection, Person]]:
        """Return the guests who have the name, or one that looks like it; also those coming in."""
        with self._lock:
            there = self._by_key.get(name_key(name), {})
            return [one for one in there.items() if not one[1].account]

    def named(self, name: str) -> list[Connection]:
        """Return the connections of whoever has the name, or one that looks like it."""
        with self._lock:
            return list(self._by_key.get(name_key(name), ()))

    def of(self, identity: str) -> list[Connection]:
        """Return the connections of an identity."""
        with self._lock:
            return list(self._by_identity.get(identity, ()))

    def all(self) -> list[Connection]:
        """Return all connections that said hello."""
        with self._lock:
            return [one for many in self._by_identity.values() for one in many]

    def _guest_name(self, number: int = 0) -> str:
        """Return the name of guest `number`, or of the next whose name nobody has.

        Somebody may have brought it along from before the server was started again.
        """
        name = guest_name(number)
        while not number or name_key(name) in self._by_key:
            self._greeted += 1
            number = self._greeted
            name = guest_name(number)
        return name

    def _check_free(self, key: str, name: str, *owners: Person) -> None:
        identities = {one.identity for one in owners}
        if any(one.identity not in identities for one in self._by_key.get(key, {}).values()):
            raise RefusedError(
                "name_taken",
                f"{name}, or a name that looks like it, is in use: take another",
            )

    def _put_in(self, connection: Connection, person: Person) -> None:
        self._by_key.setdefault(name_key(person.name), {})[connection] = person
        self._by_identity.setdefault(person.identity, {})[connection] = person

    def _take_out(self, connection: Connection, person: Person) -> None:
        keys = ((self._by_key, name_key(person.name)), (self._by_identity, person.identity))
        for table, key in keys:
            group = table.get(key, {})
            group.pop(connection, None)
            if not group:
                table.pop(key, None)
