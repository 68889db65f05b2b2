"""The sending half of a connection, and a member's place in a room."""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final

from huechat.chat.log import Encode, Log

DONTWAIT: Final = socket.MSG_DONTWAIT

NEVER: Final = 2**63
"""The end of a member that is in its room: no entry has this `seq`."""


class Member:
    """A cursor over a room's log: all up to `at` has been handed to the outlet's socket.

    It goes no further than to `end`: once it left the room, to what was there then. `own` has the
    `seq` of what this connection itself said, until it is told of it by an ack. The writer adds
    to it, before the entry is in the log; the delivery thread takes away.
    """

    __slots__ = ("at", "end", "log", "outlet", "own", "waits")

    def __init__(self, outlet: Outlet, log: Log, at: int, own: deque[int]) -> None:
        self.outlet = outlet
        self.log = log
        self.at = at
        self.end = NEVER
        self.own = own
        self.waits = False  # for a page from the store, or for the mail that came before it

    @property
    def due(self) -> int:
        """Up to where it is to be told now."""
        return min(self.end, self.log.last)


class Outlet:
    """What the delivery thread knows of one connection. Only that thread touches it.

    `encode` writes events as the connection's wire does. `hides`, the keys of names whose words
    are not to be shown, is anybody's to replace, and to read.
    """

    __slots__ = (
        "dead",
        "deadline",
        "encode",
        "held",
        "hides",
        "mail",
        "mail_bytes",
        "members",
        "parted",
        "rest",
        "sock",
        "watched",
    )

    def __init__(self, sock: socket.socket, encode: Encode) -> None:
        self.sock = sock
        self.encode = encode
        self.hides: frozenset[str] = frozenset()
        # For this connection alone. What goes before it: members, and how far they must have come.
        # A member among it is one that came later: nothing of its room goes before its turn.
        self.mail: deque[tuple[list[tuple[Member, int]], bytes | Member]] = deque()
        self.mail_bytes = 0
        self.held: list[Callable[[], None]] | None = None  # until it is let in; see `hold`
        self.members: dict[Log, Member] = {}
        self.parted: list[Member] = []  # that left their rooms, and were due something then
        self.rest: memoryview | None = None  # of a block that the socket did not take whole
        self.deadline: float | None = None  # once leaving: when to give up on `rest`
        self.watched = False  # by the selector, for room in the socket
        self.dead = False

    def send(self, block: bytes | memoryview) -> bool:
        """Hand `block` to the socket without waiting; return whether there can be more.

        What the socket did not take stays in `rest`. If the connection is broken it is `dead`,
        and its reader is woken to leave.
        """
        try:
            taken = self.sock.send(block, DONTWAIT)
        except BlockingIOError:
            taken = 0
        except OSError:  # reset, or a broken pipe
            self.give_up()
            return False
        if taken == len(block):
            return True
        self.rest = memoryview(block)[taken:]
        return False

    def due_mail(self) -> bytes:
        """Take from the mail all that may be sent before any more of the logs."""
        parts = []
        while self.mail and all(member.at >= at for member, at in self.mail[0][0]):
            _, mail = self.mail.popleft()
            if isinstance(mail, Member):
                mail.waits = False
            else:
                parts.append(mail)
                self.mail_bytes -= len(mail)
        return b"".join(parts)

    def all_members(self) -> Iterator[Member]:
        """Return all that may be due something, those first that have left their rooms."""
        return chain(self.parted, self.members.values())

    def give_up(self) -> None:
        """Drop what is unsent and end the connection, so that its reader leaves."""
        self.dead = True
        self.rest = None
        self.mail.clear()
        self.mail_bytes = 0
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it ended by itself
