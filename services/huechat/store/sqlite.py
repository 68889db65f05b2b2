"""The store in a SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import (
    Connection,
    Row,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool

from huechat.chat.draft import Draft
from huechat.protocol import Message
from huechat.store import StoreError
from huechat.store.folder_lock import FolderLock
from huechat.store.migrate import migrate
from huechat.store.search import LOG_FILE
from huechat.store.tables import entries, rooms

BUSY_S: Final = 5.0
"""How long to wait for another program, such as a backup, that holds the database."""

MOST_WAL_PAGES: Final = 16_384
"""When a commit itself moves the write-ahead log into the database (64 MiB of it): should
`checkpoint`, which does so in the background, not keep up."""

CACHE_KIB: Final = 32 * 1024
READERS: Final = 4
"""Connections for reading: a query takes milliseconds, so a few serve many."""

RESERVE: Final = 10_000
"""How many `seq` are reserved at once; an unclean stop skips what is left of them."""

PRUNE_STEP: Final = 10
"""Messages dropped before looking again whether the file is small enough: some may be long."""

_INSERT: Final = (
    "INSERT INTO entries (room, seq, sender, id, time, name, color, text)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sender, id) DO NOTHING"
)

_CODES: Final = {
    "SQLITE_FULL": ("storage_full", "the disk is full; free some space"),
    "SQLITE_BUSY": ("storage_busy", "another program holds the database"),
    "SQLITE_LOCKED": ("storage_busy", "another program holds the database"),
    "SQLITE_READONLY": ("storage_readonly", "the database cannot be written to"),
    "SQLITE_CORRUPT": ("storage_corrupt", "the database is damaged; restore a backup"),
    "SQLITE_NOTADB": ("storage_corrupt", "the file is no database; restore a backup"),
}


@dataclass
class _Room:
    """What the writer knows of a room without asking."""

    number: int
    last: int
    reserved: int


class SqliteStore:
    """A `Store` in the folder `folder`, which is made if it is not there.

    `full_sync`: whether a commit waits until the disk has it for good. Raises `StoreError` if
    the database cannot be opened, or is a newer version's.
    """

    def __init__(self, folder: Path, *, full_sync: bool = True) -> None:
        self._sync = "FULL" if full_sync else "NORMAL"
        self._rooms: dict[str, _Room] = {}
        self._writer: Connection | None = None
        with _explained():
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = FolderLock(folder)
            self._engine = create_engine(
                f"sqlite:///{folder / LOG_FILE}",
                isolation_level="AUTOCOMMIT",  # transactions are begun where they are meant
                poolclass=QueuePool,
                pool_size=READERS + 1,
                max_overflow=0,
                connect_args={"check_same_thread": False, "timeout": BUSY_S},
            )
            event.listen(self._engine, "connect", self._set_up)
        try:
            with self._transaction() as db:
                migrate(db)
        except BaseException:
            self._forget_writer()
            self._engine.dispose()
            self._lock.release()
            raise

    def append(self, drafts: Sequence[Draft], time: str) -> list[Message]:
        """Store `drafts`; see `Store`."""
        try:
            return self._append(drafts, time)
        except BaseException:
            self._forget_writer()
            raise

    def last(self, room: str) -> int:
        """Return the `seq` of the room's newest message; see `Store`."""
        return self._edge(func.max(entries.c.seq), room)

    def first(self, room: str) -> int:
        """Return the `seq` of the room's oldest message; see `Store`."""
        return self._edge(func.min(entries.c.seq), room)

    def after(self, room: str, seq: int, limit: int) -> list[Message]:
        """Return messages after `seq`; see `Store`."""
        wanted = select(entries).where(entries.c.room == _number(room), entries.c.seq > seq)
        return self._read(room, wanted.order_by(entries.c.seq).limit(limit))

    def before(self, room: str, seq: int, limit: int) -> list[Message]:
        """Return messages before `seq`; see `Store`."""
        wanted = select(entries).where(entries.c.room == _number(room), entries.c.seq < seq)
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

    def pick(self, room: str, seqs: Sequence[int]) -> list[Message]:
        """Return the messages with these `seqs`; see `Store`."""
        wanted = select(entries).where(entries.c.room == _number(room), entries.c.seq.in_(seqs))
        return self._read(room, wanted.order_by(entries.c.seq.desc()))

    def prune(self, room: str, before_time: str, max_bytes: int, limit: int) -> int:
        """Drop old messages; see `Store`."""
        upto = self.seq_at(room, before_time) if before_time else 0
        with self._transaction() as db:
            dropped = _drop_oldest(db, room, upto, limit)
            while max_bytes and dropped < limit and _used_bytes(db) > max_bytes:
                some = _drop_oldest(db, room, self.last(room), min(PRUNE_STEP, limit - dropped))
                if not some:
                    break
                dropped += some
        return dropped

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database; see `Store`."""
        with _explained(), self._engine.connect() as db:
            db.execute(text("PRAGMA wal_checkpoint(PASSIVE)")).close()

    def close(self) -> None:
        """Note that no `seq` needs to be skipped, and close the file."""
        try:
            with self._transaction() as db:
                for room in self._rooms.values():
                    db.execute(
                        update(rooms)
                        .where(rooms.c.number == room.number)
                        .values(reserved=room.last)
                    )
        finally:
            self._forget_writer()
            self._engine.dispose()
            self._lock.release()

    def _set_up(self, db: sqlite3.Connection, _: object) -> None:
        """Set up a new connection to the file."""
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={self._sync}",
            f"cache_size=-{CACHE_KIB}",
            f"wal_autocheckpoint={MOST_WAL_PAGES}",
        ):
            db.execute(f"PRAGMA {pragma}").close()

    def _append(self, drafts: Sequence[Draft], time: str) -> list[Message]:
        with self._transaction() as db:
            places = {name: self._room(db, name) for name in {draft.room for draft in drafts}}
            nexts = {name: place.last for name, place in places.items()}
            _raw(db).execute("SAVEPOINT batch")  # a new room stays, whatever comes of the batch
            stored = []
            rows = []
            for draft in drafts:
                room, sender, id_, name, color, text_ = draft
                seq = nexts[room] = nexts[room] + 1
                stored.append(Message(room, seq, id_, time, name, color, text_))
                rows.append((places[room].number, seq, sender, id_, time, name, color, text_))
            if _raw(db).executemany(_INSERT, rows).rowcount != len(rows):
                _raw(db).execute("ROLLBACK TO batch")
                stored, nexts = self._append_once_each(db, drafts, time, places)
            self._reserve(db, places, nexts)
        for name, place in places.items():
            place.last = nexts[name]
        return stored

    def _append_once_each(
        self, db: Connection, drafts: Sequence[Draft], time: str, places: dict[str, _Room]
    ) -> tuple[list[Message], dict[str, int]]:
        """Do what `_append` does where some ids are stored already, one by one."""
        nexts = {name: place.last for name, place in places.items()}
        stored = []
        for room, sender, id_, name, color, text_ in drafts:
            first = _find(db, sender, id_)
            if first is None:
                seq = nexts[room] = nexts[room] + 1
                row = (places[room].number, seq, sender, id_, time, name, color, text_)
                _raw(db).execute(_INSERT, row)
                first = Message(room, seq, id_, time, name, color, text_)
            stored.append(first)
        return stored, nexts

    def _room(self, db: Connection, name: str) -> _Room:
        """Return the room's state; for a room that is new, or was not asked for yet, from `db`."""
        known = self._rooms.get(name)
        if known:
            return known
        row = db.execute(select(rooms).where(rooms.c.name == name)).one_or_none()
        if row is None:
            made = db.execute(insert(rooms).values(name=name, reserved=0))
            room = _Room(made.lastrowid, 0, 0)
        else:
            newest = select(func.max(entries.c.seq)).where(entries.c.room == row.number)
            last = max(db.execute(newest).scalar() or 0, row.reserved)
            room = _Room(row.number, last, row.reserved)
        self._rooms[name] = room
        return room

    def _reserve(self, db: Connection, places: dict[str, _Room], nexts: dict[str, int]) -> None:
        """Reserve more `seq` where the reserved ones are used up."""
        for name, place in places.items():
            if nexts[name] > place.reserved:
                place.reserved = nexts[name] + RESERVE
                db.execute(
                    update(rooms)
                    .where(rooms.c.number == place.number)
                    .values(reserved=place.reserved)
                )

    def _edge(self, which: Any, room: str) -> int:
        with _explained(), self._engine.connect() as db:
            return db.execute(select(which).where(entries.c.room == _number(room))).scalar() or 0

    def _read(self, room: str, wanted: Any) -> list[Message]:
        with _explained(), self._engine.connect() as db:
            return [_message(room, row) for row in db.execute(wanted)]

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """Give the writer's connection in a transaction that is committed at the end."""
        with _explained():
            if self._writer is None:
                self._writer = self._engine.connect()
            db = self._writer
            _raw(db).execute("BEGIN IMMEDIATE")
            try:
                yield db
                _raw(db).execute("COMMIT")
            except BaseException:
                if _raw(db).in_transaction:
                    _raw(db).execute("ROLLBACK")
                raise

    def _forget_writer(self) -> None:
        """Begin anew with the next transaction: after a failure nothing remembered is sure."""
        self._rooms.clear()
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.invalidate()
            writer.close()


