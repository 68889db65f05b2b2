"""Who is in one room, and what of it each one knows who wants to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from huechat.chat.log import Encode
from huechat.chat.names import name_key
from huechat.chat.people import Person
from huechat.protocol import Presence, Renamed, TypingNow
from huechat.server.logs.outlet import Outlet
from huechat.server.people.renames import Renames


class Known(NamedTuple):
    """What somebody was told of a room: how many are in it, which names, who of them is away."""

    here: int
    names: frozenset[str]
    away: frozenset[str]


NOTHING: Final = Known(0, frozenset(), frozenset())


class Roll:
    """The connections in `room`, and the names that they have.

    `listed`: of up to so many people names are told, of more the number alone. Each is told what
    changed since they were told last, so that what they make of it is what is so, even after the
    room was larger than that for a while. Not for several threads at once.
    """

    def __init__(self, room: str, listed: int) -> None:
        self.here: Counter[str] = Counter()
        """How many connections each name has."""
        self.typing: set[str] = set()
        """Who is writing something, since it was told last."""
        self._room = room
        self._listed = listed
        self._away: Counter[str] = Counter()
        self._members: dict[Outlet, tuple[str, bool]] = {}
        self._renames = Renames()
        self._known: dict[Outlet, Known] = {}  # of those who want to be told

    def put(self, outlet: Outlet, person: Person) -> None:
        """Note who `person` is now, at the other end of `outlet`."""
        self._renames.note(outlet, self._strike(outlet), person.name)
        away = person.away is not None
        self._members[outlet] = (person.name, away)
        self.here[person.name] += 1
        self._away[person.name] += away

    def has(self, outlet: Outlet) -> bool:
        """Return whether that connection is in the room."""
        return outlet in self._members

    def take_out(self, outlet: Outlet) -> None:
        """Note that the connection is not in the room any more."""
        self._renames.note(outlet, self._strike(outlet), "")
        self._known.pop(outlet, None)

    def first(self, outlet: Outlet) -> bytes:
        """Return what tells who is here, for one who wants to know from now on."""
        self._known[outlet] = known = self._now(NOTHING)
        self._renames.from_now(outlet)
        return b"".join(outlet.encode([self._change(NOTHING, known)]))

    def news(self) -> Iterator[tuple[Outlet, bytes]]:
        """Yield what is to be told now, and to whom."""
        encoded, now_of = cache(_encoded), cache(self._now)  # nearly all know the same
        renamed_of = cache(self._renamed)
        for outlet, known in self._known.items():
            now, renamed = now_of(known), renamed_of(known, self._renames.since(outlet))
            if now != known or renamed:
                self._known[outlet] = now
                yield outlet, encoded(outlet.encode, self._change(known, now, renamed))
            shown = self._typing_for(outlet)
            if shown:
                yield outlet, encoded(outlet.encode, TypingNow(self._room, shown))
        self.typing = set()
        self._renames.forget()

    @property
    def _is_listed(self) -> bool:
        return len(self.here) <= self._listed

    def _now(self, known: Known) -> Known:
        """Return what one is to know now who knew `known`: in a large room no further names.

        Who has several connections is away if all of these are.
        """
        if not self._is_listed:
            return known._replace(here=len(self.here))
        away = {name for name, count in self._away.items() if count == self.here[name]}
        return Known(len(self.here), frozenset(self.here), frozenset(away))

    def _change(self, known: Known, now: Known, renamed: tuple[Renamed, ...] = ()) -> Presence:
        back = (known.away & now.names) - now.away
        return Presence(
            self._room,
            now.here,
            _listed(now.names - known.names),
            _listed(known.names - now.names),
            _listed(now.away - known.away),
            _listed(back),
            renamed,
        )

    def _renamed(self, known: Known, since: int) -> tuple[Renamed, ...]:
        """Return who of those whom one knew has another name."""
        if not self._is_listed:
            return ()
        called = {outlet: name for outlet, (name, _) in self._members.items()}
        pairs = self._renames.pairs(since, called)
        return tuple(Renamed(*two) for two in pairs if two[0] in known.names)

    def _typing_for(self, outlet: Outlet) -> tuple[str, ...]:
        """Return who is writing but oneself, and those whom one has blocked."""
        if not (self.typing and self._is_listed):
            return ()
        own, _ = self._members[outlet]
        others = self.typing - {own}
        return _listed({one for one in others if name_key(one) not in outlet.hides})

    def _strike(self, outlet: Outlet) -> str:
        """Take the connection's name away; return it."""
        name, away = self._members.pop(outlet, ("", False))
        if name:
            for names, count in ((self.here, 1), (self._away, int(away))):
                names[name] -= count
                if not names[name]:
                    del names[name]
        return name


def _encoded(encode: Encode, event: Presence | TypingNow) -> bytes:
    return b"".join(encode([event]))


def _listed(names: set[str] | frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(names))
