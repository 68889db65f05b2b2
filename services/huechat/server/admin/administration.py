"""What an administrator may have done from the command line: a table of verbs, on a hall."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import msgspec

from huechat.chat.accounts import Account
from huechat.chat.errors import RefusedError
from huechat.chat.names import folded
from huechat.chat.room_names import check_room_name
from huechat.chat.times import now
from huechat.protocol import DEFAULT_COLOR, EVERYWHERE
from huechat.server.admin.control_socket import Answer, Request
from huechat.server.admin.listings import list_deeds, list_rooms, list_users
from huechat.server.commands.roles import change_administrator
from huechat.server.commands.rooms import drop
from huechat.server.people.evictions import end_logins, free_name
from huechat.store import StoreError
from huechat.wire.places import minute

if TYPE_CHECKING:
    from huechat.server.hall import Hall

BY: Final = "an administrator at the command line"
"""Who the audit log says it was. Nobody's name has spaces."""

Verb = Callable[["Hall", Request], list[str]]

log = logging.getLogger(__name__)


def administrate(hall: Hall, request: Request) -> Answer:
    """Do what `request` asks; return what to print, or why it cannot be done. Blocks."""
    try:
        if request.verb in _IN_WRITER:
            verb = _IN_WRITER[request.verb]
            return Answer(hall.writer.do(lambda: verb(hall, request)))
        if request.verb in _OTHERS:
            return Answer(_OTHERS[request.verb](hall, request))
    except (RefusedError, StoreError) as reason:
        return Answer(error=str(reason))
    return Answer(error=f"the server is another version's, and knows no {request.verb}: restart it")


def invite_first(hall: Hall) -> None:
    """Log a code that makes one an administrator, if the server has none."""
    try:
        code = hall.accounts.first_code()
    except StoreError as reason:
        log.warning("Nobody administrates this server yet, and there is no code: %s", reason)
        return
    if code:
        log.warning(
            "Nobody administrates this server yet: register with the code %s to do so", code
        )


def _add(hall: Hall, request: Request) -> list[str]:
    account = hall.accounts.add(
        request.name, request.password, DEFAULT_COLOR, administrator=request.administrator
    )
    return hall.writer.do(lambda: _added(hall, account))


def _added(hall: Hall, account: Account) -> list[str]:
    free_name(hall, account)
    what = ", which administrates the server" if account.administrator else ""
    _note(hall, "add", account.name, f"made the account {account.name}{what}")
    return [f"There is an account {account.name} now{what}."]


def _change_password(hall: Hall, request: Request) -> list[str]:
    account = _account(hall, request)
    hall.accounts.change_password(account, request.password)
    return hall.writer.do(lambda: _changed_password(hall, account))


def _changed_password(hall: Hall, account: Account) -> list[str]:
    why = "An administrator changed your password: log in with the new one."
    end_logins(hall, account, why)
    _note(hall, "password", account.name, f"changed the password of {account.name}")
    return [f"{account.name} has another password now, and all logins are ended."]


def _disable(hall: Hall, request: Request) -> list[str]:
    account = _account(hall, request)
    if account.disabled:
        return [f"{account.name} is disabled already."]
    hall.accounts.set_disabled(account, True)
    end_logins(hall, account, "Your account was disabled by an administrator.")
    _note(hall, "disable", account.name, f"disabled {account.name}")
    return [f"{account.name} is disabled."]


def _enable(hall: Hall, request: Request) -> list[str]:
    account = _account(hall, request)
    if not account.disabled:
        return [f"{account.name} is not disabled."]
    hall.accounts.set_disabled(account, False)
    _note(hall, "enable", account.name, f"enabled {account.name}")
    return [f"{account.name} may log in again."]


def _delete(hall: Hall, request: Request) -> list[str]:
    account = _account(hall, request)
    hall.accounts.delete(account)
    end_logins(hall, account, "Your account was deleted by an administrator.")
    _note(hall, "delete", account.name, f"deleted the account {account.name}")
    return [f"The account {account.name} is deleted. What it said stays."]


def _make_administrator(hall: Hall, request: Request) -> list[str]:
    return _set_administrator(hall, request, "an administrator", administrator=True)


def _make_member(hall: Hall, request: Request) -> list[str]:
    return _set_administrator(hall, request, "a member", administrator=False)


def _set_administrator(
    hall: Hall, request: Request, what: str, *, administrator: bool
) -> list[str]:
    account = _account(hall, request)
    if account.administrator == administrator:
        return [f"{account.name} is {what} already."]
    words = f"made {account.name} {what}"
    change_administrator(hall, account, f"{BY} {words}", administrator=administrator)
    _note(hall, "role", account.name, words)
    return [f"{account.name} is {what} now."]


def _revoke(hall: Hall, request: Request) -> list[str]:
    account = _account(hall, request)
    count = hall.accounts.forget_tokens(account)
    end_logins(hall, account, "An administrator ended your logins: log in again.")
    _note(hall, "revoke", account.name, f"ended all logins of {account.name}")
    return [f"{account.name} is logged out everywhere: {count} login{'s' * (count != 1)} ended."]


def _delete_room(hall: Hall, request: Request) -> list[str]:
    room = hall.rooms.find(check_room_name(request.name))
    if room is None:
        raise RefusedError("no_such_room", f"there is no room called {request.name}")
    drop(hall, room, BY)
    return [f"The room #{room.name} is deleted."]


def _invite(hall: Hall, request: Request) -> list[str]:
    administrator = request.administrator
    code, expires = hall.accounts.invite(BY, administrator=administrator)
    _note(hall, "invite", "", f"invited somebody new{' to administrate' * administrator}")
    if request.as_json:
        told = {"code": code, "expires": expires, "administrator": administrator}
        return [msgspec.json.encode(told).decode()]
    gets = "administrates the server" if administrator else "gets in"
    return [code, f"Who registers with it, once and until {minute(expires)} UTC, {gets}."]


def _audit(hall: Hall, request: Request) -> list[str]:
    room = check_room_name(request.name) if request.name else EVERYWHERE
    return list_deeds(hall, room, as_json=request.as_json)


def _account(hall: Hall, request: Request) -> Account:
    """Return the account that is meant: not one that only looks like it, as for guests."""
    account = hall.accounts.find(request.name)
    if account is None:
        raise RefusedError("no_such_person", f"there is no account called {request.name}")
    if folded(account.name) != folded(request.name):
        raise RefusedError(
            "no_such_person",
            f"there is no account called {request.name}; if you mean {account.name}, say so",
        )
    return account


def _note(hall: Hall, action: str, about: str, words: str) -> None:
    try:
        hall.people.note(now(), EVERYWHERE, BY, action, about, f"{BY} {words}")
    except StoreError as reason:
        raise StoreError(
            reason.code, f"it is done, but cannot be noted in the audit log: {reason}"
        ) from reason


_IN_WRITER: Final[dict[str, Verb]] = {
    "user disable": _disable,
    "user enable": _enable,
    "user delete": _delete,
    "user admin": _make_administrator,
    "user unadmin": _make_member,
    "room delete": _delete_room,
    "token revoke": _revoke,
    "invite": _invite,
}
"""What changes something at once: done in the writer's thread."""

_OTHERS: Final[dict[str, Verb]] = {
    "user add": _add,  # these two hash a password first
    "user passwd": _change_password,
    "user list": lambda hall, request: list_users(hall, as_json=request.as_json),
    "room list": lambda hall, request: list_rooms(hall, as_json=request.as_json),
    "audit": _audit,
}
