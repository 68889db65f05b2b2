"""A crowd: N members of one room, some of them talking, in one thread."""

from __future__ import annotations

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bench.latency import Latencies
from bench.ledger import Ledger
from bench.member import LoadError, Member
from bench.tongue import STAMP, STAMP_DIGITS, Tongue

EVENTS: Final = 256
"""Sockets that are read before the talkers have their turn."""

AT_ONCE: Final = 64
"""Handshakes at a time: enough to keep a server busy, far from any backlog's end."""

PROBE_S: Final = 0.05
QUIET_S: Final = 0.3
"""After so long without a line, all that was on its way has come."""

GOLDEN: Final = 0.6180339887498949
"""Steps of this share of a whole fall everywhere equally: they choose the line to sample."""


class Crowd:
    """`size` members, `talkers` of them talking, to be connected to `port` of this machine.

    After `gather`, `say` says something and `turn` takes what came in. All raise `LoadError`.
    """

    def __init__(self, port: int, tongue: Tongue, size: int, talkers: int) -> None:
        self.size = size
        self.members: list[Member] = []
        self.talkers: list[Member] = []
        self.sent = 0
        self.lowest = 0  # the place of the slowest member
        self.latencies = Latencies()
        self.heard_ns = 0  # when something came in last
        self._port = port
        self._tongue = tongue
        self._talk_at = {index * size // talkers for index in range(talkers)}
        self._epoll = select.epoll()
        self._by_fd: dict[int, Member] = {}
        self._joining: set[Member] = set()
        self._slowest = 0  # how many members are at `lowest`
        self._share = 0.0
        self._ledger = Ledger(tongue, 0)

    def close(self) -> None:
        """Close every connection."""
        for member in self.members:
            member.sock.close()
        self._epoll.close()

    def gather(self, within_s: float) -> float:
        """Connect everybody; return the seconds until the last was in."""
        start = time.monotonic()
        for _ in self._greeted() if self._tongue.greets else self._probed():
            if time.monotonic() - start > within_s:
                joined = len(self.members) - len(self._joining)
                raise LoadError(f"{joined} of {self.size} members are in after {within_s:.0f} s")
        took_s = time.monotonic() - start
        if not self._tongue.greets:
            while self._forget(QUIET_S):
                pass
        self._begin()
        return took_s

    def say(self, due_ns: int) -> None:
        """Have the next talker say the next message."""
        member = self.talkers[self.sent % len(self.talkers)]
        member.send(self._tongue.say(self.sent, due_ns))
        member.said += 1
        self.sent += 1

    def turn(self, timeout_s: float) -> None:
        """Wait for something to come in, `timeout_s` at the most, and take it."""
        select.select([self._epoll], [], [], timeout_s)  # by the microsecond; epoll: by the ms
        for fd, event in self._epoll.poll(0, EVENTS):
            member = self._by_fd[fd]
            if event & select.EPOLLOUT:
                member.flush()
            if event & ~select.EPOLLOUT:
                self._hear(member)

    @property
    def in_flight(self) -> int:
        """How many messages the slowest member has not got yet."""
        return self._ledger.base + self.sent - self.lowest

    def is_complete(self) -> bool:
        """Return whether everybody has all that was said."""
        return not self.in_flight and all(one.at >= self._end_of(one) for one in self._reading())

    def check(self) -> None:
        """Raise `LoadError` unless everybody who reads got each message once, in one order."""
        wrong = [one for one in self._reading() if one.at != self._end_of(one)]
        if wrong:
            one = wrong[0]
            raise LoadError(
                f"{len(wrong)} of {self.size} members did not get what was said: member"
                f" {one.number} is at {one.at} instead of {self._end_of(one)}"
            )
        self._ledger.check(self.sent)

    def pause(self, count: int) -> list[Member]:
        """Have `count` of those who only listen stop reading; return them."""
        listeners = [one for one in self.members if not one.talks and not one.audited]
        chosen = (listeners or [one for one in self.members if not one.talks])[-count:]
        for member in chosen:
            member.pause()
        self._note_slowest()
        return chosen

    def go_on(self, members: list[Member]) -> None:
        """Have those who stopped read again."""
        for member in members:
            member.go_on()
        self._note_slowest()

    def _reading(self) -> list[Member]:
        return [one for one in self.members if not one.pausing]

    def _end_of(self, member: Member) -> int:
        """Return where `member` is when it has all that was said."""
        return self._ledger.base + self.sent - (0 if self._tongue.acks else member.said)

    # Joining

    def _connect(self) -> Member:
        number = len(self.members)
        member = Member(number, self._port, self._epoll)
        self.members.append(member)
        self._by_fd[member.sock.fileno()] = member
        if number in self._talk_at:
            member.talks = True
            member.counted = self._tongue.acks
            member.audited = self._tongue.acks and not self.talkers
            self.talkers.append(member)
        hello = self._tongue.hello(number)
        if hello:
            member.send(hello)
        return member

    def _greeted(self) -> Iterator[None]:
        """Connect everybody, a few at a time; each is in when the server says so."""
        while self._joining or len(self.members) < self.size:
            while len(self._joining) < AT_ONCE and len(self.members) < self.size:
                self._joining.add(self._connect())
            for fd, _ in self._epoll.poll(PROBE_S, EVENTS):
                self._meet(self._by_fd[fd])
            yield

    def _meet(self, member: Member) -> None:
        """Take a welcome, and the newest messages after it if they are told."""
        lines = member.receive()
        if lines and member.due_at is None:
            welcome, _, lines = lines.partition(b"\n")
            member.due_at = self._tongue.welcomed(welcome)
            if member.due_at is None:
                raise LoadError(f"member {member.number} was told {welcome[:300].decode()}")
            member.at = -1 if self._tongue.tells_history and member.due_at else member.due_at
        if lines:
            seqs = self._tongue.seqs(lines)
            first = seqs[0] if member.at < 0 else member.at + 1
            if seqs != list(range(first, first + lines.count(b"\n"))):
                raise LoadError(f"member {member.number} got the newest messages in disorder")
            member.at = seqs[-1]
        if member.at == member.due_at:
            self._joining.discard(member)

    def _probed(self) -> Iterator[None]:
        """Connect everybody; each is in when it hears what the first and the last keep saying."""
        self._joining = {self._connect() for _ in range(self.size)}
        while self._joining:
            for prober in (self.members[0], self.members[-1]):
                prober.send(b"are you there?\n")
            until = time.monotonic() + PROBE_S
            while self._joining and (left_s := until - time.monotonic()) > 0:
                self._joining -= self._forget(left_s)
            yield

    def _forget(self, timeout_s: float) -> set[Member]:
        """Read something, keep nothing of it; return who heard something."""
        heard = {self._by_fd[fd] for fd, _ in self._epoll.poll(timeout_s, EVENTS)}
        for member in heard:
            member.receive()
        return heard

    def _begin(self) -> None:
        """Count from here."""
        places = {member.at for member in self.members}
        if len(places) > 1:
            raise LoadError("members of a room where nothing is said are at different places")
        self._ledger = Ledger(self._tongue, places.pop())
        self._note_slowest()

    # The load

    def _hear(self, member: Member) -> None:
        """Take a piece: count it, check it, sample it."""
        lines = member.receive()
        now = self.heard_ns = time.monotonic_ns()
        if not lines:
            return
        at = member.at
        count = self._ledger.enter(member, lines)
        self._sample(lines, count, now)
        if at == self.lowest and member.counted:
            self._slowest -= 1
            if not self._slowest:
                self._note_slowest()

    def _sample(self, lines: bytes, count: int, now: int) -> None:
        """Note how long a line of the piece took, for all of them, and how long the oldest."""
        oldest = lines.find(STAMP)
        if oldest < 0:
            return  # acks alone
        self._share = (self._share + GOLDEN) % 1
        chosen = lines.find(STAMP, int(self._share * len(lines)))
        self.latencies.add(now - _due(lines, oldest if chosen < 0 else chosen), count)
        self.latencies.saw(now - _due(lines, oldest))

    def _note_slowest(self) -> None:
        places = [member.at for member in self.members if member.counted]
        self.lowest = min(places)
        self._slowest = places.count(self.lowest)


def _due(lines: bytes, at: int) -> int:
    """Return when the message was due whose stamp is at `at`."""
    start = at + len(STAMP)
    return int(lines[start : start + STAMP_DIGITS])


@contextmanager
def crowd(port: int, tongue: Tongue, size: int, talkers: int) -> Iterator[Crowd]:
    """Give a crowd, not gathered yet, whose connections are closed at the end."""
    made = Crowd(port, tongue, size, talkers)
    try:
        yield made
    finally:
        made.close()
