"""Standard output and error where a program may read them, or nobody any more."""

from __future__ import annotations

import os
import select
import sys
import threading
from collections.abc import Callable
from typing import IO, Any

from huechat import palette
from huechat.wire.harmless import harmless


class Output:
    """Writes to `stream` line by line, each whole and at once; None: to nobody.

    Once nobody reads it, or the disk is full, the rest is thrown away, and `on_gone` is called.
    Any thread may write. Nothing is buffered: a write that blocks cannot keep the program from
    ending.
    """

    def __init__(
        self, stream: IO[str] | None, on_gone: Callable[[], object] = lambda: None
    ) -> None:
        self.gone = stream is None
        """Whether nobody reads it any more."""
        self.failure = ""
        """Why it could not be written, if there is somebody who would read it."""
        self._stream: Any = stream
        self._on_gone = on_gone
        self._writing = threading.Lock()  # guards that lines are not mixed

    def line(self, text: str) -> None:
        """Write a line of text."""
        if self._stream:
            self.write(f"{text}\n".encode(self._stream.encoding, "replace"))

    def write(self, data: bytes) -> None:
        """Write bytes: whole lines. Blocks while the reader is slow."""
        if self.gone:
            return
        try:
            with self._writing:
                self._write(data)
        except BrokenPipeError:
            self._end()
        except OSError as reason:
            self.failure = f"the output cannot be written: {reason.strerror or reason}"
            self._end()

    def watch(self) -> None:
        """Notice it as soon as nobody reads any more, where the system tells; see `on_gone`."""
        if self._stream and hasattr(select, "poll"):
            threading.Thread(target=self._watch, name="reader's end", daemon=True).start()

    def _watch(self) -> None:
        end = select.poll()
        end.register(self._stream.fileno(), 0)  # errors are told always: the reader's end is one
        end.poll()
        self._end()

    def _end(self) -> None:
        self.gone = True
        self._on_gone()

    def _write(self, data: bytes) -> None:
        raw = getattr(self._stream.buffer, "raw", self._stream.buffer)
        while data:
            written = raw.write(data)
            if written is None:  # somebody made it non-blocking, and it is full
                select.select([], [raw], [])
            data = data[written or 0 :]


def print_error(line: str) -> None:
    """Print a line on the error output, at once, if there is one; at a terminal in rows."""
    Output(sys.stderr).line(_fit(line, sys.stderr))


def _fit(line: str, stream: IO[str] | None) -> str:
    """Return `line` broken between words, if `stream` is a terminal that is too narrow for it."""
    try:
        columns = os.get_terminal_size(stream.fileno()).columns if stream else 0
    except (OSError, ValueError):  # it is no terminal, or no file
        return line
    if not columns:
        return line
    from huechat.client.rows import in_rows  # noqa: PLC0415 - slow to load

    return in_rows(line, columns)


def warn(message: str) -> None:
    """Say what may be wrong, where that keeps nobody from going on."""
    print_error(palette.paint(f"Warning: {harmless(message)}", palette.DISCONNECTED))


def fail(message: str) -> int:
    """Say what is wrong; return the exit code for that."""
    print_error(palette.paint(f"Error: {message}", palette.FAILED))
    return 1
