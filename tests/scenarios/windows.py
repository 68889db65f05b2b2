"""The client in a window of tmux, which breaks its lines anew when it gets narrower."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

from tests.scenarios.processes import CLIENT, environment
from tests.scenarios.talkers import FAILURE_S

TMUX = shutil.which("tmux")
BAR = " #lobby · "
"""What the status bar begins with."""


class Window:
    """`huechat-client` in a window. Each look at it is a round trip to tmux."""

    def __init__(self, folder: Path, port: int, *flags: str, rows: int = 24) -> None:
        self._socket = str(folder / "tmux")
        self._environment = {**environment(), "TMUX": ""}
        self._rows = rows
        size = ("-x", "80", "-y", str(rows))
        command = [*CLIENT, "--port", str(port), *flags]
        self._tmux("-f", "/dev/null", "new-session", "-d", *size, *command)
        self._tmux("set", "-g", "status", "off")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._tmux("kill-server")

    def type(self, keys: str) -> None:
        self._tmux("send-keys", "-l", keys)

    def drag(self, widths: Iterable[int]) -> None:
        """Make it as wide as that, one after the other."""
        for columns in widths:
            self._tmux("resize-window", "-x", str(columns), "-y", str(self._rows))

    def lines(self) -> list[str]:
        """Return all lines: those that went over its upper edge, and those that are shown."""
        lines = self._tmux("capture-pane", "-p", "-S", "-").split("\n")
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def until(self, done: Callable[[list[str]], bool], expected: object) -> list[str]:
        """Look at its lines until they are so; return them."""
        deadline = time.monotonic() + FAILURE_S
        while not done(lines := self.lines()):
            shown = "\n".join(lines)
            assert time.monotonic() < deadline, f"no {expected!r} but\n{shown}"
        return lines

    def _tmux(self, *words: str) -> str:
        assert TMUX
        command = [TMUX, "-S", self._socket, *words]
        ended = subprocess.run(
            command, env=self._environment, capture_output=True, timeout=FAILURE_S, check=True
        )
        return ended.stdout.decode()
