"""ChatServer: the listening socket, the readers, and the way that every message goes."""

from __future__ import annotations

import contextlib
import errno
import logging
import socket
import threading
import time
from functools import partial
from pathlib import Path
from typing import Final, Self

from huechat import palette
from huechat.addresses import place
from huechat.chat import rules
from huechat.chat.draft import Draft
from huechat.chat.people import Person
from huechat.config import ServerSettings
from huechat.protocol import COLORS, DEFAULT_COLOR, LOBBY, SEED_LINE, Bye, Error
from huechat.server import commands
from huechat.server.admin.administration import administrate, invite_first
from huechat.server.admin.control import Control
from huechat.server.connection import Connection, address_of
from huechat.server.doorway import Doorway
from huechat.server.hall import Hall
from huechat.server.limits import Admission, TokenBucket
from huechat.server.logs.writer import Source
from huechat.server.people.evictions import bid_farewell
from huechat.wire.jsonlines import encode_line

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
        self._hall: Hall | None = None
        self._control: Control | None = None
        self._doorway: Doorway | None = None
        self._admission = Admission(
            self.settings.connections, self.settings.connections_per_address
        )
        self._lock = threading.Lock()  # guards the three below
        self._connections: dict[socket.socket, Connection] = {}
        self._readers: set[threading.Thread] = set()
        self._closing = False
        self._acceptor: threading.Thread | None = None  # `start_server` does without
        self._accepted_last = threading.Event()
        self._over = threading.Event()

    @property
    def hall(self) -> Hall:
        """What the readers share. Raises `RuntimeError` before the server has started."""
        if self._hall is None:
            raise RuntimeError("the server has not started: call start() or start_server()")
        return self._hall

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
        started = f"Server started on {place(self.host, self.port)}"
        print(palette.paint(started, palette.CONNECTED), flush=True)
        try:
            invite_first(self.hall)
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
                connection.pause()
                commands.apply(self.hall, connection, heard)
        finally:
            self._leave(connection)

    def broadcast_message(self, message: Draft | str, sender_socket: socket.socket | None) -> None:
        """Put `message` into the lobby's log; once it is stored, all but the sender get it.

        Never blocks. A text may have the seed's form, `[COLOR (red)] said -> hi`, or be just
        what is said. With no `sender_socket` everybody gets it. The sender gets an ack.

        Raises `TypeError` for what is neither a text nor a draft.
        """
        with self._lock:
            sender = self._connections.get(sender_socket) if sender_socket else None
        if isinstance(message, str):
            message = _from_text(message, sender)
        elif not isinstance(message, Draft):
            kind = type(message).__name__
            raise TypeError(f"what is broadcast must be a text or a Draft, not {kind}")
        place = sender.places.get(LOBBY) if sender else None
        self.hall.writer.say(
            message, place.source if place else Source(self.hall.lobby, None, None)
        )

    def _open(self) -> Doorway:
        """Listen, open the store, start the threads."""
        doorway = Doorway(self.host, self.port, self.settings.backlog, self.settings.keepalive_s)
        try:
            self._hall = Hall(self.settings)
        except BaseException:
            doorway.close()
            raise
        self._control = Control(Path(self.settings.data), partial(administrate, self._hall))
        self._control.start()
        self.port = doorway.port
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
            self.hall.tell(connection, goodbye)
            connection.hang_up()
        for reader in readers - {threading.current_thread()}:
            reader.join(max(0.0, deadline - time.monotonic()))
        if self._control:
            self._control.stop(max(0.0, deadline - time.monotonic()))
        self.hall.close(deadline)
        if self._doorway:
            self._doorway.close()
        log.info("Server stopped")
        self._over.set()

    def _accept(self, doorway: Doorway) -> None:
        """Start a reader for each client that comes, until the doorway closes."""
        try:
            pace = TokenBucket(self.settings.handshakes_per_s, self.settings.handshakes_per_s)
            for sock in doorway.arrivals():
                self._admit(sock)
                while wait_s := pace.take():
                    time.sleep(wait_s)  # for a moment; the next wait in the backlog
        finally:
            self._accepted_last.set()

    def _admit(self, sock: socket.socket) -> None:
        """Start a reader for a client, or tell it why not."""
        address = address_of(sock)
        refusal = self._admission.admit(address)
        if refusal:
            log.warning("a client from %s is turned away: %s", address, refusal)
            _turn_away(sock, refusal)
            return
        reader = threading.Thread(
            target=self._read, args=(sock, address), name="reader", daemon=True
        )
        with self._lock:
            self._readers.add(reader)
        try:
            reader.start()
        except RuntimeError:
            log.exception("no thread for a client from %s; it is turned away", address)
            self._forget_reader(reader, address)
            _turn_away(sock, "the server has no more threads; try later")

    def _read(self, sock: socket.socket, address: str) -> None:
        """Be a reader thread."""
        try:
            self.handle_client(sock)
        except Exception:
            log.exception("a reader failed; its client is disconnected")
        finally:
            self._forget_reader(threading.current_thread(), address)

    def _forget_reader(self, reader: threading.Thread, address: str) -> None:
        self._admission.release(address)
        with self._lock:
            self._readers.discard(reader)

    def _enter(self, sock: socket.socket) -> Connection:
        connection = Connection(sock, self.settings)
        with self._lock:
            self._connections[sock] = connection
            closing = self._closing
        if closing:
            connection.hang_up()
        return connection

    def _leave(self, connection: Connection) -> None:
        with self._lock:
            del self._connections[connection.sock]
        delivery = self.hall.delivery
        self.hall.writer.then(lambda: delivery.leave(connection.outlet))  # after its acks
        if connection.person:
            self.hall.writer.then(lambda: bid_farewell(self.hall, connection))
            log.info(palette.paint(f"{connection} disconnected", palette.DISCONNECTED))


_NOBODY: Final = Person("server", "", DEFAULT_COLOR)
"""Who says what the embedding program says on its own."""


def _from_text(text: str, sender: Connection | None) -> Draft:
    """Return what the embedding program says: just a text, or the seed's form of one."""
    person = sender.person if sender and sender.person else _NOBODY
    text = text.encode(errors="replace").decode()  # lone surrogates have no UTF-8
    seed = SEED_LINE.fullmatch(text)
    if seed and seed["color"] in COLORS:
        text = seed["text"]
        return rules.saying(person, LOBBY, rules.new_session(), text)._replace(color=seed["color"])
    return rules.saying(person, LOBBY, rules.new_session(), text)


def _turn_away(sock: socket.socket, why: str) -> None:
    """Say `why` to a client whose wire nobody waited for, and close its socket."""
    with contextlib.suppress(OSError), sock:
        sock.send(encode_line(Error("too_many", why)), socket.MSG_DONTWAIT)


def is_port_taken(error: OSError) -> bool:
    """Return whether `error` came from listening at an address that somebody else listens at."""
    return error.errno == errno.EADDRINUSE
