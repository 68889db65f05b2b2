"""Bans and mutes in memory, as they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huechat.chat.rooms import Room
from huechat.chat.times import now
from huechat.protocol import EVERYWHERE

if TYPE_CHECKING:
    from huechat.server.hall import Hall


def refresh_sanctions(hall: Hall, room: Room | None) -> None:
    """Have those of a room (None: of the server) in memory as they are stored.

    For the writer's thread; it blocks for the disk.
    """
    held = tuple(hall.people.sanctions(room.name if room else EVERYWHERE, now()))
    if room:
        room.sanctions = held
    else:
        hall.sanctions = held
