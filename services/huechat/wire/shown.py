"""Events as people read them: on plain text, and in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from huechat.protocol import (
    Ack,
    AnyEntry,
    AnyEvent,
    Audit,
    BanList,
    Blocked,
    Bye,
    Deleted,
    Done,
    Edited,
    Error,
    Found,
    Invitation,
    Invited,
    Joined,
    Left,
    Message,
    Notice,
    Page,
    People,
    Person,
    Presence,
    Reacted,
    Renamed,
    RoomList,
    Token,
    TopicSet,
    Welcome,
    You,
)
from huechat.wire import answers
from huechat.wire.answers import Lines
from huechat.wire.entries import entry_line
from huechat.wire.harmless import harmless
from huechat.wire.places import called, minute


def as_text(event: AnyEvent) -> str:
    """Return how people read `event`; empty: they don't.

    It is one harmless line, and for answers that are lists, several: each after the first is
    indented. What somebody said never begins one.
    """
    if isinstance(event, Message):  # by far the most
        return harmless(entry_line(event))
    lines = _LINES.get(type(event))
    return "\n".join(map(harmless, lines(event))) if lines else ""


def room_list(rooms: RoomList, ways: Mapping[str, str]) -> str:
    """Return `rooms` as `as_text` does, with the `ways` that lead to those that one is in."""
    return "\n".join(map(harmless, answers.rooms(rooms, ways)))


def new_names(presence: Presence, own_name: str) -> str:
    """Return who of the others has another name, a harmless line each; empty: nobody.

    Plain text is not told it: to a script that reads lines it would be something said.
    """
    renamed = presence.renamed
    own = [one for one in renamed if one.new == own_name] or [
        one for one in renamed if one.old == own_name
    ]
    others = [one for one in renamed if one not in own]
    return "\n".join(harmless(f"* {line}") for line in _renamings(others))


def _renamings(renamed: Sequence[Renamed]) -> Iterator[str]:
    """Yield who has which name: in one line who took it before it was free, as who swapped."""
    line: list[str] = []
    taken: set[str] = set()
    for at, one in enumerate(renamed, 1):
        line.append(f"{one.old} is now {one.new}")
        taken.add(one.new)
        if taken.isdisjoint(later.old for later in renamed[at:]):
            yield ", and ".join(line)
            line, taken = [], set()


def _entry(entry: AnyEntry) -> Lines:
    return [entry_line(entry)]


def _ack(ack: Ack) -> Lines:
    """Return what one did oneself as the others read it; what one said is on the screen."""
    line = entry_line(ack.entry) if ack.entry else ""
    return [line] if line else []


def _error(error: Error) -> Lines:
    return [f"Error: {error.message}"]


def _message(event: Bye) -> Lines:
    return [event.message]


def _done(done: Done) -> Lines:
    """Return what the server says to it: it alone may use several lines."""
    first, *rest = done.message.rstrip().split("\n")
    return [first, *(line if line.startswith("  ") else f"  {line}" for line in rest)]


def _token(token: Token) -> Lines:
    return [token.message or f"You are logged in as {token.name}."]


def _you(you: You) -> Lines:
    """Return what the server says to it; where one asked for it oneself, the answer anyway."""
    if you.message:
        return [you.message]
    return [f"You are {you.name}, in {you.color}."] if you.id else []


def _joined(joined: Joined) -> Lines:
    """Return where one is; one who did not ask is still in the room where they were."""
    also = "" if joined.id else "also "
    place = joined.place
    none = joined.asked and place.kind != "direct" and not place.topic
    topic = ". It has no topic." if none else ""
    return [f"You are {also}in {answers.place(place)}{topic}"]


def _left(left: Left) -> Lines:
    return [left.message or f"You left {called(left.room, left.people)}."]


def _invited(invited: Invited) -> Lines:
    how = f"/join {invited.room}"
    if not invited.by:
        return [f"You are invited to {called(invited.room)}: {how}"]
    return [f"{invited.by} invites you to {called(invited.room)}: {how}"]


def _invitation(invitation: Invitation) -> Lines:
    until = f"until {minute(invitation.expires)} UTC"
    return [f"Who registers with {invitation.code}, once and {until}, gets in."]


_LINES: Final[dict[type, Callable[[Any], Lines]]] = {
    Edited: _entry,
    Deleted: _entry,
    Reacted: _entry,
    TopicSet: _entry,
    Notice: _entry,
    Ack: _ack,
    Error: _error,
    Bye: _message,
    Done: _done,
    Welcome: answers.welcome,
    Token: _token,
    You: _you,
    Joined: _joined,
    Left: _left,
    RoomList: answers.rooms,
    People: answers.people,
    Person: answers.person,
    Page: answers.page,
    Found: answers.found,
    BanList: answers.bans,
    Audit: answers.audit,
    Blocked: answers.blocked,
    Invited: _invited,
    Invitation: _invitation,
}
"""What is not here is for programs only."""
