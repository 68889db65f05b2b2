"""ChatServer: the listening socket, the readers, and the way that every message goes."""

from __future__ import annotations

import errno
import itertools
import logging
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, Final, Self

from huechat import palette
from huechat.chat import rules
from huechat.chat.errors import RefusedError
from huechat.chat.log import Log
from huechat.chat.people import Person
from huechat.config import ServerSettings
from huechat.protocol import (
    COLORS,
    DEFAULT_COLOR,
    LOBBY,
    SEED_LINE,
    VERSION,
    AnyCommand,
    Bye,
    Error,
    Hello,
    Message,
    Ping,
    Pong,
    Recolor,
    RoomPlace,
    Say,
    Welcome,
    You,
)
from huechat.server.connection import Connection
from huechat.server.delivery import Delivery
from huechat.server.doorway import Doorway

STOP_WITHIN_S: Final = 1.5
"""How long goodbyes may take before sockets are closed on whoever does not read them."""

log = logging.getLogger(__name__)


class ChatServer:
    """A chat server: one thread accepts, one a client reads, one delivers.

    Arguments: `host` and `port` to listen at (port 0: any free one; `port` tells which once it
    listens). `settings`: the limits; see `ServerSettings`.

    Attributes: `host`, `port`, `server_socket` (None until it listens) and `clients`, the list of
    the connected clients' sockets.

    `start_server` serves in the calling thread; `start`, or `with`, in one of its own.
    All methods may be called from any thread.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 3030,
        *,
        settings: ServerSettings | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self.settings = settings or ServerSettings()
        self.lobby = Log(LOBBY, self.settings.tail_bytes)
        self._doorway: Doorway | None = None
        self._delivery = Delivery()
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()  # guards the three below
        self._connections: dict[socket.socket, Connection] = {}
        self._readers: set[threading.Thread] = set()
        self._closing = False
        self._acceptor: threading.Thread | None = None  # `start_server` does without
        self._accepted_last = threading.Event()
        self._over = threading.Event()
        self._handlers: dict[type, Callable[[Connection, Any], None]] = {
            Hello: self._greet,
            Say: self._say,
            Recolor: self._recolor,
            Ping: self._pong,
        }

    @property
    def server_socket(self) -> socket.socket | None:
        """The listening socket; None until the server listens."""
        return self._doorway.sock if self._doorway else None

    @property
    def clients(self) -> list[socket.socket]:
        """The sockets of the clients that are connected now."""
        with self._lock:
            return list(self._connections)

    def start_server(self) -> None:
        """Listen and serve until `stop` or `shutdown` is called. Blocks.

        Raises `OSError` if the address cannot be listened at.
        """
        doorway = self._open()
        started = f"Server started on {self.host}:{self.port}"
        print(palette.paint(started, palette.CONNECTED), flush=True)
        try:
            self._accept(doorway)
        finally:
            self.shutdown()

    def start(self) -> Self:
        """Listen, and serve in a thread; return the server when it can be connected to.

        Raises `OSError` if the address cannot be listened at.
        """
        doorway = self._open()
        self._acceptor = threading.Thread(
            target=self._accept, args=(doorway,), name="accept", daemon=True
        )
        self._acceptor.start()
        return self

    def stop(self) -> None:
        """Make `start_server` say goodbye and return. Never blocks; a signal may call it."""
        if self._doorway:
            self._doorway.close_soon()

    def shutdown(self) -> None:
        """Say goodbye to everyone and end every thread. Blocks, for 2 s at the most.

        Calling it again, or on a server that never started, does nothing.
        """
        with self._lock:
            started, first = self._doorway is not None, not self._closing
            self._closing = self._closing or started
        if started and first:
            self._end(time.monotonic() + STOP_WITHIN_S)
        elif started:
            self._over.wait()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Shut down."""
        self.shutdown()

    def handle_client(self, client_socket: socket.socket) -> None:
        """Serve one client until it leaves, then close its socket. Blocks: it is a reader's job."""
        connection = self._enter(client_socket)
        try:
            for heard in connection.heard():
                self._apply(connection, heard)
        finally:
            self._leave(connection)

    def broadcast_message(
        self, message: Message | str, sender_socket: socket.socket | None
    ) -> None:
        """Put `message` into the lobby's log; all but the sender get it. Never blocks.

        A text may have the seed's form, `[COLOR (red)] said -> hi`, or be just what is said.
        With no `sender_socket` everybody gets it. The sender gets its place in the log, its ack.
        """
        with self._lock:
            sender = self._connections.get(sender_socket) if sender_socket else None
        if isinstance(message, str):
            message = self._draft(message, sender)
        self.lobby.append(message, sender.number if sender else 0)
        self._delivery.news(self.lobby)

    def _open(self) -> Doorway:
        doorway = Doorway(self.host, self.port, self.settings.backlog)
        self.port = doorway.port
        self._delivery.start()
        self._doorway = doorway
        return doorway

    def _end(self, deadline: float) -> None:
        """Say goodbye, let every thread end, close every socket."""
        self.stop()
        self._accepted_last.wait()
        if self._acceptor:
            self._acceptor.join()
        with self._lock:
            connections = list(self._connections.values())
            readers = set(self._readers)
        goodbye = Bye("The server is closing. Goodbye.")
        for connection in connections:
            self._delivery.post(connection.outlet, connection.encode(goodbye))
            connection.hang_up()
        for reader in readers - {threading.current_thread()}:
            reader.join(max(0.0, deadline - time.monotonic()))
        self._delivery.stop(max(0.0, deadline - time.monotonic()))
        if self._doorway:
            self._doorway.close()
        log.info("Server stopped")
        self._over.set()

    def _accept(self, doorway: Doorway) -> None:
        """Start a reader for each client that comes, until the doorway closes."""
        try:
            for sock in doorway.arrivals():
                self._start_reader(sock)
        finally:
            self._accepted_last.set()

    def _start_reader(self, sock: socket.socket) -> None:
        reader = threading.Thread(target=self._read, args=(sock,), daemon=True)
        with self._lock:
            self._readers.add(reader)
        try:
            reader.start()
        except RuntimeError:  # no more threads to be had
            log.exception("no thread for a new client; it is turned away")
            with self._lock:
                self._readers.discard(reader)
            sock.close()

    def _read(self, sock: socket.socket) -> None:
        """Be a reader thread."""
        try:
            self.handle_client(sock)
        except Exception:
            log.exception("a reader failed; its client is disconnected")
        finally:
            with self._lock:
                self._readers.discard(threading.current_thread())

    def _enter(self, sock: socket.socket) -> Connection:
        connection = Connection(next(self._numbers), sock, self.settings.max_line_bytes)
        threading.current_thread().name = f"reader-{connection.number}"
        with self._lock:
            self._connections[sock] = connection
            closing = self._closing
        if closing:
            connection.hang_up()
        return connection

    def _leave(self, connection: Connection) -> None:
        with self._lock:
            del self._connections[connection.sock]
        self._delivery.leave(connection.outlet)
        if connection.person:
            log.info(palette.paint(f"{connection} disconnected", palette.DISCONNECTED))

    def _apply(self, connection: Connection, heard: AnyCommand | Error) -> None:
        """Do what was asked; answer what cannot be done with an error."""
        if isinstance(heard, Error):
            self._refuse(connection, heard)
            return
        try:
            self._handlers[type(heard)](connection, heard)
        except RefusedError as reason:
            self._refuse(connection, Error(reason.code, str(reason), getattr(heard, "id", "")))

    def _refuse(self, connection: Connection, error: Error) -> None:
        log.debug("%s: %s", connection, error.code)
        self._delivery.post(connection.outlet, connection.encode(error))

    def _greet(self, connection: Connection, hello: Hello) -> None:
        if connection.person:
            raise RefusedError("hello_twice", "hello was said already; connect again instead")
        person = rules.greet(hello, connection.session)
        connection.person = person
        if connection.wire.chosen:
            connection.outlet.encode = connection.wire.chosen.encode
        last = self.lobby.last
        places = (RoomPlace(LOBBY, last),)
        welcome = Welcome(
            VERSION,
            person.name,
            person.color,
            person.session,
            places,
            self.settings.max_line_bytes,
        )
        self._delivery.post(connection.outlet, connection.encode(welcome))
        self._delivery.join(connection.outlet, self.lobby, last)
        shown = palette.paint(
            f"{connection} connected from {connection.address}", palette.CONNECTED
        )
        log.info(shown)

    def _say(self, connection: Connection, say: Say) -> None:
        message = rules.draft(_person(connection), say)
        self.broadcast_message(message, connection.sock)
        if log.isEnabledFor(logging.DEBUG):
            log.debug("%s said %r", connection, message.text)

    def _recolor(self, connection: Connection, recolor: Recolor) -> None:
        person = _person(connection)
        person.color = rules.check_color(recolor.color)
        self._delivery.post(connection.outlet, connection.encode(You(person.name, person.color)))

    def _pong(self, connection: Connection, ping: Ping) -> None:
        self._delivery.post(connection.outlet, connection.encode(Pong(ping.id)))

    def _draft(self, text: str, sender: Connection | None) -> Message:
        """Return what the embedding program says, for a client or on its own."""
        person = sender.person if sender and sender.person else Person("", "", DEFAULT_COLOR)
        seed = SEED_LINE.fullmatch(text)
        if seed and seed["color"] in COLORS:
            person = Person(person.session, person.name, seed["color"])
            text = seed["text"]
        return rules.draft(person, Say(rules.new_session(), text))


def _person(connection: Connection) -> Person:
    if connection.person is None:
        raise RefusedError("hello_first", "say hello first")
    return connection.person


def is_port_taken(error: OSError) -> bool:
    """Return whether `error` came from listening at an address that somebody else listens at."""
    return error.errno == errno.EADDRINUSE
