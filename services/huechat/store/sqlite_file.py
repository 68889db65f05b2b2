"""A SQLite file: its connections, its one transaction at a time, its errors in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, cast

from sqlalchemy import URL, Connection, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import NullPool, QueuePool

from huechat.store import StoreError
from huechat.store.folder_lock import FolderLock
from huechat.store.migrate import migrate
from huechat.store.private_files import keep_private
from huechat.store.search import LOG_FILE

BUSY_S: Final = 5.0
"""How long to wait for another program, such as a backup, that holds the database."""

MOST_WAL_PAGES: Final = 16_384
"""When a commit itself moves the write-ahead log into the database (64 MiB of it): should
`checkpoint`, which does so in the background, not keep up."""

CACHE_KIB: Final = 32 * 1024
READERS: Final = 4
"""Connections for reading: a query takes milliseconds, so a few serve many."""

_CODES: Final = {
    "SQLITE_FULL": ("storage_full", "the disk is full; free some space"),
    "SQLITE_BUSY": ("storage_busy", "another program holds the database"),
    "SQLITE_LOCKED": ("storage_busy", "another program holds the database"),
    "SQLITE_READONLY": ("storage_readonly", "the database cannot be written to"),
    "SQLITE_CORRUPT": ("storage_corrupt", "the database is damaged; restore a backup"),
    "SQLITE_NOTADB": ("storage_corrupt", "the file is no database; restore a backup"),
}

_FAILURES: Final = (StoreError, DBAPIError, sqlite3.Error, PoolTimeoutError, OSError)
"""After one of these it is not sure what the database has."""


class SqliteFile:
    """The database in the folder `folder`; both are made if they are not there.

    `full_sync`: whether a commit waits until the disk has it for good. Raises `StoreError` if
    the database cannot be opened, or is a newer version's. `transaction` and `close` are for one
    thread, the writer's.
    """

    def __init__(self, folder: Path, *, full_sync: bool = True) -> None:
        self._sync = "FULL" if full_sync else "NORMAL"
        self._writer: Connection | None = None
        self._running = False  # whether a transaction is
        self._failure: BaseException | None = None  # of a part of it
        with explained():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it has passwords' hashes
            self._lock = FolderLock(folder)
            keep_private(folder / LOG_FILE)
            self._engine = create_engine(
                URL.create("sqlite", database=str(folder / LOG_FILE)),
                isolation_level="AUTOCOMMIT",  # transactions are begun where they are meant
                poolclass=QueuePool,
                pool_size=READERS + 1,
                max_overflow=0,
                connect_args={"check_same_thread": False, "timeout": BUSY_S},
            )
            event.listen(self._engine, "connect", self._set_up)
        try:
            with self.transaction() as db:
                migrate(db)
        except BaseException:
            self._release()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection to read from: it sees what was committed. Any thread may use it."""
        with explained(), self._engine.connect() as db:
            yield db

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give the writer's connection in a transaction: committed at the end, or all undone.

        Within another it is a part of that one. If a part fails nothing of the whole is
        committed, even if the error was caught: then the end raises `StoreError`.
        """
        if self._running:
            with self._part() as db:
                yield db
            return
        with explained():
            self._running, self._failure = True, None
            try:
                db = self._begin()
                yield db
                self._check_whole()
                raw(db).execute("COMMIT")
            except BaseException as reason:
                self._undo(reason)
                raise
            else:
                self._committed()
            finally:
                self._running = False

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database; see `Store`."""
        with self.reading() as db:
            db.execute(text("PRAGMA wal_checkpoint(PASSIVE)")).close()

    def close(self) -> None:
        """Close the file."""
        self._release()

    def _committed(self) -> None:
        """Take for true what the transaction changed; for those who remember some of it."""

    def _rolled_back(self, *, sure: bool) -> None:
        """Forget what the transaction changed; if not `sure`, all that is remembered."""

    @contextmanager
    def _part(self) -> Iterator[Connection]:
        self._check_whole()
        try:
            with explained():
                yield self._begun()
        except BaseException as reason:
            self._failure = self._failure or reason
            raise

    def _begin(self) -> Connection:
        db = self._begun()
        raw(db).execute("BEGIN IMMEDIATE")
        return db

    def _begun(self) -> Connection:
        if self._writer is None:
            self._writer = self._engine.connect()
        return self._writer

    def _check_whole(self) -> None:
        if self._failure:
            raise StoreError(
                "storage_failed", "a part of the change failed, so nothing of it is stored"
            ) from self._failure

    def _undo(self, reason: BaseException) -> None:
        sure = not isinstance(self._failure or reason, _FAILURES)
        try:
            if self._writer is not None and raw(self._writer).in_transaction:
                raw(self._writer).execute("ROLLBACK")
        except (sqlite3.Error, DBAPIError):
            sure = False
        if not sure:
            self._forget_writer()
        self._rolled_back(sure=sure)

    def _forget_writer(self) -> None:
        """Begin anew with the next transaction: after a failure nothing remembered is sure."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.invalidate()
            writer.close()

    def _release(self) -> None:
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


def migrate_file(file: Path) -> None:
    """Bring the database in `file`, which nobody else has open, up to date."""
    url = URL.create("sqlite", database=str(file))
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with explained(), engine.connect() as db:
        raw(db).execute("BEGIN IMMEDIATE")
        migrate(db)
        raw(db).execute("COMMIT")


def raw(db: Connection) -> sqlite3.Connection:
    """Return the driver's own connection: for the hot insert, and to say where transactions are."""
    return cast(sqlite3.Connection, db.connection.driver_connection)


@contextmanager
def explained() -> Iterator[None]:
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
    except FileExistsError as reason:
        words = f"{reason.filename} is no folder: HUECHAT_DATA says where data is kept"
        raise StoreError("storage_failed", words) from reason
    except OSError as reason:
        raise StoreError("storage_failed", f"the data folder failed: {reason}") from reason
