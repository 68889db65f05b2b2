"""Somebody at a container's terminal: typing, and looking at the screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import pyte
import pytest
from docker.models.containers import Container
from tests.integration.output import WITHIN_S

ROWS: Final = 12
COLUMNS: Final = 80
DETACH: Final = "\x10\x11"
"""Ctrl-P Ctrl-Q."""


class Terminal:
    """What `docker attach` gives to a person: keys, and a screen of 12 rows and 80 columns."""

    def __init__(self, container: Container, socket: object) -> None:
        self._container = container
        self._socket = socket._sock  # the SDK gives a read-only wrapper of it
        self._socket.settimeout(WITHIN_S)
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._heard = b""

    def size(self) -> None:
        """Tell the size, twice, as `docker attach` does."""
        self._container.resize(ROWS + 1, COLUMNS)
        self._container.resize(ROWS, COLUMNS)

    def type(self, keys: str) -> None:
        """Press `keys`."""
        self._socket.sendall(keys.encode())

    def detach(self) -> None:
        """Press the keys that detach; return when the engine has let go."""
        self.type(DETACH)
        while self._more():
            pass

    @property
    def rows(self) -> list[str]:
        """The rows of the screen that have something on them, the status bar aside."""
        rows = enumerate(self._screen.display)
        return [row.rstrip() for y, row in rows if row.strip() and not self._is_bar(y)]

    @property
    def status(self) -> str:
        """The status bar; nothing where there is none."""
        bars = [row for y, row in enumerate(self._screen.display) if self._is_bar(y)]
        return bars[-1].strip() if bars else ""

    @property
    def cursor(self) -> str:
        """What is left of the cursor, in its row."""
        return self._screen.display[self._screen.cursor.y][: self._screen.cursor.x]

    def shade(self, text: str) -> str:
        """Return the colour of the first letter of `text`, which is on the screen."""
        y, row = next((y, row) for y, row in enumerate(self._screen.display) if text in row)
        return self._screen.buffer[y][row.index(text)].fg

    @property
    def heard(self) -> str:
        """All that the terminal was told so far."""
        return self._heard.decode(errors="replace")

    def wait_for(self, seen: Callable[[Terminal], bool], what: str) -> None:
        """Look until `seen` is true of this terminal; `what` says in words what that is."""
        deadline = time.monotonic() + WITHIN_S
        while not seen(self):
            try:
                more = self._more() and time.monotonic() < deadline
            except TimeoutError:
                more = False
            if not more:
                pytest.fail(f"never on the screen: {what}. There is\n" + "\n".join(self.rows))

    def _is_bar(self, y: int) -> bool:
        return bool(self._screen.buffer[y][0].reverse)

    def _more(self) -> bool:
        data = self._socket.recv(4096)
        self._heard += data
        self._stream.feed(data)
        return bool(data)


@contextmanager
def attached(container: Container) -> Iterator[Terminal]:
    """Attach to `container`; at the end, just hang up."""
    wanted = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
    socket = container.attach_socket(params=wanted)
    try:
        yield Terminal(container, socket)
    finally:
        socket._response.close()


def say(container: Container, *texts: str) -> None:
    """Type each of `texts` as a line where nobody is attached; return once all were taken."""
    with attached(container) as terminal:
        for text in texts:
            terminal.type(f"{text}\n")
            terminal.wait_for(lambda it, text=text: text in it.heard, text)
