"""Rooms in which nothing was ever said or done go again once nobody needs them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from huechat.chat.people import GUEST
from huechat.chat.roles import Role
from huechat.chat.rooms import Room
from huechat.chat.times import as_time
from huechat.protocol import LOBBY

if TYPE_CHECKING:
    from huechat.server.hall import Hall

KEPT_S: Final = 3600.0
"""How long guests whose links were lost find such a room again, from when it was made."""


def forget_if_unused(hall: Hall, room: Room, left: str) -> None:
    """Forget `room`, which the identity `left` just left, if nobody else is in, or was invited.

    Who makes it anew is its owner. For the writer's thread. Raises `StoreError`.
    """
    if _is_used(hall, room):
        return
    others = (one for one in hall.people.members(room.name) if one.identity != left)
    if not any(one.inside or one.role == Role.OUTSIDER for one in others):
        _forget(hall, room)


def forget_unused(hall: Hall) -> None:
    """Forget rooms that guests alone belong to, who ended their connections without leaving.

    For the writer's thread. Raises `StoreError`.
    """
    before = as_time(datetime.now(UTC) - timedelta(seconds=KEPT_S))
    for name in hall.people.unused_rooms(before, GUEST):
        room = hall.rooms.find(name)
        if room and not _is_used(hall, room):
            _forget(hall, room)


def _is_used(hall: Hall, room: Room) -> bool:
    """Return whether anything was said or done here, or somebody is in at present."""
    kept = room.kind == "direct" or room.name == LOBBY or room.log.closed
    return kept or room.log.last > 0 or hall.presence.count(room.name) > 0


def _forget(hall: Hall, room: Room) -> None:
    hall.people.delete_room(room.name)
    hall.rooms.close(room)
    hall.keeper.sweep()
