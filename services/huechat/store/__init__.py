"""The log on disk: what every store does. Its one implementation is SQLite (`sqlite`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from huechat.chat.draft import Draft
from huechat.protocol import Message


class StoreError(Exception):
    """The store could not do it. `code` is one of `protocol.ERRORS`; the text is for people.

    What was to be stored is not stored, and may be tried again.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Store(Protocol):
    """Keeps every room's log.

    `append`, `prune` and `close` are for one thread, the writer's; the rest may be called from
    any. All block for the disk, and raise `StoreError`.
    """

    def append(self, drafts: Sequence[Draft], time: str) -> list[Message]:
        """Store `drafts`, said at `time`, in one transaction; return them as messages, in order.

        In place of one whose sender and id are stored already stands what was stored first.
        When this returns the messages outlive the process and, unless settings say otherwise,
        a loss of power.
        """

    def last(self, room: str) -> int:
        """Return the `seq` of the room's newest message; 0: there is none."""

    def after(self, room: str, seq: int, limit: int) -> list[Message]:
        """Return up to `limit` messages that follow `seq`, oldest first."""

    def before(self, room: str, seq: int, limit: int) -> list[Message]:
        """Return the up to `limit` messages before `seq` that are nearest to it, oldest first."""

    def seq_at(self, room: str, time: str) -> int:
        """Return the `seq` of the newest message not after `time` (RFC 3339, UTC); 0: none."""

    def pick(self, room: str, seqs: Sequence[int]) -> list[Message]:
        """Return the messages with these `seqs` that are there, newest first."""

    def first(self, room: str) -> int:
        """Return the `seq` of the room's oldest message that is kept; 0: there is none."""

    def prune(self, room: str, before_time: str, max_bytes: int, limit: int) -> int:
        """Drop up to `limit` of the oldest messages; return how many were dropped.

        Dropped are those not said after `before_time` (empty: none), and those that make the
        store larger than `max_bytes` (0: none).
        """

    def checkpoint(self) -> None:
        """Do in the background what commits would have to wait for. Any thread may call it."""

    def close(self) -> None:
        """Close it. What was stored stays."""
