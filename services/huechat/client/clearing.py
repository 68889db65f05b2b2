"""Emptying the screen, so that the terminal keeps what was on it above."""

from __future__ import annotations

import os
import sys
from typing import Final

from prompt_toolkit.utils import is_dumb_terminal

_TO_THE_TOP: Final = "\x1b[H"
"""CUP, ECMA-48 8.3.21."""


def clear_screen() -> None:
    """Empty the screen, and go to its top. For between two prompts.

    Where the cursor cannot be sent there, it stays at the bottom. Raises `ValueError` if there is
    no screen.
    """
    try:
        rows = os.get_terminal_size(sys.stdout.fileno()).lines
    except (OSError, ValueError):  # no terminal, or no file at all
        rows = 0
    if not rows:
        raise ValueError("there is no screen here to clear")
    # One less than it has: what stands above the cursor goes over the edge, and nothing else.
    pushed = "\n" * (rows - 1)
    print(pushed if is_dumb_terminal() else f"{pushed}{_TO_THE_TOP}", end="", flush=True)
