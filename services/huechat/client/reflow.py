"""A prompt at a terminal that gets another width.

Most terminals then break anew the lines that they show, before anybody can draw. What was drawn
takes more rows, and the cursor is further down in it than it was. A prompt that does not know that
leaves copies of itself behind.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from prompt_toolkit.application import Application
from prompt_toolkit.data_structures import Point
from prompt_toolkit.layout import Layout
from prompt_toolkit.layout.screen import Char
from prompt_toolkit.output import Output
from prompt_toolkit.renderer import Renderer
from prompt_toolkit.styles import BaseStyle, Style

from huechat.config import terminal_reflows

BAR_STYLE: Final = Style([("bottom-toolbar", "noreverse"), ("bottom-toolbar.text", "reverse")])
"""A status bar that does not fill its row: a full row would take two in a narrower terminal."""

SETTLE_S: Final = 0.5
"""How long a size is to stay. tmux tells of another up to a quarter of a second late."""

SHORT: Final = 0.6
"""How much of a row may be in use that no drag breaks before the next drawing."""


def rows_of(widths: Iterable[int], columns: int) -> Iterator[int]:
    """Yield in which row each letter of a line is, at a terminal that is `columns` wide.

    `widths`: the columns that each letter takes.
    """
    row = used = 0
    for width in widths:
        if used and used + width > columns:
            row, used = row + 1, 0
        used += width
        yield row


def rows_above(lines: Sequence[Sequence[int]], before_cursor: int, columns: int) -> int:
    """Return how many rows there are above the cursor's, once `lines` are broken anew.

    `lines`: of each line down to the cursor's, the columns that each of its letters takes.
    `before_cursor`: the letters of the last one that the cursor is behind.
    """
    above = sum(max(rows_of(line, columns), default=0) + 1 for line in lines[:-1])
    last = list(rows_of(lines[-1], columns)) or [0]
    return above + last[min(before_cursor, len(last) - 1)]


class ReflowRenderer(Renderer):
    """Draws a prompt and knows where it is, after its lines were broken anew, too.

    While a window is dragged the terminal may be narrower than it tells. So a prompt that has long
    rows is left alone until the size stays as it is; for a short one it is all the same.
    Stands in for the renderer of a prompt's application; for that one's thread.
    """

    def __init__(self, style: BaseStyle, output: Output) -> None:
        self._columns = output.get_size().columns
        self._settled_at = 0.0  # when to draw again, by the monotonic clock
        super().__init__(style, output)

    def render(self, app: Application[Any], layout: Layout, is_done: bool = False) -> None:
        """Draw what has changed; all, if the terminal has another size."""
        settling_s = self.settling_s()
        if settling_s and app.loop and not is_done:
            app.loop.call_later(settling_s, app.invalidate)
            return
        self._find_cursor()
        super().render(app, layout, is_done)

    def erase(self, leave_alternate_screen: bool = True) -> None:
        """Take the prompt away; later, if only the size is another and the cursor may be anywhere.

        Where the cursor is in the first row for sure, it is better soon: what is below takes more
        rows with each step, and tmux moves the prompt out of sight.
        """
        if self.settling_s() and not leave_alternate_screen and self._is_wide(self._columns, 1):
            return
        self._find_cursor()
        super().erase(leave_alternate_screen)

    def request_absolute_cursor_position(self) -> None:
        """Do without."""

    def settling_s(self) -> float:
        """Return for how many seconds nothing is to be drawn, or printed above; usually 0."""
        columns, before = self.output.get_size().columns, self._columns
        self._columns = columns
        now = time.monotonic()
        if columns != before and (now < self._settled_at or self._is_wide(columns)):
            self._settled_at = now + SETTLE_S
        return max(0.0, self._settled_at - now)

    def _is_wide(self, columns: int, most: int | None = None) -> bool:
        """Return whether a row may be too wide; `most`: or the cursor below that many."""
        screen = self._last_screen
        if not screen or not terminal_reflows():
            return False
        if most and self._cursor_pos.y >= most:
            return True
        rows = (screen.data_buffer[y] for y in range(most or screen.height))
        return any(sum(self._widths(row)) > columns * SHORT for row in rows)

    def _find_cursor(self) -> None:
        """Find out in which of its rows the cursor is, if the terminal is narrower by now."""
        screen, columns = self._last_screen, self.output.get_size().columns
        if screen is None or self._last_size is None or columns >= self._last_size.columns:
            return
        if not terminal_reflows():
            return
        at = self._cursor_pos
        lines = [self._widths(screen.data_buffer[y]) for y in range(at.y + 1)]
        before = len(self._widths(screen.data_buffer[at.y], at.x))
        # As far to the right as it may be: going back stops at the edge.
        self._cursor_pos = Point(x=columns - 1, y=rows_above(lines, before, columns))

    def _widths(self, row: dict[int, Char], end: int | None = None) -> list[int]:
        """Return the columns that each letter takes which was drawn in `row`, up to `end`."""
        drawn = (at for at, cell in row.items() if cell.char != " " or self._has_style(cell))
        last = max(drawn, default=-1)
        widths: list[int] = []
        at = 0
        while at <= last and (end is None or at < end):
            widths.append(row[at].width or 1)
            at += widths[-1]
        return widths

    def _has_style(self, cell: Char) -> bool:
        known = self._style_string_has_style
        return known is not None and known[cell.style]
