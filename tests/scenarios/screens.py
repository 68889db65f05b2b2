"""A client at a pseudo-terminal, its screen read as a person reads it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import termios
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import pexpect
import pyte
from tests.scenarios.processes import CLIENT, environment
from tests.scenarios.talkers import FAILURE_S

UP, CTRL_C, CTRL_D, CTRL_U = "\x1b[A", "\x03", "\x04", "\x15"
CTRL_N, CTRL_P, TAB = "\x0e", "\x10", "\t"
ALT = "\x1b"
"""Alt with a key is this before it."""
ROWS, COLUMNS = 24, 80
_OSC = re.compile(rb"\x1b\][^\x07]*\x07")
"""An operating system command, which a BEL ends (ECMA-48, 8.3.89; xterm)."""
KEPT_ROWS = 1000
"""Of what went over the upper edge, as a terminal keeps it."""

_NO_REFLOW = {"XTERM_VERSION": "XTerm(390)", "TMUX": ""}
"""pyte is like xterm: lines that are longer than it gets wide are cut off."""

NOBODY = (0, 0)
"""The size of a terminal that nobody is in front of, as under Compose."""


def _obey_ctrl_c() -> None:
    """Undo what a shell does to what it runs in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Screen:
    """`huechat-client` at a terminal. Waiting is reading: until the screen shows what it should.

    `raw` is all that the client wrote. `size` is rows and columns. `command`: what is run.
    """

    def __init__(
        self,
        folder: Path,
        port: int,
        *flags: str,
        size: tuple[int, int] = (ROWS, COLUMNS),
        command: Sequence[str] = CLIENT,
        **variables: str,
    ) -> None:
        self.raw = b""
        rows, columns = size if size != NOBODY else (ROWS, COLUMNS)
        self._screen = pyte.HistoryScreen(columns, rows, history=KEPT_ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._program = pexpect.spawn(
            command[0],
            [*command[1:], "--port", str(port), *flags],
            cwd=str(folder),
            env=environment(**{**_NO_REFLOW, **variables}),  # type: ignore[arg-type]
            dimensions=size,
            timeout=FAILURE_S,
            preexec_fn=_obey_ctrl_c,
        )
        self._program.delaybeforesend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up, and wait until the client has left. pexpect's own `close` sleeps instead."""
        terminal = self._program.ptyproc
        terminal.delayafterclose = 0
        stuck = threading.Timer(FAILURE_S, self._program.kill, (signal.SIGKILL,))
        stuck.start()
        terminal.fileobj.close()  # the kernel sends SIGHUP
        terminal.wait()
        stuck.cancel()
        stuck.join()
        self._program.close()

    def type(self, keys: str | bytes) -> None:
        self._program.send(keys)

    def resize(self, rows: int, columns: int) -> None:
        """Change the terminal's size; the kernel sends SIGWINCH if it is another one."""
        self._screen.resize(rows, columns)
        self._program.setwinsize(rows, columns)

    def paste(self, text: str) -> None:
        """Paste, as a terminal tells it to a program that asked for that."""
        self.type(f"\x1b[200~{text}\x1b[201~")

    def bells(self) -> int:
        """Return how often it rang."""
        return _OSC.sub(b"", self.raw).count(b"\x07")

    def signal(self, number: signal.Signals) -> None:
        self._program.kill(number)

    def lines(self) -> list[str]:
        """Return the lines on the screen, without the empty ones below and the status bar."""
        lines = [line.rstrip() for row, line in enumerate(self._rows()) if not self._is_bar(row)]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def scrolled(self) -> list[str]:
        """Return the lines that went over the upper edge."""
        columns = range(self._screen.columns)
        rows = self._screen.history.top
        return ["".join(row[column].data for column in columns).rstrip() for row in rows]

    def status(self) -> str:
        """Return the status bar; nothing where there is none."""
        bars = [line for row, line in enumerate(self._rows()) if self._is_bar(row)]
        return bars[-1].strip() if bars else ""

    def bar_row(self) -> int:
        """Return in which row the status bar is, from 0; -1: there is none."""
        return max((row for row in range(self._screen.lines) if self._is_bar(row)), default=-1)

    def _rows(self) -> list[str]:
        return list(self._screen.display)

    def _is_bar(self, row: int) -> bool:
        return bool(self._screen.buffer[row][0].reverse)

    def last(self) -> str:
        """Return the lowest line on the screen that is not empty."""
        return (self.lines() or [""])[-1]

    def newest(self) -> str:
        """Return the line above the prompt; empty while it is being drawn."""
        return ["", "", *self.lines()][-2]

    def color_of(self, text: str) -> str:
        """Return the colour in which `text` stands at its first place on the screen."""
        for row, line in enumerate(self._screen.display):
            if text in line:
                return str(self._screen.buffer[row][line.index(text)].fg)
        raise AssertionError(f"{text!r} is not on the screen: {self.lines()}")

    def is_bold(self, text: str) -> bool:
        """Return whether `text` is bold at its first place on the screen."""
        row = next(row for row, line in enumerate(self._screen.display) if text in line)
        return bool(self._screen.buffer[row][self._screen.display[row].index(text)].bold)

    def shows(self, *expected: str) -> None:
        """Wait until these are the lowest lines on the screen."""
        self.until(lambda: tuple(self.lines()[-len(expected) :]) == expected, expected)

    def shows_prompt(self, typed: str = "") -> None:
        """Wait until the lowest line is the prompt, with what was typed at it."""
        self.until(lambda: self.last() == f"You: {typed}".rstrip(), "a prompt")

    def logged(self, text: str) -> None:
        """Wait until the client wrote `text`."""
        self.until(lambda: text.encode() in self.raw, text)

    def shows_status(self, *words: str) -> None:
        """Wait until the status bar has all of these."""
        self.until(lambda: all(word in self.status() for word in words), words)

    def shows_anywhere(self, line: str) -> None:
        """Wait until this is one of the lines on the screen."""
        self.until(lambda: line in self.lines(), line)

    def until(self, done: Callable[[], bool], expected: Any = "") -> None:
        deadline = time.monotonic() + FAILURE_S
        while not done():
            try:
                self._read(deadline - time.monotonic())
            except (pexpect.TIMEOUT, pexpect.EOF) as reason:
                seen = "\n".join(self.lines())
                raise AssertionError(
                    f"{type(reason).__name__}: no {expected!r} but\n{seen}\n{self.raw[-2000:]!r}"
                ) from None

    def exit_code(self) -> int | None:
        """Read to the program's end, and wait for it."""
        with contextlib.suppress(pexpect.EOF):
            while True:
                self._read(FAILURE_S)
        self._program.wait()
        return self._program.exitstatus

    def hang_up(self) -> None:
        """Take the terminal away, as closing its window does."""
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, self._program.child_fd)  # which closes what it was
        os.close(nothing)

    def modes(self) -> list[Any]:
        """Return the terminal's modes: echo, line editing and the like."""
        return termios.tcgetattr(self._program.child_fd)

    def until_modes(self, done: Callable[[int, int], bool]) -> None:
        """Wait until the terminal's input and local modes are right; nothing tells of them."""
        deadline = time.monotonic() + FAILURE_S
        while not done(self.modes()[0], self.modes()[3]):
            assert time.monotonic() < deadline, self.modes()
            os.sched_yield()

    def _read(self, timeout_s: float) -> None:
        data = self._program.read_nonblocking(65536, max(0.0, timeout_s))
        self.raw += data
        self._stream.feed(data)
