"""The words of what was said, to search by: an SQLite FTS5 index in a file of its own.

It is made from the log, as one more reader of it, so it can be thrown away and made again, and
storing a message never waits for it.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from huechat.store import StoreError
from huechat.store.private_files import keep_private

FILE: Final = "search.db"
LOG_FILE: Final = "huechat.db"
"""The database that `sqlite` keeps the log in."""

SEQ_BITS: Final = 40
"""A row of the index has the room's number in the bits above, the message's `seq` in these."""

_SCHEMA: Final = """
    CREATE TABLE IF NOT EXISTS rooms (
        number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, indexed INTEGER NOT NULL);
    CREATE VIRTUAL TABLE IF NOT EXISTS words
        USING fts5 (
            text, columnsize = 0, prefix = '1', tokenize = "unicode61 categories 'L* M* N* Co'");
"""

MAX_WORDS: Final = 32
"""Words of a query that count: more only make it slow."""

_NEXT: Final = """
    SELECT count(*), max(seq) FROM (
        SELECT entry.seq FROM log.rooms AS theirs
        JOIN log.entries AS entry ON entry.room = theirs.number AND entry.seq > :indexed
        WHERE theirs.name = :room
        ORDER BY entry.seq
        LIMIT :limit)
"""

_ADD: Final = """
    INSERT INTO words (rowid, text)
    SELECT (:number << :bits) + entry.seq,
           CASE WHEN length(entry.text) = length(CAST(entry.text AS BLOB)) -- ASCII
                THEN entry.text ELSE spaced(entry.text) END
    FROM log.rooms AS theirs
    JOIN log.entries AS entry
        ON entry.room = theirs.number AND entry.seq > :indexed AND entry.seq <= :upto
    WHERE theirs.name = :room AND entry.kind IN ('message', 'edit') -- the others say nothing
    ORDER BY entry.seq
"""

_UNSPACED: Final = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff])"
)
"""Letters of scripts that put no space between words (Thai, Lao, Burmese, Khmer, Japanese,
Chinese): each is indexed as a word, and several of them searched as a phrase."""

_PIECE: Final = re.compile(r"\S{1,64}")
"""Normalised at once: it takes quadratic time for a long run of marks, and holds everybody up."""

_WORDS: Final = re.compile(r"\S+")
_LETTER: Final = re.compile(r"[^\W_]")
_ACCENT: Final = re.compile("[\u0300-\u036f]")


_DAMAGE: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


class SearchIndex:
    """The index in `folder`. `add` and `drop` are for one thread; `find` for any. All block.

    An index that is damaged is made anew, empty. Raises `StoreError` where the disk fails.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._log = folder / LOG_FILE
        self.damaged = False
        """Whether something found it damaged; then `remake` it, in the thread that adds."""
        try:
            self._prepare()
        except sqlite3.DatabaseError:
            self.remake()

    def remake(self) -> None:
        """Throw the index away and begin anew, empty."""
        with _explained():
            erase(self._file.parent)
            self._prepare()
        self.damaged = False

    def indexed(self, room: str) -> int:
        """Return the `seq` up to which `room` is indexed."""
        with self._db() as db:
            row = db.execute("SELECT indexed FROM rooms WHERE name = ?", (room,)).fetchone()
        return int(row[0]) if row else 0

    def rooms(self) -> list[str]:
        """Return the names of the rooms that it has something of, or had."""
        with self._db() as db:
            return [row[0] for row in db.execute("SELECT name FROM rooms ORDER BY name")]

    def add(self, room: str, limit: int) -> int:
        """Index the words of up to `limit` entries that follow what is indexed.

        Return how many entries there were, with words or without. The database itself copies
        them, so that the interpreter is free for the chat meanwhile.
        """
        with self._db() as db:
            there = f"{self._log.absolute().as_uri()}?mode=rw"  # or else it would be made, empty
            db.execute("ATTACH ? AS log", (there,)).close()
            db.create_function("spaced", 1, _spaced, deterministic=True)
            # Not IMMEDIATE: that would lock the attached log too, and the writer would wait.
            db.execute("BEGIN")
            db.execute("INSERT OR IGNORE INTO rooms (name, indexed) VALUES (?, 0)", (room,))
            looked_at = _add(db, room, limit)
            db.execute("COMMIT")
        return looked_at

    def find(self, room: str, query: str, before: int, limit: int) -> list[int]:
        """Return the `seq` of up to `limit` messages before `before` that match, newest first.

        Raises `ValueError` if `query` has no word.
        """
        wanted = _match(query)
        with self._db() as db:
            base = _base(db, room)
            before = min(before, 1 << SEQ_BITS)  # beyond it another room begins
            found = db.execute(
                "SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?"
                " ORDER BY rowid DESC LIMIT ?",
                (wanted, base, base + before - 1, limit),
            )
            return [row[0] - base for row in found]

    def drop(self, room: str, upto: int) -> None:
        """Forget all messages up to `upto`."""
        with self._db() as db:
            base = _base(db, room)
            db.execute("DELETE FROM words WHERE rowid BETWEEN ? AND ?", (base, base + upto))

    def forget_room(self, room: str) -> None:
        """Forget all of a room that was deleted. One of its name is indexed from its beginning."""
        with self._db() as db:
            base = _base(db, room)
            db.execute("BEGIN")
            last = base + (1 << SEQ_BITS) - 1
            db.execute("DELETE FROM words WHERE rowid BETWEEN ? AND ?", (base, last))
            db.execute("DELETE FROM rooms WHERE name = ?", (room,))
            db.execute("COMMIT")

    def clear(self) -> None:
        """Forget everything, to begin anew."""
        with self._db() as db:
            db.executescript("DELETE FROM words; DELETE FROM rooms;")

    def _prepare(self) -> None:
        keep_private(self._file)
        with closing(self._open()) as db:
            db.execute("PRAGMA journal_mode = WAL").close()
            db.executescript(_SCHEMA)

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._file, timeout=5, isolation_level=None, uri=True)
        db.execute("PRAGMA synchronous = NORMAL").close()
        return db

    @contextmanager
    def _db(self) -> Iterator[sqlite3.Connection]:
        try:
            with _explained(), closing(self._open()) as db:
                yield db
        except StoreError as reason:
            self.damaged = self.damaged or reason.code == "storage_corrupt"
            raise


