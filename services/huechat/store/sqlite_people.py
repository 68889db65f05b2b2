"""People and rooms in the database of a `SqliteStore`."""

from __future__ import annotations

from contextlib import AbstractContextManager

from huechat.store.sqlite_accounts import SqliteAccounts
from huechat.store.sqlite_moderation import SqliteModeration
from huechat.store.sqlite_rooms import SqliteRooms


class SqlitePeople(SqliteAccounts, SqliteRooms, SqliteModeration):
    """A `PeopleStore` beside the logs in `store`: they share its transactions."""

    def transaction(self) -> AbstractContextManager[object]:
        """Make one transaction of many changes; see `Store`."""
        return self._store.transaction()
