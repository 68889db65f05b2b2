"""The writer thread: stores what was said, then lets it be seen."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Final, NamedTuple, Protocol

from huechat.chat.draft import Draft
from huechat.chat.log import Log
from huechat.chat.rules import now
from huechat.protocol import Error, Message
from huechat.server.block import ack
from huechat.server.delivery import Delivery
from huechat.server.outlet import Outlet
from huechat.store import Store, StoreError

MAX_BATCH: Final = 2_000
"""Messages in one transaction at the most, so that the first does not wait long for the last."""

log = logging.getLogger(__name__)


class Source(NamedTuple):
    """Where something said comes from, and goes to: `room`, by the connection of `outlet`.

    `own`: see `Member`. Both are None for what the embedding program says on its own.
    """

    room: Log
    outlet: Outlet | None
    own: deque[int] | None


Said = tuple[Draft, Source]
Order = Callable[[], None]


class Follower(Protocol):
    """What works in the background on what was stored."""

    def news(self) -> None:
        """Take note that something was stored. Must not block."""


class Writer:
    """Stores messages in the order in which they come, as many as wait in one transaction.

    `say` and `then` never block, and may be called from any thread.
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

    def _publish(self, said: list[Said], stored: list[Message]) -> None:
        """Let what is stored be seen. One that was stored before only has its ack sent again."""
        fresh: dict[Log, list[Message]] = {}
        for (_, source), message in zip(said, stored, strict=True):
            room, outlet, own = source
            new = fresh.setdefault(room, [])
            if message.seq > (new[-1].seq if new else room.last):
                new.append(message)
                if own is not None:
                    own.append(message.seq)
            elif outlet:
                self._delivery.post(outlet, outlet.encode([ack(message)])[0])
        for room, messages in fresh.items():
            if messages:
                room.append(messages)
                self._delivery.news(room)
        for follower in self._followers:
            follower.news()

    def _refuse(self, said: list[Said], code: str, words: str) -> None:
        for draft, source in said:
            if source.outlet:
                error = Error(code, words, draft.id)
                self._delivery.post(source.outlet, source.outlet.encode([error])[0])
