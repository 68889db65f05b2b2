"""The store in a SQLite file: the logs of all rooms."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)

from huechat.chat.draft import Draft, as_entry
from huechat.protocol import AnyEntry, Message
from huechat.protocol.taken_back import left_of, quoted
from huechat.store.sqlite_file import SqliteFile, raw
from huechat.store.tables import ENDED, GONE, NOT_THERE, entries, number_of, rooms

RESERVE: Final = 10_000
"""How many `seq` are reserved at once; an unclean stop skips what is left of them."""

ENDED_MARK: Final = "\n"
"""What no room's name has: what is left of a deleted one has it behind its name."""

PRUNE_STEP: Final = 10
"""Messages dropped before looking again whether the file is small enough: some may be long."""

NO_TARGET: Final[ColumnElement[int]] = literal_column("0")
"""Written into queries as it is: by `target != 0` SQLite sees that an index is for them."""

_INSERT: Final = (
    "INSERT INTO entries (room, seq, sender, id, time, name, color, text, kind, target, about)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sender, id) DO NOTHING"
)

_ENTRY: Final = (entries.c.seq, entries.c.time, *(entries.c[one] for one in Draft._fields[1:]))
"""What an entry is made of, but for its room: see `_entry`."""


class _Room(NamedTuple):
    """What the writer knows of a room without asking. `gone`: it was deleted."""

    number: int
    last: int
    reserved: int
    gone: bool = False


