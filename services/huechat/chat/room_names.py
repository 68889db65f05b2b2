"""What a room may be called."""

from __future__ import annotations

from huechat.chat.names import MAX_UNCOMPOSED, check_characters, folded
from huechat.protocol import DIRECT


def check_room_name(name: str) -> str:
    """Return by what name a room is known; raise `RefusedError` if none may be called so.

    It is made of what people's names are made of, is the same in any case, and people may write
    a `#` before it: `#Builds` is `builds`.
    """
    if len(name) <= MAX_UNCOMPOSED:
        name = folded(name)
    name = name.removeprefix("#")
    check_characters(name, "bad_room", "a room's name")
    return name


def tidy(room: str) -> str:
    """Return a room's name as people may have typed it in the form that it has."""
    if room.startswith(DIRECT) or len(room) > MAX_UNCOMPOSED:
        return room
    return folded(room).removeprefix("#")
