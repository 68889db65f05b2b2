"""The listening socket, and an end to listening that any thread or signal can ask for."""

from __future__ import annotations

import errno
import logging
import selectors
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from huechat.keepalive import keep_alive

PAUSE_S: Final = 0.1
"""How long to accept nobody when the process may open no more files."""

log = logging.getLogger(__name__)


class Doorway:
    """Listens at `host`:`port` once made; `port` then tells the port.

    `backlog`: how many connections the kernel keeps waiting to be accepted; `keepalive_s`: after
    how many seconds of silence it probes whether the other end is there (0: never).
    Raises `OSError` if that cannot be listened at.
    """

    def __init__(self, host: str, port: int, backlog: int, keepalive_s: int) -> None:
        family, kind, proto, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        self.sock = socket.socket(family, kind, proto)
        try:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.sock.bind(address)
            self.sock.listen(backlog)
            self.sock.setblocking(False)
        except OSError:
            self.sock.close()
            raise
        self.port: int = self.sock.getsockname()[1]
        self._keepalive_s = keepalive_s
        self._bell, self._rope = socket.socketpair()
        self._bell.setblocking(False)
        self._rope.setblocking(False)
        self._closing = False

    def arrivals(self) -> Iterator[socket.socket]:
        """Yield the socket of each client that connects, until `close_soon` is called. Blocks."""
        with selectors.DefaultSelector() as selector, _rung_by_signals(self._rope):
            selector.register(self.sock, selectors.EVENT_READ)
            selector.register(self._bell, selectors.EVENT_READ)
            while not self._closing:
                ready = {key.fileobj for key, _ in selector.select()}
                if self._bell in ready:
                    self._bell.recv(64)  # it may have been any signal: `_closing` tells
                elif not self._closing:
                    yield from self._waiting()

    def close_soon(self) -> None:
        """End `arrivals`. Never blocks; any thread or signal handler may call it, repeatedly."""
        self._closing = True
        try:
            self._rope.send(b"!")
        except OSError:
            return  # it was rung before, or is closed

    def close(self) -> None:
        """Close the sockets. Call it after `arrivals` ended."""
        for sock in (self.sock, self._bell, self._rope):
            sock.close()

    def _waiting(self) -> Iterator[socket.socket]:
        """Yield the sockets of all clients that wait now."""
        while True:
            try:
                sock, _ = self.sock.accept()
            except BlockingIOError:
                return
            except OSError as reason:  # it left while waiting, or there are too many files
                self._explain(reason)
                return
            sock.setblocking(True)
            sock.setsockopt(
                socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
            )  # Nagle would hold lines back
            keep_alive(sock, self._keepalive_s)
            yield sock

    def _explain(self, reason: OSError) -> None:
        if reason.errno in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
            log.warning("cannot accept a client: %s; raise the limit (ulimit -n)", reason.strerror)
            with selectors.DefaultSelector() as pause:  # it would be ready again at once
                pause.register(self._bell, selectors.EVENT_READ)
                pause.select(PAUSE_S)


@contextmanager
def _rung_by_signals(rope: socket.socket) -> Iterator[None]:
    """Have every signal ring the bell, in the main thread.

    A signal that comes just before a select begins would not end it, and its handler would not
    run before somebody connects.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.set_wakeup_fd(rope.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
