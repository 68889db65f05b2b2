"""Who is kept away, and what was done to whom, in SQLite: bans and mutes, blocks, the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, literal, select
from sqlalchemy.dialects.sqlite import insert

from huechat.chat.accounts import Sanction
from huechat.protocol import EVERYWHERE, Deed
from huechat.store.sqlite import SqliteStore
from huechat.store.tables import audit, blocks, sanctions

_SANCTION: Final = tuple(sanctions.c[one] for one in Sanction._fields)
_DEED: Final = tuple(audit.c[one] for one in Deed.__struct_fields__)


class SqliteModeration:
    """The bans, mutes, blocks and deeds in `store`; see `PeopleStore`."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    def sanctions(self, room: str, now: str) -> list[Sanction]:
        """Return the bans and mutes of a room that hold at `now`."""
        holds = (sanctions.c.until == "") | (sanctions.c.until > now)
        wanted = select(*_SANCTION).where(sanctions.c.room == room, holds)
        with self._store.reading() as db:
            found = db.execute(wanted.order_by(sanctions.c.number))
            return [Sanction._make(row) for row in found]

    def blocked(self, identity: str) -> dict[str, str]:
        """Return whom somebody has blocked: key to name."""
        wanted = select(blocks.c.key, blocks.c.name).where(blocks.c.identity == identity)
        with self._store.reading() as db:
            return {row.key: row.name for row in db.execute(wanted.order_by(blocks.c.key))}

    def deeds(self, room: str, before: int, limit: int, since: str = "") -> list[Deed]:
        """Return what was done in a room; see `PeopleStore`."""
        wanted = select(*_DEED).where(audit.c.number < before, audit.c.time >= since)
        if room != EVERYWHERE:
            wanted = wanted.where(audit.c.room == room)
        with self._store.reading() as db:
            found = db.execute(wanted.order_by(audit.c.number.desc()).limit(limit))
            return [Deed(*row) for row in found]

    def add_sanction(self, room: str, sanction: Sanction, made: str) -> None:
        """Add a ban or a mute; see `PeopleStore`."""
        over = (sanctions.c.until != "") & (sanctions.c.until <= made)
        new = {"room": room, "made": made, **sanction._asdict()}
        with self._store.transaction() as db:
            db.execute(delete(sanctions).where(sanctions.c.room == room, over))
            db.execute(
                insert(sanctions)
                .values(**new)
                .on_conflict_do_update(index_elements=["room", "kind", "by", "value"], set_=new)
            )

    def copy_sanctions(self, before: str, after: str) -> int:
        """Let bans and mutes be for another identity, too; see `PeopleStore`."""
        theirs = (sanctions.c.by == "account") & (sanctions.c.value == before)
        with self._store.transaction() as db:
            found = db.execute(select(sanctions.c.room, sanctions.c.made, *_SANCTION).where(theirs))
            rows = [row._asdict() | {"value": after} for row in found]
            if rows:
                db.execute(insert(sanctions).on_conflict_do_nothing(), rows)
        return len(rows)

    def drop_sanctions(self, room: str, key_or_value: Sequence[str]) -> int:
        """Forget bans and mutes; see `PeopleStore`."""
        meant = (sanctions.c.room == room) & sanctions.c.value.in_(key_or_value)
        with self._store.transaction() as db:
            return db.execute(delete(sanctions).where(meant)).rowcount

    def block(self, identity: str, key: str, name: str) -> None:
        """Note that somebody blocked the name."""
        new = insert(blocks).values(identity=identity, key=key, name=name)
        with self._store.transaction() as db:
            db.execute(
                new.on_conflict_do_update(index_elements=["identity", "key"], set_={"name": name})
            )

    def copy_blocks(self, before: str, key: str, name: str, but: str) -> None:
        """Let all who blocked one have blocked another, too; see `PeopleStore`."""
        theirs = (blocks.c.key == before) & (blocks.c.identity != but)
        also = select(blocks.c.identity, literal(key), literal(name)).where(theirs)
        new = insert(blocks).from_select(["identity", "key", "name"], also)
        with self._store.transaction() as db:
            db.execute(new.on_conflict_do_nothing())

    def unblock(self, identity: str, key: str) -> None:
        """Note that they don't any more."""
        theirs = (blocks.c.identity == identity) & (blocks.c.key == key)
        with self._store.transaction() as db:
            db.execute(delete(blocks).where(theirs))

    def note(  # noqa: PLR0917 - a row's worth
        self, time: str, room: str, by: str, action: str, about: str, text: str
    ) -> None:
        """Add to the audit log."""
        new = insert(audit).values(
            time=time, room=room, by=by, action=action, about=about, text=text
        )
        with self._store.transaction() as db:
            db.execute(new)
