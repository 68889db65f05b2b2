"""The floor: about the least that a chat server in Python can do, to compare huechat with.

One thread, epoll, one send a member and wake-up. Each line goes to all but whoever sent it. No
protocol, no names, no store, and nothing is checked.
"""

from __future__ import annotations

import select
import socket

RECEIVE_BYTES = 64 * 1024


class Floor:
    """Listens on any port of 127.0.0.1, which `port` tells."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self._listener.setblocking(False)
        self.port: int = self._listener.getsockname()[1]
        self._epoll = select.epoll()
        self._epoll.register(self._listener, select.EPOLLIN)
        self._members: dict[int, socket.socket] = {}
        self._rests: dict[int, bytes] = {}  # lines that have not come whole
        self._unsent: dict[int, bytes] = {}

    def run(self) -> None:
        """Serve for ever."""
        while True:
            news: list[tuple[int, bytes]] = []  # who said which lines
            for fd, event in self._epoll.poll(-1, 256):
                if fd == self._listener.fileno():
                    self._accept()
                elif event & select.EPOLLOUT:
                    self._flush(fd)
                elif fd in self._members:
                    news += self._receive(fd)
            if news:
                self._tell(news)

    def _accept(self) -> None:
        try:
            while True:
                sock, _ = self._listener.accept()
                sock.setblocking(False)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._members[sock.fileno()] = sock
                self._rests[sock.fileno()] = b""
                self._epoll.register(sock, select.EPOLLIN)
        except BlockingIOError:
            return

    def _receive(self, fd: int) -> list[tuple[int, bytes]]:
        try:
            data = self._members[fd].recv(RECEIVE_BYTES)
        except OSError:
            data = b""
        if not data:
            self._leave(fd)
            return []
        data = self._rests[fd] + data
        end = data.rfind(b"\n") + 1
        self._rests[fd] = data[end:]
        return [(fd, data[:end])] if end else []

    def _tell(self, news: list[tuple[int, bytes]]) -> None:
        block = b"".join(lines for _, lines in news)
        talkers = {fd for fd, _ in news}
        for fd in list(self._members):
            if fd in talkers:
                self._send(fd, b"".join(lines for talker, lines in news if talker != fd))
            else:
                self._send(fd, block)

    def _send(self, fd: int, data: bytes) -> None:
        if fd in self._unsent:
            self._unsent[fd] += data
            return
        try:
            taken = self._members[fd].send(data) if data else 0
        except BlockingIOError:
            taken = 0
        except OSError:
            self._leave(fd)
            return
        if taken < len(data):
            self._unsent[fd] = data[taken:]
            self._epoll.modify(fd, select.EPOLLIN | select.EPOLLOUT)

    def _flush(self, fd: int) -> None:
        data = self._unsent.pop(fd)
        self._epoll.modify(fd, select.EPOLLIN)
        self._send(fd, data)

    def _leave(self, fd: int) -> None:
        self._epoll.unregister(fd)
        self._members.pop(fd).close()
        self._rests.pop(fd)
        self._unsent.pop(fd, None)


if __name__ == "__main__":
    floor = Floor()
    print(f"The floor is at 127.0.0.1:{floor.port}", flush=True)
    floor.run()