class SqliteStore(SqliteFile):
    """A `Store` in the folder `folder`; see `SqliteFile`."""

    def __init__(self, folder: Path, *, full_sync: bool = True) -> None:
        self._rooms: dict[str, _Room] = {}
        self._changed: dict[str, _Room] = {}  # by the transaction that is running
        super().__init__(folder, full_sync=full_sync)

    def append(self, drafts: Sequence[Draft], time: str) -> list[AnyEntry]:
        """Store `drafts`; see `Store`."""
        stored: list[AnyEntry] = []
        rows = []
        with self.transaction() as db:
            places = {name: self._room(db, name, time) for name in {draft.room for draft in drafts}}
            nexts = {name: place.last for name, place in places.items()}
            raw(db).execute("SAVEPOINT batch")  # a new room stays, whatever comes of the batch
            for draft in drafts:
                room, sender, id_, name, color, text_, kind, target, about = draft
                seq = nexts[room] = nexts[room] + 1
                number = places[room].number
                stored.append(
                    Message(room, seq, id_, time, name, color, text_, target, about)
                    if kind == "message"  # nearly all are: this spares them a call
                    else as_entry(draft, seq, time)
                )
                rows.append(
                    (number, seq, sender, id_, time, name, color, text_, kind, target, about)
                )
            if raw(db).executemany(_INSERT, rows).rowcount != len(rows):
                raw(db).execute("ROLLBACK TO batch")
                stored, nexts = self._append_once_each(db, drafts, time, places)
            self._advance(db, places, nexts)
        return stored

    def last(self, room: str) -> int:
        """Return the `seq` of the room's newest entry; see `Store`."""
        return self._edge(func.max(entries.c.seq), room)

    def given(self, room: str) -> int:
        """Return up to where the room's `seq` were given or reserved; see `Store`."""
        known = self._rooms.get(room)
        if known:
            return known.last
        with self.reading() as db:
            return db.execute(select(rooms.c.reserved).where(rooms.c.name == room)).scalar() or 0

    def first(self, room: str) -> int:
        """Return the `seq` of the room's oldest entry; see `Store`."""
        return self._edge(func.min(entries.c.seq), room)

    def after(self, room: str, seq: int, limit: int) -> list[AnyEntry]:
        """Return entries after `seq`; see `Store`."""
        wanted = _entries_of(room).where(entries.c.seq > seq)
        return self._read(room, wanted.order_by(entries.c.seq).limit(limit))

    def before(self, room: str, seq: int, limit: int) -> list[AnyEntry]:
        """Return entries before `seq`; see `Store`."""
        wanted = _entries_of(room).where(entries.c.seq < seq)
        return self._read(room, wanted.order_by(entries.c.seq.desc()).limit(limit))[::-1]

    def seq_at(self, room: str, time: str) -> int:
        """Return the newest `seq` not after `time`; see `Store`.

        Searches by halves: times rise with `seq`, but for a clock that was set back.
        """
        low, high = 0, self.last(room)
        while low < high:
            middle = (low + high + 1) // 2
            found = self.after(room, middle - 1, 1)
            if found and found[0].time <= time:
                low = found[0].seq
            else:
                high = middle - 1
        return low

    def pick(self, room: str, seqs: Sequence[int]) -> list[AnyEntry]:
        """Return the entries with these `seqs`; see `Store`."""
        wanted = _entries_of(room).where(entries.c.seq.in_(seqs))
        return self._read(room, wanted.order_by(entries.c.seq.desc()))

    def rooms_with_entries(self) -> list[str]:
        """Return the names of all rooms; see `Store`."""
        with self.reading() as db:
            wanted = select(rooms.c.name).where(rooms.c.kind.not_in(NOT_THERE))
            return list(db.execute(wanted.order_by(rooms.c.name)).scalars())

    def oldest(self) -> tuple[str, str] | None:
        """Return where the oldest entry is; see `Store`. Looks at one entry of each room."""
        its = select(entries.c.time).where(entries.c.room == rooms.c.number)
        first = its.order_by(entries.c.seq).limit(1).scalar_subquery()
        there = select(rooms.c.name, first.label("time")).where(rooms.c.kind != ENDED)
        each = there.subquery()
        wanted = select(each.c.name, each.c.time).where(each.c.time.is_not(None))
        with self.reading() as db:
            row = db.execute(wanted.order_by(each.c.time, each.c.name).limit(1)).first()
        return (row.name, row.time) if row else None

    def prune(self, room: str, before_time: str, max_bytes: int, limit: int) -> int:
        """Drop old entries; see `Store`."""
        upto = self.seq_at(room, before_time) if before_time else 0
        with self.transaction() as db:
            dropped = _drop_oldest(db, room, upto, limit)
            while max_bytes and dropped < limit and _used_bytes(db) > max_bytes:
                some = _drop_oldest(db, room, self.last(room), min(PRUNE_STEP, limit - dropped))
                if not some:
                    break
                dropped += some
        return dropped

    def close(self) -> None:
        """Note that no `seq` needs to be skipped, and close the file."""
        try:
            with self.transaction() as db:
                for room in self._rooms.values():
                    _set_room(db, room.number, reserved=room.last)
        finally:
            self._release()

    def make_room(self, name: str, made: str) -> int:
        """Return a room's number; if there is none, or it was deleted, make it.

        For the writer's thread, within a transaction, as the two below.
        """
        with self.transaction() as db:
            return self._room(db, name, made).number

    def room_number(self, name: str) -> int:
        """Return a room's number; make it if there never was one. 0: it was deleted."""
        with self.transaction() as db:
            room = self._known(db, name) or self._room(db, name, "")
            return 0 if room.gone else room.number

    def end_room(self, name: str) -> int:
        """Put an end to a room; return its number. 0: there is none.

        Its entries keep it until `drop_ended` drops them, under a name that no room can have. The
        name has a number of its own from now on, and goes on with the `seq`.
        """
        with self.transaction() as db:
            room = self._known(db, name)
            if room is None or room.gone:
                return 0
            ended = f"{name}{ENDED_MARK}{room.number}"
            _set_room(db, room.number, name=ended, kind=ENDED, topic="", slow_s=0, made="")
            self._changed[name] = _add_room(db, name, "", kind=GONE, last=room.last)
            return room.number

    def drop_ended(self, limit: int) -> int:
        """Drop entries of deleted rooms; see `Store`."""
        with self.transaction() as db:
            ended = select(rooms.c.number).where(rooms.c.kind == ENDED).limit(1)
            number = db.execute(ended).scalar()
            if number is None:
                return 0
            some = select(entries.c.seq).where(entries.c.room == number).limit(limit)
            mine = entries.c.room == number
            gone = delete(entries).where(mine, entries.c.seq.in_(some.scalar_subquery()))
            dropped = db.execute(gone).rowcount
            if dropped < limit:
                db.execute(delete(rooms).where(rooms.c.number == number))
            return max(1, dropped)

    def _append_once_each(
        self, db: Connection, drafts: Sequence[Draft], time: str, places: dict[str, _Room]
    ) -> tuple[list[AnyEntry], dict[str, int]]:
        """Do what `append` does where some ids are stored already, one by one."""
        nexts = {name: place.last for name, place in places.items()}
        stored = []
        for draft in drafts:
            room, sender, id_, name, color, text_, kind, target, about = draft
            first = find(db, sender, id_)
            if first is None:
                _make_way(db, sender, id_)
                seq = nexts[room] = nexts[room] + 1
                number = places[room].number
                row = (number, seq, sender, id_, time, name, color, text_, kind, target, about)
                raw(db).execute(_INSERT, row)
                first = as_entry(draft, seq, time)
            stored.append(first)
        return stored, nexts

    def _room(self, db: Connection, name: str, made: str) -> _Room:
        """Return a room's state; if there is none, or it is gone, make it."""
        room = self._known(db, name)
        if room is None:
            room = self._changed[name] = _add_room(db, name, made)
        elif room.gone:
            _set_room(db, room.number, kind="public", made=made)
            room = self._changed[name] = room._replace(gone=False)
        return room

    def _known(self, db: Connection, name: str) -> _Room | None:
        """Return a room's state; one that was not asked for yet is read from `db`."""
        known = self._changed.get(name) or self._rooms.get(name)
        if known:
            return known
        row = db.execute(select(rooms).where(rooms.c.name == name)).one_or_none()
        if row is None:
            return None
        newest = select(func.max(entries.c.seq)).where(entries.c.room == row.number)
        last = max(db.execute(newest).scalar() or 0, row.reserved)
        room = self._changed[name] = _Room(row.number, last, row.reserved, row.kind == GONE)
        return room

    def _advance(self, db: Connection, places: dict[str, _Room], nexts: dict[str, int]) -> None:
        """Note which `seq` were given; reserve more where the reserved ones are used up."""
        for name, room in places.items():
            last = nexts[name]
            reserved = room.reserved if last <= room.reserved else last + RESERVE
            if reserved != room.reserved:
                _set_room(db, room.number, reserved=reserved)
            self._changed[name] = room._replace(last=last, reserved=reserved)

    def _committed(self) -> None:
        for name, room in self._changed.items():
            if room.gone:  # all that is known of it is stored
                self._rooms.pop(name, None)
            else:
                self._rooms[name] = room
        self._changed.clear()

    def _rolled_back(self, *, sure: bool) -> None:
        self._changed.clear()
        if not sure:
            self._rooms.clear()

    def _edge(self, which: Any, room: str) -> int:
        with self.reading() as db:
            return db.execute(select(which).where(entries.c.room == number_of(room))).scalar() or 0

    def _read(self, room: str, wanted: Any) -> list[AnyEntry]:
        with self.reading() as db:
            found = [_entry(room, *row) for row in db.execute(wanted)]
            gone = _deleted(db, room, found)
        return [left_of(one, gone) for one in found] if gone else found


