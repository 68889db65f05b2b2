"""Invitations into private rooms that an account has not answered yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from huechat.chat.roles import Role
from huechat.protocol import LOBBY, Invited
from huechat.server.rooms.places import is_admitted
from huechat.store.people import Membership

if TYPE_CHECKING:
    from huechat.server.connection import Connection
    from huechat.server.hall import Hall


def tell_invitations(hall: Hall, connection: Connection, mine: Iterable[Membership]) -> None:
    """Tell into which private rooms one may come who was invited while away. Blocks for the disk.

    `mine`: all memberships of who is connected.
    """
    for one in mine:
        if one.role == Role.OUTSIDER and not one.inside and one.room != LOBBY:
            room = hall.rooms.find(one.room)
            if room and room.kind == "private" and is_admitted(connection, room):
                hall.tell(connection, Invited(one.room, ""))
