"""Accounts in SQLite, and what opens them: tokens and codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement, Connection, bindparam, delete, exists, select, update
from sqlalchemy.dialects.sqlite import insert

from huechat.chat.accounts import Account, Code
from huechat.store.sqlite import SqliteStore
from huechat.store.tables import accounts, blocks, codes, members, tokens

_ACCOUNT: Final = tuple(accounts.c[one] for one in Account._fields)


class SqliteAccounts:
    """The accounts in `store`; see `PeopleStore`."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    def account(self, key: str) -> Account | None:
        """Return the account of that name."""
        with self._store.reading() as db:
            return _one(db, accounts.c.key == key)

    def account_number(self, number: int) -> Account | None:
        """Return the account of that number."""
        with self._store.reading() as db:
            return _one(db, accounts.c.number == number)

    def password(self, number: int) -> str:
        """Return the account's hashed password; see `PeopleStore`."""
        with self._store.reading() as db:
            wanted = select(accounts.c.password).where(accounts.c.number == number)
            return db.execute(wanted).scalar() or ""

    def accounts(self, after_key: str, limit: int) -> list[Account]:
        """Return accounts in the order of their keys; see `PeopleStore`."""
        wanted = select(*_ACCOUNT).where(accounts.c.key > after_key)
        with self._store.reading() as db:
            found = db.execute(wanted.order_by(accounts.c.key).limit(limit))
            return [Account._make(row) for row in found]

    def has_administrator(self) -> bool:
        """Return whether an account that is not disabled may administrate."""
        able = accounts.c.administrator & ~accounts.c.disabled
        with self._store.reading() as db:
            return bool(db.execute(select(exists().where(able))).scalar())

    def token(self, hashed: str) -> tuple[Account, str] | None:
        """Return whose token it is, and when it was used last."""
        wanted = select(*_ACCOUNT, tokens.c.used).where(
            tokens.c.hash == hashed, accounts.c.number == tokens.c.account
        )
        with self._store.reading() as db:
            row = db.execute(wanted).one_or_none()
        return (Account._make(row[:-1]), row.used) if row else None

    def add_account(  # noqa: PLR0917 - a row's worth
        self, name: str, key: str, color: str, password: str, made: str, administrator: bool
    ) -> Account:
        """Add an account; see `PeopleStore`."""
        flags = {"administrator": administrator, "disabled": False}
        new = {"name": name, "key": key, "color": color, "made": made, "seen": "", **flags}
        wanted = insert(accounts).values(**new, password=password)
        with self._store.transaction() as db:
            done = db.execute(wanted.on_conflict_do_nothing(index_elements=["key"]))
        if not done.rowcount:
            raise KeyError(key)
        return Account(number=done.lastrowid, **new)  # type: ignore[arg-type]

    def set_password(self, number: int, password: str) -> None:
        """Change the account's hashed password."""
        self._set_account(number, password=password)

    def set_disabled(self, number: int, disabled: bool) -> None:
        """Disable an account, or enable it again."""
        self._set_account(number, disabled=disabled)

    def set_administrator(self, number: int, administrator: bool) -> None:
        """Make an account an administrator's, or not any more."""
        self._set_account(number, administrator=administrator)

    def set_color(self, number: int, color: str) -> None:
        """Change the account's colour."""
        self._set_account(number, color=color)

    def set_seen(self, times: Mapping[int, str]) -> None:
        """Note when accounts were last here."""
        if not times:
            return
        note = update(accounts).where(accounts.c.number == bindparam("whose"))
        with self._store.transaction() as db:
            db.execute(
                note.values(seen=bindparam("when")),
                [{"whose": number, "when": time} for number, time in times.items()],
            )

    def delete_account(self, number: int) -> None:
        """Forget an account; see `PeopleStore`."""
        with self._store.transaction() as db:
            account = _one(db, accounts.c.number == number)
            if account is None:
                return
            db.execute(delete(tokens).where(tokens.c.account == number))
            db.execute(delete(members).where(members.c.identity == account.identity))
            db.execute(delete(blocks).where(blocks.c.identity == account.identity))
            db.execute(delete(accounts).where(accounts.c.number == number))

    def add_token(self, hashed: str, number: int, made: str) -> None:
        """Add a token of an account."""
        with self._store.transaction() as db:
            db.execute(insert(tokens).values(hash=hashed, account=number, made=made, used=made))

    def use_token(self, hashed: str, used: str) -> None:
        """Note when the token was used last."""
        with self._store.transaction() as db:
            db.execute(update(tokens).where(tokens.c.hash == hashed).values(used=used))

    def drop_token(self, hashed: str) -> bool:
        """Forget a token; return whether there was one."""
        return self._drop_tokens(tokens.c.hash == hashed) > 0

    def drop_tokens(self, number: int, but: str = "") -> int:
        """Forget the account's tokens but one; return how many."""
        return self._drop_tokens((tokens.c.account == number) & (tokens.c.hash != but))

    def drop_old_tokens(self, before: str) -> int:
        """Forget tokens that were not used since `before`; return how many."""
        return self._drop_tokens(tokens.c.used < before)

    def add_code(self, hashed: str, code: Code) -> None:
        """Add an invitation code."""
        with self._store.transaction() as db:
            db.execute(insert(codes).values(hash=hashed, **code._asdict()))

    def code(self, hashed: str, now: str) -> Code | None:
        """Return what the code is for; see `PeopleStore`."""
        holds = (codes.c.expires == "") | (codes.c.expires > now)
        wanted = select(*(codes.c[one] for one in Code._fields))
        with self._store.reading() as db:
            row = db.execute(wanted.where(codes.c.hash == hashed, holds)).one_or_none()
        return Code._make(row) if row else None

    def use_code(self, hashed: str, now: str) -> Code | None:
        """Return what the code is for and forget it; see `PeopleStore`."""
        with self._store.transaction() as db:
            over = (codes.c.expires != "") & (codes.c.expires <= now)
            db.execute(delete(codes).where(over))
            wanted = select(*(codes.c[one] for one in Code._fields)).where(codes.c.hash == hashed)
            row = db.execute(wanted).one_or_none()
            db.execute(delete(codes).where(codes.c.hash == hashed))
        return Code._make(row) if row else None

    def drop_codes(self, *, administrator: bool) -> None:
        """Forget all codes that make one administrator, or all others."""
        with self._store.transaction() as db:
            db.execute(delete(codes).where(codes.c.administrator == administrator))

    def _set_account(self, number: int, **values: object) -> None:
        with self._store.transaction() as db:
            db.execute(update(accounts).where(accounts.c.number == number).values(**values))

    def _drop_tokens(self, which: ColumnElement[bool]) -> int:
        with self._store.transaction() as db:
            return db.execute(delete(tokens).where(which)).rowcount


def _one(db: Connection, which: ColumnElement[bool]) -> Account | None:
    row = db.execute(select(*_ACCOUNT).where(which)).one_or_none()
    return Account._make(row) if row else None
