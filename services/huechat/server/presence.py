"""The presence thread: tells those who want to know who is here, in few words."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from typing import Final

from huechat.chat.people import Person
from huechat.protocol import LOBBY, Presence
from huechat.server.delivery import Delivery
from huechat.server.outlet import Outlet

log = logging.getLogger(__name__)

NAMELESS: Final = ""
"""The name under which all guests without one are counted."""


class PresenceBoard:
    """Knows who is in the lobby, and tells by `delivery` of changes, all that came in a while.

    `every_s`: the while, in seconds. `listed`: in a room of up to so many, names are told; in
    a larger one only their number. All but `start` and `stop` may be called from any thread,
    and none of those blocks.
    """

    def __init__(self, delivery: Delivery, every_s: float, listed: int) -> None:
        self._delivery = delivery
        self._every_s = every_s
        self._listed = listed
        self._lock = threading.Lock()  # guards who is here, who was told so, and who wants it
        self._here: Counter[str] = Counter()
        self._told: Counter[str] = Counter()
        self._curious: set[Outlet] = set()
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; block until it ended."""
        self._stopping.set()
        self._news.set()
        self._thread.join()

    def enter(self, person: Person, outlet: Outlet, *, curious: bool) -> None:
        """Note that `person` is here; tell them of others if `curious`: at once who is here."""
        with self._lock:
            self._here[person.name] += 1
            if curious:
                self._curious.add(outlet)
                event = self._event(Counter(), self._told)
                self._delivery.post(outlet, outlet.encode([event])[0])  # before any change to it
        self._news.set()

    def leave(self, person: Person, outlet: Outlet) -> None:
        """Note that `person` left."""
        with self._lock:
            self._here[person.name] -= 1
            if not self._here[person.name]:
                del self._here[person.name]
            self._curious.discard(outlet)
        self._news.set()

    def _run(self) -> None:
        while True:
            self._news.wait()
            if self._stopping.wait(self._every_s):
                return
            self._news.clear()
            self._tell()

    def _tell(self) -> None:
        with self._lock:
            if self._here == self._told:
                return
            event = self._event(self._told, self._here)
            self._told = self._here.copy()
            curious = list(self._curious)
        encoded = {outlet.encode: outlet.encode([event])[0] for outlet in curious}
        for outlet in curious:
            self._delivery.post(outlet, encoded[outlet.encode])

    def _event(self, before: Counter[str], after: Counter[str]) -> Presence:
        """Return what tells of the change from `before` to `after`."""
        here = after.total()
        if here > self._listed:
            return Presence(LOBBY, here)
        return Presence(LOBBY, here, _names(after - before), _names(before - after))


def _names(people: Counter[str]) -> tuple[str, ...]:
    """Return the names in order, without those who have none: these are only counted."""
    return tuple(sorted(name for name in people if name != NAMELESS))
