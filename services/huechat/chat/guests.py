"""What those are called who choose no name: guest-1, guest-2 and so on."""

from __future__ import annotations

import re
import unicodedata
from string import digits
from typing import Final

from huechat.chat.errors import RefusedError
from huechat.chat.names import check_name, name_key, name_keys

_GUEST: Final = "guest-"
_GUEST_KEY: Final = re.compile(f"{re.escape(name_key(_GUEST))}[{name_key(digits)}]+")
"""Of the keys of such names, and so also of what only looks like one: guest-lO is guest-10."""

_OURS: Final = frozenset(map(name_key, ("You", "Error", "Warning", "Server", "System")))
"""What lines of the program begin with, or people could believe they do."""


def guest_name(number: int) -> str:
    """Return the name of the guest with that number."""
    return f"{_GUEST}{number}"


def is_guest_name(name: str) -> bool:
    """Return whether `name` is one that the server gives, in any case, or looks like one."""
    return any(map(_GUEST_KEY.fullmatch, name_keys(name)))


def check_not_ours(name: str) -> None:
    """Raise `RefusedError` if what `name` says could be taken for what the program itself says."""
    if (name_keys(name) | name_keys(_bare(name))) & _OURS:
        raise RefusedError("bad_name", f"{name} is what huechat itself says: choose another name")


def _bare(name: str) -> str:
    """Return the letters and digits of a name, without accents: `Érror.` may be taken for Error."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFD", name)))


def check_chosen_name(name: str) -> str:
    """Return `name` as `check_name` does; raise `RefusedError` if nobody may choose it."""
    name = check_name(name)
    check_not_ours(name)
    if is_guest_name(name):
        raise RefusedError(
            "bad_name", "names like guest-1 are for those who choose none; choose another"
        )
    return name
