"""The delivery thread: moves every member's cursor forward.

It alone sends, and it alone owns the outlets and members: other threads put what they want into
its inbox. So no lock is held while a socket is written to, and nobody waits for anybody's socket.
"""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Final

from huechat.chat.log import Encode, Entry, GoneError, Log
from huechat.protocol import Ack, Error, Message
from huechat.server.outlet import Member, Outlet

MAX_BLOCK_BYTES: Final = 256 * 1024
"""The most that one send carries: what a stalled socket can hold on to."""

LINGER_S: Final = 1.0
"""How long a connection that is leaving may take to read what it was already due."""

log = logging.getLogger(__name__)


class Block:
    """What members at the same place, on the same wire, are behind: one joined piece of bytes."""

    __slots__ = ("data", "entries", "last", "origins")

    def __init__(self, entries: list[Entry], encode: Encode) -> None:
        parts = []
        size = 0
        for entry in entries:
            parts.append(entry.encoded(encode))
            size += len(parts[-1])
            if size >= MAX_BLOCK_BYTES:
                break
        self.entries = entries[: len(parts)]
        self.data = b"".join(parts)
        self.last = self.entries[-1].seq
        self.origins = frozenset(entry.origin for entry in self.entries)

    def for_origin(self, number: int, encode: Encode) -> bytes:
        """Return the block as the connection `number` gets it: its own messages as acks."""
        return b"".join(
            encode(_ack(entry.message)) if entry.origin == number else entry.encoded(encode)
            for entry in self.entries
        )


