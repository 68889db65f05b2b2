"""A prompt that only writes on: for screen readers, and for terminals that know nothing else.

prompt_toolkit draws what has changed, and sends the cursor about for it. What reads the screen
aloud then reads lines twice, or not at all. Here what is typed is written as it is typed. The
cursor goes back by backspaces, within a row; where that does not do, the line is written anew
below.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application
from prompt_toolkit.data_structures import Point, Size
from prompt_toolkit.formatted_text import ANSI, to_formatted_text
from prompt_toolkit.formatted_text.utils import fragment_list_to_text
from prompt_toolkit.layout import Layout
from prompt_toolkit.layout.mouse_handlers import MouseHandlers
from prompt_toolkit.output import Output
from prompt_toolkit.output.plain_text import PlainTextOutput
from prompt_toolkit.renderer import Renderer
from prompt_toolkit.styles import DummyStyle
from prompt_toolkit.utils import get_cwidth, is_dumb_terminal

from huechat.client.bracketed_paste import BracketedPaste
from huechat.client.widths import steady
from huechat.wire.harmless import harmless

NEWLINE: Final = "\r\n"


class PlainOutput(BracketedPaste, PlainTextOutput):
    """A terminal at which the cursor stays where it is. `size` tells its size."""

    def __init__(self, stdout: TextIO, size: Callable[[], Size]) -> None:
        super().__init__(stdout)
        self._size = size

    def get_size(self) -> Size:
        """Return how large it is."""
        return self._size()


class Line(NamedTuple):
    """What is to stand there: `prompt`, painted as `painted`, and `typed`, with the cursor `at`."""

    prompt: str
    painted: str
    typed: str
    at: int


class PlainRenderer(Renderer):
    """Stands in for the renderer of a prompt's application. `line` tells what there is to show.

    `pastes`: whether the terminal can tell what is pasted from what is typed. For the prompt's
    own thread.
    """

    def __init__(self, output: Output, line: Callable[[], Line], *, pastes: bool) -> None:
        self._line = line
        self._pastes = pastes
        self._begin()
        super().__init__(DummyStyle(), output)

    def render(self, app: Application[Any], layout: Layout, is_done: bool = False) -> None:
        """Write what is new; once it is done, go to the next line."""
        del layout
        if self._pastes and not self._bracketed_paste_enabled:
            self.output.enable_bracketed_paste()
            self._bracketed_paste_enabled = True
        app.current_buffer.load_history_if_not_yet_loaded()  # else drawing would do it
        line = self._line()
        before = _on_lines(line.typed[: line.at])
        self._show(line, line.prompt + _on_lines(line.typed), len(line.prompt + before))
        if is_done:
            self._show(line, self._shown, len(self._shown))
            self.output.write_raw(NEWLINE)
            self.reset()
        self.output.flush()

    def erase(self, leave_alternate_screen: bool = True) -> None:
        """Make room for something else: what was begun stays where it is, and is begun anew."""
        del leave_alternate_screen
        if self._shown != self._prompt:
            self.output.write_raw(NEWLINE)
        elif self._shown:
            self.output.write_raw(f"\r{' ' * get_cwidth(self._shown)}\r")
        self.reset()

    def reset(self, _scroll: bool = False, leave_alternate_screen: bool = True) -> None:
        """Begin anew, with nothing written yet."""
        del _scroll, leave_alternate_screen
        self._begin()
        self._cursor_pos = Point(x=0, y=0)
        self._last_screen = None
        self._min_available_height = 0
        self.mouse_handlers = MouseHandlers()
        if self._bracketed_paste_enabled:
            self.output.disable_bracketed_paste()
            self._bracketed_paste_enabled = False
        self.output.flush()

    def request_absolute_cursor_position(self) -> None:
        """Do without."""

    def _begin(self) -> None:
        self._shown = ""  # what was written, and has not been left behind
        self._at = 0  # where in it the cursor is
        self._wanted = ("", 0)  # and where it was to be
        self._prompt = ""

    def _show(self, line: Line, wanted: str, at: int) -> None:
        """Have `wanted` stand there, and the cursor at `at` in it, if it can be brought there."""
        if self._wanted == (wanted, at):
            return
        kept = at if wanted == self._shown else _common(wanted, self._shown)
        gone = get_cwidth(self._shown[kept:]) - get_cwidth(wanted[kept:])
        goal = wanted if wanted == self._shown else f"{wanted}{' ' * gone}"
        end = at if wanted == self._shown else len(goal)
        below = "\n" in goal[kept:end] and self._shown[kept:]  # of which something would stay
        if (
            not below
            and self._reaches(self._shown, self._at, kept)
            and self._reaches(goal, end, at)
        ):
            self._go_back(self._shown[kept : self._at])
            self._write(line, goal[:end], min(self._at, kept))
            self._go_back(goal[at:end])
            self._at = at
        else:
            self.output.write_raw(NEWLINE)
            self._write(line, wanted, 0)
            self._at = at if self._reaches(wanted, len(wanted), at) else len(wanted)
            self._go_back(wanted[self._at :])
        self._shown, self._wanted, self._prompt = wanted, (wanted, at), line.prompt

    def _write(self, line: Line, text: str, begin: int) -> None:
        """Write `text` from `begin` on, the prompt in its colour."""
        if begin < len(line.prompt) <= len(text):
            self.output.write_raw(line.painted)
            begin = len(line.prompt)
        self.output.write_raw(text[begin:].replace("\n", NEWLINE))

    def _reaches(self, text: str, start: int, end: int) -> bool:
        """Return whether one can go from `start` to `end` in `text`; back only within a row."""
        row = get_cwidth(text[:start].rpartition("\n")[2]) % self.output.get_size().columns
        return "\n" not in text[end:start] and get_cwidth(text[end:start]) <= row

    def _go_back(self, over: str) -> None:
        self.output.write_raw("\b" * get_cwidth(over))


def make_plain(
    session: PromptSession[str], prompt: Callable[[], str], shown: Callable[[str], str]
) -> None:
    """Have the prompt of `session` only write on; `shown`: what one sees of what is typed."""

    def line() -> Line:
        document, painted = session.default_buffer.document, prompt()
        unpainted = fragment_list_to_text(to_formatted_text(ANSI(painted)))
        text = shown(document.text)
        return Line(unpainted, painted, text, min(document.cursor_position, len(text)))

    app = session.app
    pastes = sys.platform != "win32" and not is_dumb_terminal()
    app.renderer = PlainRenderer(app.output, line, pastes=pastes)


def _common(one: str, other: str) -> int:
    """Return how many characters both begin with."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _on_lines(typed: str) -> str:
    return "\n".join(map(harmless, steady(typed).split("\n")))
