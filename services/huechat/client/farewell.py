"""Leaving while something that one said still waits to be said."""

from __future__ import annotations

from collections.abc import Callable

from huechat.client.telling import messages


class Farewell:
    """Lets nobody leave by mistake who would lose what still waits. For the keyboard's thread.

    `waiting`: how many messages wait to be said: in a room, or, with no name, in all.
    """

    def __init__(self, waiting: Callable[[str], int]) -> None:
        self.is_seen = False
        """Whether somebody sees what is told; else everybody may leave."""
        self._waiting = waiting
        self._warned: str | None = None

    def warning(self, room: str = "") -> str:
        """Return what to tell one who leaves `room`, or, with no name, all; empty: they may.

        They may the second time, if they do nothing else in between.
        """
        waiting = self._waiting(room) if self.is_seen else 0
        if not waiting or self._warned == room:
            return ""
        self._warned = room
        wait, them = ("waits", "it") if waiting == 1 else ("wait", "them")
        return f"{messages(waiting)} still {wait} to be said: do that again to leave without {them}"

    def forget(self) -> None:
        """Note that one did something else."""
        self._warned = None
