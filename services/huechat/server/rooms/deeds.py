"""What is done to people, or to a room, by somebody who may: one entry, one line of the audit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from huechat.chat.draft import Draft, as_entry
from huechat.chat.people import Person
from huechat.chat.roles import Role, check_role
from huechat.chat.rooms import Room
from huechat.chat.rules import doing
from huechat.chat.times import now
from huechat.protocol import EVERYWHERE
from huechat.server.connection import Connection
from huechat.server.logs.writer import Source
from huechat.server.rooms.places import place_of
from huechat.wire.entries import done

if TYPE_CHECKING:
    from huechat.server.hall import Hall

LASTS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


class Deed(NamedTuple):
    """Something that is done to somebody, as the room and the audit log are told."""

    hall: Hall
    actor: Person
    room: Room | None
    action: str
    subject: str
    text: str
    id: str

    def do(self, change: Callable[[], object], then: Callable[[], object]) -> None:
        """Make the change, with its entry in the room's log and in the audit log, or none of it.

        `then` makes it in memory, before anybody is told. For the writer's thread.
        """
        where = self.room.name if self.room else EVERYWHERE

        def all_of_it() -> None:
            change()
            by, about = self.actor.name, self.subject
            self.hall.people.note(now(), where, by, self.action, about, self.text)

        if self.room is None:
            with self.hall.store.transaction():
                all_of_it()
            then()
            return
        draft = doing(self.actor, where, self.id, self.action, self.text)
        source = Source(self.room.log, None, None)  # for everybody, whoever did it too
        self.hall.writer.record(draft._replace(about=self.subject), source, all_of_it, then)


def note(hall: Hall, draft: Draft) -> None:
    """Put what an entry tells into the audit log, too. For the writer's thread."""
    words = done(as_entry(draft, 0, now()))
    hall.people.note(now(), draft.room, draft.name, draft.kind, draft.about, words)


def room_meant(connection: Connection, name: str) -> Room | None:
    """Return the room that is meant; None: the server, for its administrators."""
    if name != EVERYWHERE:
        return place_of(connection, name).room
    check_role("server", role_of(connection.greeted, None))
    return None


def role_of(person: Person, room: Room | None) -> Role:
    """Return what a person may do in `room`; None: on the server."""
    if room:
        return room.role_of(person)
    return Role.ADMINISTRATOR if person.administrator else Role.MEMBER


def why(reason: str) -> str:
    """Return a reason as a sentence's end."""
    return f": {one_line(reason)}" if reason.strip() else ""


def one_line(reason: str) -> str:
    """Return a reason as it is kept."""
    return " ".join(reason.split())


def lasts(for_s: float) -> str:
    """Return for how long, in words; nothing for ever."""
    parts = []
    for unit_s, unit in LASTS:
        count, for_s = divmod(for_s, unit_s) if unit_s > 1 else (for_s, 0)
        if count:
            parts.append(f"{count:g} {unit}")
    return f" for {' '.join(parts)}" if parts else ""


def nothing() -> None:
    """Change nothing: for deeds that are an entry alone, or have nothing in memory to change."""
