"""The link: a connection to a server that comes back when it is lost."""

from __future__ import annotations

import itertools
import random
import secrets
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from huechat.client.passport import Passport
from huechat.config import ClientSettings
from huechat.keepalive import keep_alive
from huechat.protocol import (
    LOBBY,
    MAX_LINE_BYTES,
    Ack,
    AnyCommand,
    AnyEntry,
    AnyEvent,
    Bye,
    Delete,
    Edit,
    Error,
    Hello,
    Login,
    React,
    Register,
    Say,
    Token,
    Welcome,
)
from huechat.wire.harmless import harmless
from huechat.wire.jsonlines import JsonLinesClient, encode_line

RECEIVE_BYTES: Final = 64 * 1024
WINDOW: Final = 64
"""How many messages may wait for the server's confirmation before saying more blocks."""

FIRST_WAIT_S: Final = 0.2
"""The wait before the first try to reach a lost server; it doubles with each."""


Entering = Say | Edit | Delete | React
"""What gets a place in a room's log, once, however often it must be sent."""

HOPELESS: Final = frozenset({"bad_login", "bad_token", "banned", "disabled", "name_reserved"})
"""Reasons for not being let in that will not go away by trying again."""

Answer = TypeVar("Answer", Token, Welcome)

HELD_BACK: Final = frozenset({"rate_limited", "slow_mode"})
"""Reasons for which the server did not take something yet."""


class RefusedByServerError(Exception):
    """The server did not let us in; the text is its reason, `code` one of `protocol.ERRORS`."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


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
    welcome: Welcome


@dataclass(frozen=True)
class ShutOut:
    """The server does not let us in any more, and says why."""

    message: str


class Link:
    """Connects to `host`:`port`, says `hello`, and again whenever the connection is lost.

    `login`: what is said before, the first time; the token that answers it is used from then on.
    `settings`: how long connecting may take, and the longest wait between tries.
    `say`, `send`, `enter` and `close` may be called from any thread; `events` is for one.
    """

    def __init__(
        self,
        host: str,
        port: int,
        hello: Hello,
        settings: ClientSettings,
        login: Login | Register | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self.sock: socket.socket | None = None
        self._passport = Passport(hello)
        self._login = login
        self._timeout_s = settings.connect_timeout_s
        self._reconnect_max_s = settings.reconnect_max_s
        self._keepalive_s = settings.keepalive_s
        self._wire = JsonLinesClient()
        self._max_line_bytes = MAX_LINE_BYTES
        self._early: list[AnyEvent] = []  # came in one piece with the welcome
        self._prefix = secrets.token_hex(8)
        self._ids = (f"{self._prefix}-{n}" for n in itertools.count(1))
        self._sending = threading.Lock()  # guards that what is sent is in the order of saying
        self._changed = threading.Condition()  # guards the two below
        self._unconfirmed: dict[str, Entering] = {}
        self._throttled = False  # the server wants us to wait; `_send_again` will end it
        self._listener = 0  # the thread that takes the events
        self._closed = threading.Event()

    @property
    def unconfirmed(self) -> int:
        """How many messages were said that the server has not confirmed."""
        return len(self._unconfirmed)

    @property
    def history(self) -> int | None:
        """How many of the newest messages to be told, as the hello has it."""
        return self._passport.hello.history

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

    def events(self) -> Iterator[AnyEvent | Lost | Back | ShutOut]:
        """Yield what the server tells, `Lost` and `Back`, until `close` is called. Blocks.

        Ends after `ShutOut`, too.
        """
        self._listener = threading.get_ident()
        while not self._closed.is_set():
            yield from filter(self._is_news, self._heard())
            self._drop()
            if not self._closed.is_set():
                yield Lost(len(self._unconfirmed))
                yield from self._come_back()

    def new_id(self) -> str:
        """Return an id that nothing else has."""
        return next(self._ids)

    def say(self, text: str, room: str = LOBBY) -> str:
        """Send `text` now or, with no connection, once there is one again; return its id.

        Blocks while the server takes nothing more for the time being. Raises `ValueError` for a
        text that is empty or longer than the server takes.
        """
        if not text.strip():
            raise ValueError("the message is empty; write something")
        say = Say(self.new_id(), text, room)
        self.enter(say)
        return say.id

    def enter(self, entering: Entering) -> None:
        """Send something that gets a place in a room's log, as `say` does. Its id is from here."""
        line = encode_line(entering)
        if len(line) - 1 > self._max_line_bytes:
            raise ValueError(
                f"the message is too long: {len(line) - 1} bytes as a line of JSON,"
                f" and the server takes {self._max_line_bytes}; it was not sent"
            )
        with self._changed:
            self._changed.wait_for(self._may_say)
        with self._sending:
            with self._changed:
                self._unconfirmed[entering.id] = entering
            self._send(line)

    def send(self, command: AnyCommand) -> bool:
        """Send any other command, now or not at all; return whether there is a connection."""
        with self._sending:
            self._send(encode_line(command))
            return self.sock is not None

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
        if self._login and not self._passport.hello.token:
            sock.sendall(encode_line(self._login))
            self._answer(sock, Token)
        sock.sendall(encode_line(self._passport.next_hello()))
        return self._answer(sock, Welcome)

    def _answer(self, sock: socket.socket, wanted: type[Answer]) -> Answer:
        """Return the server's answer, once it is there; what comes with it is kept."""
        while data := sock.recv(RECEIVE_BYTES):
            events = self._wire.receive(data)
            if not events and b"\n" in data:
                break
            match events:
                case [Error(code=code, message=message), *_]:
                    raise RefusedByServerError(harmless(message), code)
                case [Bye(message=message), *_]:
                    raise RefusedByServerError(harmless(message))
                case [first, *early] if isinstance(first, wanted):
                    self._take_note(first)
                    self._early = early
                    return first
        raise NotHuechatError(self.host, self.port)

    def _take_note(self, event: AnyEvent) -> None:
        self._passport.note(event)
        if isinstance(event, Welcome):
            self._max_line_bytes = event.max_line_bytes

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
        if threading.get_ident() == self._listener:  # it must go on, or no ack is ever heard
            return True
        return not self._throttled and len(self._unconfirmed) < WINDOW

    def _is_news(self, event: AnyEvent) -> bool:
        """Take note of `event`; return whether it is to be shown: each message is, once.

        One's own comes as a message after a lost connection: it confirms that the server has it.
        """
        self._take_note(event)
        if isinstance(event, AnyEntry):
            new = self._passport.show(event)
            own = event.id.startswith(self._prefix) or event.id in self._unconfirmed
            if own:
                self._confirm(event.id)
            return new and not own
        match event:
            case Ack():
                self._confirm(event.id)
            case Error(code=code) if code in HELD_BACK and event.id in self._unconfirmed:
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

    def _come_back(self) -> Iterator[Back | ShutOut]:
        for wait_s in self._waits_s():
            if self._closed.wait(wait_s):
                return
            try:
                welcome, resent = self._connect()
            except RefusedByServerError as reason:
                if reason.code in HOPELESS:
                    self.close()
                    yield ShutOut(str(reason))
                    return
                continue
            except (OSError, NotHuechatError):
                continue
            yield Back(resent, welcome)
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
