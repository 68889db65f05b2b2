"""What is remembered of those whose connection ended, for when they come back with their session.

A client that lost the connection says `hello` with the session that it had: it is the same person
still, who did not mean to leave. Who starts anew has a new session, and finds nothing here.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Final, NamedTuple

from huechat.chat.people import Person

MOST: Final = 20_000
"""How many things are remembered, away and each block being one: some 300 bytes each."""


class Remembered(NamedTuple):
    """Why somebody was away (None: they were not), and whom they had blocked, as a guest."""

    away: str | None
    blocked: Mapping[str, str]

    @property
    def weight(self) -> int:
        """How many things these are."""
        return len(self.blocked) + 1


NOTHING: Final = Remembered(None, {})


class LostLinks:
    """Remembers until the server stops, or until it is too much: then what is oldest goes first.

    Any thread may call all of it, and nothing blocks.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()  # guards the two below
        self._left: dict[tuple[str, str], Remembered] = {}  # by identity and session
        self._weight = 0

    def remember(self, person: Person, blocked: Mapping[str, str]) -> None:
        """Remember a person whose connection ends; call it before they are gone."""
        left = Remembered(person.away, {} if person.account else blocked)
        with self._lock:
            self._forget(_place(person))
            if left.away is not None or left.blocked:
                self._left[_place(person)] = left
                self._weight += left.weight
            while self._weight > self._most:
                self._forget(next(iter(self._left)))

    def change_away(self, identity: str, away: str | None) -> None:
        """Note that somebody is away, or back, on whatever connections they may have lost."""
        with self._lock:
            for place in [one for one in self._left if one[0] == identity]:
                self._left[place] = self._left[place]._replace(away=away)

    def block_also(self, guest: str, key: str, name: str) -> None:
        """Let all guests who had blocked `guest`, an identity, have blocked the name, too."""
        with self._lock:
            for place, left in self._left.items():
                if guest in left.blocked and key not in left.blocked:
                    self._left[place] = left._replace(blocked={**left.blocked, key: name})
                    self._weight += 1

    def away(self, person: Person) -> str | None:
        """Return why a person was away when their connection ended."""
        with self._lock:
            return self._left.get(_place(person), NOTHING).away

    def blocked(self, person: Person) -> dict[str, str]:
        """Return whom a guest had blocked when their last connection ended."""
        with self._lock:
            return dict(self._left.get(_place(person), NOTHING).blocked)

    def _forget(self, place: tuple[str, str]) -> None:
        left = self._left.pop(place, None)
        if left:
            self._weight -= left.weight


def _place(person: Person) -> tuple[str, str]:
    return person.identity, person.session
