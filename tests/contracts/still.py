"""The way of a message with no threads: each of them does its next step when it is told to.

What is here of the server is the server's own: writer, delivery, feeder, log and store.
"""

import socket
from collections import Counter, deque
from pathlib import Path
from queue import Empty

from huechat.chat.draft import Draft
from huechat.chat.log import Log, TailBudget
from huechat.chat.names import name_key
from huechat.protocol import LOBBY, Ack, AnyEvent, Message, Pong
from huechat.server.logs.delivery import Delivery
from huechat.server.logs.feeder import Feeder
from huechat.server.logs.outlet import Member, Outlet
from huechat.server.logs.writer import Source, Writer
from huechat.store.sqlite import SqliteStore
from huechat.wire.jsonlines import JsonLines, JsonLinesClient, encode_line

TAIL_AT_START = 3
SOCKET_BYTES = 4096


class _NoThread:
    def start(self) -> None:
        """Do nothing: the steps are taken by `StillServer`."""


class StillServer:
    """A store in `folder`, the lobby's log with `tail_bytes`, and all that is between."""

    def __init__(self, folder: Path, tail_bytes: int) -> None:
        self.store = SqliteStore(folder, full_sync=False)
        self.lobby = Log(LOBBY, TailBudget(tail_bytes))
        last = self.store.last(LOBBY)
        self.lobby.load(self.store.before(LOBBY, last + 1, TAIL_AT_START), last)
        self.feeder = Feeder(self.store)
        self.delivery = Delivery(self.feeder)
        self.delivery._thread = _NoThread()
        self.delivery._patience_s = lambda: 0.0
        self.delivery.start()
        self.writer = Writer(self.store, self.delivery, [])
        self.sockets: list[socket.socket] = []

    def write(self) -> None:
        """Store what waits, in one transaction, and let it be seen."""
        self.writer.then(lambda: None)  # so that taking does not wait
        said, _, _ = self.writer._take()
        if said:
            self.writer._store_all(said)

    def deliver(self) -> None:
        """Do all that delivery has to do now."""
        self.delivery._turn()

    def feed(self) -> bool:
        """Read one page for somebody who is behind the tail; return whether there was one."""
        try:
            room, after, take = self.feeder._wanted.get_nowait()
        except Empty:
            return False
        page = self.feeder._page(room, after)
        assert page
        take(page)
        return True

    def settle(self, guests: list["Guest"]) -> None:
        """Let everybody do what there is to do, until there is nothing."""
        idle = 0
        while idle < 3:
            self.deliver()
            fed = self.feed()
            read = [guest.read(100_000) for guest in guests]
            idle = 0 if fed or any(read) else idle + 1

    def close(self, *, cleanly: bool) -> None:
        """End it, with all it stored or, as if it had died, with no time for anything."""
        if cleanly:
            self.write()
            self.store.close()
        else:
            self.store._forget_writer()
            self.store._engine.dispose()
            self.store._lock.release()
        self.delivery._selector.close()
        self.delivery._bell.close()
        self.delivery._bell_rope.close()
        for sock in self.sockets:
            sock.close()


class Stay:
    """The time that a guest was in the lobby: what is told begins after `place`."""

    def __init__(self, place: int, hides: str) -> None:
        self.place = place
        self.hides = [(0, hides)]  # from after an entry on, whom
        self.end: int | None = None  # once it is over, what the last entry was then
        self.own: Counter[str] = Counter()  # ids that were first said in it

    def sees(self, name: str, seq: int) -> bool:
        """Return whether one is to see what somebody of that name said at `seq`."""
        return [whom for since, whom in self.hides if since < seq][-1] != name


class Guest:
    """A member of the lobby of `server` from `place` on, at the other end of a small socket.

    It may leave the lobby, and come in again, and hide what people of some name say.
    """

    def __init__(self, server: StillServer, name: str, place: int) -> None:
        self.name = name
        self.at = place
        self.stays: list[Stay] = []
        self.again: Counter[str] = Counter()  # and those that another said before it
        self.acked_again: Counter[str] = Counter()
        self.seen: list[tuple[str, str]] = []
        self.kept_waiting = True  # what was asked was never answered before what was due
        self._wire = JsonLinesClient()
        ours, self._theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BYTES)
        self._theirs.setblocking(False)
        server.sockets += [ours, self._theirs]
        self._server = server
        self.outlet = Outlet(ours, JsonLines.encode)
        self.come_in(place)

    @property
    def is_in(self) -> bool:
        """Whether it is in the lobby now."""
        return self.stays[-1].end is None

    @property
    def own(self) -> Counter[str]:
        """The ids that this connection was the first to say."""
        return sum((stay.own for stay in self.stays), Counter())

    def come_in(self, place: int) -> None:
        """Come into the lobby, to be told what comes after `place`."""
        own: deque[int] = deque()
        self._source = Source(self._server.lobby, self.outlet, own)
        self.stays.append(Stay(place, self.stays[-1].hides[-1][1] if self.stays else ""))
        self._member = Member(self.outlet, self._server.lobby, place, own)
        self._server.delivery.join(self._member)

    def part(self) -> None:
        """Leave the lobby."""
        self.stays[-1].end = self._server.lobby.last
        self._server.delivery.part(self._member)

    def hide(self, name: str) -> None:
        """Hide what people of that name say from now on; empty: nobody."""
        self.stays[-1].hides.append((self._server.lobby.last, name))
        self._server.delivery.hide(self.outlet, frozenset({name_key(name)} if name else ()))

    def say(self, message_id: str, text: str) -> None:
        """Say it; it waits until the server writes."""
        draft = Draft(LOBBY, self.name, message_id, self.name, "red", text)
        self._server.writer.say(draft, self._source)

    def ping(self, due: str) -> None:
        """Ask for an answer, after so many messages."""
        self._server.delivery.post(self.outlet, encode_line(Pong(due)))

    def read(self, size: int) -> bool:
        """Take up to so many bytes from the socket; return whether there were any."""
        try:
            data = self._theirs.recv(size)
        except BlockingIOError:
            return False
        for event in self._wire.receive(data):
            self._take(event)
        return bool(data)

    def leave(self) -> None:
        """Go, without a look at what is still to come."""
        self._theirs.close()
        self._server.delivery.leave(self.outlet)

    def _take(self, event: AnyEvent) -> None:
        if isinstance(event, Pong):
            self.kept_waiting &= len(self.seen) >= int(event.id)
        elif isinstance(event, Ack) and event.id in self.again:
            self.acked_again[event.id] += 1
        else:
            assert isinstance(event, Message | Ack), event
            self.seen.append((type(event).__name__, event.id))
            self.at = event.seq