def erase(folder: Path) -> None:
    """Throw the index in `folder` away. The server makes it anew when it starts."""
    for ending in ("", "-wal", "-shm"):
        (folder / f"{FILE}{ending}").unlink(missing_ok=True)


def _add(db: sqlite3.Connection, room: str, limit: int) -> int:
    """Index the entries that come next, within a transaction; return how many there were."""
    asked = "SELECT number, indexed FROM rooms WHERE name = ?"
    number, indexed = db.execute(asked, (room,)).fetchone()
    wanted = {"room": room, "number": number, "indexed": indexed, "bits": SEQ_BITS}
    looked_at, upto = db.execute(_NEXT, {**wanted, "limit": limit}).fetchone()
    if looked_at:
        db.execute(_ADD, {**wanted, "upto": upto})
        db.execute("UPDATE rooms SET indexed = ? WHERE number = ?", (upto, number))
    return int(looked_at)


def _base(db: sqlite3.Connection, room: str) -> int:
    row = db.execute("SELECT number FROM rooms WHERE name = ?", (room,)).fetchone()
    return int(row[0]) << SEQ_BITS if row else 0


def _spaced(text: str) -> str:
    """Return `text` with its words apart, and no letter's accent or case left."""
    if text.isascii():
        return text
    return _UNSPACED.sub(r" \1 ", _PIECE.sub(_bare, text.casefold()))


def _bare(piece: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFKD", piece[0])))


def _match(query: str) -> str:
    """Return `query` in FTS5's language: all of its words, each quoted, `*` kept at an end."""
    terms = []
    for word in _WORDS.findall(query.replace("\0", " ")):
        if _LETTER.search(word):
            bare = _spaced(word.rstrip("*")).strip().replace('"', '""')
            terms.append(f'"{bare}"{"*" if word.endswith("*") else ""}')
    if not terms:
        raise ValueError("there is no word to search for; write some letters")
    return " ".join(terms)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as reason:
        corrupt = getattr(reason, "sqlite_errorname", "").startswith(_DAMAGE)
        code = "storage_corrupt" if corrupt else "storage_failed"
        raise StoreError(code, f"the search index failed ({reason})") from reason
