"""The link: a connection to a server that comes back when it is lost."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import Final

from huechat.client.handshake import (
    HOPELESS,
    RECEIVE_BYTES,
    Answer,
    answer,
    explained,
    reach,
    waits_s,
)
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
from huechat.client.passport import Passport
from huechat.client.room_wanted import RoomWanted
from huechat.client.sender import Sender
from huechat.client.silence import Silence
from huechat.config import ClientSettings
from huechat.keepalive import keep_alive
from huechat.protocol import (
    AboutMessage,
    Ack,
    AnyEntry,
    AnyEvent,
    Error,
    Hello,
    Left,
    Login,
    Register,
    Token,
    Welcome,
)
from huechat.wire.jsonlines import JsonLinesClient, encode_line

HELD_BACK: Final = frozenset({"rate_limited", "slow_mode"})
"""Reasons for which the server did not take something yet."""

NOT_SAID: Final = "the message that this is about was not said"

TOO_LATE: Final = "too_late"
"""The reason for which the server does not hear JSON lines that begin late."""

TRIES: Final = 3
"""How often one says hello to what answers as if it had not heard it."""


class Link(Sender):
    """Connects to `host`:`port`, says `hello`, and again whenever the connection is lost.

    `login`: what is said before, the first time; the token that answers it is used from then on.
    `settings`: how long connecting may take, and the longest wait between tries; and the room to
    be in besides the lobby, which is asked for before anything that waits is sent. `now_s` tells
    the time by which a server's silence is measured, in seconds.
    What is sent is `Sender`'s part, and may be called from any thread; `events` is for one.
    """

    def __init__(
        self,
        host: str,
        port: int,
        hello: Hello,
        settings: ClientSettings,
        login: Login | Register | None = None,
        *,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(Silence(settings.silence_timeout_s, now_s, probe_s=settings.keepalive_s))
        self.host = host
        self.port = port
        self._wanted = RoomWanted(settings.room)
        self._passport = Passport(hello)
        self._login = login
        self._timeout_s = settings.connect_timeout_s
        self._reconnect_max_s = settings.reconnect_max_s
        self._keepalive_s = settings.keepalive_s
        self._wire = JsonLinesClient()
        self._early: list[AnyEvent] = []  # came in one piece with the welcome

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

        It tries anew where the hello was so long on its way that the server went on in plain text.
        Raises `OSError`, `RefusedByServerError`, or `NotHuechatError`.
        """
        left = TRIES
        while True:
            left -= 1
            try:
                return self._connect()[0]
            except (NotHuechatError, RefusedByServerError) as reason:
                if not left or getattr(reason, "code", TOO_LATE) != TOO_LATE:
                    raise

    def _connect(self) -> tuple[Welcome, int]:
        """Connect, and send what waits before more can be said; return how much that is."""
        sock = reach(self.host, self.port, self._timeout_s)
        try:
            with explained(self.host, self.port):
                welcome = self._greet(sock)
        except BaseException:
            sock.close()
            raise
        sock.settimeout(None)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        keep_alive(sock, self._keepalive_s, also_unsent=True)
        wanted = self._wanted.ask(welcome, self.new_id(), self.history)
        resent = self._send_through(sock, wanted)
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
                    if self._closed.is_set():  # by who was told the one before
                        break
                    yield from self._news_of(event)
                self._drop()
                if not self._closed.is_set():
                    yield Lost(len(self._outbox))
                    yield from self._come_back()
        finally:  # whoever takes no more events is not connected any more
            self.close()
            self._drop()

    def wait_joined(self, timeout_s: float | None = None) -> bool:
        """Block until one is in the room to be in, or was refused; return whether one is.

        It is answered in `events`. Without such a room there is nothing to wait for.
        """
        self._outbox.wait_for(lambda: not self.joining or self._closed.is_set(), timeout_s)
        return self._wanted.is_joined

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
        early, self._early = self._early, []
        yield from early
        if self.sock:
            for data in self._received(self.sock):
                yield from self._wire.receive(data)

    def _received(self, sock: socket.socket) -> Iterator[bytes]:
        """Yield what comes in until the connection ends, or is silent for too long."""
        with selectors.DefaultSelector() as selector:
            try:
                selector.register(sock, selectors.EVENT_READ)
                while self._comes(selector) and (data := sock.recv(RECEIVE_BYTES)):
                    self._silence.broken()
                    yield data
            except (OSError, ValueError):
                return  # it ended, or was closed, meanwhile

    def _comes(self, selector: selectors.BaseSelector) -> bool:
        """Wait until something comes in, or the end; return False for too long a silence."""
        while not selector.select(self._silence.look_every_s):
            if self._silence.is_too_long:
                return False
            if self._outbox.is_owed:
                self._silence.asked()  # it told something since, and then no more
            elif self._silence.needs_probe:
                self._probe()
        return True

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
        elif not self._is_sign_of_life(event):
            about = self._note_refused(event.id) if isinstance(event, Error) else []
            yield event
            yield from (Error("no_such_message", NOT_SAID, one) for one in about)
            if isinstance(event, Left):
                self._take_up(event.room)
            self._wanted.note(event)
            self._joins.note(event)
            self._outbox.news()

    def _entry(self, entry: AnyEntry) -> Iterator[AnyEvent]:
        """Yield `entry` if it is new and somebody else's, or was said before one came in.

        One's own comes after a lost connection: it confirms that the server has it.
        """
        new = self._passport.show(entry)
        mine = entry.id.startswith(self._prefix) or entry.name == self._passport.hello.name
        if mine and self._confirm(entry.id):
            done = entry if isinstance(entry, AboutMessage) else None
            yield Ack(entry.id, entry.room, entry.seq, entry.time, done)
        elif new and (not entry.id.startswith(self._prefix) or self._passport.is_old(entry)):
            yield entry

    def _throttle(self, error: Error) -> Iterator[HeldBack]:
        """Hold back what is said, and send again in a while what was not taken.

        A room in slow mode holds back only what is for it.
        """
        if error.code == "slow_mode":
            if self._put_off(error.id, error.retry_after_s):
                yield HeldBack(error.message)
        elif self._hold(error.retry_after_s):
            yield HeldBack("")

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
