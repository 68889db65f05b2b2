"""A terminal that nobody is in front of: a container's, until somebody attaches to it.

Under Compose such a terminal has the size 0 x 0. Attaching sets its size, which sends SIGWINCH;
detaching changes nothing. While nobody is there nothing is echoed and no prompt is drawn, so
what the terminal shows is a log. POSIX only.
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

LOCAL_FLAGS = 3
"""Where termios keeps the flags for echo and line editing."""

LINE_BYTES = 4096
"""The longest line that a terminal gives (termios(3))."""


def has_size() -> bool:
    """Return whether the terminal at standard input has a size, as one that is looked at has."""
    try:
        return os.get_terminal_size(sys.stdin.fileno()).columns > 0
    except OSError:
        return False


class Unwatched:
    """Waits at the terminal at standard input. Its echo is off from now to the program's end.

    For the main thread, which gets the signals.
    """

    def __init__(self) -> None:
        self._sized = False  # until then a size means that somebody attached
        self._rope: int | None = None  # what wakes `lines`
        terminal = sys.stdin.fileno()
        before, now = termios.tcgetattr(terminal), termios.tcgetattr(terminal)
        now[LOCAL_FLAGS] &= ~termios.ECHO
        termios.tcsetattr(terminal, termios.TCSANOW, now)
        atexit.register(termios.tcsetattr, terminal, termios.TCSANOW, before)

    def lines(self, ended: Callable[[], bool]) -> Iterator[str]:
        """Yield lines that come although nobody attached; return once somebody did.

        That is: when the size changes, or on any key once there is a size. Returns also when
        a signal came and `ended` is then true. Raises `EOFError` at the input's end. Blocks.
        """
        terminal = sys.stdin.fileno()
        with self._woken() as wake, _quiet(terminal, by_line=not has_size()):
            while not ended():
                if has_size() and not self._sized:
                    self._sized = True
                    return
                ready, _, _ = select.select([terminal, wake], [], [])
                if wake in ready:
                    os.read(wake, LINE_BYTES)
                    if has_size():
                        self._sized = True
                        return
                elif has_size():
                    return  # the key is left for the prompt
                else:
                    yield _line(terminal)

    def wake(self) -> None:
        """Have `lines` look whether it is to end. Never blocks; any thread may call it."""
        rope = self._rope
        if rope is not None:
            with suppress(OSError):  # it ended just now
                os.write(rope, b"!")

    @contextmanager
    def _woken(self) -> Iterator[int]:
        """Give a descriptor that can be read from once a signal came, or `wake` was called."""
        with _wake_on_signals() as (wake, rope):
            self._rope = rope
            try:
                yield wake
            finally:
                self._rope = None


def _line(terminal: int) -> str:
    data = os.read(terminal, LINE_BYTES)
    if not data:
        raise EOFError
    return data.decode(errors="replace").rstrip("\r\n")


@contextmanager
def _wake_on_signals() -> Iterator[tuple[int, int]]:
    """Give a descriptor that can be read from once a signal came, and one to write to for that."""
    wake, rope = os.pipe()
    os.set_blocking(rope, False)
    before = signal.signal(signal.SIGWINCH, lambda *_: None)
    rope_before = signal.set_wakeup_fd(rope, warn_on_full_buffer=False)
    try:
        yield wake, rope
    finally:
        signal.set_wakeup_fd(rope_before)
        signal.signal(signal.SIGWINCH, before)
        os.close(wake)
        os.close(rope)


@contextmanager
def _quiet(terminal: int, *, by_line: bool) -> Iterator[None]:
    """Turn the echo off, and the waiting for whole lines as well unless `by_line`."""
    before = termios.tcgetattr(terminal)
    now = termios.tcgetattr(terminal)
    now[LOCAL_FLAGS] &= ~termios.ECHO
    if not by_line:
        now[LOCAL_FLAGS] &= ~termios.ICANON
    termios.tcsetattr(terminal, termios.TCSANOW, now)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSANOW, before)
