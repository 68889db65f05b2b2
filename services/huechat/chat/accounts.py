"""What the house remembers of people: accounts, codes, bans."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Account(NamedTuple):
    """A name that has an owner. `key`: see `names.name_key`; times are RFC 3339, in UTC."""

    number: int
    name: str
    key: str
    color: str
    administrator: bool
    disabled: bool
    made: str
    seen: str
    """When it was last here; empty: never."""

    @property
    def identity(self) -> str:
        """Under what the house remembers them. No guest's has this form."""
        return f"#{self.number}"


class Code(NamedTuple):
    """An invitation to the server. It is used up by registering."""

    administrator: bool
    by: str
    expires: str


class Sanction(NamedTuple):
    """A ban or a mute in a room, or on the server.

    `by` says what `value` is: a name's key, an account's identity, or an address or network.
    `name`: whom it was meant for. `until`: a time, RFC 3339 in UTC; empty: for ever.
    """

    kind: Literal["ban", "mute"]
    by: Literal["name", "account", "address"]
    value: str
    name: str
    until: str
    reason: str
    moderator: str
