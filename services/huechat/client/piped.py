"""Lines of standard input, where waiting for the next one can be ended."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Iterator
from typing import Final

MOST_WAITING: Final = 1000
"""Lines read ahead, before reading waits."""

MOST_BYTES: Final = 2 * 1024 * 1024
"""Of a line: more than any server takes. Of a longer one so many, and one more, are given."""

POLL_S: Final = 1.0
"""How soon Ctrl-C is noticed on systems that do not wake a waiting thread for it."""


class PipedLines:
    """Standard input, read by a thread of its own: that it waits for ever keeps nobody."""

    def __init__(self) -> None:
        self.failure = ""
        """Why it could not be read to its end."""
        self._lines: queue.Queue[bytes | None] = queue.Queue(MOST_WAITING)
        self._ended = False

    def __iter__(self) -> Iterator[bytes]:
        """Yield the lines until the input's end, or until `end`. Blocks."""
        threading.Thread(target=self._read, name="input", daemon=True).start()
        while not self._ended:
            try:
                line = self._lines.get(timeout=POLL_S)
            except queue.Empty:
                continue
            if line is None:
                return
            yield line

    def end(self) -> None:
        """Yield no more lines. Never blocks; any thread may call it."""
        self._ended = True
        try:
            self._lines.put_nowait(None)
        except queue.Full:
            return  # nobody waits then

    def _read(self) -> None:
        try:
            # Not `sys.stdin` itself: the interpreter would wait for its lock at the end.
            with open(sys.stdin.fileno(), "rb", closefd=False) as given:
                while line := given.readline(MOST_BYTES + 1):
                    self._lines.put(line)
                    while len(line) > MOST_BYTES and not line.endswith(b"\n"):
                        line = given.readline(MOST_BYTES + 1)  # the rest of it
        except OSError as reason:
            self.failure = f"the input cannot be read: {reason.strerror or reason}"
        finally:
            self._lines.put(None)
