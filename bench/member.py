"""One connection of the crowd."""

from __future__ import annotations

import select
import socket
from typing import Final

_buffer: Final = memoryview(bytearray(256 * 1024))
"""What all receive into. Bytes of that size, made anew by each `recv`, would be mapped and faulted
in each time, which costs more than copying what came."""


class LoadError(Exception):
    """The load could not be put on the server, or the server lost some of it."""


class Member:
    """A member, connected to `port` of this machine; `epoll` is told when its socket is full.

    `at`: the place in the log up to which it got everything. `audited`: each of its lines is
    looked at. `counted`: `at` can be compared with others' (a talker's cannot, without acks).
    """

    __slots__ = (
        "_epoll",
        "_rest",
        "_unsent",
        "at",
        "audited",
        "counted",
        "due_at",
        "number",
        "pausing",
        "said",
        "sock",
        "talks",
    )

    def __init__(self, number: int, port: int, epoll: select.epoll) -> None:
        self.number = number
        self.talks = False
        self.pausing = False
        self.audited = self.counted = True
        self.at = 0
        self.due_at: int | None = None  # while it joins: where the room is
        self.said = 0
        self._epoll = epoll
        self._rest = b""  # of a line that has not come whole
        self._unsent = b""
        self.sock = socket.socket()
        try:
            self.sock.connect(("127.0.0.1", port))
        except OSError as reason:
            self.sock.close()
            raise LoadError(f"member {number} cannot connect: {reason.strerror}") from reason
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.setblocking(False)
        epoll.register(self.sock, select.EPOLLIN)

    def receive(self) -> bytes:
        """Return whole lines, or nothing yet. Something must have come in."""
        try:
            data = bytes(_buffer[: self.sock.recv_into(_buffer)])
        except OSError as reason:
            raise LoadError(f"member {self.number} lost its connection: {reason}") from reason
        if not data:
            raise LoadError(f"the server closed the connection of member {self.number}")
        if self._rest:
            data = self._rest + data
            self._rest = b""
        if data[-1] != ord("\n"):
            end = data.rfind(b"\n") + 1
            self._rest = data[end:]
            data = data[:end]
        return data

    def send(self, data: bytes) -> None:
        """Send `data`; what does not fit into the socket is kept for `flush`."""
        if self._unsent:
            self._unsent += data
            return
        try:
            taken = self.sock.send(data)
        except BlockingIOError:
            taken = 0
        except OSError as reason:
            raise LoadError(f"member {self.number} lost its connection: {reason}") from reason
        if taken < len(data):
            self._unsent = data[taken:]
            self._epoll.modify(self.sock, select.EPOLLIN | select.EPOLLOUT)

    def pause(self) -> None:
        """Read nothing any more."""
        self.pausing, self.counted = True, False
        self._epoll.modify(self.sock, 0)

    def go_on(self) -> None:
        """Read again."""
        self.pausing, self.counted = False, True
        self._epoll.modify(self.sock, select.EPOLLIN)

    def flush(self) -> None:
        """Send what was kept: there is room."""
        data, self._unsent = self._unsent, b""
        self._epoll.modify(self.sock, select.EPOLLIN)
        self.send(data)
