"""People and rooms on disk: what a store remembers of them. Its one implementation is SQLite's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from huechat.chat.accounts import Account, Code, Sanction
from huechat.protocol import Deed

Hides = Callable[[str], bool]
"""Says whether what somebody of that name says is not to be seen."""


def hide_nobody(_: str) -> bool:
    """Hide nobody."""
    return False


class RoomRow(NamedTuple):
    """A room as it is stored. `kind`: public, private or direct."""

    name: str
    kind: str
    topic: str
    slow_s: float
    made: str


class Membership(NamedTuple):
    """That somebody belongs to a room. `role`: a `chat.roles.Role` as a number; 0: invited only.

    `read`: up to which `seq` they have read it. `inside`: whether they are in it at present.
    """

    room: str
    identity: str
    role: int
    read: int
    inside: bool


class PeopleStore(Protocol):
    """Keeps accounts, rooms and what people may do there.

    What only reads may be called from any thread; it sees what was committed. What changes
    something (all from `add_account` on) and `transaction` are for the writer's thread. All block
    for the disk, and raise `StoreError`.

    Names of people are found by their keys (`chat.names.name_key`). Times are RFC 3339, in UTC.
    A room that was deleted is not there. What is changed in one that was never named before makes
    it, a public one; in one that was deleted nothing is changed, but by `add_room`.
    """

    def transaction(self) -> AbstractContextManager[object]:
        """Make one transaction of many changes, and of what the `Store` appends; see there."""

    def account(self, key: str) -> Account | None:
        """Return the account of that name."""

    def account_number(self, number: int) -> Account | None:
        """Return the account of that number."""

    def password(self, number: int) -> str:
        """Return the account's hashed password; empty: there is no such account."""

    def accounts(self, after_key: str, limit: int) -> list[Account]:
        """Return up to `limit` accounts in the order of their keys, those after `after_key`."""

    def has_administrator(self) -> bool:
        """Return whether there is an account that may administrate, and is not disabled."""

    def token(self, hashed: str) -> tuple[Account, str] | None:
        """Return whose token it is, and when it was used last."""

    def code(self, hashed: str, now: str) -> Code | None:
        """Return what an invitation code is for; None if there is none, or it expired."""

    def room(self, name: str) -> RoomRow | None:
        """Return the room of that name."""

    def rooms(self, after: str, limit: int, kind: str = "public") -> list[RoomRow]:
        """Return up to `limit` rooms of a kind (empty: any) by name, those after `after`."""

    def unused_rooms(self, before: str, guests: str) -> list[str]:
        """Return the rooms made before that time in which nothing was said or done, by name.

        But not the lobby, nor direct rooms, nor where somebody is in, or is invited, whose identity
        does not begin with `guests`.
        """

    def members(self, room: str) -> list[Membership]:
        """Return all who belong to a room."""

    def memberships(self, identity: str) -> list[Membership]:
        """Return all rooms that somebody belongs to."""

    def sanctions(self, room: str, now: str) -> list[Sanction]:
        """Return the bans and mutes of a room (`*`: of the server) that hold at `now`."""

    def blocked(self, identity: str) -> dict[str, str]:
        """Return whom somebody has blocked: key to name."""

    def deeds(self, room: str, before: int, limit: int, since: str = "") -> list[Deed]:
        """Return what was done in a room (`*`: anywhere), newest first, numbers below `before`.

        What was done before the time `since` is left out.
        """

    def count_unread(
        self, room: str, identity: str, read: int, most: int, hides: Hides = hide_nobody
    ) -> tuple[int, list[str]]:
        """Return how many messages after `read` are others', and their texts, oldest first.

        What people say whose names `hides` says yes to is left out. `identity` is the reader's
        `sender` as drafts have it. Only messages count. The newest `most` are given at the most;
        of what else was done only so much is passed over that this takes no long, so that it may
        be fewer.
        """

    def add_account(  # noqa: PLR0917 - a row's worth
        self, name: str, key: str, color: str, password: str, made: str, administrator: bool
    ) -> Account:
        """Add an account with a hashed password. Raises `KeyError` if the key has one already.

        Its number was never another's.
        """

    def set_password(self, number: int, password: str) -> None:
        """Change the account's hashed password."""

    def set_disabled(self, number: int, disabled: bool) -> None:
        """Disable an account, or enable it again."""

    def set_administrator(self, number: int, administrator: bool) -> None:
        """Make an account an administrator's, or not any more."""

    def set_color(self, number: int, color: str) -> None:
        """Change the account's colour."""

    def set_seen(self, times: Mapping[int, str]) -> None:
        """Note when accounts were last here."""

    def delete_account(self, number: int) -> None:
        """Forget an account, its tokens, memberships and blocks. What it said stays."""

    def add_token(self, hashed: str, number: int, made: str) -> None:
        """Add a token of an account. It counts as used when it was made."""

    def use_token(self, hashed: str, used: str) -> None:
        """Note when the token was used last."""

    def drop_token(self, hashed: str) -> bool:
        """Forget a token; return whether there was one."""

    def drop_tokens(self, number: int, but: str = "") -> int:
        """Forget the account's tokens, all but the hashed one `but`; return how many."""

    def drop_old_tokens(self, before: str) -> int:
        """Forget tokens that were not used since `before`; return how many."""

    def add_code(self, hashed: str, code: Code) -> None:
        """Add an invitation code."""

    def use_code(self, hashed: str, now: str) -> Code | None:
        """Return what the code is for and forget it; None if there is none, or it expired.

        All that expired by `now` are forgotten.
        """

    def drop_codes(self, *, administrator: bool) -> None:
        """Forget all codes that make one administrator, or all others."""

    def add_room(self, row: RoomRow) -> None:
        """Add a room; one that stands there because of its entries becomes as `row` says.

        One that was deleted is there again, with nothing in it, and goes on with the numbers.
        """

    def set_topic(self, room: str, topic: str) -> None:
        """Change a room's topic."""

    def set_slow(self, room: str, slow_s: float) -> None:
        """Change a room's slow mode."""

    def delete_room(self, room: str) -> None:
        """Forget a room with all its entries, memberships and sanctions.

        However many entries there were, it takes no long: see `Store.drop_ended`.

        A room of the same name that is made later goes on with the numbers (`seq`). The audit
        log stays.
        """

    def set_member(self, room: str, identity: str, role: int) -> None:
        """Note that somebody belongs to a room, as what, and that they are in it. `read` stays."""

    def set_outside(self, room: str, identity: str) -> None:
        """Note that somebody is not in the room at present. They still belong to it."""

    def drop_member(self, room: str, identity: str) -> None:
        """Note that somebody does not belong to a room any more."""

    def set_read(self, marks: Mapping[tuple[str, str], int]) -> None:
        """Note up to which `seq` people, by (room, identity), have read. Marks never go back.

        Somebody with no membership gets one, with role 0 and outside, where the room is the lobby
        only.
        """

    def add_sanction(self, room: str, sanction: Sanction, made: str) -> None:
        """Add a ban or a mute; it replaces one of the same kind for the same `by` and `value`.

        Those of the room that were over when it was `made` are forgotten.
        """

    def copy_sanctions(self, before: str, after: str) -> int:
        """Let all bans and mutes of the identity `before` be for `after`, too.

        Return how many there were.
        """

    def drop_sanctions(self, room: str, key_or_value: Sequence[str]) -> int:
        """Forget all bans and mutes whose value is among these; return how many there were."""

    def block(self, identity: str, key: str, name: str) -> None:
        """Note that somebody blocked the name."""

    def copy_blocks(self, before: str, key: str, name: str, but: str) -> None:
        """Let all who blocked `before`, a key, have blocked the name, too; but not `but`."""

    def unblock(self, identity: str, key: str) -> None:
        """Note that they don't any more."""

    def note(  # noqa: PLR0917 - a row's worth
        self, time: str, room: str, by: str, action: str, about: str, text: str
    ) -> None:
        """Add to the audit log."""
