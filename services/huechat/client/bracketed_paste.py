"""Having a terminal tell what is pasted from what is typed (xterm's mode 2004)."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from prompt_toolkit.output import Output

_ON: Final = "\x1b[?2004h"
_OFF: Final = "\x1b[?2004l"


class BracketedPaste(Output):
    """An output that has it told from the first prompt on, and between two prompts as well.

    prompt_toolkit ends it with each prompt. What is pasted right after Enter would then be lines
    that are typed, and one that begins with a slash would be obeyed.
    """

    _is_on = False

    def enable_bracketed_paste(self) -> None:
        """Have it told, if it is not yet."""
        if not self._is_on:
            self._is_on = True
            self.write_raw(_ON)

    def disable_bracketed_paste(self) -> None:
        """Do nothing: there may be another prompt."""

    def end_bracketed_paste(self) -> None:
        """Have it told no more."""
        if self._is_on:
            self._is_on = False
            with suppress(OSError):  # the terminal is gone
                self.write_raw(_OFF)
                self.flush()
