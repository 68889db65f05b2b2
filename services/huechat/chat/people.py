"""Who somebody is to the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, NamedTuple

from huechat.chat.accounts import Account
from huechat.chat.guests import is_guest_name
from huechat.chat.times import NEVER, next_now

GUEST: Final = "~"
"""Begins every guest's identity."""


AWAY: Final = "away"
"""Why one is away who does not say."""

MOST_FORMER: Final = 8
"""How many names that one had before one may still change what one said under."""


class Voice(NamedTuple):
    """Under which `sender` somebody says something, and from when to when that is theirs alone."""

    sender: str
    since: str = ""
    until: str = NEVER

    def said(self, sender: str, time: str) -> bool:
        """Return whether what `sender` said at that time is theirs."""
        return sender == self.sender and self.since <= time < self.until


@dataclass(slots=True)
class Person:
    """Somebody who said hello: a guest, or an account.

    `sender` is under what their message ids are unique: the account, the name they chose, or the
    session of one to whom the server gave a name. `identity` is under what rooms know them: the
    account, or, hashed as it is a secret, the session.
    """

    session: str
    name: str
    color: str
    account: Account | None = None
    away: str | None = None
    """Why they are away; None: they are not."""
    since: str = NEVER
    """Of a guest who chose their name: since when they have it, once they are in."""
    was: tuple[Voice, ...] = ()
    """As whom they spoke on this connection before, as a guest, the newest first."""
    sender: str = field(init=False)
    identity: str = field(init=False)

    def __post_init__(self) -> None:
        self._settle()

    @property
    def administrator(self) -> bool:
        """Whether they may do everything everywhere."""
        return self.account is not None and self.account.administrator

    @property
    def voices(self) -> tuple[Voice, ...]:
        """As whom they speak, and spoke, on this connection.

        A name that a guest chose may have been another's before. An account, and a session, is
        one's own.
        """
        return (Voice(self.sender, self.since if self.has_chosen_name else ""), *self.was)

    @property
    def has_chosen_name(self) -> bool:
        """Whether they are a guest whose messages are known by a name that others may choose."""
        return not (self.account or self.sender.startswith(GUEST))

    def said(self, sender: str, time: str) -> bool:
        """Return whether what `sender` said at that time is theirs."""
        return any(one.said(sender, time) for one in self.voices)

    def rename(self, name: str) -> None:
        """Call a guest by another name. What they said until now stays theirs."""
        before = self._ended_voices()
        self.name = name
        self._settle()
        self.was = tuple(one for one in before if one.sender != self.sender)

    def become(self, account: Account | None, name: str) -> None:
        """Make them an account, or with None a guest again.

        What a guest said until now stays theirs, on this connection; what an account said is its.
        """
        self.was = self._ended_voices() if account and not self.account else ()
        self.account = account
        self.name = name
        if account:
            self.color = account.color
        self._settle()

    def _ended_voices(self) -> tuple[Voice, ...]:
        """Return as whom they spoke until now: another may have the name from now on."""
        now, *before = self.voices
        return (now._replace(until=next_now()), *before)[:MOST_FORMER]

    def _settle(self) -> None:
        if self.account:
            self.sender = self.identity = self.account.identity
            return
        chosen = self.name and not is_guest_name(self.name)
        self.sender = self.name if chosen else f"~{self.session}"
        self.identity = guest_identity(self.session)


def guest_identity(session: str) -> str:
    """Return under what rooms know the guest with that session. No name's key has this form."""
    return f"{GUEST}{sha256(session.encode()).hexdigest()[:24]}"
