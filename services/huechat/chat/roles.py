"""Who may do what: a table, and nothing besides."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from huechat.chat.errors import RefusedError


class Role(IntEnum):
    """What somebody is in a room; an administrator is one in every room."""

    OUTSIDER = 0
    MEMBER = 1
    MODERATOR = 2
    OWNER = 3
    ADMINISTRATOR = 4

    @property
    def word(self) -> str:
        """The role as clients know it."""
        return self.name.lower()


LEAST: Final = {
    "say": Role.MEMBER,
    "edit": Role.MEMBER,
    "delete": Role.MEMBER,
    "delete_others": Role.MODERATOR,
    "react": Role.MEMBER,
    "topic": Role.MODERATOR,
    "invite": Role.MODERATOR,
    "kick": Role.MODERATOR,
    "ban": Role.MODERATOR,
    "mute": Role.MODERATOR,
    "pardon": Role.MODERATOR,
    "bans": Role.MODERATOR,
    "slow": Role.MODERATOR,
    "audit": Role.MODERATOR,
    "make_moderator": Role.OWNER,
    "make_owner": Role.OWNER,
    "drop": Role.OWNER,
    "ban_address": Role.ADMINISTRATOR,
    "server": Role.ADMINISTRATOR,
}
"""The least role for each action."""

ABOVE_TARGET: Final = frozenset({"kick", "ban", "mute", "delete_others", "make_moderator"})
"""What may be done only to those whose role is lower than one's own."""


def check_role(action: str, role: Role, target: Role = Role.OUTSIDER) -> None:
    """Raise `RefusedError` if one with `role` may not do `action` to one with the role `target`."""
    least = LEAST[action]
    if role < least:
        where = "server" if least is Role.ADMINISTRATOR else "room"
        raise RefusedError(
            "not_allowed", f"that is for the {where}'s {least.word}s; ask one of them"
        )
    if action in ABOVE_TARGET and target >= role:
        raise RefusedError("not_allowed", _too_high(role, target))


def a_role(role: str) -> str:
    """Return a role with its article."""
    return f"an {role}" if role[0] in "ao" else f"a {role}"


def _too_high(role: Role, target: Role) -> str:
    words = f"{a_role(role.word)} cannot do that to {a_role(target.word)}"
    if target is Role.ADMINISTRATOR:
        return words
    return f"{words}; ask {a_role(Role(target + 1).word)}"
