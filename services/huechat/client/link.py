"""The link: a connection to a server that comes back when it is lost."""

from __future__ import annotations

import itertools
import random
import secrets
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from huechat.config import ClientSettings
from huechat.keepalive import keep_alive
from huechat.protocol import (
    MAX_LINE_BYTES,
    Ack,
    AnyEvent,
    Bye,
    Error,
    Hello,
    Message,
    Recolor,
    Say,
    Welcome,
)
from huechat.wire.harmless import harmless
from huechat.wire.jsonlines import JsonLinesClient, encode_line

RECEIVE_BYTES: Final = 64 * 1024
WINDOW: Final = 64
"""How many messages may wait for the server's confirmation before saying more blocks."""

FIRST_WAIT_S: Final = 0.2
"""The wait before the first try to reach a lost server; it doubles with each."""


class RefusedByServerError(Exception):
    """The server did not let us in; the text is its reason."""


class NotHuechatError(Exception):
    """Something answered that is no huechat server."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"what listens at {host}:{port} is no huechat server")


@dataclass(frozen=True)
class Lost:
    """The connection ended and is being made again; `waiting` messages are not confirmed yet."""

    waiting: int


@dataclass(frozen=True)
class Back:
    """The connection is made again; `resent` messages that waited were sent."""

    resent: int


class Link:
    """Connects to `host`:`port`, says `hello`, and again whenever the connection is lost.

    `settings`: how long connecting may take, and the longest wait between tries.
    `say`, `recolor` and `close` may be called from any thread; `events` is for one.
    """

    def __init__(self, host: str, port: int, hello: Hello, settings: ClientSettings) -> None:
        self.host = host
        self.port = port
        self.sock: socket.socket | None = None
        self._hello = hello
        self._timeout_s = settings.connect_timeout_s
        self._reconnect_max_s = settings.reconnect_max_s
        self._keepalive_s = settings.keepalive_s
        self._wire = JsonLinesClient()
        self._max_line_bytes = MAX_LINE_BYTES
        self._early: list[AnyEvent] = []  # came in one piece with the welcome
        self._session = ""
        self._joined_at: dict[str, int] = {}  # room to its newest seq when it was joined first
        self._shown: dict[str, int] = {}  # room to the seq up to which all was shown
        self._prefix = secrets.token_hex(8)
        self._ids = (f"{self._prefix}-{n}" for n in itertools.count(1))
        self._sending = threading.Lock()  # guards that what is sent is in the order of saying
        self._changed = threading.Condition()  # guards the two below
        self._unconfirmed: dict[str, Say] = {}
        self._throttled = False  # the server wants us to wait; `_send_again` will end it
        self._closed = threading.Event()

    @property
    def unconfirmed(self) -> int:
        """How many messages were said that the server has not confirmed."""
        return len(self._unconfirmed)

    def connect(self) -> Welcome:
        """Connect and say hello; return the server's welcome. Blocks for `timeout_s` at most.

        Raises `OSError`, `RefusedByServerError`, or `NotHuechatError`.
        """
        return self._connect()[0]

    def _connect(self) -> tuple[Welcome, int]:
        """Connect, and send what waits before more can be said; return how much that is."""
        sock = socket.create_connection((self.host, self.port), self._timeout_s)
        try:
            welcome = self._greet(sock)
        except BaseException:
            sock.close()
            raise
        sock.settimeout(None)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        keep_alive(sock, self._keepalive_s, also_unsent=True)
        with self._sending:
            self.sock = sock
            resent = self._send_waiting()
        if self._closed.is_set():  # meanwhile
            self.close()
        return welcome, resent

    def events(self) -> Iterator[AnyEvent | Lost | Back]:
        """Yield what the server tells, and `Lost` and `Back`, until `close` is called. Blocks."""
        while not self._closed.is_set():
            yield from filter(self._is_news, self._heard())
            self._drop()
            if not self._closed.is_set():
                yield Lost(len(self._unconfirmed))
                yield from self._come_back()

    def say(self, text: str) -> str:
        """Send `text` now or, with no connection, once there is one again; return its id.

        Blocks while the server takes nothing more for the time being. Raises `ValueError` for a
        text that is empty or longer than the server takes.
        """
        if not text.strip():
            raise ValueError("the message is empty; write something")
        say = Say(next(self._ids), text)
        line = encode_line(say)
        if len(line) - 1 > self._max_line_bytes:
            raise ValueError(
                f"the message is too long: {len(line) - 1} bytes as a line of JSON,"
                f" and the server takes {self._max_line_bytes}; it was not sent"
            )
        with self._changed:
            self._changed.wait_for(self._may_say)
        with self._sending:
            with self._changed:
                self._unconfirmed[say.id] = say
            self._send(line)
        return say.id

    def recolor(self, color: str) -> None:
        """Change the colour of what is said from now on."""
        self._hello = replace(self._hello, color=color)
        with self._sending:
            self._send(encode_line(Recolor(color)))

    def wait_confirmed(self, timeout_s: float | None = None) -> int:
        """Block until the server has all that was said; return how many messages it has not.

        That is more than 0 if `timeout_s` seconds passed, or the link was closed.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: not self._unconfirmed or self._closed.is_set(), timeout_s
            )
            return len(self._unconfirmed)

    def close(self) -> None:
        """End the connection and `events`. Never blocks for long."""
        self._closed.set()
        with self._changed:
            self._changed.notify_all()
        self._shut(self.sock)

    def _greet(self, sock: socket.socket) -> Welcome:
        self._wire = JsonLinesClient()
        sock.sendall(encode_line(self._next_hello()))
        while data := sock.recv(RECEIVE_BYTES):
            events = self._wire.receive(data)
            if not events and b"\n" in data:
                raise NotHuechatError(self.host, self.port)
            match events:
                case [Welcome() as welcome, *early]:
                    self._take_in(welcome, early)
                    return welcome
                case [Error(message=message) | Bye(message=message), *_]:
                    raise RefusedByServerError(harmless(message))
        raise NotHuechatError(self.host, self.port)

    def _next_hello(self) -> Hello:
        """Return the hello that goes on where an earlier connection ended."""
        resume = {**self._joined_at, **self._shown}
        return replace(self._hello, session=self._session, resume=resume)

    def _take_in(self, welcome: Welcome, early: list[AnyEvent]) -> None:
        """Remember who we are, so that the next hello takes up where this connection ends."""
        self._early = early
        self._max_line_bytes = welcome.max_line_bytes
        self._session = welcome.session
        for place in welcome.rooms:
            self._joined_at.setdefault(place.room, place.seq)

    def _heard(self) -> Iterator[AnyEvent]:
        """Yield what comes in until the connection ends."""
        sock = self.sock
        early, self._early = self._early, []
        yield from early
        while sock:
            try:
                data = sock.recv(RECEIVE_BYTES)
            except OSError:
                return
            if not data:
                return
            yield from self._wire.receive(data)

    def _may_say(self) -> bool:
        """Return whether one more message may be sent, or wait for the link to come back."""
        if self.sock is None or self._closed.is_set():
            return True
        return not self._throttled and len(self._unconfirmed) < WINDOW

    def _is_news(self, event: AnyEvent) -> bool:
        """Take note of `event`; return whether it is to be shown: each message is, once.

        One's own comes as a message after a lost connection: it confirms that the server has it.
        """
        match event:
            case Message(room=room, seq=seq):
                new = seq > self._shown.get(room, 0)
                self._shown[room] = max(seq, self._shown.get(room, 0))
                own = event.id.startswith(self._prefix)
                if own:
                    self._confirm(event.id)
                return new and not own
            case Ack():
                self._confirm(event.id)
            case Error(code="rate_limited") if event.id in self._unconfirmed:
                self._throttle(event.retry_after_s)
                return False
            case Error():
                self._confirm(event.id)
        return True

    def _confirm(self, message_id: str) -> None:
        """Note that the server has a message, or will never have it."""
        with self._changed:
            self._unconfirmed.pop(message_id, None)
            self._changed.notify_all()

    def _throttle(self, retry_after_s: float) -> None:
        """Hold back what is said, and send again in a while what was not taken."""
        with self._changed:
            if self._throttled:
                return
            self._throttled = True
        timer = threading.Timer(retry_after_s, self._send_again)
        timer.daemon = True
        timer.start()

    def _send_again(self) -> None:
        with self._sending:
            self._send_waiting()

    def _send_waiting(self) -> int:
        """Send all that is unconfirmed, in its order; return how many messages that are.

        Whoever calls this or `_send` holds the lock `_sending`: nothing may be sent in between.
        """
        with self._changed:
            waiting = list(self._unconfirmed.values())
            self._throttled = False
            self._changed.notify_all()
        self._send(b"".join(map(encode_line, waiting)))
        return len(waiting)

    def _come_back(self) -> Iterator[Back]:
        for wait_s in self._waits_s():
            if self._closed.wait(wait_s):
                return
            try:
                _, resent = self._connect()
            except (OSError, RefusedByServerError, NotHuechatError):
                continue
            yield Back(resent)
            return

    def _waits_s(self) -> Iterator[float]:
        """Yield ever longer waits, jittered so that not all clients come back at once."""
        wait_s = FIRST_WAIT_S
        while True:
            yield random.uniform(wait_s / 2, wait_s)  # noqa: S311 - no secret
            wait_s = min(wait_s * 2, self._reconnect_max_s)

    def _send(self, data: bytes) -> None:
        """Send `data`; with no connection it is for `_connect` to send it."""
        if self.sock is None:
            return
        try:
            self.sock.sendall(data)
        except OSError:  # a broken pipe; the receiving side notices too and comes back
            self._shut(self.sock)

    def _drop(self) -> None:
        self._shut(self.sock)  # so that nobody waits in a send, holding the lock
        with self._sending:
            sock, self.sock = self.sock, None
        if sock:
            sock.close()

    @staticmethod
    def _shut(sock: socket.socket | None) -> None:
        try:
            if sock:
                sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it ended by itself
