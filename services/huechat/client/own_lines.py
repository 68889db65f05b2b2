"""What one sent oneself, as it stands on the screen afterwards: with its emoji, and whole."""

from __future__ import annotations

from typing import Final

from prompt_toolkit.data_structures import Size
from prompt_toolkit.utils import get_cwidth

from huechat.client.discretion import masked
from huechat.client.emoji_names import with_signs
from huechat.wire.harmless import harmless

CONTINUATION: Final = " " * len("You: ")
"""What the further lines of a message are indented with."""


def as_sent(typed: str) -> str:
    """Return what was typed as it is shown once it is sent."""
    lines = with_signs(masked(typed)).split("\n")
    return f"\n{CONTINUATION}".join(map(harmless, lines))


def is_sent_otherwise(prompt: str, typed: str, size: Size) -> bool:
    """Return whether what stands behind `prompt`, in its rows, is not what is shown later.

    The prompt breaks lines in the middle of words, and of many lines it shows only some.
    """
    if with_signs(typed) != typed:
        return True
    first, *further = typed.split("\n")
    widths = [get_cwidth(f"{prompt}{first}"), *(get_cwidth(CONTINUATION + one) for one in further)]
    return max(widths) > size.columns or len(widths) >= size.rows
