"""The presence thread: tells those who want to know who is here, in few words."""

from __future__ import annotations

import threading

from huechat.chat.names import MAX_UNCOMPOSED, folded
from huechat.chat.people import Person
from huechat.server.logs.background import Background
from huechat.server.logs.delivery import Delivery
from huechat.server.logs.outlet import Outlet
from huechat.server.people.roll import Roll


class PresenceBoard:
    """Knows who is in each room, and tells by `delivery` of changes, all that came in a while.

    `every_s`: the while, in seconds. `listed`: in a room of up to so many, names are told, who is
    away and who is typing; in a larger one only the number. All but `start` and `stop` may be
    called from any thread, and none of those blocks.
    """

    def __init__(self, delivery: Delivery, every_s: float, listed: int) -> None:
        self._delivery = delivery
        self._listed = listed
        self._lock = threading.Lock()  # guards the rooms, all that is in them, and the news
        self._rooms: dict[str, Roll] = {}
        self._with_news: set[str] = set()
        self._background = Background("presence", every_s, self._tell_all)
        self.start = self._background.start
        self.stop = self._background.stop

    def enter(self, room: str, person: Person, outlet: Outlet, *, curious: bool) -> None:
        """Note that `person` is in `room`; if `curious`, tell at once, and later, who is here."""
        with self._lock:
            roll = self._rooms.setdefault(room, Roll(room, self._listed))
            roll.put(outlet, person)
            if curious:
                self._delivery.post(outlet, roll.first(outlet))
            self._with_news.add(room)
        self._background.news()

    def changed(self, room: str, person: Person, outlet: Outlet) -> None:
        """Note that somebody in `room` has another name, or is away or back."""
        with self._lock:
            roll = self._rooms.get(room)
            if roll is None or not roll.has(outlet):
                return
            roll.put(outlet, person)
            self._with_news.add(room)
        self._background.news()

    def leave(self, room: str, outlet: Outlet) -> None:
        """Note that a connection left `room`. It is told nothing more of it."""
        with self._lock:
            roll = self._rooms.get(room)
            if roll is None:
                return
            roll.take_out(outlet)
            if not roll.here:
                del self._rooms[room]  # there is nobody to be told
            self._with_news.add(room)
        self._background.news()

    def typing(self, room: str, name: str) -> None:
        """Note that `name` is writing something in `room`."""
        with self._lock:
            roll = self._rooms.get(room)
            if roll is None or len(roll.here) > self._listed:
                return
            roll.typing.add(name)
            self._with_news.add(room)
        self._background.news()

    def here(self, room: str) -> list[str]:
        """Return the names of all who are in `room`, in the order in which people are listed."""
        with self._lock:
            roll = self._rooms.get(room)
            names = list(roll.here) if roll else []
        return sorted(names, key=listing_key)

    def count(self, room: str) -> int:
        """Return how many are in `room`."""
        with self._lock:
            roll = self._rooms.get(room)
            return len(roll.here) if roll else 0

    def _tell_all(self) -> None:
        with self._lock:
            rooms, self._with_news = self._with_news, set()
        for room in rooms:
            self._tell(room)

    def _tell(self, room: str) -> None:
        """Tell of one room. Who has left it, or comes in now, is not told meanwhile."""
        with self._lock:
            roll = self._rooms.get(room)
            for outlet, data in roll.news() if roll else ():
                self._delivery.post(outlet, data)


def listing_key(name: str) -> tuple[str, str]:
    """Return by what people are put in order: their names, where case does not count."""
    return folded(name[:MAX_UNCOMPOSED]), name
