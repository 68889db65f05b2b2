"""The seed's colour for each kind of line, and the painting of text.

termcolor does the painting, so `NO_COLOR` and `FORCE_COLOR` are honoured.
"""

from __future__ import annotations

from typing import Final

from termcolor import colored

from huechat.protocol import COLORS

CONNECTED: Final = "green"
FAILED: Final = "red"
DISCONNECTED: Final = "yellow"
RECEIVED: Final = "cyan"


class UnknownColorError(ValueError):
    """A colour that is not one of `COLORS`; its text lists them."""

    def __init__(self, color: str) -> None:
        super().__init__(f"unknown color {color!r}: use one of {', '.join(COLORS)}")


def check_color(color: str) -> str:
    """Return `color`; raise `UnknownColorError` if it is not one of `COLORS`."""
    if color not in COLORS:
        raise UnknownColorError(color)
    return color


def paint(text: str, color: str, *, strong: bool = False) -> str:
    """Return `text` in `color`, `strong` in bold; or as it is where the output takes no colours."""
    return colored(text, color, attrs=["bold"] if strong else None)


def bold(text: str) -> str:
    """Return `text` in bold, wherever it goes: for terminals that are to have no colours."""
    return f"\x1b[1m{text}\x1b[22m"
