"""The tables, for queries. The schema is made and changed by `migrations` alone."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import REAL, Boolean, Column, Integer, MetaData, Table, Text, select

GONE: Final = "gone"
"""The kind of a room that was deleted: it is there for its number and what it has reserved."""

ENDED: Final = "ended"
"""The kind of what is left of a deleted room until its entries are dropped; see `end_room`."""

NOT_THERE: Final = (GONE, ENDED)

metadata: Final = MetaData()

rooms: Final = Table(
    "rooms",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    # No seq up to here is given again, even if the messages that had them were lost.
    Column("reserved", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("slow_s", REAL, nullable=False),
    Column("made", Text, nullable=False),
)

entries: Final = Table(
    "entries",
    metadata,
    Column("room", Integer, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("sender", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("time", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("color", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("target", Integer, nullable=False),
    Column("about", Text, nullable=False),
    sqlite_with_rowid=False,
)

accounts: Final = Table(
    "accounts",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("color", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("administrator", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("made", Text, nullable=False),
    Column("seen", Text, nullable=False),
    sqlite_autoincrement=True,  # no number is given again
)

tokens: Final = Table(
    "tokens",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("account", Integer, nullable=False),
    Column("made", Text, nullable=False),
    Column("used", Text, nullable=False),
    sqlite_with_rowid=False,
)

codes: Final = Table(
    "codes",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("administrator", Boolean, nullable=False),
    Column("by", Text, nullable=False),
    Column("expires", Text, nullable=False),
    sqlite_with_rowid=False,
)

members: Final = Table(
    "members",
    metadata,
    Column("room", Integer, primary_key=True),
    Column("identity", Text, primary_key=True),
    Column("role", Integer, nullable=False),
    Column("read", Integer, nullable=False),
    Column("inside", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

sanctions: Final = Table(
    "sanctions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("room", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("until", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("moderator", Text, nullable=False),
    Column("made", Text, nullable=False),
)

blocks: Final = Table(
    "blocks",
    metadata,
    Column("identity", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    sqlite_with_rowid=False,
)

audit: Final = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("time", Text, nullable=False),
    Column("room", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("text", Text, nullable=False),
)


def number_of(room: Any) -> Any:
    """Return, for queries, the number of the room of that name."""
    return select(rooms.c.number).where(rooms.c.name == room).scalar_subquery()
