"""Looking after a database: is it sound, make a backup, restore one."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from huechat.store import StoreError
from huechat.store.folder_lock import FILE as LOCK_FILE
from huechat.store.folder_lock import FolderLock
from huechat.store.migrate import NEWEST
from huechat.store.private_files import KEPT as KEPT_ENDING
from huechat.store.private_files import keep_private, private
from huechat.store.search import FILE, LOG_FILE, erase
from huechat.store.sqlite_file import migrate_file

KEPT: Final = f"{LOG_FILE}{KEPT_ENDING}"
"""Where the database that a restored one replaces is kept."""

_OURS: Final = {LOCK_FILE, KEPT} | {
    f"{one}{beside}" for one in (LOG_FILE, FILE) for beside in ("", "-wal", "-shm", "-journal")
}

UNKNOWN_SEQS: Final = 1_000_000
"""How many `seq` are skipped where it cannot be known how many were given since the backup."""

_COUNT: Final = """
    SELECT (SELECT count(*) FROM entries WHERE kind = 'message' AND room NOT IN
                (SELECT number FROM rooms WHERE kind = 'ended')),
           (SELECT count(*) FROM rooms WHERE kind NOT IN ('gone', 'ended')),
           (SELECT count(*) FROM accounts)
"""
_GIVEN: Final = "SELECT name, reserved FROM rooms WHERE instr(name, char(10)) = 0"  # see ENDED_MARK

_COUNT_0001: Final = "SELECT (SELECT count(*) FROM entries), (SELECT count(*) FROM rooms), 0"


def check(folder: Path) -> str:
    """Return what the database in `folder` has; raise `StoreError` if it is not sound.

    Blocks: it reads all of it. A server may be running.
    """
    with _open(folder / LOG_FILE) as db:
        _check(db)
        messages, rooms, accounts = db.execute(_COUNT_0001 if _is_old(db) else _COUNT).fetchone()
    found = f"{_count(messages, 'message')} in {_count(rooms, 'room')}"
    return f"{found}, {_count(accounts, 'account')}" if accounts else found


def check_target(folder: Path, file: str) -> None:
    """Raise `StoreError` if a backup in `file` would take the place of what a server works with."""
    target = Path(os.path.realpath(file))
    if target.parent == folder.resolve() and target.name in _OURS:
        raise StoreError(
            "storage_failed",
            f"{file} is a file of the database itself: name another",
        )


def backup(folder: Path, to: BinaryIO) -> None:
    """Write a copy of the database in `folder` to `to`. Blocks. A server may be running.

    The copy is what was stored at one moment; it is checked before it is written.
    """
    with (
        _open(folder / LOG_FILE) as db,
        tempfile.TemporaryDirectory(prefix="backup-", dir=folder) as scratch,
    ):
        copy = Path(scratch) / "copy.db"
        with closing(sqlite3.connect(copy)) as target:
            db.backup(target)
            target.execute("PRAGMA journal_mode = DELETE").close()
            _check(target)
        with copy.open("rb") as made:
            shutil.copyfileobj(made, to)


def restore(folder: Path, source: BinaryIO) -> Path | None:
    """Put the backup that `source` gives in the place of the database in `folder`.

    It may be an older huechat's. The one that was there is kept beside it: returns where; None:
    there was none. Blocks. No server may
    be running: raises `StoreError` if one is, or if `source` is no sound backup; then nothing is
    changed.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FolderLock(folder)
    new = folder / f"{LOG_FILE}.restoring"
    try:
        with open(new, "wb", opener=private) as file:
            shutil.copyfileobj(source, file)
        with _open(new, "the backup") as db:
            _check(db)
        migrate_file(new)
        with _open(new, "the backup") as db:
            _skip_given(db, folder / LOG_FILE)
        return _replace(folder, new)
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(f"{new}{ending}").unlink(missing_ok=True)
        lock.release()


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _replace(folder: Path, new: Path) -> Path | None:
    log = folder / LOG_FILE
    kept = folder / KEPT if log.exists() else None
    if kept:
        with suppress(StoreError), _open(log) as db:  # so that the file alone has all of it
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        keep_private(log)
        log.replace(kept)
    for ending in ("-wal", "-shm"):
        Path(f"{log}{ending}").unlink(missing_ok=True)
    erase(folder)
    with new.open("rb") as file:
        os.fsync(file.fileno())
    new.replace(log)
    return kept


def _skip_given(db: sqlite3.Connection, old: Path) -> None:
    """Have no number given again that was given after the backup was made."""
    given: dict[str, int] = {}
    number = 0
    if old.exists():
        with suppress(StoreError), _open(old) as old_db:
            given = dict(old_db.execute(_GIVEN))
            number = _last_account(old_db)
    for name, reserved in db.execute("SELECT name, reserved FROM rooms").fetchall():
        upto = max(given.pop(name, reserved + UNKNOWN_SEQS), reserved)
        db.execute("UPDATE rooms SET reserved = ? WHERE name = ?", (upto, name))
    made_since = "INSERT INTO rooms (name, reserved, kind) VALUES (?, ?, 'gone')"
    db.executemany(made_since, given.items())
    if number > _last_account(db):
        db.execute("DELETE FROM sqlite_sequence WHERE name = 'accounts'")
        db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('accounts', ?)", (number,))
    db.commit()


def _last_account(db: sqlite3.Connection) -> int:
    """Return the highest number that an account was given."""
    if _is_old(db):
        return 0
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'accounts'").fetchone()
    return int(row[0]) if row else 0


def _is_old(db: sqlite3.Connection) -> bool:
    """Return whether the database is from before there were accounts and kinds."""
    return _revision(db) < "0002"


def _revision(db: sqlite3.Connection) -> str:
    row = db.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def _check(db: sqlite3.Connection) -> None:
    """Raise `StoreError` unless `db` is a sound database of huechat's."""
    problems = [row[0] for row in db.execute("PRAGMA integrity_check(5)")]
    if problems != ["ok"]:
        raise StoreError("storage_corrupt", f"the database is damaged: {'; '.join(problems)}")
    if not "" < _revision(db) <= NEWEST:
        raise StoreError("storage_newer", "the database was made by a newer huechat")


@contextmanager
def _open(file: Path, called: str = "the database") -> Iterator[sqlite3.Connection]:
    if not file.exists():
        raise StoreError("storage_failed", f"there is no database at {file}: set HUECHAT_DATA")
    with _explained(called), closing(sqlite3.connect(file, timeout=5)) as db:
        yield db


@contextmanager
def _explained(called: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as reason:
        raise StoreError(
            "storage_corrupt", f"{called} is not sound, or not huechat's ({reason})"
        ) from reason