class Delivery:
    """Delivers to any number of connections from one thread.

    `post`, `join`, `leave` and `news` may be called from any thread and never block.
    """

    def __init__(self) -> None:
        self._inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._rung = True  # the bell need not be rung again; see `_put`. `start` hangs it up
        self._rooms: dict[Log, dict[Outlet, Member]] = {}
        self._with_news: set[Log] = set()
        self._touched: dict[Outlet, None] = {}  # outlets with mail, in order
        self._leaving: set[Outlet] = set()
        self._stop_at: float | None = None
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)

    def start(self) -> None:
        """Start the thread. What was put in before waits for it."""
        self._selector = selectors.DefaultSelector()
        self._bell, self._bell_rope = socket.socketpair()
        self._bell.setblocking(False)
        self._bell_rope.send(b"!")
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """Close every connection after at most `timeout_s` seconds; block until that is done."""
        self._put(lambda: self._begin_stop(time.monotonic() + timeout_s))
        self._thread.join()
        self._selector.close()
        self._bell.close()
        self._bell_rope.close()

    def post(self, outlet: Outlet, data: bytes) -> None:
        """Send `data` to one connection."""
        if data:
            self._put(lambda: self._add_mail(outlet, data))

    def join(self, outlet: Outlet, room: Log, after: int) -> None:
        """Make the connection a member of `room`, to be sent all after `after`."""
        self._put(lambda: self._add_member(outlet, room, after))

    def leave(self, outlet: Outlet) -> None:
        """Send the connection what it is due so far, then close its socket."""
        self._put(lambda: self._begin_leave(outlet))

    def news(self, room: Log) -> None:
        """Tell that `room` has new entries."""
        self._put(lambda: self._with_news.add(room))

    def _put(self, order: Callable[[], None]) -> None:
        self._inbox.put(order)
        # The thread resets the flag before it empties the inbox. So whoever sees it set
        # put their order in before the inbox is emptied.
        if not self._rung:
            self._rung = True
            with contextlib.suppress(OSError):  # closed: the thread has ended, nothing is delivered
                self._bell_rope.send(b"!")

    # All below runs in the delivery thread.

    def _run(self) -> None:
        try:
            while not self._stopped():
                self._turn()
        except Exception:
            log.exception("the delivery thread failed")
            raise
        finally:
            for outlet in list(self._all_outlets()):
                self._close(outlet)

    def _turn(self) -> None:
        """Wait for something to do, and do all that there is to do now."""
        for key, _ in self._selector.select(self._patience_s()):
            if key.fileobj is self._bell:
                self._answer_bell()
            else:
                self._resume(key.data)
        for outlet in self._touched:
            self._advance(outlet)
        self._touched.clear()
        news, self._with_news = self._with_news, set()
        for room in news:
            self._advance_room(room)
        self._close_overdue()

    def _answer_bell(self) -> None:
        self._bell.recv(64)
        self._rung = False
        try:
            while True:
                self._inbox.get_nowait()()
        except Empty:
            return

    def _add_mail(self, outlet: Outlet, data: bytes) -> None:
        if not outlet.dead:
            self._advance(outlet)  # answers come after what was said before the question
            outlet.mail.append(data)
            self._touched[outlet] = None

    def _add_member(self, outlet: Outlet, room: Log, after: int) -> None:
        member = Member(outlet, room, after)
        outlet.members[room] = member
        self._rooms.setdefault(room, {})[outlet] = member
        self._touched[outlet] = None

    def _begin_leave(self, outlet: Outlet) -> None:
        self._advance(outlet)
        for room in outlet.members:
            del self._rooms[room][outlet]
        outlet.deadline = time.monotonic() + LINGER_S
        if outlet.rest is None:
            self._close(outlet)
        else:
            self._leaving.add(outlet)

    def _advance_room(self, room: Log) -> None:
        """Bring every member of `room` that can take it to the room's end."""
        blocks: dict[tuple[Encode, int], Block | None] = {}
        for outlet, member in self._rooms.get(room, {}).items():
            if outlet.rest is not None or outlet.dead:
                continue
            key = (outlet.encode, member.at)
            if key not in blocks:
                blocks[key] = self._next_block(member)
            block = blocks[key]
            if block and self._send_block(member, block) and block.last < room.last:
                self._advance(outlet)  # more than one block behind

    def _advance(self, outlet: Outlet) -> None:
        """Send `outlet` all that it is due, until its socket is full."""
        while outlet.mail and outlet.rest is None:
            mail = b"".join(outlet.mail)
            outlet.mail.clear()
            self._send(outlet, mail)
        for member in outlet.members.values():
            while outlet.rest is None and not outlet.dead and member.at < member.log.last:
                block = self._next_block(member)
                if block is None:
                    break
                self._send_block(member, block)

    def _next_block(self, member: Member) -> Block | None:
        try:
            entries = member.log.after(member.at)
        except GoneError:
            self._drop_too_slow(member)
            return None
        return Block(entries, member.outlet.encode) if entries else None

    def _send_block(self, member: Member, block: Block) -> bool:
        outlet = member.outlet
        data = block.data
        if outlet.number in block.origins:
            data = block.for_origin(outlet.number, outlet.encode)
        member.at = block.last
        return self._send(outlet, data)

    def _send(self, outlet: Outlet, data: bytes) -> bool:
        if not data or outlet.send(data):
            return True
        self._selector.register(outlet.sock, selectors.EVENT_WRITE, outlet)
        return False

    def _resume(self, outlet: Outlet) -> None:
        """Go on with a socket that can be written to again."""
        rest, outlet.rest = outlet.rest, None
        if rest is not None and not outlet.send(rest):
            return
        self._selector.unregister(outlet.sock)
        self._advance(outlet)
        if outlet in self._leaving and outlet.rest is None:
            self._close(outlet)

    def _drop_too_slow(self, member: Member) -> None:
        outlet = member.outlet
        log.warning("#%d reads too slowly: what it missed is no longer kept", outlet.number)
        outlet.send(outlet.encode(Error("too_slow", "you read too slowly; connect again")))
        outlet.give_up()

    def _close(self, outlet: Outlet) -> None:
        self._leaving.discard(outlet)
        if outlet.rest is not None:
            self._selector.unregister(outlet.sock)
            outlet.rest = None
        outlet.dead = True
        outlet.sock.close()

    def _close_overdue(self) -> None:
        if self._leaving:
            now = time.monotonic()
            for outlet in [one for one in self._leaving if (one.deadline or 0) <= now]:
                self._close(outlet)

    def _patience_s(self) -> float | None:
        """Return how long there is nothing to do but wait; None: for ever."""
        deadlines = [outlet.deadline for outlet in self._leaving if outlet.deadline]
        if self._stop_at is not None:
            deadlines.append(self._stop_at)
        if not deadlines:
            return None
        return max(0.0, min(deadlines) - time.monotonic())

    def _begin_stop(self, stop_at: float) -> None:
        self._stop_at = stop_at
        for outlet in self._leaving:
            outlet.deadline = min(outlet.deadline or stop_at, stop_at)

    def _stopped(self) -> bool:
        if self._stop_at is None:
            return False
        return not self._leaving or time.monotonic() >= self._stop_at

    def _all_outlets(self) -> set[Outlet]:
        members = {outlet for room in self._rooms.values() for outlet in room}
        return members | self._leaving


def _ack(message: Message) -> Ack:
    return Ack(message.id, message.room, message.seq, message.time)
