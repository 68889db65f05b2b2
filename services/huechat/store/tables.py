"""The tables, for queries. The schema is made and changed by `migrations` alone."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, MetaData, Table, Text

metadata: Final = MetaData()

rooms: Final = Table(
    "rooms",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    # No seq up to here is given again, even if the messages that had them were lost.
    Column("reserved", Integer, nullable=False),
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
    sqlite_with_rowid=False,
)
