"""The form of a message on a terminal, as people may set it."""

from __future__ import annotations

from string import Formatter
from typing import Final

FIELDS: Final = frozenset({"time", "room", "name", "color", "text"})
"""What a format may name."""


def check_format(form: str) -> str:
    """Return `form`; raise `ValueError` if it is not one that messages can have."""
    try:
        named = {name for _, name, _, _ in Formatter().parse(form) if name is not None}
    except ValueError as reason:
        raise ValueError(f"text with fields in braces ({reason})") from reason
    if not named <= FIELDS or (form and "text" not in named):
        fields = ", ".join(f"{{{one}}}" for one in sorted(FIELDS))
        raise ValueError(f"empty, or a text with {{text}} in it and no fields but {fields}")
    return form
