"""What was said and is not confirmed yet, in its order."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from huechat.protocol import Delete, Edit, React, Say

Entering = Say | Edit | Delete | React
"""What gets a place in a room's log, once, however often it must be sent."""

WINDOW: Final = 64
"""How many messages may wait for the server's confirmation before saying more blocks."""


class Outbox:
    """Keeps what must be sent again if the connection is lost. Any thread may call all of it."""

    def __init__(self) -> None:
        self.held = False
        """Whether the server wants us to wait before more is sent."""
        self._changed = threading.Condition()  # guards this and what is below
        self._waiting: dict[str, Entering] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, id_: str) -> bool:
        return id_ in self._waiting

    def add(self, entering: Entering) -> bool:
        """Keep what is said; return whether it may be sent now."""
        with self._changed:
            self._waiting[entering.id] = entering
            return not self.held

    def confirm(self, id_: str) -> None:
        """Note that the server has a message, or will never have it."""
        with self._changed:
            self._waiting.pop(id_, None)
            self._changed.notify_all()

    def hold(self) -> bool:
        """Hold back what is said; return whether it was not held back already."""
        with self._changed:
            before, self.held = self.held, True
            return not before

    def release(self) -> list[Entering]:
        """Hold nothing back any more; return what is to be sent, in its order."""
        with self._changed:
            self.held = False
            self._changed.notify_all()
            return list(self._waiting.values())

    def news(self) -> None:
        """Have those who wait look again at what they wait for."""
        with self._changed:
            self._changed.notify_all()

    def wait_for_room(self, free: Callable[[], bool]) -> None:
        """Block until there is room for one more message, or `free` says that it needs none."""
        with self._changed:
            self._changed.wait_for(
                lambda: free() or (not self.held and len(self._waiting) < WINDOW)
            )

    def wait_for(self, done: Callable[[], bool], timeout_s: float | None = None) -> bool:
        """Block until `done`, or for so many seconds; return whether it is."""
        with self._changed:
            return self._changed.wait_for(done, timeout_s)
