"""Rooms in SQLite, and who belongs to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Select, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from huechat.protocol import LOBBY
from huechat.store.people import Hides, Membership, RoomRow, hide_nobody
from huechat.store.sqlite import NO_TARGET, SqliteStore
from huechat.store.tables import NOT_THERE, entries, members, number_of, rooms, sanctions

OTHER_ENTRIES: Final = 1_000
"""How many entries that do not count are looked at besides, where unread messages are counted."""

_ROOM: Final = tuple(rooms.c[one] for one in RoomRow._fields)


class SqliteRooms:
    """The rooms in `store`, and their members; see `PeopleStore`."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    def room(self, name: str) -> RoomRow | None:
        """Return the room of that name."""
        found = self._rooms(
            select(*_ROOM).where(rooms.c.name == name, rooms.c.kind.not_in(NOT_THERE))
        )
        return found[0] if found else None

    def rooms(self, after: str, limit: int, kind: str = "public") -> list[RoomRow]:
        """Return rooms of a kind by name; see `PeopleStore`."""
        wanted = rooms.c.kind == kind if kind else rooms.c.kind.not_in(NOT_THERE)
        page = select(*_ROOM).where(wanted, rooms.c.name > after)
        return self._rooms(page.order_by(rooms.c.name).limit(limit))

    def unused_rooms(self, before: str, guests: str) -> list[str]:
        """Return the rooms in which nothing was said or done; see `PeopleStore`."""
        others = select(members.c.room).where(
            members.c.room == rooms.c.number,
            members.c.identity.not_like(f"{guests}%"),
            members.c.inside | (members.c.role == 0),
        )
        unused = select(rooms.c.name).where(
            rooms.c.kind.in_(("public", "private")),
            rooms.c.reserved == 0,
            rooms.c.made < before,
            rooms.c.name != LOBBY,
            ~others.exists(),
        )
        with self._store.reading() as db:
            return list(db.execute(unused.order_by(rooms.c.name)).scalars())

    def members(self, room: str) -> list[Membership]:
        """Return all who belong to a room."""
        here = members.c.room == number_of(room)
        return self._members(_membership().where(here).order_by(members.c.identity))

    def memberships(self, identity: str) -> list[Membership]:
        """Return all rooms that somebody belongs to."""
        theirs = members.c.identity == identity
        return self._members(_membership().where(theirs).order_by(rooms.c.name))

    def count_unread(
        self, room: str, identity: str, read: int, most: int, hides: Hides = hide_nobody
    ) -> tuple[int, list[str]]:
        """Return how many messages are unread, and their texts; see `PeopleStore`."""
        newest = (
            select(*(entries.c[one] for one in ("seq", "kind", "sender", "name", "text")))
            .where(entries.c.room == number_of(room), entries.c.seq > read)
            .order_by(entries.c.seq.desc())
            .limit(most + OTHER_ENTRIES)
            .subquery()
        )
        gone = entries.alias("gone")
        its_end = select(gone.c.seq).where(
            gone.c.room == number_of(room),
            gone.c.target == newest.c.seq,
            gone.c.target != NO_TARGET,
            gone.c.kind == "delete",
        )
        others = select(newest.c.name, newest.c.text).where(
            newest.c.kind == "message", newest.c.sender != identity, ~its_end.exists()
        )
        with self._store.reading() as db:
            rows = db.execute(others.order_by(newest.c.seq.desc()).limit(most)).all()
        texts = [row.text for row in rows if not hides(row.name)]
        return len(texts), list(reversed(texts))

    def add_room(self, row: RoomRow) -> None:
        """Add a room, or make one that is there what `row` says."""
        with self._store.transaction():
            self._store.make_room(row.name, row.made)
            self._set_room(row.name, **row._asdict())

    def set_topic(self, room: str, topic: str) -> None:
        """Change a room's topic."""
        self._set_room(room, topic=topic)

    def set_slow(self, room: str, slow_s: float) -> None:
        """Change a room's slow mode."""
        self._set_room(room, slow_s=slow_s)

    def delete_room(self, room: str) -> None:
        """Forget a room; see `PeopleStore`."""
        with self._store.transaction() as db:
            number = self._store.end_room(room)
            db.execute(delete(members).where(members.c.room == number))
            db.execute(delete(sanctions).where(sanctions.c.room == room))

    def set_member(self, room: str, identity: str, role: int) -> None:
        """Note that somebody belongs to a room; see `PeopleStore`."""
        with self._store.transaction() as db:
            number = self._store.room_number(room)
            if not number:
                return
            new = insert(members).values(
                room=number, identity=identity, role=role, read=0, inside=True
            )
            db.execute(
                new.on_conflict_do_update(
                    index_elements=["room", "identity"], set_={"role": role, "inside": True}
                )
            )

    def set_outside(self, room: str, identity: str) -> None:
        """Note that somebody is not in a room at present; see `PeopleStore`."""
        with self._store.transaction() as db:
            db.execute(update(members).where(_is(room, identity)).values(inside=False))

    def drop_member(self, room: str, identity: str) -> None:
        """Note that somebody does not belong to a room any more."""
        with self._store.transaction() as db:
            db.execute(delete(members).where(_is(room, identity)))

    def set_read(self, marks: Mapping[tuple[str, str], int]) -> None:
        """Note up to which `seq` people have read; see `PeopleStore`."""
        in_lobby = [
            {"identity": identity, "read": read}
            for (room, identity), read in marks.items()
            if room == LOBBY
        ]
        elsewhere = [
            {"where": room, "who": identity, "upto": read}
            for (room, identity), read in marks.items()
            if room != LOBBY
        ]
        with self._store.transaction() as db:
            if in_lobby:
                db.execute(_mark_in_lobby(self._store.room_number(LOBBY)), in_lobby)
            if elsewhere:
                db.execute(_MARK, elsewhere)

    def _rooms(self, wanted: Select[Any]) -> list[RoomRow]:
        with self._store.reading() as db:
            return [RoomRow._make(row) for row in db.execute(wanted)]

    def _members(self, wanted: Select[Any]) -> list[Membership]:
        with self._store.reading() as db:
            return [Membership._make(row) for row in db.execute(wanted)]

    def _set_room(self, room: str, **values: object) -> None:
        with self._store.transaction() as db:
            number = self._store.room_number(room)
            db.execute(update(rooms).where(rooms.c.number == number).values(**values))


_MARK: Final = (
    update(members)
    .where(members.c.room == number_of(bindparam("where")), members.c.identity == bindparam("who"))
    .values(read=func.max(members.c.read, bindparam("upto")))
)


def _mark_in_lobby(number: int) -> Any:
    new = insert(members).values(
        room=number, identity=bindparam("identity"), role=0, read=bindparam("read"), inside=False
    )
    further = func.max(members.c.read, new.excluded.read)
    return new.on_conflict_do_update(index_elements=["room", "identity"], set_={"read": further})


def _membership() -> Select[Any]:
    columns = (members.c[one] for one in Membership._fields[1:])
    return select(rooms.c.name, *columns).join_from(
        members, rooms, rooms.c.number == members.c.room
    )


def _is(room: str, identity: str) -> Any:
    return (members.c.room == number_of(room)) & (members.c.identity == identity)
