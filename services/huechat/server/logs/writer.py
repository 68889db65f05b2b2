"""The writer thread: stores what was said, then lets it be seen."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYetError
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Final, Protocol, TypeVar

from huechat.chat.draft import Draft, as_entry
from huechat.chat.errors import RefusedError
from huechat.chat.log import Log, text_of
from huechat.chat.people import Person
from huechat.chat.times import now
from huechat.protocol import Ack, AnyEntry, Error
from huechat.server.logs.again import id_taken, is_the_same, said_again
from huechat.server.logs.delivery import Delivery
from huechat.server.logs.outlet import Outlet
from huechat.store import Store, StoreError

MAX_BATCH: Final = 2_000
"""Messages in one transaction at the most, so that the first does not wait long for the last."""

GONE: Final = "the room was just deleted"
LEFT: Final = "you are not in the room any more; what you said was not sent"

ALIVE_S: Final = 1.0
"""How often one who waits for the writer looks whether it is still there."""

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Source:
    """Where something said comes from, and goes to: `room`, by the connection of `outlet`.

    `own`: see `Member`; `person`: who is at the other end. All three are None for what the
    embedding program says on its own.
    """

    room: Log
    outlet: Outlet | None
    own: deque[int] | None
    person: Person | None = None
    left: bool = False
    """Whether the connection is not in the room any more: what it still says is not stored.

    The writer's thread says so, and looks: nobody is heard after the notice that put them out.
    """


Said = tuple[Draft, Source]
Order = Callable[[], object]


class Follower(Protocol):
    """What works in the background on what was stored."""

    def news(self, rooms: Iterable[Log]) -> None:
        """Take note that something of `rooms` was stored. Must not block."""


class Writer:
    """Stores messages in the order in which they come, as many as wait in one transaction.

    It is the one thread that changes what is stored, and rooms. `say` and `then` never block, and
    may be called from any thread.
    """

    def __init__(self, store: Store, delivery: Delivery, followers: Sequence[Follower]) -> None:
        self._store = store
        self._delivery = delivery
        self._followers = followers
        self._waiting: SimpleQueue[Said | Order | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread once all that waits is stored; block until then."""
        self._waiting.put(None)
        self._thread.join()

    def say(self, draft: Draft, source: Source) -> None:
        """Store `draft`, then put it into its room's log and have it delivered."""
        self._waiting.put((draft, source))

    def then(self, order: Order) -> None:
        """Run `order` in the writer's thread, after all that was said before."""
        self._waiting.put(order)

    def do(self, deed: Callable[[], T]) -> T:
        """Run `deed` in the writer's thread, after all that was said before; return what it does.

        Blocks until it is done; what it raises is raised here. In the writer's thread itself it is
        done at once. Raises `StoreError` if the writer ended.
        """
        if threading.current_thread() is self._thread:
            return deed()
        done: Future[T] = Future()
        self._waiting.put(lambda: _settle(done, deed))
        while True:
            try:
                return done.result(ALIVE_S)
            except NotYetError:
                if not self._thread.is_alive() and not done.done():
                    raise StoreError("storage_failed", "the server is closing") from None

    def record(self, draft: Draft, source: Source, change: Order, then: Order) -> AnyEntry:
        """Make a change and store its entry `draft` with it, both or none; let the entry be seen.

        `then`, once both are stored, makes the change in memory: whoever sees the entry finds it
        made. For the writer's thread. Raises `StoreError`, what `change` raises, and
        `RefusedError` if the room was deleted meanwhile.
        """
        if source.room.closed:
            raise RefusedError("no_such_room", GONE)
        with self._store.transaction():
            change()
            stored = self._store.append([draft], now())
        then()
        self._publish([(draft, source)], stored)
        return stored[0]

    def _run(self) -> None:
        going_on = True
        while going_on:
            said, orders, going_on = self._take()
            if said:
                self._store_all(said)
            for order in orders:
                self._obey(order)

    def _take(self) -> tuple[list[Said], list[Order], bool]:
        """Wait for something; return all that waits then, and whether to go on after it."""
        said: list[Said] = []
        orders: list[Order] = []
        try:
            one = self._waiting.get()
            while one is not None:
                if isinstance(one, tuple):
                    said.append(one)
                else:
                    orders.append(one)
                if len(said) >= MAX_BATCH:
                    return said, orders, True
                one = self._waiting.get_nowait()
        except Empty:
            return said, orders, True
        return said, orders, False

    def _obey(self, order: Order) -> None:
        try:
            order()
        except Exception:
            log.exception("the writer failed at something besides; it goes on")

    def _store_all(self, said: list[Said]) -> None:
        said = self._still_there(said)
        try:
            stored = self._store.append([draft for draft, _ in said], now())
        except StoreError as reason:
            log.error("nothing can be stored: %s", reason)  # noqa: TRY400 - it says all
            self._refuse(said, reason.code, f"{reason}; what you said is not stored, say it again")
        except Exception:
            log.exception("the writer failed to store %d messages", len(said))
            self._refuse(said, "storage_failed", "what you said is not stored; say it again")
        else:
            self._publish(said, stored)

    def _still_there(self, said: list[Said]) -> list[Said]:
        """Return what was said by those who are in the room still; refuse the rest."""
        if not any(source.left or source.room.closed for _, source in said):
            return said
        deleted = [one for one in said if one[1].room.closed]
        self._refuse(deleted, "no_such_room", GONE)
        left = [one for one in said if one[1].left and not one[1].room.closed]
        self._refuse(left, "not_in_room", LEFT)
        return [one for one in said if not (one[1].left or one[1].room.closed)]

    def _publish(self, said: list[Said], stored: list[AnyEntry]) -> None:
        """Let what is stored be seen. Who said something that was stored before is told so.

        Last of all: what was said first may be among `said`, said on a connection that was lost,
        and an ack tells that all before it was told.
        """
        fresh: dict[Log, list[AnyEntry]] = {}
        again: list[tuple[Outlet, Ack | Error]] = []
        for (draft, source), message in zip(said, stored, strict=True):
            room, outlet, own = source.room, source.outlet, source.own
            new = fresh.setdefault(room, [])
            here = message.room == room.room  # else its id was used in another room before
            if here and message.seq > (new[-1].seq if new else room.last):
                new.append(message)
                if own is not None:
                    own.append(message.seq)
            elif outlet:
                again.append((outlet, self._told_again(draft, source, message)))
        for room, messages in fresh.items():
            if messages:
                room.append(messages)
                self._delivery.news(room)
        for outlet, answer in again:
            self._delivery.post(outlet, outlet.encode([answer])[0])
        for follower in self._followers:
            follower.news(fresh)

    def _told_again(self, draft: Draft, source: Source, first: AnyEntry) -> Ack | Error:
        """Return what tells one who says `draft` that its id was used before, for `first`."""
        again = as_entry(draft, first.seq, first.time)
        if not is_the_same(first, type(again), text_of(again)):
            return id_taken(draft.id)
        return said_again(self._store, source.room.room, source.person, draft.sender, first)

    def _refuse(self, said: list[Said], code: str, words: str) -> None:
        for draft, source in said:
            if source.outlet:
                error = Error(code, words, draft.id)
                self._delivery.post(source.outlet, source.outlet.encode([error])[0])


def _settle(done: Future[T], deed: Callable[[], T]) -> None:
    """Do `deed` and put what comes of it, an error too, into `done`."""
    try:
        done.set_result(deed())
    except BaseException as reason:  # noqa: BLE001 - it is raised where it is waited for
        done.set_exception(reason)
