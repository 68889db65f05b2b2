"""How rooms and times are called in lines for people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from huechat.protocol import DIRECT, EVERYWHERE, LOBBY

PRIVATE: Final = "(private)"
"""In place of the name of a room of two. No name of a person or a room has such signs."""

_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)")


def called(room: str, people: Sequence[str] = ()) -> str:
    """Return how `room` is called in a sentence; `people`: with whom it is, if it is of two."""
    if room == EVERYWHERE:
        return "the server"
    if room.startswith(DIRECT):
        return f"{PRIVATE} with {', '.join(people)}" if people else PRIVATE
    return f"#{room}"


def before_words(room: str, to: str = "") -> str:
    """Return what stands before what was said in `room`: nothing in the lobby.

    `to`: whom one said it to oneself, in a room of two.
    """
    if to:
        return f"{PRIVATE[:-1]} to {to}) "
    return "" if room == LOBBY else f"{called(room)} "


def before_news(room: str) -> str:
    """Return what stands before what was done in `room`: nothing in the lobby."""
    if room == LOBBY:
        return ""
    return f"{PRIVATE} " if room.startswith(DIRECT) else f"{called(room)}: "


def minute(time: str) -> str:
    """Return a time of the protocol to the minute, in UTC; what is none comes back as it is."""
    found = _TIME.match(time)
    return f"{found[1]} {found[2]}" if found else time
