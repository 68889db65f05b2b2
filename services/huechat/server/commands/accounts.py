"""Accounts: registering, logging in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huechat.chat.accounts import Account
from huechat.chat.bans import SERVER, Caller, check_not_barred
from huechat.chat.errors import RefusedError
from huechat.chat.people import Person
from huechat.chat.rules import check_color
from huechat.chat.times import now
from huechat.protocol import (
    DEFAULT_COLOR,
    ChangePassword,
    Login,
    Logout,
    Register,
    Token,
)
from huechat.server.commands import greeting
from huechat.server.connection import Connection
from huechat.server.people.evictions import disconnect, end_logins, free_name
from huechat.server.people.identities import change_identity

if TYPE_CHECKING:
    from huechat.server.hall import Hall


def login(hall: Hall, connection: Connection, login: Login) -> None:
    """Make the connection an account's."""
    _check_guest(connection)
    account = hall.accounts.log_in(login.name, login.password, connection.address)
    _go_on_as(hall, connection, account, login.id)


def register(hall: Hall, connection: Connection, register: Register) -> None:
    """Make a name an account: the one given, or the guest's own."""
    _check_guest(connection)
    guest = connection.person or connection.hello
    name = register.name or (guest.name if guest else "")
    if not name:
        raise RefusedError("bad_name", "say first which name is to be yours: /name NAME")
    hall.accounts.check_new(name)
    _check_not_anothers(hall, connection, name)
    color = register.color or (guest.color if guest else "") or DEFAULT_COLOR
    check_color(color)
    account = hall.accounts.register(
        name, register.password, color, register.invitation, connection.address
    )
    _go_on_as(hall, connection, account, register.id, new=True)


def change_password(hall: Hall, connection: Connection, change: ChangePassword) -> None:
    """Change the password: all logins end, and this one gets a new token."""
    account = _account(connection)
    try:
        hall.accounts.log_in(account.name, change.old, connection.address)
    except RefusedError as reason:
        if reason.code != "bad_login":
            raise
        raise RefusedError("bad_login", "your password is another; it was not changed") from None
    hall.accounts.change_password(account, change.new)
    hall.writer.do(lambda: _renew(hall, connection, account, change.id))


def logout(hall: Hall, connection: Connection, logout: Logout) -> None:
    """Make the connection a guest's again; where guests are not let in, end it."""
    account = _account(connection)
    hall.writer.do(lambda: _end(hall, connection, account, logout))


def _renew(hall: Hall, connection: Connection, account: Account, id_: str) -> None:
    """Give a connection a new token, and end the account's others. For the writer's thread."""
    why = "Your password was changed: log in with the new one."
    end_logins(hall, account, why, but=connection)  # before anybody can come in with the new token
    connection.token = hall.accounts.new_token(account)
    words = "Your password is changed, and all other logins are ended."
    hall.tell(connection, Token(id_, account.name, connection.token, words))


def _end(hall: Hall, connection: Connection, account: Account, logout: Logout) -> None:
    """End one login of an account, or all. For the writer's thread."""
    if logout.everywhere:
        hall.accounts.forget_tokens(account)
        end_logins(hall, account, "You logged out everywhere.", but=connection)
    else:
        hall.accounts.forget_token(connection.token)
    connection.token = ""
    person = connection.greeted
    change_identity(hall, connection, Person(person.session, "", person.color), logout.id)
    if hall.settings.access != "open":
        disconnect(hall, [connection], "Goodbye.")


def _go_on_as(
    hall: Hall, connection: Connection, account: Account, id_: str, *, new: bool = False
) -> None:
    """Let the guest become `account`; or let it in, if it waits for that since its hello."""
    hall.writer.do(lambda: _become(hall, connection, account, id_, new=new))
    if connection.hello and not connection.person:
        greeting.hello(hall, connection, connection.hello)


def _become(hall: Hall, connection: Connection, account: Account, id_: str, *, new: bool) -> None:
    """Give a connection a token, and let the guest at its other end be the account.

    For the writer's thread, in which accounts and their logins end.
    """
    person = connection.person
    changed = Person(connection.session, account.name, account.color, account)
    caller = Caller(changed, connection.address, now())
    if not account.administrator:  # as for those who say hello
        check_not_barred(hall.sanctions, "ban", caller, SERVER)
    connection.token = hall.accounts.new_token(account)
    free_name(hall, account, connection)
    hall.tell(connection, Token(id_, account.name, connection.token))
    if person:
        hall.notes.seen(account)
        before = {one.room for one in hall.people.memberships(account.identity)}
        change_identity(hall, connection, changed, new=new)
        _begin_to_read(hall, connection, account, before)


def _begin_to_read(hall: Hall, connection: Connection, account: Account, before: set[str]) -> None:
    """Note that of the rooms that the guest brought along all is read that was said until now."""
    for name, place in list(connection.places.items()):
        if name not in before:
            hall.notes.begin(name, account.identity, place.room.log.last)


def _check_guest(connection: Connection) -> None:
    if connection.token:
        raise RefusedError("login_twice", "you are logged in already: log out first")


def _check_not_anothers(hall: Hall, connection: Connection, name: str) -> None:
    """Raise `RefusedError` if another guest has the name now: it is theirs to register."""
    mine = connection.person.identity if connection.person else ""
    if any(one.identity != mine for _, one in hall.crowd.guests_named(name)):
        raise RefusedError(
            "name_taken", f"{name}, or a name that looks like it, is in use: take another"
        )


def _account(connection: Connection) -> Account:
    account = connection.greeted.account
    if account is None:
        raise RefusedError("login_first", "you are a guest: log in first")
    return account
