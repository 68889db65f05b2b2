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
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter
from queue import Empty, SimpleQueue
from typing import Final

from huechat.chat.log import Encode, Entry, GoneError, Log
from huechat.server.logs.block import Block, Page
from huechat.server.logs.feeder import Feeder
from huechat.server.logs.outlet import NEVER, Member, Outlet

LINGER_S: Final = 1.0
"""How long a connection that is leaving may take to read what it was already due."""

MAX_MAIL: Final = 1_000
"""Answers that may wait for one connection: only one that asks and does not read has as many."""

MAX_MAIL_BYTES: Final = 16 * 1024 * 1024
"""What these may have in all: some of the longest pages."""

log = logging.getLogger(__name__)

_by_seq = attrgetter("seq")


class Delivery:
    """Delivers to any number of connections from one thread.

    `feeder` is asked for what members are behind further than the logs' tails reach.
    All but `start` and `stop` may be called from any thread, and never block.
    """

    def __init__(self, feeder: Feeder) -> None:
        self._feeder = feeder
        self._inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._rung = True  # the bell need not be rung again; see `_put`. `start` hangs it up
        # Who can be told of a room's news at once. Members whose socket is full, or who wait for
        # a page from the store, are not among them and cost nothing meanwhile.
        self._ready: dict[Log, dict[Outlet, Member]] = {}
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
            self._put(partial(self._add_mail, outlet, data))

    def hold(self, outlet: Outlet) -> None:
        """Keep back what the connection is to be sent from now on."""
        self._put(partial(self._begin_hold, outlet))

    def release(self, outlet: Outlet, first: bytes) -> None:
        """Send the connection `first`, and then what was kept back."""
        self._put(partial(self._end_hold, outlet, first))

    def forget_held(self, outlet: Outlet) -> None:
        """Send the connection what comes from now on, and nothing of what was kept back."""
        self._put(partial(self._end_hold, outlet, b"", drop=True))

    def join(self, member: Member) -> None:
        """Make a connection a member of a room, to be sent all after where `member` is at."""
        self._put(partial(self._add_member, member))

    def part(self, member: Member) -> None:
        """Send the connection what it is due of the room so far, and nothing of it later.

        Whoever parts before they join are sent nothing of it.
        """
        self._put(partial(self._take_out, member, member.log.last))

    def hide(self, outlet: Outlet, keys: frozenset[str]) -> None:
        """Leave out from now on what people with names of these `keys` say."""
        outlet.hides = keys  # not in its turn: who asks next for what was said is not to see it

    def leave(self, outlet: Outlet) -> None:
        """Send the connection what it is due so far, then close its socket."""
        self._put(partial(self._begin_leave, outlet))

    def news(self, room: Log) -> None:
        """Tell that `room` has new entries."""
        self._put(partial(self._note_news, room))

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
            if room in self._ready:
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

    def _note_news(self, room: Log) -> None:
        """Remember `room` for this turn: the set is another one in the next, so look it up here."""
        self._with_news.add(room)

    def _begin_hold(self, outlet: Outlet) -> None:
        outlet.held = []

    def _end_hold(self, outlet: Outlet, first: bytes, *, drop: bool = False) -> None:
        held, outlet.held = outlet.held or (), None
        if first:
            self._add_mail(outlet, first)
        for order in () if drop else held:
            order()

    def _add_mail(self, outlet: Outlet, data: bytes) -> None:
        """Have `data` sent after all that is in the logs now: an answer follows what was before."""
        if outlet.held is not None:
            outlet.held.append(partial(self._add_mail, outlet, data))
        elif not outlet.dead:
            self._advance(outlet)
            due = [(one, one.due) for one in outlet.all_members() if one.at < one.due]
            outlet.mail.append((due, data))
            self._touched[outlet] = None
            outlet.mail_bytes += len(data)
            if len(outlet.mail) > MAX_MAIL or outlet.mail_bytes > MAX_MAIL_BYTES:
                log.warning("a client that asks and does not read is disconnected")
                outlet.give_up()

    def _add_member(self, member: Member) -> None:
        outlet = member.outlet
        if outlet.held is not None:
            outlet.held.append(partial(self._add_member, member))
            return
        if member.end != NEVER:
            return
        outlet.members[member.log] = member
        due = [(one, one.end) for one in outlet.parted]
        if outlet.mail or due:  # what tells that it is in the room may be among the mail
            member.waits = True
            outlet.mail.append((due, member))
        self._touched[outlet] = None

    def _take_out(self, member: Member, last: int) -> None:
        outlet = member.outlet
        member.end = last
        if outlet.members.get(member.log) is member:
            del outlet.members[member.log]
            self._not_ready(member.log, outlet)
            outlet.parted.append(member)
            self._advance(outlet)

    def _not_ready(self, room: Log, outlet: Outlet) -> None:
        ready = self._ready.get(room, {})
        ready.pop(outlet, None)
        if not ready:
            self._ready.pop(room, None)  # it is put there again by who comes

    def _begin_leave(self, outlet: Outlet) -> None:
        self._end_hold(outlet, b"")
        self._advance(outlet)
        for room in outlet.members:
            self._not_ready(room, outlet)
        outlet.deadline = time.monotonic() + LINGER_S
        self._leaving.add(outlet)
        self._close_if_done(outlet)

    def _advance_room(self, room: Log) -> None:
        """Bring every member of `room` that is ready to where the room's end is now.

        What is stored meanwhile has news of its own: then members share a block again.
        """
        end = room.last
        blocks: dict[tuple[Encode, int], Block | None] = {}
        behind = []
        for outlet, member in self._ready[room].items():
            key = (outlet.encode, member.at)
            block = blocks.get(key)
            if block is None:
                block = blocks[key] = self._next_block(member)
            if block is None:
                behind.append(outlet)
                continue
            member.at = block.last
            plain = not (member.own or outlet.hides)
            data = block.data if plain else block.for_member(member.own, outlet.hides)
            if (data and not outlet.send(data)) or block.last < end:
                behind.append(outlet)
        for outlet in behind:
            self._advance(outlet)

    def _advance(self, outlet: Outlet) -> None:
        """Send `outlet` all that it is due, as far as it takes it; then it is ready, or not."""
        while outlet.rest is None and not outlet.dead:
            data = self._next_data(outlet)
            if data is None:
                break
            if data:
                outlet.send(data)
        outlet.parted = [one for one in outlet.parted if one.at < one.end]
        for room, member in outlet.members.items():
            self._sort_in(outlet, room, member)
        if outlet.rest is not None and not outlet.watched:
            outlet.watched = True
            self._selector.register(outlet.sock, selectors.EVENT_WRITE, outlet)

    def _next_data(self, outlet: Outlet) -> bytes | None:
        """Return what `outlet` is to be sent next: due mail, else a block; None: nothing."""
        mail = outlet.due_mail()
        if mail:
            return mail
        for member in outlet.all_members():
            block = self._next_block(member)
            if block:
                member.at = block.last
                return block.for_member(member.own, outlet.hides)
        return None

    def _sort_in(self, outlet: Outlet, room: Log, member: Member) -> None:
        """Note whether `member` can be told of its room's news at once."""
        if outlet.rest is None and not (outlet.dead or member.waits or outlet.deadline):
            self._ready.setdefault(room, {})[outlet] = member
        else:
            self._not_ready(room, outlet)

    def _next_block(self, member: Member) -> Block | None:
        """Return what `member` is to be sent next; None: nothing, or it is yet to be read."""
        if member.at >= member.due or member.waits:
            return None
        try:
            entries = member.log.after(member.at)
        except GoneError:
            member.waits = True
            take = partial(self._put_page, member)
            self._feeder.want(member.log, member.at, take)
            return None
        due = _up_to(entries, member.end)
        return Block(due, member.outlet.encode) if due else None

    def _put_page(self, member: Member, page: Page) -> None:
        """Have `_take_page` called; for the feeder's thread."""
        self._put(partial(self._take_page, member, page))

    def _take_page(self, member: Member, page: Page) -> None:
        """Go on with a member whose page was read from the store."""
        outlet = member.outlet
        member.waits = False
        entries = _up_to(page.entries, member.end)
        if not entries:
            member.at = max(member.at, page.last)
        elif outlet.rest is None and not outlet.dead:
            whole = len(entries) == len(page.entries)
            block = page.block(outlet.encode) if whole else Block(entries, outlet.encode)
            member.at = block.last
            outlet.send(block.for_member(member.own, outlet.hides))
        self._advance(outlet)
        self._close_if_done(outlet)

    def _resume(self, outlet: Outlet) -> None:
        """Go on with a socket that can be written to again."""
        rest, outlet.rest = outlet.rest, None
        if rest is not None:
            outlet.send(rest)
        if outlet.rest is None:
            self._unwatch(outlet)
            self._advance(outlet)
            self._close_if_done(outlet)

    def _unwatch(self, outlet: Outlet) -> None:
        if outlet.watched:
            outlet.watched = False
            self._selector.unregister(outlet.sock)

    def _close_if_done(self, outlet: Outlet) -> None:
        """Close a leaving connection that has been sent all it was due."""
        if outlet not in self._leaving:
            return
        waits = any(member.waits for member in outlet.all_members())
        if outlet.dead or not (waits or outlet.rest is not None):
            self._close(outlet)

    def _close(self, outlet: Outlet) -> None:
        self._leaving.discard(outlet)
        self._unwatch(outlet)
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
        ready = {outlet for room in self._ready.values() for outlet in room}
        return ready | self._leaving


def _up_to(entries: Sequence[Entry], end: int) -> Sequence[Entry]:
    """Return those of `entries` that have no later place than `end`."""
    if not entries or entries[-1].seq <= end:
        return entries
    return entries[: bisect_right(entries, end, key=_by_seq)]
