"""Accounts: names that have an owner, who proves it by a password or a token."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from contextlib import nullcontext, suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from huechat.chat.accounts import Account, Code
from huechat.chat.codes import check_password, hash_secret, new_code, new_token, tidy_code
from huechat.chat.errors import RefusedError
from huechat.chat.guests import check_chosen_name
from huechat.chat.names import name_key, name_keys
from huechat.chat.times import as_time, now
from huechat.config import ServerSettings
from huechat.server.logs.writer import Writer
from huechat.server.people.hasher import Hasher
from huechat.server.people.login_limits import LoginLimits
from huechat.server.people.registrations import RegistrationLimits
from huechat.store.people import PeopleStore

EVERYONE: Final = 2**31
"""More accounts than there are: all are in memory, some hundred bytes each."""

NOTE_USE: Final = timedelta(hours=1)
"""After so long the use of a token is noted again: it lasts so much less, and saves writing."""

log = logging.getLogger(__name__)


class Accounts:
    """All accounts. What changes them blocks for the disk, and may be called from any thread.

    `find`, `of_identity` and `is_reserved` never block.
    """

    def __init__(self, people: PeopleStore, writer: Writer, settings: ServerSettings) -> None:
        self._people = people
        self._writer = writer
        self._settings = settings
        self._hasher = Hasher(settings.hashes_at_once, settings.hashes_waiting)
        self._limits = LoginLimits(
            settings.login_tries,
            free_address=settings.login_tries_address,
            max_wait_address_s=settings.login_wait_address_s,
        )
        self._registrations = RegistrationLimits(settings.registrations_per_address)
        self._lock = threading.Lock()  # guards the three tables
        self._by_key: dict[str, Account] = {}
        self._by_look: dict[str, set[str]] = {}  # identities by the other keys of their names
        self._by_identity: dict[str, Account] = {}
        for one in people.accounts("", EVERYONE):
            self._keep(one)

    def stop(self) -> None:
        """End the threads that hash."""
        self._hasher.stop()

    def find(self, name: str) -> Account | None:
        """Return the account of that name, or of one that looks like it."""
        return self._first_of([name_key(name)])

    def of_identity(self, identity: str) -> Account | None:
        """Return the account with that identity."""
        with self._lock:
            return self._by_identity.get(identity)

    def all(self) -> list[Account]:
        """Return all accounts, by name."""
        with self._lock:
            return sorted(self._by_key.values(), key=lambda one: one.key)

    def check_not_reserved(self, name: str) -> None:
        """Raise `RefusedError` if a guest may not have `name`, as it is an account's."""
        if self._first_of(name_keys(name)):
            raise RefusedError(
                "name_reserved",
                f"{name}, or a name that looks like it, belongs to an account:"
                " log in, or take another name",
            )

    def log_in(self, name: str, password: str, address: str) -> Account:
        """Return the account of that name and password; raise `RefusedError` if there is none.

        Blocks for some 0.2 s, longer while others log in.
        """
        password = check_password(password, min_length=1)
        key = name_key(name)
        self._limits.admit(key, address)
        with self._lock:
            account = self._by_key.get(key)
        try:
            right = self._is_right(account, password)
        except BaseException:
            self._limits.withdrawn(key, address)
            raise
        if account is None or not right:
            self._limits.failed(key, address)
            raise RefusedError("bad_login", "there is no account of that name with that password")
        self._limits.succeeded(key, address)
        _check_enabled(account)
        return account

    def _is_right(self, account: Account | None, password: str) -> bool:
        """Return whether the password is the account's; with no account it takes as long."""
        hashed = (self._people.password(account.number) or None) if account else None
        right = self._hasher.verify(hashed, password)
        if account and right and self._people.password(account.number) != hashed:
            return False  # it was changed meanwhile
        if account and hashed and right and self._hasher.needs_rehash(hashed):
            with suppress(RefusedError):  # busy; the next login will do it
                self._store_password(account, password)
        return right

    def register(self, name: str, password: str, color: str, code: str, address: str) -> Account:
        """Make an account of a name; raise `RefusedError` if that may not be. Blocks for 0.2 s.

        Who has an invitation is not counted for the address: who invites decides how many come.
        """
        name = check_chosen_name(name)
        self.check_new(name)
        invitation = hash_secret(tidy_code(code)) if code else ""
        if not invitation and self._settings.access == "invite":
            raise RefusedError(
                "invite_only", "this server is for those who were invited: register with a code"
            )
        if invitation:
            self._check_code(self._people.code(invitation, now()))  # before it costs a hash
        with nullcontext() if invitation else self._registrations.taking(address):
            hashed = self._hash(password)
            return self._writer.do(lambda: self._add_invited(name, hashed, color, invitation))

    def add(self, name: str, password: str, color: str, *, administrator: bool) -> Account:
        """Make an account, asking for no invitation."""
        name = check_chosen_name(name)
        self.check_new(name)
        hashed = self._hash(password)
        return self._writer.do(
            lambda: self._keep(self._add(name, hashed, color, administrator=administrator))
        )

    def change_password(self, account: Account, password: str) -> None:
        """Change the password, and end all logins."""
        hashed = self._hash(password)

        def change() -> None:
            with self._people.transaction():
                self._people.set_password(account.number, hashed)
                self._people.drop_tokens(account.number)

        self._writer.do(change)

    def new_token(self, account: Account) -> str:
        """Return a token that logs in as `account`.

        Raises `RefusedError` if the account was disabled or deleted meanwhile.
        """
        token = new_token()

        def add() -> None:
            _check_enabled(self._still(account))
            self._people.add_token(hash_secret(token), account.number, now())

        self._writer.do(add)
        return token

    def of_token(self, token: str) -> Account:
        """Return whose token it is; raise `RefusedError` if it is nobody's any more."""
        hashed = hash_secret(token)
        found = self._people.token(hashed)
        days = timedelta(days=self._settings.token_days)
        if found is None or (days and found[1] < _ago(days)):
            raise RefusedError("bad_token", "this login is over: log in again with your password")
        account = self.of_identity(found[0].identity) or found[0]
        _check_enabled(account)
        if found[1] < _ago(NOTE_USE):
            self._writer.then(lambda: self._people.use_token(hashed, now()))
        return account

    def forget_token(self, token: str) -> None:
        """End one login."""
        self._writer.do(lambda: self._people.drop_token(hash_secret(token)))

    def forget_tokens(self, account: Account) -> int:
        """End all logins of an account; return how many there were."""
        return self._writer.do(lambda: self._people.drop_tokens(account.number))

    def set_color(self, account: Account, color: str) -> Account:
        """Change an account's colour."""
        store = self._people.set_color
        return self._change(
            account, lambda n: store(n, color), lambda one: one._replace(color=color)
        )

    def note_administrator(self, account: Account, administrator: bool) -> Account:
        """Have it in memory as it is stored now; return the account. For the writer's thread."""
        return self._keep(self._still(account)._replace(administrator=administrator))

    def set_disabled(self, account: Account, disabled: bool) -> Account:
        """Disable an account and end its logins, or enable it again."""
        if disabled:
            self.forget_tokens(account)
        store = self._people.set_disabled
        return self._change(
            account, lambda n: store(n, disabled), lambda one: one._replace(disabled=disabled)
        )

    def delete(self, account: Account) -> None:
        """Forget an account. What it said stays."""

        def forget() -> None:
            self._people.delete_account(account.number)
            with self._lock:
                self._by_key.pop(account.key, None)
                for look in _looks(account):
                    self._by_look[look].discard(account.identity)
                    if not self._by_look[look]:
                        del self._by_look[look]
                self._by_identity.pop(account.identity, None)

        self._writer.do(forget)

    def invite(self, by: str, *, administrator: bool = False) -> tuple[str, str]:
        """Make an invitation to the server; return its code, and until when it may be used."""
        return self._new_code(by, administrator=administrator)

    def first_code(self) -> str:
        """Return a new code that makes one administrator; empty if the server has one already."""
        if self._people.has_administrator():
            return ""
        self._writer.do(lambda: self._people.drop_codes(administrator=True))
        return self._new_code("", administrator=True)[0]

    def _new_code(self, by: str, *, administrator: bool) -> tuple[str, str]:
        code = new_code()
        expires = as_time(datetime.now(UTC) + timedelta(days=self._settings.invite_days))
        entry = Code(administrator, by, expires)
        self._writer.do(lambda: self._people.add_code(hash_secret(tidy_code(code)), entry))
        return code, expires

    def _add_invited(self, name: str, hashed: str, color: str, invitation: str) -> Account:
        """Use up the invitation and make the account, both or none."""
        with self._people.transaction():
            code = self._people.use_code(invitation, now()) if invitation else None
            if invitation:
                self._check_code(code)
            administrator = code is not None and code.administrator
            account = self._add(name, hashed, color, administrator=administrator)
        return self._keep(account)

    def _check_code(self, code: Code | None) -> None:
        """Raise `RefusedError` unless the code is good.

        The one that a new server logs is for its first administrator, and for nobody later.
        """
        late = code and code.administrator and not code.by and self._people.has_administrator()
        if code is None or late:
            raise RefusedError(
                "bad_code", "this code is used up, too old or mistyped: ask for another"
            )

    def _add(self, name: str, hashed: str, color: str, *, administrator: bool) -> Account:
        self.check_new(name)  # somebody may have been faster
        key = name_key(name)
        return self._people.add_account(name, key, color, hashed, now(), administrator)

    def check_new(self, name: str) -> None:
        """Raise `RefusedError` if the name, or one that looks like it, has an account."""
        if self._first_of(name_keys(name)):
            raise RefusedError(
                "name_reserved", f"{name}, or a name that looks like it, has an account already"
            )

    def _hash(self, password: str) -> str:
        return self._hasher.hash(check_password(password, min_length=self._settings.password_min))

    def _store_password(self, account: Account, password: str) -> None:
        hashed = self._hasher.hash(password)
        self._writer.then(lambda: self._people.set_password(account.number, hashed))

    def _change(
        self, account: Account, store: Callable[[int], None], change: Callable[[Account], Account]
    ) -> Account:
        """Change what the account is by now, and of its number what is stored."""

        def both() -> Account:
            changed = change(self._still(account))
            store(account.number)
            return self._keep(changed)

        return self._writer.do(both)

    def _still(self, account: Account) -> Account:
        """Return the account as it is now; raise `RefusedError` if it was deleted."""
        found = self.of_identity(account.identity)
        if found is None:
            raise RefusedError("no_such_person", f"the account {account.name} was deleted")
        return found

    def _first_of(self, keys: Collection[str]) -> Account | None:
        """Return an account that has one of these keys; first, as its name's own."""
        with self._lock:
            for key in keys:
                if account := self._by_key.get(key):
                    return account
            found = (one for key in keys for one in self._by_look.get(key, ()))
            return next(map(self._by_identity.get, found), None)

    def _keep(self, account: Account) -> Account:
        with self._lock:
            self._by_key[account.key] = account
            for look in _looks(account):
                self._by_look.setdefault(look, set()).add(account.identity)
            self._by_identity[account.identity] = account
        return account


def _looks(account: Account) -> Collection[str]:
    """Return what else than its key an account's name can be taken for."""
    return () if account.name.isascii() else name_keys(account.name) - {account.key}


def _check_enabled(account: Account) -> None:
    if account.disabled:
        raise RefusedError("disabled", "this account was disabled: ask an administrator")


def _ago(time: timedelta) -> str:
    return as_time(datetime.now(UTC) - time)
