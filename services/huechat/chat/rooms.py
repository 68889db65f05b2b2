"""Rooms: what one is, and who may come in and speak."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from huechat.chat.accounts import Sanction
from huechat.chat.bans import Caller, check_not_barred
from huechat.chat.errors import RefusedError
from huechat.chat.log import Log
from huechat.chat.people import Person
from huechat.chat.roles import Role
from huechat.protocol import DIRECT

LISTED_SPEAKERS: Final = 1_000
"""In slow mode, how many speakers' times are kept before those that matter no more go."""


@dataclass(slots=True, eq=False)
class Room:
    """A room that is open. Only the writer's thread changes it; any may read, and `hear`.

    `kind`: public, private or direct. `roles` has, by identity, who is more than a member of a
    public room; of the others all who belong there, with those who are only invited as outsiders.
    """

    log: Log
    kind: str
    topic: str = ""
    slow_s: float = 0.0
    roles: dict[str, Role] = field(default_factory=dict)
    sanctions: tuple[Sanction, ...] = ()
    absent: set[str] = field(default_factory=set)
    """Who belongs to a direct room and left it: what is said next brings them in again."""
    _spoke: dict[str, float] = field(default_factory=dict)  # in slow mode: when, by identity
    _lock: threading.Lock = field(default_factory=threading.Lock)  # guards `_spoke`

    @property
    def name(self) -> str:
        """The room's name."""
        return self.log.room

    def role_of(self, person: Person) -> Role:
        """Return what `person` may do here, if they are in."""
        if person.administrator and self.kind != "direct":
            return Role.ADMINISTRATOR
        least = Role.MEMBER if self.kind == "public" else Role.OUTSIDER
        return self.roles.get(person.identity, least)

    def role_of_identity(self, identity: str) -> Role:
        """Return what somebody who may be elsewhere is here, administrators aside."""
        return self.roles.get(identity, Role.MEMBER)

    def admit(self, caller: Caller) -> None:
        """Raise `RefusedError` if the caller may not come in."""
        if self.log.closed:
            raise RefusedError("no_such_room", f"the room {self.name} was just deleted")
        belongs = caller.person.identity in self.roles
        if self.kind == "direct":
            if not belongs:
                raise RefusedError("no_such_room", "there is no room of that name")
            return
        if caller.person.administrator:
            return
        check_not_barred(self._bans_for(caller.person), "ban", caller, f"#{self.name}")
        if self.kind == "private" and not belongs:
            raise RefusedError(
                "invite_only", f"{self.name} is private: ask somebody in it to invite you"
            )

    def _bans_for(self, person: Person) -> tuple[Sanction, ...]:
        """Return the sanctions that may be for `person`.

        An address is not an owner's or a moderator's alone: whoever is put out by it, they are
        not. Whom a ban was meant for is known to it otherwise as well.
        """
        if self.role_of(person) < Role.MODERATOR:
            return self.sanctions
        return tuple(one for one in self.sanctions if one.by == "account")

    def check_not_muted(self, caller: Caller) -> None:
        """Raise `RefusedError` if the caller is kept from speaking here."""
        if self.sanctions and not caller.person.administrator:
            check_not_barred(self.sanctions, "mute", caller, f"#{self.name}")

    def hear(self, caller: Caller, clock: float) -> None:
        """Raise `RefusedError` if slow mode has them wait; `clock`: monotonic seconds."""
        if self.slow_s and self.role_of(caller.person) < Role.MODERATOR:
            with self._lock:
                self._hear_slowly(caller.person.identity, clock)

    def _hear_slowly(self, identity: str, clock: float) -> None:
        wait_s = self._spoke.get(identity, -self.slow_s) + self.slow_s - clock
        if wait_s > 0:
            raise RefusedError(
                "slow_mode",
                f"in #{self.name} one speaks every {self.slow_s:g} s;"
                f" wait {math.ceil(wait_s)} s more",
                wait_s,
            )
        if len(self._spoke) > LISTED_SPEAKERS:
            self._spoke = {one: at for one, at in self._spoke.items() if at + self.slow_s > clock}
        self._spoke[identity] = clock


def direct_room(one: str, other: str) -> str:
    """Return the name of the room of the two with these identities: it tells nothing of them."""
    both = "\n".join(sorted((one, other)))
    return DIRECT + sha256(both.encode()).hexdigest()[:20]
