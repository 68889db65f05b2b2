"""Whom people have blocked: what these say is not shown to them, on any of their connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huechat.server.connection import Connection
    from huechat.server.hall import Hall


def blocked_by(hall: Hall, connection: Connection) -> dict[str, str]:
    """Return whom the one at the other end has blocked: key to name. Blocks for an account."""
    person = connection.greeted
    if person.account:
        return hall.people.blocked(person.identity)
    return connection.blocked


def hide_blocked(hall: Hall, connection: Connection) -> None:
    """Have nothing told to the connection of what those say whom its person has blocked.

    A guest has blocked on all connections whom they blocked on one of them. Raises `StoreError`.
    """
    person = connection.greeted
    for one in () if person.account else hall.crowd.of(person.identity):
        connection.blocked |= one.blocked
    hall.delivery.hide(connection.outlet, frozenset(blocked_by(hall, connection)))
