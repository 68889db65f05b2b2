"""The receiving half of a connection: socket bytes through the wire to commands."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator
from typing import Final

from huechat.chat.bans import Caller
from huechat.chat.errors import RefusedError
from huechat.chat.people import Person
from huechat.chat.rules import new_session
from huechat.chat.times import now
from huechat.config import ServerSettings
from huechat.protocol import LOBBY, AnyEvent, Error, Hello
from huechat.server.limits import TokenBucket
from huechat.server.logs.outlet import Outlet
from huechat.server.rooms.places import Place
from huechat.wire import OneHeard
from huechat.wire.choice import AnyWire

RECEIVE_BYTES: Final = 16 * 1024
"""The most that one receive takes: some hundred messages, and little for a thread to hold."""


HEARD_BEFORE_WAITING: Final = 5
"""How many bursts of messages are heard at once, of whatever kind, before the reader waits."""

HEARD_TO_MESSAGES: Final = 10
"""How many things are heard a second for each message that may be said: pings, and mistakes."""

FLOOD_PAUSE_S: Final = 1.0
"""How long one who said too much is not heard: longer than what they said is on its way."""

TYPING_PER_S: Final = 2
"""How often a client may tell that somebody writes: it holds for some seconds."""

TYPING_BURST: Final = 20
"""How often at once, as in many rooms."""

LAST_WORDS_S: Final = 0.5
"""How long a client that floods is still listened to once the connection is to end."""


class Connection:
    """One client's socket as its reader thread sees it. Not for other threads, but `hang_up`."""

    def __init__(self, sock: socket.socket, settings: ServerSettings) -> None:
        self.number = 0  # until it says hello
        self.sock = sock
        self.bucket = TokenBucket(settings.messages_per_s, settings.messages_burst, FLOOD_PAUSE_S)
        self._hearing = TokenBucket(
            settings.messages_per_s * HEARD_TO_MESSAGES,
            settings.messages_burst * HEARD_BEFORE_WAITING,
        )
        self.session = new_session()
        self.wire = AnyWire(settings.max_line_bytes, self.session)
        self.person: Person | None = None
        self.outlet = Outlet(sock, self.wire.encode)
        self.address = address_of(sock)
        self.places: dict[str, Place] = {}  # the rooms it is in; the writer's thread changes them
        self.told_from: dict[str, int] = {}  # in each room, from which seq
        self.sought: dict[str, tuple[str, int]] = {}  # in each room, which words, and before what
        self.told_absent: dict[str, str] = {}  # by room of two: why its other reads nothing now
        self.here = LOBBY  # the room it joined or wrote to last
        self.blocked: dict[str, str] = {}  # by a guest; see people.blocks
        self.curious = False  # whether it wants to be told who is here
        self.typing = TokenBucket(TYPING_PER_S, TYPING_BURST)
        self.token_noted = time.monotonic()  # when the use of its token was noted last
        self.token = ""  # that it logged in with, or was given: without one it is a guest's
        self.hello: Hello | None = None  # that waits for a login
        self.settled = False  # it took the places that it comes back to
        self.left_early: set[str] = set()  # the rooms that it was put out of before that
        self.refused = 0  # how many of its hellos were
        self.put_out = False  # nothing that it asks is done any more
        self._by_invitation = settings.access == "invite"
        self._login_timeout_s = settings.login_timeout_s
        self._greet_by: float | None = None
        if settings.handshake_timeout_s:
            self._greet_by = time.monotonic() + settings.handshake_timeout_s
        self._hang_up_at: float | None = None  # then the reader stops, whatever still comes in

    def __str__(self) -> str:
        """Return how log lines call the connection: by number and name, once it said hello."""
        if self.person is None:
            return f"a client from {self.address}"
        return f"#{self.number} {self.person.name} ({self.person.color})"

    @property
    def greeted(self) -> Person:
        """Who is at the other end. Raises `RefusedError` before they said hello."""
        if self.person:
            return self.person
        if self.hello:
            raise self.login_first()
        raise RefusedError("hello_first", "say hello first")

    def caller(self) -> Caller:
        """Return who is at the other end, from where, now."""
        return Caller(self.greeted, self.address, now())

    def login_first(self) -> RefusedError:
        """Return what one is told who says something where only accounts are let in."""
        code = " CODE" if self._by_invitation else ""
        return RefusedError(
            "login_first",
            f"this server is for {'the invited' if code else 'accounts'}: /login NAME PASSWORD; if"
            f" you have no account, /name NAME and then /register PASSWORD{code}",
        )

    def check_pace(self) -> None:
        """Raise `RefusedError` if the client asks, or says, too much at once."""
        wait_s = self.bucket.take()
        if wait_s:
            words = f"too fast; try again in {wait_s:.1f} s"
            raise RefusedError("rate_limited", words, wait_s)

    def pause(self) -> None:
        """Wait a moment before more is heard, if the client sends faster than it is served.

        Each thing that is heard has an answer, if only that it is refused: else these would pile
        up. Meanwhile the socket fills, and the client waits, too. Blocks.
        """
        wait_s = self._hearing.take()
        if wait_s:
            time.sleep(wait_s)

    def wait_for_login(self, hello: Hello) -> None:
        """Give the client more time than others have, once: a person types a password."""
        if self._greet_by is not None and self.hello is None:
            self._greet_by = time.monotonic() + self._login_timeout_s
        self.hello = hello

    def heard(self) -> Iterator[OneHeard]:
        """Yield what the client asks, and what to answer where it asks nonsense. Blocks.

        Ends at the end of the stream, or when the connection breaks.
        """
        while not self.wire.done and not self._hung_up():
            data = self._receive()
            if data is None and self._too_late():
                what = "log in" if self.hello else "say hello"
                yield Error("too_late", f"{what} sooner; the connection is closed")
                return
            if data is None:
                yield from self.wire.quiet()
            elif data:
                yield from self.wire.receive(data)
            else:
                yield from self.wire.end()
                return

    def encode(self, event: AnyEvent) -> bytes:
        """Return `event` as this client's wire writes it."""
        return self.wire.encode([event])[0]

    def hang_up(self) -> None:
        """Let the reader come to its end, after what has come in. Any thread may."""
        self._hang_up_at = time.monotonic() + LAST_WORDS_S
        try:
            self.sock.shutdown(socket.SHUT_RD)
        except OSError:
            return  # it ended by itself

    def _hung_up(self) -> bool:
        return self._hang_up_at is not None and time.monotonic() >= self._hang_up_at

    def _too_late(self) -> bool:
        return (
            self._greet_by is not None
            and self.person is None
            and self.wire.chosen is not None
            and time.monotonic() >= self._greet_by
        )

    def _patience_s(self) -> float | None:
        """Return for how long to wait for bytes; None: for ever."""
        wire_s = self.wire.patience_s
        if self.wire.chosen and self.person is None and self._greet_by is not None:
            greet_s = max(0.0, self._greet_by - time.monotonic())
            return greet_s if wire_s is None else min(greet_s, wire_s)
        return wire_s

    def _receive(self) -> bytes | None:
        """Return bytes; none at the end of the stream; None if the wire lost its patience."""
        patience_s = self._patience_s()
        if patience_s is not None and not _readable(self.sock, patience_s):
            return None
        try:
            return self.sock.recv(RECEIVE_BYTES)
        except OSError:  # reset: what it was about to say is lost with it
            return b""


def _readable(sock: socket.socket, timeout_s: float) -> bool:
    """Wait by poll, not by the socket's timeout: that would make delivery's sends wait too."""
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(timeout_s * 1000))


def address_of(sock: socket.socket) -> str:
    """Return the address of the other end, without its port; of IPv4 as such (RFC 4291, 2.5.5.2).

    A socket that listens for both has IPv4 addresses written as IPv6 ones.
    """
    try:
        peer = sock.getpeername()
    except OSError:
        return "a closed connection"
    return str(peer[0]).removeprefix("::ffff:") if isinstance(peer, tuple) else "this machine"
