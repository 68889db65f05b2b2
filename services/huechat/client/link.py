"""The link: a connection to a server that comes back when it is lost."""

from __future__ import annotations

import itertools
import random
import secrets
import socket
import threading
from collections.abc import Iterator
from typing import Final, TypeVar

from huechat.client.link_news import (
    Back,
    HeldBack,
    KeptOut,
    Lost,
    News,
    NotHuechatError,
    RefusedByServerError,
    ShutOut,
)
from huechat.client.outbox import Entering, Outbox
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
    Error,
    Hello,
    Join,
    Joined,
    Left,
    Login,
    Register,
    Say,
    Token,
    Welcome,
)
from huechat.wire.harmless import harmless
from huechat.wire.jsonlines import JsonLinesClient, encode_line

RECEIVE_BYTES: Final = 64 * 1024
FIRST_WAIT_S: Final = 0.2
"""The wait before the first try to reach a lost server; it doubles with each."""

HOPELESS: Final = frozenset(
    {"bad_login", "bad_token", "bad_version", "banned", "disabled", "login_first", "name_reserved"}
)
"""Reasons for not being let in that will not go away by trying again."""

Answer = TypeVar("Answer", Token, Welcome)

HELD_BACK: Final = frozenset({"rate_limited", "slow_mode"})
"""Reasons for which the server did not take something yet."""


class Link:
    """Connects to `host`:`port`, says `hello`, and again whenever the connection is lost.

    `login`: what is said before, the first time; the token that answers it is used from then on.
    `settings`: how long connecting may take, and the longest wait between tries; and the room to
    be in besides the lobby, which is asked for before anything that waits is sent.
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
        self.joining = ""
        """The id of the `join` that asked for the room to be in, until it is answered."""
        self._room = settings.room
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
        self._outbox = Outbox()
        self._listener = 0  # the thread that takes the events
        self._closed = threading.Event()

    @property
    def unconfirmed(self) -> int:
        """How many messages were said that the server has not confirmed."""
        return len(self._outbox)

    @property
    def held(self) -> bool:
        """Whether the server wants us to wait before it takes more."""
        return self._outbox.held

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
            self._ask_in(welcome)
            resent = self._send_waiting()
        if self._closed.is_set():  # meanwhile
            self.close()
        return welcome, resent

    def events(self) -> Iterator[AnyEvent | News]:
        """Yield what the server tells, and news of the link, until `close` is called. Blocks.

        Ends after `ShutOut`, too.
        """
        self._listener = threading.get_ident()
        while not self._closed.is_set():
            for event in self._heard():
                yield from self._news_of(event)
            self._drop()
            if not self._closed.is_set():
                yield Lost(len(self._outbox))
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

    def enter(self, entering: Entering, *, wait: bool = True) -> None:
        """Send something that gets a place in a room's log, as `say` does. Its id is from here.

        Without `wait` it never blocks for the server: what is not taken yet is kept.
        """
        line = encode_line(entering)
        if len(line) - 1 > self._max_line_bytes:
            raise ValueError(
                f"the message is too long: {len(line) - 1} bytes as a line of JSON,"
                f" and the server takes {self._max_line_bytes}; it was not sent"
            )
        if wait:
            self._outbox.wait_for_room(self._needs_no_room)
        with self._sending:
            if self._outbox.add(entering):
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
        self._outbox.wait_for(lambda: not self._outbox or self._closed.is_set(), timeout_s)
        return len(self._outbox)

    def wait_connected(self, timeout_s: float | None = None) -> bool:
        """Block until there is a connection, for so many seconds; return whether there is one."""
        self._outbox.wait_for(lambda: bool(self.sock) or self._closed.is_set(), timeout_s)
        return self.sock is not None and not self._closed.is_set()

    def wait_joined(self, timeout_s: float | None = None) -> bool:
        """Block until one is in the room to be in, or was refused; return whether one is.

        It is answered in `events`. Without such a room there is nothing to wait for.
        """
        self._outbox.wait_for(lambda: not self.joining or self._closed.is_set(), timeout_s)
        return bool(self._room) and not self.joining

    def close(self) -> None:
        """End the connection and `events`. Never blocks for long."""
        self._closed.set()
        self._outbox.news()
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

    def _needs_no_room(self) -> bool:
        """Return whether one more message may be said, however many wait already."""
        if self.sock is None or self._closed.is_set():
            return True
        return threading.get_ident() == self._listener  # it must go on, or no ack is ever heard

    def _news_of(self, event: AnyEvent) -> Iterator[AnyEvent | News]:
        """Take note of `event`; yield what of it is to be shown: each message is, once.

        One's own comes as a message after a lost connection: it confirms that the server has it.
        """
        self._take_note(event)
        if isinstance(event, AnyEntry):
            new = self._passport.show(event)
            own = event.id.startswith(self._prefix) or event.id in self._outbox
            if own:
                self._outbox.confirm(event.id)
            if new and not own:
                yield event
        elif isinstance(event, Error) and event.code in HELD_BACK and event.id in self._outbox:
            yield from self._throttle(event)
        else:
            if isinstance(event, Ack | Error):
                self._outbox.confirm(event.id)
            yield event
            self._note_room(event)

    def _note_room(self, event: AnyEvent) -> None:
        """Note whether one is in the room that one is to be in."""
        match event:
            case Left(room=room) if room == self._room:
                self._room = ""
            case Error(id=id_) if id_ and id_ == self.joining:
                self._room = self.joining = ""
            case Joined(id=id_) if id_ and id_ == self.joining:
                self.joining = ""
        self._outbox.news()

    def _throttle(self, error: Error) -> Iterator[HeldBack]:
        """Hold back what is said, and send again in a while what was not taken."""
        if not self._outbox.hold():
            return
        timer = threading.Timer(error.retry_after_s, self._send_again)
        timer.daemon = True
        timer.start()
        if error.code == "slow_mode":
            yield HeldBack(error.message)

    def _send_again(self) -> None:
        with self._sending:
            self._send_waiting()

    def _send_waiting(self) -> int:
        """Send all that is unconfirmed, in its order; return how many messages that are.

        Whoever calls this or `_send` holds the lock `_sending`: nothing may be sent in between.
        """
        waiting = self._outbox.release()
        self._send(b"".join(map(encode_line, waiting)))
        return len(waiting)

    def _ask_in(self, welcome: Welcome) -> None:
        """Ask for the room to be in, if one is not."""
        if not self._room:
            return
        if any(place.room == self._room for place in welcome.rooms):
            self.joining = ""
            return
        self.joining = self.new_id()
        self._send(encode_line(Join(self._room, history=self.history, id=self.joining)))

    def _come_back(self) -> Iterator[Back | KeptOut | ShutOut]:
        told = ""
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
                if told != str(reason):
                    told = str(reason)
                    yield KeptOut(told)
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
