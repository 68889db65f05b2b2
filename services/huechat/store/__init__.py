"""The log on disk: what every store does. Its one implementation is SQLite (`sqlite`)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from huechat.chat.draft import Draft
from huechat.protocol import AnyEntry


class StoreError(Exception):
    """The store could not do it. `code` is one of `protocol.ERRORS`; the text is for people.

    What was to be stored is not stored, and may be tried again.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Store(Protocol):
    """Keeps every room's log.

    `append`, `transaction`, `prune` and `close` are for one thread, the writer's; the rest may be
    called from any. All block for the disk, and raise `StoreError`.
    """

    def append(self, drafts: Sequence[Draft], time: str) -> list[AnyEntry]:
        """Store `drafts`, said at `time`, in one transaction; return them as entries, in order.

        In place of one whose sender and id are stored already stands what was stored first. A
        room that is named for the first time, or was deleted, is made, a public one. When this
        returns the entries outlive the process and, unless settings say otherwise, a loss of
        power; within `transaction`, when that ends.
        """

    def transaction(self) -> AbstractContextManager[object]:
        """Make one transaction of all that is changed until the end: all of it, or nothing.

        It is undone by any error that leaves it, and if one change within failed, even if that
        error was caught: then the end raises `StoreError`. What only reads sees what was there
        before. Within a transaction another is a part of it.
        """

    def last(self, room: str) -> int:
        """Return the `seq` of the room's newest entry; 0: there is none."""

    def given(self, room: str) -> int:
        """Return after which `seq` an empty room goes on; 0: it was never written to.

        For the thread that appends.
        """

    def after(self, room: str, seq: int, limit: int) -> list[AnyEntry]:
        """Return up to `limit` entries that follow `seq`, oldest first."""

    def before(self, room: str, seq: int, limit: int) -> list[AnyEntry]:
        """Return the up to `limit` entries before `seq` that are nearest to it, oldest first."""

    def seq_at(self, room: str, time: str) -> int:
        """Return the `seq` of the newest entry not after `time` (RFC 3339, UTC); 0: none."""

    def pick(self, room: str, seqs: Sequence[int]) -> list[AnyEntry]:
        """Return the entries with these `seqs` that are there, newest first."""

    def first(self, room: str) -> int:
        """Return the `seq` of the room's oldest entry that is kept; 0: there is none."""

    def rooms_with_entries(self) -> list[str]:
        """Return the names of all rooms that may have entries: all that were not deleted."""

    def oldest(self) -> tuple[str, str] | None:
        """Return which room has the oldest first entry, and its time; None: there are none."""

    def prune(self, room: str, before_time: str, max_bytes: int, limit: int) -> int:
        """Drop up to `limit` of the room's oldest entries; return how many were dropped.

        Dropped are those not said after `before_time` (empty: none), and those that make the
        store larger than `max_bytes` (0: none).
        """

    def drop_ended(self, limit: int) -> int:
        """Drop up to `limit` entries of deleted rooms, which nobody sees any more.

        Return how many there were, or how many rooms; 0: all of them are dropped.
        """

    def checkpoint(self) -> None:
        """Do in the background what commits would have to wait for. Any thread may call it."""

    def close(self) -> None:
        """Close it. What was stored stays."""