def _entries_of(room: str) -> Any:
    return select(*_ENTRY).where(entries.c.room == number_of(room))


def _entry(room: str, seq: int, time: str, *rest: Any) -> AnyEntry:
    return as_entry(Draft(room, *rest), seq, time)


def find(db: Connection, sender: str, message_id: str) -> AnyEntry | None:
    """Return what the sender stored with this id, in a room that is there; None: nothing."""
    wanted = (
        select(rooms.c.name, *_ENTRY)
        .join(rooms, rooms.c.number == entries.c.room)
        .where(entries.c.sender == sender, entries.c.id == message_id, rooms.c.kind != ENDED)
    )
    row = db.execute(wanted).one_or_none()
    return _entry(*row) if row else None


def _make_way(db: Connection, sender: str, message_id: str) -> None:
    """Drop what a deleted room has under this id, which can be used again."""
    db.execute(delete(entries).where(entries.c.sender == sender, entries.c.id == message_id))


def _add_room(
    db: Connection, name: str, made: str, *, kind: str = "public", last: int = 0
) -> _Room:
    """Add a room whose first `seq` follows `last`."""
    new = {"name": name, "reserved": last, "kind": kind, "topic": "", "slow_s": 0, "made": made}
    number = db.execute(insert(rooms).values(**new)).lastrowid
    return _Room(number, last, last, kind == GONE)


def _deleted(db: Connection, room: str, found: Sequence[AnyEntry]) -> set[int]:
    """Return which messages were deleted of those whose words are in `found`."""
    if not found:
        return set()
    seqs = [entry.seq for entry in found]
    target = entries.c.target
    others = {quoted(entry) for entry in found} - {0, *seqs}
    which = target.between(min(seqs), max(seqs))
    wanted = select(target).where(
        entries.c.room == number_of(room),
        or_(which, target.in_(others)) if others else which,
        target != NO_TARGET,
        entries.c.kind == "delete",
    )
    return set(db.execute(wanted).scalars())


def _set_room(db: Connection, number: int, **values: object) -> None:
    db.execute(update(rooms).where(rooms.c.number == number).values(**values))


def _drop_oldest(db: Connection, room: str, upto: int, limit: int) -> int:
    """Drop up to `limit` of the oldest entries up to `upto`; return how many there were."""
    mine = entries.c.room == number_of(room)
    oldest = select(entries.c.seq).where(mine, entries.c.seq <= upto).order_by(entries.c.seq)
    gone = delete(entries).where(mine, entries.c.seq.in_(oldest.limit(limit).scalar_subquery()))
    return db.execute(gone).rowcount


def _used_bytes(db: Connection) -> int:
    """Return how much of the file is in use; what was deleted leaves free pages."""
    pages, free, size = (
        db.execute(text(f"PRAGMA {name}")).scalar_one()
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)
