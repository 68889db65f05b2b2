"""Lines typed at a terminal: at a prompt that received messages never tear.

In a container the terminal may have nobody in front of it; then there is no prompt, and the
terminal's output is a clean log. See `unwatched`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Iterator

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application, get_app, get_app_or_none
from prompt_toolkit.data_structures import Size
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.utils import get_term_environment_variable

from huechat import palette

if sys.platform != "win32":
    from prompt_toolkit.output.vt100 import Vt100_Output

    from huechat.client.unwatched import Unwatched, has_size


USUAL_ROWS = 24
USUAL_COLUMNS = 80


class _IdleError(Exception):
    """Nobody pressed a key for long."""


class Terminal:
    """The terminal at standard input and output. For the main thread.

    `color`: the prompt's. `idle_s`: after so many seconds without a key the prompt hides, if the
    terminal had nobody in front of it at the start.
    """

    def __init__(self, color: str, idle_s: float) -> None:
        self._prompt = palette.paint("You: ", color)
        self._idle_s = idle_s
        self._begun = False
        self._ended = False
        self._last_key = 0.0
        self._unwatched: Unwatched | None = None
        if sys.platform != "win32" and not has_size():
            self._unwatched = Unwatched()
        signal.signal(signal.SIGTERM, lambda *_: self.end())

    def lines(self) -> Iterator[str]:
        """Yield what is typed, until Ctrl-D, Ctrl-C or `end`. Blocks."""
        self._begun = True
        try:
            while not self._ended:
                if self._unwatched:
                    yield from self._unwatched_lines(self._unwatched)
                if not self._ended:  # a session, once made, writes to the terminal
                    yield from self._prompted_lines()
        except EOFError:
            return

    def end(self) -> None:
        """End `lines`. Never blocks; a signal handler may call it.

        Before `lines` is asked for, while the client still connects, it ends the program.
        """
        self._ended = True
        if not self._begun:
            sys.exit()
        app = get_app_or_none()
        if app and app.loop:
            app.loop.call_soon_threadsafe(_exit, app, EOFError())

    def _unwatched_lines(self, unwatched: Unwatched) -> Iterator[str]:
        for line in unwatched.lines(lambda: self._ended):
            print(f"{self._prompt}{line}\n", end="", flush=True)  # in one piece; see `show_line`
            yield line

    def _prompted_lines(self) -> Iterator[str]:
        """Yield lines typed at the prompt; return when it was idle for too long."""
        session = self._session()
        while not self._ended:
            try:
                with patch_stdout(raw=True):
                    line = session.prompt(ANSI(self._prompt), pre_run=self._begin_to_watch)
            except _IdleError:
                return
            yield line

    def _session(self) -> PromptSession[str]:
        if sys.platform == "win32":
            return PromptSession(key_bindings=_keys())
        # Asking for the cursor's position would leave an answer for whoever attaches next.
        output = Vt100_Output(sys.stdout, _size, get_term_environment_variable(), enable_cpr=False)
        return PromptSession(key_bindings=_keys(), output=output)

    def _begin_to_watch(self) -> None:
        """Have the prompt hide once it is idle, where that was asked for."""
        app = get_app()
        self._note_key()
        if self._unwatched:
            app.key_processor.before_key_press += lambda _: self._note_key()
            app.create_background_task(self._hide_when_idle(app))

    def _note_key(self) -> None:
        self._last_key = time.monotonic()

    async def _hide_when_idle(self, app: Application[str]) -> None:
        while True:
            left_s = self._last_key + self._idle_s - time.monotonic()
            if left_s <= 0 and not app.current_buffer.text:
                app.erase_when_done = True
                _exit(app, _IdleError())
                return
            await asyncio.sleep(max(left_s, self._idle_s / 10))


def _size() -> Size:
    """Return the terminal's size, or a usual one where it has none."""
    columns, rows = os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else 1)
    return Size(rows=rows or USUAL_ROWS, columns=columns or USUAL_COLUMNS)


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("c-c")
    def _(event: KeyPressEvent) -> None:
        """Clear the line; leave if there is nothing in it."""
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            _exit(event.app, EOFError())

    return keys


def _exit(app: Application[str], reason: Exception) -> None:
    if app.is_running and not app.is_done:
        app.exit(exception=reason)
