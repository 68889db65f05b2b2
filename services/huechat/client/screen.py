"""What the terminal is like: how large it is, how one draws on it, and what it can show."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, Final

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application, get_app
from prompt_toolkit.data_structures import Size
from prompt_toolkit.output import Output, create_output
from prompt_toolkit.renderer import CPR_Support
from prompt_toolkit.utils import get_term_environment_variable

from huechat.client.bracketed_paste import BracketedPaste
from huechat.client.plain_prompt import PlainOutput
from huechat.client.reflow import BAR_STYLE, ReflowRenderer

if sys.platform != "win32":
    from prompt_toolkit.output.vt100 import Vt100_Output

    class _Drawing(BracketedPaste, Vt100_Output):
        """A terminal that keeps no copy of what is erased."""

        def erase_down(self) -> None:
            """Erase from the cursor down, at the beginning of a row.

            At the very beginning of its screen tmux would keep a copy of all (`scroll-on-clear`):
            so this row first, and the rest from its second column on.
            """
            self.write_raw("\x1b[K\x1b[C\x1b[J\x1b[D")


USUAL_ROWS: Final = 24
USUAL_COLUMNS: Final = 80
MENU_ROWS: Final = 6
BAR_ROWS: Final = 3
"""How many rows there must be for a status bar."""


def terminal_size() -> Size:
    """Return the terminal's size, or a usual one where it has none."""
    columns, rows = os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else 1)
    return Size(rows=rows or USUAL_ROWS, columns=columns or USUAL_COLUMNS)


def drawing_on(*, plain: bool) -> Output:
    """Return where prompts are drawn; `plain`: by one that does not send the cursor about."""
    if sys.platform == "win32":
        return create_output(sys.stdout)
    if plain:
        return PlainOutput(sys.stdout, terminal_size)
    # Asking for the cursor's position would leave an answer for whoever attaches next.
    return _Drawing(sys.stdout, terminal_size, get_term_environment_variable(), enable_cpr=False)


def fit_to_rows(session: PromptSession[str], status: Callable[[], str]) -> None:
    """Have a menu and the status bar at the prompt, where there are rows enough for them.

    The prompt stays one when the terminal gets another size.
    """

    def fit(app: Application[Any]) -> None:
        session.reserve_space_for_menu = MENU_ROWS if shows_menu() else 0
        session.bottom_toolbar = status if terminal_size().rows >= BAR_ROWS else None
        _be_at_the_bottom(app)

    session.app.before_render += fit
    session.style = BAR_STYLE
    session.app.renderer = ReflowRenderer(session.app.renderer.style, session.app.output)


def _be_at_the_bottom(app: Application[Any]) -> None:
    """Say where the cursor is, as the terminal is not asked: else there would be no status bar."""
    app.renderer.report_absolute_cursor_row(app.output.get_size().rows)
    app.renderer.cpr_support = CPR_Support.NOT_SUPPORTED  # the call took it for an answer


def shows_menu() -> bool:
    """Return whether the terminal has rows enough for a menu below the prompt."""
    return terminal_size().rows > MENU_ROWS + 1


def may_complete() -> bool:
    """Return whether completions are offered unasked: only for commands and emoji, not in talk.

    And only where one sees them: else the arrow keys would choose from what nobody sees.
    """
    if not shows_menu():
        return False
    text = get_app().current_buffer.document.text_before_cursor
    return text.startswith("/") or ":" in text.rpartition(" ")[2]


def shows_notes() -> bool:
    """Return whether the terminal takes OSC 9, or at least passes over it."""
    return get_term_environment_variable() not in ("", "dumb", "linux", "vt100", "vt220")
