"""The link: a connection to a server that comes back when it is lost."""

from __future__ import annotations

import itertools
import secrets
import socket
import threading
from collections.abc import Generator, Iterator
from typing import Final

from huechat.client.handshake import HOPELESS, RECEIVE_BYTES, Answer, answer, reach, shut, waits_s
from huechat.client.link_news import (
    Back,
    ClosedError,
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
from huechat.client.room_wanted import RoomWanted
from huechat.config import ClientSettings
from huechat.keepalive import keep_alive
from huechat.protocol import (
    LOBBY,
    MAX_LINE_BYTES,
    Ack,
    AnyCommand,
    AnyEntry,
    AnyEvent,
    Error,
    Hello,
    Login,
    Register,
    Say,
    Token,
    Welcome,
)
from huechat.wire.jsonlines import JsonLinesClient, encode_line

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
        self._wanted = RoomWanted(settings.room)
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
        self._numbering = threading.Lock()  # guards the ids
        self._sending = threading.Lock()  # guards that what is sent is in the order of saying
        self._outbox = Outbox()
        self._listener = 0  # the thread that takes the events
        self._closed = threading.Event()

    @property
    def unconfirmed(self) -> int:
        """How many messages were said that the server has not confirmed."""
        return len(self._outbox)

    @property
    def closed(self) -> bool:
        """Whether it was closed, or the server lets nobody in any more."""
        return self._closed.is_set()

    @property
    def held(self) -> bool:
        """Whether the server wants us to wait before it takes more."""
        return self._outbox.held

    @property
    def joining(self) -> str:
        """The id of the `join` that asked for the room to be in, until it is answered."""
        return self._wanted.joining

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
        sock = reach(self.host, self.port, self._timeout_s)
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

    def events(self) -> Generator[AnyEvent | News]:
        """Yield what the server tells, and news of the link, until `close` is called. Blocks.

        Ends after `ShutOut`, too.
        """
        self._listener = threading.get_ident()
        try:
            while not self._closed.is_set():
                for event in self._heard():
                    yield from self._news_of(event)
                self._drop()
                if not self._closed.is_set():
                    yield Lost(len(self._outbox))
                    yield from self._come_back()
        finally:  # whoever takes no more events is not connected any more
            self.close()
            self._drop()

    def new_id(self) -> str:
        """Return an id that nothing else has."""
        with self._numbering:
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

        Without `wait` it never blocks for the server: what is not taken yet is kept. Raises
        `ClosedError`.
        """
        line = encode_line(entering)
        if len(line) - 1 > self._max_line_bytes:
            raise ValueError(
                f"the message is too long: {len(line) - 1} bytes as a line of JSON,"
                f" and the server takes {self._max_line_bytes}; it was not sent"
            )
        if wait:
            self.wait_for_room()
        with self._sending:
            if self._closed.is_set():
                raise ClosedError
            self._outbox.add(entering)
            self._send_due()

    def send(self, command: AnyCommand) -> bool:
        """Send any other command, now or not at all; return whether there is a connection."""
        with self._sending:
            self._send(encode_line(command))
            return self.sock is not None

    def wait_for_room(self, timeout_s: float | None = None) -> bool:
        """Block until one more message may be said, for so many seconds; return whether it may."""
        return self._outbox.wait_for(self._has_room, timeout_s)

    def wait_stored(self, patience_s: float) -> int:
        """Block until the server has all that was said; return how many messages it has not.

        That is more than 0 if the server did nothing for so many seconds, and had not asked for
        patience itself; or if the link was closed.
        """
        missing, before = len(self._outbox), -1
        while missing and (missing != before or self.held) and not self._closed.is_set():
            before, missing = missing, self.wait_confirmed(patience_s)
        return missing

    def wait_confirmed(self, timeout_s: float | None = None) -> int:
        """Block until the server has all that was said; return how many messages it has not.

        That is more than 0 if `timeout_s` seconds passed, or the link was closed. Raises
        `RuntimeError` in the thread that takes the events, where it could wait for ever.
        """
        if threading.get_ident() == self._listener and self._outbox:
            raise RuntimeError("wait in another thread: in this one, no confirmation is heard")
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
        return self._wanted.is_joined

    def close(self) -> None:
        """End the connection and `events`. Never blocks for long."""
        self._closed.set()
        self._outbox.news()
        shut(self.sock)

    def _greet(self, sock: socket.socket) -> Welcome:
        self._wire = JsonLinesClient()
        if self._login:
            sock.sendall(encode_line(self._login))
            self._answer(sock, Token)
            self._login = None
        sock.sendall(encode_line(self._passport.next_hello()))
        return self._answer(sock, Welcome)

    def _answer(self, sock: socket.socket, wanted: type[Answer]) -> Answer:
        """Return the server's answer, once it is there; what comes with it is kept."""
        answered = answer(sock, self._wire, wanted)
        if answered is None:
            raise NotHuechatError(self.host, self.port)
        first, self._early = answered
        self._take_note(first)
        return first

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

    def _has_room(self) -> bool:
        """Return whether one more message may be said, however many wait already."""
        if self._closed.is_set() or threading.get_ident() == self._listener:
            return True  # the listener must go on, or no ack is ever heard
        return self._outbox.has_room(connected=self.sock is not None)

    def _news_of(self, event: AnyEvent) -> Iterator[AnyEvent | News]:
        """Take note of `event`; yield what of it is to be shown: each message, and ack, is once."""
        self._take_note(event)
        if isinstance(event, AnyEntry):
            yield from self._entry(event)
        elif isinstance(event, Error) and event.code in HELD_BACK and event.id in self._outbox:
            yield from self._throttle(event)
        elif isinstance(event, Ack):
            if self._confirm(event.id):
                yield event
        else:
            if isinstance(event, Error):
                self._confirm(event.id)
            yield event
            self._wanted.note(event)
            self._outbox.news()

    def _entry(self, entry: AnyEntry) -> Iterator[AnyEvent]:
        """Yield `entry` if it is new and somebody else's.

        One's own comes after a lost connection: it confirms that the server has it.
        """
        new = self._passport.show(entry)
        mine = entry.id.startswith(self._prefix) or entry.name == self._passport.hello.name
        if mine and self._confirm(entry.id):
            yield Ack(entry.id, entry.room, entry.seq, entry.time)
        elif new and not entry.id.startswith(self._prefix):
            yield entry

    def _confirm(self, id_: str) -> bool:
        """Note that the server has something, or never will; return whether that was not known."""
        if not self._outbox.confirm(id_):
            return False
        if self._outbox.has_unsent:
            with self._sending:
                self._send_due()
        return True

    def _throttle(self, error: Error) -> Iterator[HeldBack]:
        """Hold back what is said, and send again in a while what was not taken."""
        if not self._outbox.hold():
            return
        timer = threading.Timer(error.retry_after_s, self._send_again)
        timer.daemon = True
        timer.start()
        yield HeldBack(error.message if error.code == "slow_mode" else "")

    def _send_again(self) -> None:
        with self._sending:
            self._send_waiting()

    def _send_waiting(self) -> int:
        """Send again what is unconfirmed, as much as may be under way; return how many wait.

        Whoever calls this, `_send_due` or `_send` holds the lock `_sending`: nothing may be sent
        in between.
        """
        self._outbox.release()
        self._send_due()
        return len(self._outbox)

    def _send_due(self) -> None:
        """Send what was said and may be sent now, in its order; without a connection, nothing."""
        if self.sock is not None:
            self._send(b"".join(map(encode_line, self._outbox.due())))

    def _ask_in(self, welcome: Welcome) -> None:
        """Ask for the room to be in, if one is not."""
        join = self._wanted.ask(welcome, self.new_id(), self.history)
        if join:
            self._send(encode_line(join))

    def _come_back(self) -> Iterator[Back | KeptOut | ShutOut]:
        told = ""
        for wait_s in waits_s(self._reconnect_max_s):
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

    def _send(self, data: bytes) -> None:
        """Send `data`; with no connection it is for `_connect` to send it."""
        if self.sock is None or not data:
            return
        try:
            self.sock.sendall(data)
        except OSError:  # a broken pipe; the receiving side notices too and comes back
            shut(self.sock)

    def _drop(self) -> None:
        shut(self.sock)  # so that nobody waits in a send, holding the lock
        with self._sending:
            sock, self.sock = self.sock, None
        self._outbox.news()
        if sock:
            sock.close()
