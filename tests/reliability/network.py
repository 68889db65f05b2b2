"""A bad network: a TCP proxy that delays, splits, cuts and half-closes what goes through it."""

from __future__ import annotations

import random
import socket
import struct
import threading
from contextlib import suppress
from typing import Final, Self

from tests.scenarios.talkers import FAILURE_S

CUT: Final = 0.01
"""How likely a piece is cut within, and the connection with it: reset, or closed."""
HALF_CLOSED: Final = 0.005
"""How likely nothing is heard after a part of it: the end of the stream, in this direction."""
DELAYED: Final = 0.1
DELAY_S: Final = 0.01
PIECES: Final = (1, 7, 100, 4096, 4096, 65_536, 65_536)
"""The most bytes of one piece; one of these each time."""

RESET: Final = struct.pack("ii", 1, 0)
"""Linger for 0 s: closing resets the connection."""


class BadNetwork:
    """Leads to the server at `to_port`, at `port`. It is calm until `storm`.

    What it does is left to `seed`, for each connection and direction. But where the pieces of a
    stream begin and end depends on time too, so that a seed repeats it only roughly.
    """

    def __init__(self, to_port: int, seed: str) -> None:
        self._to_port = to_port
        self._seed = seed
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._stormy = threading.Event()
        self._over = threading.Event()
        self.troubles = 0
        self.news = threading.Condition()  # guards the number of troubles
        self._threads = [threading.Thread(target=self._accept, name="network")]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        """End. All who came must have left."""
        self._over.set()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            pass  # wakes the one who accepts
        for thread in self._threads:
            thread.join()
        self._listening.close()

    def storm(self, troubles: int) -> None:
        """Be bad until there were so many cuts and half-closes; then be calm again."""
        self._stormy.set()
        with self.news:
            enough = self.troubles + troubles
            came = self.news.wait_for(lambda: self.troubles >= enough, 2 * FAILURE_S)
            assert came, f"only {self.troubles} of {enough} troubles"
        self._stormy.clear()

    def _accept(self) -> None:
        number = 0
        while True:
            client, _ = self._listening.accept()
            if self._over.is_set():
                client.close()
                return
            number += 1
            carrier = threading.Thread(target=self._carry, args=(client, number))
            self._threads.append(carrier)
            carrier.start()

    def _carry(self, client: socket.socket, number: int) -> None:
        """Carry one connection, both ways, to its end."""
        with client, socket.create_connection(("127.0.0.1", self._to_port)) as server:
            for sock in (client, server):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            down_rng = random.Random(f"{self._seed} {number} down")
            down = threading.Thread(target=self._pump, args=(server, client, down_rng))
            down.start()
            self._pump(client, server, random.Random(f"{self._seed} {number} up"))
            down.join()

    def _pump(self, source: socket.socket, target: socket.socket, rng: random.Random) -> None:
        try:
            while data := source.recv(rng.choice(PIECES)):
                fate = rng.random() if self._stormy.is_set() else 1.0
                if fate < CUT + HALF_CLOSED:
                    self._trouble(source, target, data[: rng.randrange(len(data))], fate)
                    return
                if fate < CUT + HALF_CLOSED + DELAYED:
                    self._over.wait(rng.random() * DELAY_S)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            _cut(source, target)

    def _trouble(
        self, source: socket.socket, target: socket.socket, part: bytes, fate: float
    ) -> None:
        with self.news:
            self.troubles += 1
            self.news.notify_all()
        target.sendall(part)
        if fate < CUT:
            if fate < CUT / 2:
                target.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            _cut(source, target)
            return
        target.shutdown(socket.SHUT_WR)
        while source.recv(65_536):
            pass  # said into the void


def _cut(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
