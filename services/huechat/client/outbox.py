"""What was said and is not confirmed yet, in its order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from huechat.protocol import DIRECT, Delete, Edit, React, Say

Entering = Say | Edit | Delete | React
"""What gets a place in a room's log, once, however often it must be sent."""

WINDOW: Final = 64
"""How many messages may be on their way to the server, or its confirmation on its way back."""

MOST_KEPT: Final = 10_000
"""How many may wait for a lost server to come back before saying more blocks."""

TO: Final = "to "
"""Before a person's name, where it stands for a room's: no room has a blank in its name."""

OVERDUE_S: Final = 2.0
"""How long a message may be under way before people are told that messages wait."""


class Outbox:
    """Keeps what must be sent again if the connection is lost. Any thread may call all of it.

    `now_s` tells the time, in seconds.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self.held = False
        """Whether the server wants us to wait before more is sent."""
        self._changed = threading.Condition()  # guards this and what is below
        self._now_s = now_s
        self._waiting: dict[str, Entering] = {}
        self._sent: dict[str, float] = {}  # when, the oldest first
        self._put_off: set[str] = set()  # the places that what is said for has to wait
        self._about_newest: set[str] = set()  # the ids of what waits and changes one's newest

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, id_: str) -> bool:
        return id_ in self._waiting

    def add(self, entering: Entering) -> None:
        """Keep what is said, behind what was said before."""
        with self._changed:
            self._waiting[entering.id] = entering
            if _is_about_newest(entering):
                self._about_newest.add(entering.id)

    def due(self) -> list[Entering]:
        """Return what is to be sent now, in the order of each place. It counts as sent then."""
        with self._changed:
            if self.held:
                return []
            due = list(islice(self._timely(), WINDOW - len(self._sent)))
            self._sent.update((one.id, self._now_s()) for one in due)
            return due

    def _timely(self) -> Iterator[Entering]:
        """Yield what is not sent and need not wait, in its order. The lock is held.

        What is about one's newest message waits until the server has that: it may still refuse it,
        and what was said before must not be changed instead.
        """
        barred = set(self._put_off)
        before: set[str] = set()
        depends = bool(self._about_newest)  # seldom; and this is asked with each confirmation
        for id_, one in self._waiting.items():
            if depends:
                place = _place(one)
                if id_ in self._about_newest and any(_may_be_one(place, other) for other in before):
                    barred.add(place)
                before.add(place)
            if id_ not in self._sent and _place(one) not in barred:
                yield one

    @property
    def has_unsent(self) -> bool:
        """Whether more was said than may be under way at once."""
        return len(self._waiting) > len(self._sent)

    def unsent(self, room: str = "") -> int:
        """Return how many are not under way: for `room`, or, with no name, for all."""
        with self._changed:
            unsent = [one for id_, one in self._waiting.items() if id_ not in self._sent]
            return sum(not room or _place(one) == room for one in unsent)

    @property
    def is_owed(self) -> bool:
        """Whether something is under way that the server is to confirm."""
        return bool(self._sent) and not self.held

    @property
    def overdue(self) -> bool:
        """Whether the oldest message that is under way is so for longer than `OVERDUE_S`."""
        with self._changed:
            sent_s = next(iter(self._sent.values()), None)
            return sent_s is not None and self._now_s() - sent_s > OVERDUE_S

    def confirm(self, id_: str) -> bool:
        """Note that the server has a message, or will never have it; return whether it waited."""
        with self._changed:
            waited = id_ in self._waiting
            self._forget(id_)
            self._changed.notify_all()
            return waited

    def refuse(self, id_: str) -> list[str]:
        """Note that the server does not take a message; return the ids of what was about it.

        That waits no longer either.
        """
        with self._changed:
            refused = self._waiting.get(id_)
            about = self._about(refused) if isinstance(refused, Say) else []
            for one in (id_, *about):
                self._forget(one)
            self._changed.notify_all()
            return about

    def _forget(self, id_: str) -> None:
        """Wait for a message no more. The lock is held."""
        self._waiting.pop(id_, None)
        self._sent.pop(id_, None)
        self._about_newest.discard(id_)

    def _about(self, said: Say) -> list[str]:
        """Return the ids of what is about `said` as the newest message. The lock is held."""
        about = []
        later = iter(self._waiting.values())
        any(one is said for one in later)  # go on behind it
        for one in later:
            if not _may_be_one(_place(one), _place(said)):
                continue
            if isinstance(one, Say):
                break
            if one.id in self._about_newest:
                about.append(one.id)
        return about

    def hold(self) -> bool:
        """Hold back what is said; return whether it was not held back already."""
        with self._changed:
            before, self.held = self.held, True
            return not before

    def put_off(self, id_: str) -> str:
        """Note that the server does not take a message yet, nor any other for its place.

        Return the place; empty if it was put off already, or the message does not wait.
        """
        with self._changed:
            self._sent.pop(id_, None)
            one = self._waiting.get(id_)
            place = _place(one) if one else ""
            new = place not in self._put_off
            if place and new:
                self._put_off.add(place)
            return place if new else ""

    def take_up(self, place: str) -> bool:
        """Put off nothing more that is for `place`; return whether anything was."""
        with self._changed:
            was = place in self._put_off
            self._put_off.discard(place)
            self._changed.notify_all()
            return was

    @property
    def is_put_off(self) -> bool:
        """Whether what is for some place has to wait."""
        return bool(self._put_off)

    def release(self) -> None:
        """Hold nothing back any more; all that is not confirmed is to be sent again."""
        with self._changed:
            self.held = False
            self._put_off.clear()
            self._sent.clear()
            self._changed.notify_all()

    def news(self) -> None:
        """Have those who wait look again at what they wait for."""
        with self._changed:
            self._changed.notify_all()

    def has_room(self, *, connected: bool) -> bool:
        """Return whether one more message may be said without waiting."""
        if not connected:
            return len(self._waiting) < MOST_KEPT
        return not self.held and len(self._waiting) < WINDOW

    def wait_for(self, done: Callable[[], bool], timeout_s: float | None = None) -> bool:
        """Block until `done`, or for so many seconds; return whether it is."""
        with self._changed:
            return self._changed.wait_for(done, timeout_s)


def _place(entering: Entering) -> str:
    """Return where it is said: in a room, or to somebody alone."""
    to = getattr(entering, "to", "")
    return f"{TO}{to}" if to else entering.room


def _may_be_one(place: str, other: str) -> bool:
    """Return whether both may be one room: of two, of which one says only with whom."""
    return place == other or (place.startswith(DIRECT) and other.startswith(TO))


def _is_about_newest(entering: Entering) -> bool:
    return not isinstance(entering, Say) and not entering.seq
