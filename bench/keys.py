"""How long a key takes until it is seen, at a terminal of a room in which others talk fast."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import termios
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bench.latency import Latencies
from bench.machine import on_core
from bench.member import LoadError
from bench.servers import PROJECT, Server

KEY_EVERY_S: Final = 0.1
"""As fast as people type who type fast."""

FIRST_KEY: Final = 0x100
"""The first of 256 letters, one column wide, which nobody says and no prompt has."""

LINE_KEYS: Final = 40
CLEAR_LINE: Final = "\x15"
CHUNK: Final = 65_536
START_WITHIN_S: Final = 20.0
TALKER: Final = {"type": "hello", "v": 1, "name": "talker", "color": "green", "history": 0}


def key_to_echo(server: Server, per_s: float, seconds: float, core: int | None) -> Latencies:
    """Return how long keys took while somebody said `per_s` messages a second, in `seconds`.

    The client runs in a pseudo-terminal of 24 rows, on `core` (None: any).
    """
    with _client(server.port, core) as terminal, _talker(server.port) as talker:
        _wait_for_prompt(terminal)
        return _Typing(terminal, talker, per_s).last_for(seconds)


class _Typing:
    """Says what is due, types what is due, and looks for what was typed."""

    def __init__(self, terminal: int, talker: socket.socket, per_s: float) -> None:
        self._terminal = terminal
        self._talker = talker
        self._gap_s = 1 / per_s
        self._said = self._typed = 0
        self._waiting: deque[tuple[bytes, int]] = deque()  # keys not seen, when they were pressed
        self._latencies = Latencies()
        self._shown = b""  # the end of what was shown: a key may come in two pieces

    def last_for(self, seconds: float) -> Latencies:
        """Go on for so many seconds, and until all that was typed was seen."""
        start = time.monotonic()
        while (now := time.monotonic() - start) < seconds or self._waiting:
            if now < seconds:
                self._say_until(now)
                self._type_until(now)
            elif now > seconds + START_WITHIN_S:
                raise LoadError("what was typed is not to be seen")
            self._listen()
        return self._latencies

    def _say_until(self, now: float) -> None:
        while self._said * self._gap_s < now:
            self._said += 1
            say = {"type": "say", "id": str(self._said), "text": f"message {self._said}"}
            self._talker.sendall(json.dumps(say).encode() + b"\n")

    def _type_until(self, now: float) -> None:
        if self._typed * KEY_EVERY_S > now or self._waiting:
            return  # the next key once this one was seen
        key = chr(FIRST_KEY + self._typed % 0x100).encode()
        clear = CLEAR_LINE.encode() if not self._typed % LINE_KEYS else b""
        self._typed += 1
        os.write(self._terminal, clear + key)
        self._waiting.append((key, time.monotonic_ns()))

    def _listen(self) -> None:
        readable, _, _ = select.select([self._terminal, self._talker], [], [], 0.001)
        if self._talker in readable:
            self._talker.recv(CHUNK)  # acks
        if self._terminal in readable:
            shown, now = self._shown + os.read(self._terminal, CHUNK), time.monotonic_ns()
            while self._waiting and self._waiting[0][0] in shown:
                self._latencies.add(now - self._waiting.popleft()[1], 1)
            self._shown = shown[-1:]


@contextmanager
def _client(port: int, core: int | None) -> Iterator[int]:
    """Run a client in a terminal; give the terminal's other end."""
    here, there = os.openpty()
    termios.tcsetwinsize(there, (24, 80))
    own = {name: value for name, value in os.environ.items() if not name.startswith("HUECHAT_")}
    environment = {**own, "PYTHONPATH": str(PROJECT / "services"), "TERM": "xterm-256color"}
    command = [sys.executable, "-m", "huechat.client", "--port", str(port), "--name", "typist"]
    with on_core(core):
        client = subprocess.Popen(
            command, stdin=there, stdout=there, stderr=there, env=environment, cwd="/",
            start_new_session=True,
        )  # fmt: skip
    os.close(there)
    try:
        yield here
    finally:
        client.terminate()
        client.wait()
        os.close(here)


@contextmanager
def _talker(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port)) as talker:
        talker.sendall(json.dumps(TALKER).encode() + b"\n")
        yield talker


def _wait_for_prompt(terminal: int) -> None:
    shown, until = b"", time.monotonic() + START_WITHIN_S
    while b"You: " not in shown:
        if not select.select([terminal], [], [], max(0.0, until - time.monotonic()))[0]:
            raise LoadError(f"the client shows no prompt: {shown!r}")
        shown += os.read(terminal, CHUNK)
