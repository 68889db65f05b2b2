"""Who said what: asked when messages are to be changed, deleted or found."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, desc, func, select

from huechat.protocol import NEWEST, AnyEntry
from huechat.store.sqlite import NO_TARGET, SqliteStore, find
from huechat.store.tables import entries, number_of


class Authors:
    """Reads `store`. Any thread may call all of it; it blocks for the disk, raises `StoreError`."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    def sender(self, room: str, seq: int) -> str:
        """Return whose entry that is, as drafts have it; empty if there is none."""
        wanted = select(entries.c.sender).where(
            entries.c.room == number_of(room), entries.c.seq == seq
        )
        with self._store.reading() as db:
            return db.execute(wanted).scalar() or ""

    def said(self, sender: str, id_: str) -> AnyEntry | None:
        """Return what the sender said with this id; None: nothing yet."""
        with self._store.reading() as db:
            return find(db, sender, id_)

    def newest(self, room: str, look: int, before: int = NEWEST) -> int:
        """Return the `seq` of the newest message among the newest `look` entries; 0: none.

        One that was deleted does not count, nor one that is not `before` that `seq`.
        """
        return self._newest(room, look, entries.c.seq < before)

    def newest_but(
        self, room: str, look: int, *own: tuple[str, str, str], before: int = NEWEST
    ) -> int:
        """Return the `seq` of the newest message but those said so: sender, since, until."""
        said = (_said(*one) for one in own)
        return self._newest(room, look, entries.c.seq < before, *(~one for one in said))

    def reactions(self, room: str, seq: int, sender: str) -> list[tuple[str, bool]]:
        """Return what the sender put to a message (true), or took back, in its order."""
        wanted = select(entries.c.text, entries.c.kind).where(
            entries.c.room == number_of(room),
            entries.c.target == seq,
            entries.c.target != NO_TARGET,
            entries.c.kind.in_(("react", "unreact")),
            entries.c.sender == sender,
        )
        with self._store.reading() as db:
            rows = db.execute(wanted.order_by(entries.c.seq))
            return [(row[0], row[1] == "react") for row in rows]

    def newest_of(self, room: str, look: int, sender: str, since: str, until: str) -> int:
        """Return the `seq` of the sender's newest message, said within that time; see `newest`."""
        return self._newest(room, look, _said(sender, since, until))

    def edited(self, room: str, seq: int) -> str:
        """Return how the message with this `seq` reads by its newest edit; empty: as it is."""
        its = (entries.c.target == seq, entries.c.target != NO_TARGET, entries.c.kind == "edit")
        here = entries.c.room == number_of(room)
        newest = select(func.max(entries.c.seq)).where(here, *its).scalar_subquery()
        with self._store.reading() as db:
            wanted = select(entries.c.text).where(here, entries.c.seq == newest)
            return db.execute(wanted).scalar() or ""

    def edits(self, room: str, seqs: Sequence[int]) -> dict[int, int]:
        """Return, of the messages with these `seqs` that were edited, the newest edit's `seq`."""
        wanted = select(entries.c.target, func.max(entries.c.seq)).where(
            entries.c.room == number_of(room),
            entries.c.target.in_(seqs),
            entries.c.target != NO_TARGET,
            entries.c.kind == "edit",
        )
        with self._store.reading() as db:
            return {row[0]: row[1] for row in db.execute(wanted.group_by(entries.c.target))}

    def _newest(self, room: str, look: int, *which: ColumnElement[bool]) -> int:
        number = number_of(room)
        edge = (
            select(entries.c.seq)
            .where(entries.c.room == number)
            .order_by(desc(entries.c.seq))
            .limit(1)
            .offset(look - 1)
            .scalar_subquery()
        )
        gone = entries.alias("gone")
        its_end = select(gone.c.seq).where(  # of the index alone
            gone.c.room == entries.c.room,
            gone.c.target == entries.c.seq,
            gone.c.target != NO_TARGET,
            gone.c.kind == "delete",
        )
        newest = entries.c.seq >= func.coalesce(edge, 0)
        is_message = entries.c.kind == "message"
        wanted = select(entries.c.seq).where(
            entries.c.room == number, newest, is_message, ~its_end.exists(), *which
        )
        with self._store.reading() as db:
            return db.execute(wanted.order_by(desc(entries.c.seq)).limit(1)).scalar() or 0


def _said(sender: str, since: str, until: str) -> ColumnElement[bool]:
    return and_(entries.c.sender == sender, entries.c.time >= since, entries.c.time < until)