def _raw(db: Connection) -> sqlite3.Connection:
    """Return the driver's own connection: for the hot insert, and to say where transactions are."""
    return cast(sqlite3.Connection, db.connection.driver_connection)


def _number(room: str) -> Any:
    return select(rooms.c.number).where(rooms.c.name == room).scalar_subquery()


def _find(db: Connection, sender: str, message_id: str) -> Message | None:
    wanted = (
        select(rooms.c.name.label("room_name"), entries)
        .join(rooms, rooms.c.number == entries.c.room)
        .where(entries.c.sender == sender, entries.c.id == message_id)
    )
    row = db.execute(wanted).one_or_none()
    return _message(row.room_name, row) if row else None


def _message(room: str, row: Row[Any]) -> Message:
    return Message(room, row.seq, row.id, row.time, row.name, row.color, row.text)


def _drop_oldest(db: Connection, room: str, upto: int, limit: int) -> int:
    """Drop up to `limit` of the oldest messages up to `upto`; return how many there were."""
    mine = entries.c.room == _number(room)
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


@contextmanager
def _explained() -> Iterator[None]:
    """Raise `StoreError` for whatever goes wrong with the disk or the database."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as reason:
        original = reason.orig if isinstance(reason, DBAPIError) else reason
        name = getattr(original, "sqlite_errorname", "")
        code, words = next(
            (found for start, found in _CODES.items() if name.startswith(start)),
            ("storage_failed", "the database failed"),
        )
        raise StoreError(code, f"{words} ({original})") from reason
    except PoolTimeoutError as reason:
        raise StoreError("storage_busy", "too many queries at once; try again") from reason
    except OSError as reason:
        raise StoreError("storage_failed", f"the data folder failed: {reason}") from reason
