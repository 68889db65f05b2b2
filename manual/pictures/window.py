"""Terminal windows in which commands run, and a stage with a server for them."""

from __future__ import annotations

import contextlib
import copy
import os
import shlex
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple, Self

import pexpect
import pyte

WITHIN_S: Final = 20.0
"""How long a terminal may take to show what is waited for."""

USUAL_PORT: Final = 3030
COLUMNS: Final = 76
ROWS: Final = 30
"""More than any picture needs: what is empty below is cut off."""

PROMPT: Final = "You:"
GREEN, YELLOW = "green", "brown"
"""The colours of a connection that is made and of one that is lost, as pyte calls them."""

CTRL_C, CTRL_D, TAB = "\x03", "\x04", "\t"


class Still(NamedTuple):
    """What a window showed at a moment."""

    title: str
    screen: pyte.Screen


class Window:
    """A terminal window in which `command` runs. Use it with `with`: that ends the command.

    Waiting is reading what comes, until the screen is as it should be.
    """

    def __init__(self, folder: Path, command: str, **variables: str) -> None:
        self.title = next(word for word in shlex.split(command) if "=" not in word)
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.screen)
        self._stream.feed(f"$ {command}\r\n".encode())
        self._program = pexpect.spawn(
            "/usr/bin/env",  # takes VARIABLE=value as a shell does, and becomes the rest
            shlex.split(command),
            cwd=str(folder),
            env=environment(folder, **variables),
            dimensions=(ROWS, COLUMNS),
        )
        self._program.delaybeforesend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Tell the command to end, and make sure that it did."""
        with contextlib.suppress(pexpect.EOF, pexpect.TIMEOUT):
            self._program.kill(signal.SIGTERM)  # if it has not ended already
            self._read_to_end()
        self._program.close(force=True)

    def press(self, keys: str) -> None:
        """Press `keys`."""
        self._program.send(keys)

    def leave(self, key: str) -> None:
        """Press the `key` that ends the command; return when it has ended."""
        self.press(key)
        with contextlib.suppress(pexpect.EOF):
            self._read_to_end()

    def say(self, text: str) -> None:
        """Type `text` and Return; return when the prompt is back."""
        self.press(text)
        self.until(lambda: self.last.endswith(text), text)
        self.press("\r")
        self.prompts()

    def answer(self, question: str, text: str) -> None:
        """Type `text`, which need not be shown, and Return once `question` is asked."""
        self.until(lambda: self.last.endswith(question), question)
        self.press(f"{text}\r")

    def prompts(self) -> None:
        """Wait for a prompt at which nothing is typed."""
        self.until(lambda: self.last.endswith(PROMPT), "a prompt")

    def shows(self, text: str, above: str = "") -> None:
        """Wait until `text` is on the screen, and `above` stands in the lowest row."""
        self.until(lambda: text in self.text and above in self.last, text)

    def offers(self, text: str, typed: str) -> None:
        """Wait until `text` stands in a menu, and the cursor behind what was typed."""
        self.until(lambda: text in self.text and self.before.endswith(typed), text)

    def tells(self, *words: str) -> None:
        """Wait until each of `words` stands in the status bar."""
        self.until(lambda: all(one in self.status for one in words), f"{words} in the status bar")

    def shows_more(self, color: str, than: int = 0) -> None:
        """Wait until more lines `than` that are on the screen in `color`, above any prompt."""
        self.until(lambda: self.lines_in(color) > than, f"a line in {color}")

    def until(self, done: Callable[[], bool], what: str) -> None:
        """Read until the screen is right; `what` says in words what is waited for."""
        deadline = time.monotonic() + WITHIN_S
        while not done():
            try:
                self._read(deadline)
            except (pexpect.EOF, pexpect.TIMEOUT) as reason:
                seen = "\n".join(self.rows)
                sys.exit(
                    f"pictures: {type(reason).__name__} at {self.title}: no {what}, but\n{seen}"
                )

    @property
    def rows(self) -> list[str]:
        """The rows of the screen down to the last that has something on it."""
        return "\n".join(row.rstrip() for row in self.screen.display).rstrip().split("\n")

    def still(self, title: str) -> Still:
        """Return the window as it is now."""
        return Still(title, copy.deepcopy(self.screen))

    @property
    def last(self) -> str:
        """The row that the cursor is in, if nothing but the status bar is below."""
        y = self.screen.cursor.y
        below = [row for row in range(y + 1, ROWS) if self.screen.display[row].strip()]
        return self.screen.display[y].rstrip() if all(map(self._is_bar, below)) else ""

    @property
    def before(self) -> str:
        """What stands before the cursor in its row."""
        return self.screen.display[self.screen.cursor.y][: self.screen.cursor.x]

    @property
    def status(self) -> str:
        """The status bar; nothing where there is none."""
        bars = [row for y, row in enumerate(self.screen.display) if self._is_bar(y)]
        return bars[-1].strip() if bars else ""

    @property
    def text(self) -> str:
        """What is on the screen, lines that were wrapped being whole."""
        return "".join(self.screen.display)

    def lines_in(self, color: str) -> int:
        """Return how many rows are in `color`, prompts aside; a time may stand before."""
        return sum(
            any(cell.fg == color and cell.data.strip() for cell in self.screen.buffer[y].values())
            for y, row in enumerate(self.rows)
            if not row.startswith(PROMPT)
        )

    def _is_bar(self, y: int) -> bool:
        return bool(self.screen.buffer[y][0].reverse)

    def _read(self, deadline: float) -> None:
        left_s = max(0.0, deadline - time.monotonic())
        self._stream.feed(self._program.read_nonblocking(65536, left_s))

    def _read_to_end(self) -> None:
        deadline = time.monotonic() + WITHIN_S
        while True:
            self._read(deadline)


def environment(folder: Path, **variables: str) -> dict[str, str]:
    """Return ours, less what changes a program's looks, and with `folder` for the server's data."""
    looks = ("HUECHAT_", "NO_COLOR", "FORCE_COLOR", "ANSI_COLORS_DISABLED", "COLORTERM", "PROMPT_")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(looks)}
    commands = f"{Path(sys.executable).parent}{os.pathsep}{ours.get('PATH', os.defpath)}"
    return {
        **ours,
        "PATH": commands,
        "TERM": "xterm-256color",
        "PYTHONUTF8": "1",
        "HUECHAT_DATA": str(folder / "data"),
        "HUECHAT_RECONNECT_MAX_S": "0.5",
        **variables,
    }


def free_port() -> int:
    """Return the usual port if nobody listens there, else any that is free."""
    for port in (USUAL_PORT, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    sys.exit("pictures: there is no free port")


class Stage(contextlib.ExitStack):
    """Where a story is played: a folder and a port. At its end every command is ended."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(self.enter_context(tempfile.TemporaryDirectory(prefix="pictures-")))
        self._port = str(free_port())

    def window(self, command: str) -> Window:
        """Run `command` in a window."""
        return self.enter_context(Window(self._folder, command, HUECHAT_PORT=self._port))

    def server(self, command: str = "huechat-server") -> Window:
        """Run a server; return when it is started."""
        server = self.window(command)
        server.shows(f":{self._port}")
        return server

    def client(self, color: str, name: str = "") -> Window:
        """Run a client; return when it asks for what to say."""
        client = self.window(f"huechat-client --color {color}{name and f' --name {name}'}")
        client.prompts()
        return client
