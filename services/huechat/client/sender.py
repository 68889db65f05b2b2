"""What goes out: sent now, or kept until there is a connection, and again if one was lost."""

from __future__ import annotations

import itertools
import secrets
import socket
import threading
from typing import Final

from huechat.client.handshake import shut
from huechat.client.joins import Joins
from huechat.client.link_news import ClosedError
from huechat.client.outbox import Entering, Outbox
from huechat.client.silence import Silence
from huechat.protocol import (
    LOBBY,
    MAX_LINE_BYTES,
    AnyCommand,
    AnyEvent,
    Command,
    Join,
    Ping,
    Pong,
    Say,
)
from huechat.wire.jsonlines import encode_line

NOBODY: Final = 0
"""No thread has this as its number."""


class Sender:
    """Sends through `sock`, which is None while there is no connection.

    `say`, `send`, `ask`, `enter`, `join`, and all that waits, may be called from any thread.
    `Link` makes the connections, and hears what the server confirms.
    """

    def __init__(self, silence: Silence) -> None:
        self.sock: socket.socket | None = None
        self._max_line_bytes = MAX_LINE_BYTES
        self._prefix = secrets.token_hex(8)
        self._probe_id = f"{self._prefix}-alive"
        self._ids = (f"{self._prefix}-{n}" for n in itertools.count(1))
        self._numbering = threading.Lock()  # guards the ids
        self._sending = threading.Lock()  # guards that what is sent is in the order of saying
        self._outbox = Outbox()
        self._joins = Joins()
        self._silence = silence
        self._listener = NOBODY  # the thread that takes the events
        self._closed = threading.Event()

    @property
    def unconfirmed(self) -> int:
        """How many messages were said that the server has not confirmed."""
        return len(self._outbox)

    def unsent(self, room: str = "") -> int:
        """Return how many messages are not even under way: for `room`, or with no name for all."""
        return self._outbox.unsent(room)

    @property
    def closed(self) -> bool:
        """Whether it was closed, or the server lets nobody in any more."""
        return self._closed.is_set()

    @property
    def held(self) -> bool:
        """Whether the server wants us to wait before it takes more, at least in some room."""
        return self._outbox.held or self._outbox.is_put_off

    @property
    def overdue(self) -> bool:
        """Whether the server has not confirmed for long what was sent to it: perhaps it hangs."""
        return self._outbox.overdue

    @property
    def silent_s(self) -> int:
        """For how many seconds the server has owed an answer and told nothing; 0: it has not."""
        return self._silence.lasts_s

    def new_id(self) -> str:
        """Return an id that nothing else has."""
        with self._numbering:
            return next(self._ids)

    def say(self, text: str, room: str = LOBBY) -> str:
        """Send `text` now or, with no connection, once there is one again; return its id.

        Blocks while the server takes nothing more for the time being. Raises `ValueError` for a
        text that is empty or longer than the server takes.
        """
        if not isinstance(text, str):
            raise TypeError(f"a text is a str, and this is {type(text).__name__}")
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
        """Send any other command, now or not at all; return whether there is a connection.

        Raises `TypeError` for what is no command.
        """
        if not isinstance(command, Command):
            words = f"a command is one of huechat.protocol's, and this is {type(command).__name__}"
            raise TypeError(words)
        with self._sending:
            self._send(encode_line(command))
            return self.sock is not None

    def ask(self, command: AnyCommand) -> bool:
        """Send it as `send` does, and have the server say when it is done: it may be silent."""
        with self._sending:
            self._send(encode_line(command) + encode_line(Ping()))
            if self.sock is not None:
                self._silence.asked()
            return self.sock is not None

    def join(self, join: Join) -> bool:
        """Ask to come into a room, now or once there is a connection; return whether there is one.

        Its id is from here. It is asked again after a lost connection if it was not answered.
        Raises `ValueError` if with no connection too many are asked for already.
        """
        with self._sending:
            connected = self.sock is not None
            self._joins.add(join, is_sent=connected)
            self._send(encode_line(join))
            if connected:
                self._silence.asked()
            return connected

    def wait_for_room(self, timeout_s: float | None = None, id_: str = "") -> bool:
        """Block until one more message may be said, for so many seconds; return whether it may.

        With an `id_` that is under way already, also until the server has answered that: it tells
        what comes of a second message with the same.
        """
        return self._outbox.wait_for(
            lambda: self._has_room() and (id_ not in self._outbox or self._closed.is_set()),
            timeout_s,
        )

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

    def close(self) -> None:
        """End the connection, and send nothing more. Never blocks for long."""
        self._closed.set()
        self._outbox.news()
        shut(self.sock)

    def _send_through(self, sock: socket.socket, first: Join | None) -> int:
        """Send through `sock` from now on: `first`, and what waits; return how much waits."""
        with self._sending:
            self.sock = sock
            joins = [first, *self._joins.unanswered] if first else self._joins.unanswered
            self._send(b"".join(map(encode_line, joins)))
            return self._send_waiting()

    def _has_room(self) -> bool:
        """Return whether one more message may be said, however many wait already."""
        if self._closed.is_set() or threading.get_ident() == self._listener:
            return True  # the listener must go on, or no ack is ever heard
        return self._outbox.has_room(connected=self.sock is not None)

    def _confirm(self, id_: str) -> bool:
        """Note that the server has something, or never will; return whether that was not known."""
        if not self._outbox.confirm(id_):
            return False
        if self._outbox.has_unsent:
            with self._sending:
                self._send_due()
        return True

    def _note_refused(self, id_: str) -> list[str]:
        """Note that the server will never have something; return what was about it, by id."""
        about = self._outbox.refuse(id_)
        if self._outbox.has_unsent:
            with self._sending:
                self._send_due()
        return about

    def _hold(self, wait_s: float) -> bool:
        """Hold back what is said, and send again in so many seconds; return whether that is new."""
        if not self._outbox.hold():
            return False
        timer = threading.Timer(wait_s, self._send_again)
        timer.daemon = True
        timer.start()
        return True

    def _put_off(self, id_: str, wait_s: float) -> bool:
        """Hold back what is for the room of this message; return whether that is new."""
        place = self._outbox.put_off(id_)
        if place:
            timer = threading.Timer(wait_s, self._take_up, (place,))
            timer.daemon = True
            timer.start()
        return bool(place)

    def _take_up(self, place: str) -> None:
        """Send what was held back for that room: now, or if one is put out, to be told so."""
        with self._sending:
            if self._outbox.take_up(place):
                self._send_due()

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
        if self.sock is None:
            return
        due = self._outbox.due()
        if due:
            self._silence.asked()
            self._send(b"".join(map(encode_line, due)))

    def _send(self, data: bytes) -> None:
        """Send `data`; with no connection it is for `_send_through` to send it."""
        if self.sock is None or not data:
            return
        try:
            self.sock.sendall(data)
        except OSError:  # a broken pipe; the receiving side notices too and comes back
            shut(self.sock)

    def _probe(self) -> None:
        """Ask for a sign of life, unless another thread is sending just now. Never blocks."""
        if self._sending.acquire(blocking=False):
            try:
                self._silence.asked()
                self._send(encode_line(Ping(self._probe_id)))
            finally:
                self._sending.release()

    def _is_sign_of_life(self, event: AnyEvent) -> bool:
        """Return whether it is what was asked for by `_probe`, and nobody else's answer."""
        return isinstance(event, Pong) and event.id == self._probe_id

    def _drop(self) -> None:
        shut(self.sock)  # so that nobody waits in a send, holding the lock
        with self._sending:
            sock, self.sock = self.sock, None
        self._silence.broken()
        self._outbox.news()
        if sock:
            sock.close()
