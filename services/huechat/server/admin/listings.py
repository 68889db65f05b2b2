"""Accounts, rooms and deeds as an administrator's commands list them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from huechat.chat.errors import RefusedError
from huechat.chat.names import folded
from huechat.protocol import EVERYWHERE, LOBBY, Deed
from huechat.store.people import RoomRow
from huechat.wire.places import called, minute

if TYPE_CHECKING:
    from huechat.server.hall import Hall

ALL: Final = 2**31
MOST_DEEDS: Final = 10_000
"""How many of the newest deeds are listed."""

NEWEST: Final = 2**53

Row = TypeVar("Row", bound=msgspec.Struct)


class UserRow(msgspec.Struct, frozen=True):
    """An account. Times are RFC 3339, in UTC; `seen` is empty if it was never here."""

    name: str
    made: str
    seen: str
    administrator: bool
    disabled: bool
    connections: int


class RoomInUse(msgspec.Struct, frozen=True):
    """A room that is not of two. `here`: how many are in it now."""

    room: str
    kind: str
    made: str
    here: int
    topic: str


def list_users(hall: Hall, *, as_json: bool) -> list[str]:
    """Return a line for each account."""
    rows = [
        UserRow(
            one.name,
            one.made,
            hall.notes.last_seen(one),
            one.administrator,
            one.disabled,
            len(hall.crowd.of(one.identity)),
        )
        for one in sorted(hall.people.accounts("", ALL), key=lambda one: folded(one.name))
    ]
    headings = ("name", "since (UTC)", "last seen (UTC)", "connections", "")
    return _listing(rows, headings, _user_cells, "There are no accounts.", as_json=as_json)


def list_rooms(hall: Hall, *, as_json: bool) -> list[str]:
    """Return a line for each room; those of two are nobody else's business."""
    lobby = hall.rooms.lobby
    stored = [*hall.people.rooms("", ALL, "public"), *hall.people.rooms("", ALL, "private")]
    by_name = {one.name: one for one in stored}
    by_name.setdefault(LOBBY, RoomRow(LOBBY, lobby.kind, lobby.topic, 0.0, ""))
    rows = [
        RoomInUse(one.name, one.kind, one.made, hall.presence.count(one.name), one.topic)
        for _, one in sorted(by_name.items())
    ]
    headings = ("room", "kind", "since (UTC)", "here", "topic")
    return _listing(rows, headings, _room_cells, "There are no rooms.", as_json=as_json)


def list_deeds(hall: Hall, room: str, *, as_json: bool) -> list[str]:
    """Return a line for each thing that was done in `room`, or anywhere (`*`), newest last.

    The room may have been deleted. Raises `RefusedError` if there never was one of that name.
    """
    rows = hall.people.deeds(room, NEWEST, MOST_DEEDS)[::-1]
    if not rows and room != EVERYWHERE and hall.rooms.find(room) is None:
        raise RefusedError("no_such_room", f"there is no room called {room}")
    headings = ("when (UTC)", "where", "what")
    return _listing(rows, headings, _deed_cells, "Nothing was done yet.", as_json=as_json)


def _user_cells(row: UserRow) -> tuple[str, ...]:
    seen = "here" if row.connections else minute(row.seen) or "never"
    what = ["administrator"] * row.administrator + ["disabled"] * row.disabled
    return row.name, minute(row.made), seen, str(row.connections), ", ".join(what)


def _room_cells(row: RoomInUse) -> tuple[str, ...]:
    return row.room, row.kind, minute(row.made), str(row.here), row.topic


def _deed_cells(deed: Deed) -> tuple[str, ...]:
    what = deed.text or f"{deed.by}: {deed.action} {deed.about}".rstrip()
    return minute(deed.time), called(deed.room), what


def _listing(
    rows: Sequence[Row],
    headings: tuple[str, ...],
    cells: Callable[[Row], tuple[str, ...]],
    if_none: str,
    *,
    as_json: bool,
) -> list[str]:
    if as_json:
        return [msgspec.json.encode(one).decode() for one in rows]
    return _table([headings, *map(cells, rows)]) if rows else [if_none]


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    """Return `rows` in columns that are as wide as what stands in them."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        padded = (
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        lines.append("  ".join(padded).rstrip())
    return lines


def _width(text: str) -> int:
    """Return how many columns of a terminal `text` takes: marks none, East Asian letters two."""
    shown = (char for char in text if unicodedata.category(char) not in ("Mn", "Me", "Cf"))
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in shown)
