"""The rooms that somebody at the keyboard asked to come into, until the server answers."""

from __future__ import annotations

import threading
from typing import Final

from huechat.protocol import AnyEvent, Error, Join, Joined

MOST_JOINS: Final = 8
"""How many are kept to be asked again: more than people ask for before they look."""


class Joins:
    """Keeps what must be asked again if the connection is lost. Any thread may call all of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # guards what is below
        self._unanswered: dict[str, Join] = {}

    @property
    def unanswered(self) -> list[Join]:
        """What was asked and not answered, in its order."""
        with self._lock:
            return list(self._unanswered.values())

    def add(self, join: Join, *, is_sent: bool) -> None:
        """Keep what is asked; with too many, only what is sent may go on without that.

        Raises `ValueError` if it can neither be sent nor kept.
        """
        with self._lock:
            if len(self._unanswered) < MOST_JOINS:
                self._unanswered[join.id] = join
            elif not is_sent:
                raise ValueError(
                    f"there is no connection now, and {MOST_JOINS} rooms are asked for already;"
                    " try that again when it is back"
                )

    def note(self, event: AnyEvent) -> None:
        """Take note of what the server tells: an answer, whatever it is, is one."""
        if isinstance(event, Joined | Error):
            with self._lock:
                self._unanswered.pop(event.id, None)
