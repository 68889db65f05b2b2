"""Who is connected: the names in use, and whose they are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from huechat.chat.errors import RefusedError
from huechat.chat.guests import guest_name
from huechat.chat.names import name_key, name_keys
from huechat.chat.people import Person
from huechat.chat.tenure import Tenures

if TYPE_CHECKING:
    from huechat.server.connection import Connection


class Crowd:
    """All connections that said hello, by name and by identity.

    A name is one identity's at a time; an identity may have several connections. With an empty
    name one is given the name of a guest that nobody has. What somebody said must be stored before
    they leave, or have another name: the next of that name may come. Any thread may call all, and
    nothing blocks. `named` is called with each who has a name from then on; it must not call back.
    """

    def __init__(self, named: Callable[[Person], None]) -> None:
        self._named = named
        self._lock = threading.Lock()  # guards the four below
        self._by_key: dict[str, dict[Connection, Person]] = {}  # each under all its name's keys
        self._by_identity: dict[str, dict[Connection, Person]] = {}
        self._tenures = Tenures()
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
                self._check_free(person.name, person)
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
            self._check_free(name, person)
            self._take_out(connection, person)
            person.rename(name)
            self._put_in(connection, person)

    def become(self, connection: Connection, person: Person, changed: Person) -> None:
        """Let `person` be what `changed` is: an account, or a guest again.

        Raises `RefusedError` if somebody else has the name.
        """
        with self._lock:
            name = changed.name or self._guest_name()
            self._check_free(name, changed, person)
            self._take_out(connection, person)
            person.become(changed.account, name)
            self._put_in(connection, person)

    def is_anothers(self, name: str, person: Person) -> bool:
        """Return whether somebody else than `person` has the name."""
        with self._lock:
            return any(one.identity != person.identity for one in self._like(name).values())

    def guests_named(self, name: str) -> list[tuple[Connection, Person]]:
        """Return the guests who have the name, or one that looks like it; also those coming in."""
        with self._lock:
            return [one for one in self._like(name).items() if not one[1].account]

    def named(self, name: str) -> list[Connection]:
        """Return the connections of whoever has the name, or one that looks like it."""
        key = name_key(name)
        with self._lock:
            there = self._by_key.get(key, {})
            exactly = [one for one, person in there.items() if name_key(person.name) == key]
            return exactly or list(there)

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
        while not number or self._like(name):
            self._greeted += 1
            number = self._greeted
            name = guest_name(number)
        return name

    def _check_free(self, name: str, *owners: Person) -> None:
        """Raise `RefusedError` if somebody else has the name.

        Accounts of names that look alike are older than the rule against that: both may be here.
        """
        identities, key = {one.identity for one in owners}, name_key(name)
        others = (one for one in self._like(name).values() if one.identity not in identities)
        accounts = bool(owners[0].account)
        if any(not (accounts and one.account and name_key(one.name) != key) for one in others):
            raise RefusedError(
                "name_taken",
                f"{name}, or a name that looks like it, is in use: take another",
            )

    def _like(self, name: str) -> dict[Connection, Person]:
        """Return who has the name, or one that looks like it."""
        keys = name_keys(name)
        return {one: who for key in keys for one, who in self._by_key.get(key, {}).items()}

    def _put_in(self, connection: Connection, person: Person) -> None:
        for key in name_keys(person.name):
            self._by_key.setdefault(key, {})[connection] = person
        self._by_identity.setdefault(person.identity, {})[connection] = person
        if person.has_chosen_name:
            person.since = self._tenures.since(person.name, person.identity)
        self._named(person)

    def _take_out(self, connection: Connection, person: Person) -> None:
        places = [(self._by_key, key) for key in name_keys(person.name)]
        for table, key in (*places, (self._by_identity, person.identity)):
            group = table.get(key, {})
            group.pop(connection, None)
            if not group:
                table.pop(key, None)
