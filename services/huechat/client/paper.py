"""What is printed above a prompt, by any thread: nothing of it torn, and nothing lost.

prompt_toolkit's own `patch_stdout` loses what is printed in the moment in which a prompt ends, and
has the terminal echo keys itself while it prints.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOBase
from typing import Any, Final

from prompt_toolkit.application import Application
from prompt_toolkit.output import Output

from huechat.client.bracketed_paste import BracketedPaste
from huechat.client.reflow import ReflowRenderer
from huechat.client.rows import in_rows, takes_room

BETWEEN_S: Final = 0.05
"""How long what is printed waits at the most, for what comes next to be printed with it."""


class Paper(TextIOBase):
    """Stands in for standard output while it is `laid`; `output` is where prompts are drawn.

    `wraps`: whether lines are broken between words where the terminal is too narrow for them.
    """

    def __init__(self, output: Output, *, wraps: bool) -> None:
        self.output = output
        self._wraps = wraps
        self._lock = threading.Lock()  # guards what is below, and the order of what is printed
        self._prompt: Application[Any] | None = None
        self._waiting: list[str] = []

    @contextmanager
    def laid(self) -> Iterator[None]:
        """Have what is printed come here."""
        before = sys.stdout
        sys.stdout = self
        try:
            yield
        finally:
            sys.stdout = before
            if isinstance(self.output, BracketedPaste):
                self.output.end_bracketed_paste()

    def write(self, text: str) -> int:
        """Print `text` above the prompt, if there is one."""
        with self._lock:
            if self._prompt is None:
                self._print(text)
                return len(text)
            first, prompt = not self._waiting, self._prompt
            self._waiting.append(text)
        if first:
            self._call(prompt)
        return len(text)

    def flush(self) -> None:
        """Do nothing: whatever is written is printed soon."""

    def isatty(self) -> bool:
        """Return whether there are colours."""
        return True

    def fileno(self) -> int:
        """Return the terminal's descriptor."""
        return self.output.fileno()

    def put_prompt(self, prompt: Application[Any]) -> None:
        """From now on there is a prompt below what is printed; or will be, once it runs."""
        with self._lock:
            self._prompt = prompt

    def prompt_runs(self) -> None:
        """Have printed what was written before the prompt ran. It is called in its thread."""
        with self._lock:
            prompt = self._prompt if self._waiting else None
        if prompt:
            self._call(prompt)

    def take_prompt(self) -> None:
        """There is no prompt any more: print what still waits."""
        with self._lock:
            self._prompt = None
            self._print(self._taken())

    def _call(self, prompt: Application[Any]) -> None:
        loop = prompt.loop
        if loop:
            with suppress(RuntimeError):  # the prompt ended just now; `take_prompt` comes next
                loop.call_soon_threadsafe(loop.call_later, BETWEEN_S, self._print_above, prompt)

    def _print_above(self, prompt: Application[Any]) -> None:
        """In the prompt's own thread: print what waits, and have the prompt drawn below it."""
        if prompt.is_done or not prompt.is_running:
            return
        renderer = prompt.renderer
        settling_s = renderer.settling_s() if isinstance(renderer, ReflowRenderer) else 0.0
        if settling_s and prompt.loop:
            prompt.loop.call_later(settling_s, self._print_above, prompt)
            return
        with self._lock:
            text = self._taken()
        if not takes_room(text):  # a bell: a prompt that is written anew would be read aloud
            self._print(text)
            return
        renderer.erase()
        self._print(text)
        prompt.invalidate()

    def _taken(self) -> str:
        text = "".join(self._waiting)
        self._waiting.clear()
        return text

    def _print(self, text: str) -> None:
        if text:
            self.output.write_raw(self._in_rows(text))
            self.output.flush()

    def _in_rows(self, text: str) -> str:
        """Return `text` as it fits the terminal as it is now."""
        if not self._wraps:
            return text
        return in_rows(text, self.output.get_size().columns)
