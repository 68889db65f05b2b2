"""A room as its member sees it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from huechat.protocol import (
    Ack,
    AnyEntry,
    Marked,
    Message,
    Page,
    People,
    Presence,
    RoomPlace,
    TopicSet,
)

MOST_UNSEEN: Final = 500
"""Entries kept of a room that is not looked at; the server has the others."""

MOST_NAMES: Final = 1_000
"""To how many names in one room those are added who speak there."""

NOWHERE: Final = "none"
"""The kind of what is looked at by who is in no room."""

AboutRoom = Ack | Marked | Page | People | Presence | TopicSet
"""What is told of one room that one is in."""


@dataclass
class RoomView:
    """What is known of a room. `unseen` has what came while another was looked at.

    What is not newer than `since` was said before one came in, at first; what is not newer than
    `seen` one saw then. `skipped`: how much more came than is kept. For one thread at a time.
    """

    name: str
    kind: str = "public"
    people: tuple[str, ...] = ()
    topic: str = ""
    here: int = 0
    names: set[str] = field(default_factory=set)
    unread: int = 0
    mentions: int = 0
    last: int = 0
    since: int = 0
    seen: int = 0
    skipped: int = 0
    gap: int = 0
    """Before which `seq` something is missing of what was shown; 0: nothing is."""
    unseen: deque[AnyEntry] = field(default_factory=lambda: deque(maxlen=MOST_UNSEEN))

    @property
    def title(self) -> str:
        """What people call the room."""
        if self.kind == "direct":
            return ", ".join(self.people) or "private"
        return f"#{self.name}" if self.kind != NOWHERE else "no room"

    def come_in(self, place: RoomPlace) -> None:
        """Take note of what the room is now that one comes in, or comes back."""
        self.kind, self.topic = place.kind, place.topic
        if not self.people or _are_names(place.people):  # else the other is not back yet
            self.people = place.people
        self.last = max(self.last, place.seq)

    def note(self, event: AboutRoom, own_name: str) -> None:
        """Take note of what the server tells of the room."""
        match event:
            case Ack(seq=seq):
                self.last = max(self.last, seq)
            case Page():
                self.gap = 0  # what is before is before this page
            case Marked(seq=seq):
                self._note_read(seq, own_name)
            case TopicSet(text=text):
                self.topic = text
            case People(people=people):
                self.here = event.here
                self.names |= {person.name for person in people}
            case Presence():
                self._note_presence(event, own_name)

    def hear(self, entry: AnyEntry) -> None:
        """Take note of what was said or done, and of who did it: in large rooms nobody else is."""
        self.last = max(self.last, entry.seq)
        new = isinstance(entry, Message) and entry.seq > self.since
        if new and len(self.names) < MOST_NAMES:
            self.names.add(entry.name)

    def show(self, entry: AnyEntry, own_name: str, *, mention: bool) -> None:
        """Take note that `entry` is shown, which may be one of those that were unread."""
        if entry.seq <= self.since and _is_to_read(entry, self.seen, own_name):
            self.unread = max(0, self.unread - 1)
            self.mentions = max(0, self.mentions - mention)

    def keep(self, entry: AnyEntry, own_name: str, *, mention: bool) -> None:
        """Keep `entry` until one looks. `mention`: it calls one by name."""
        if _is_to_read(entry, self.since, own_name):
            self.unread += 1
            self.mentions += mention
        self.skipped += len(self.unseen) == MOST_UNSEEN
        self.unseen.append(entry)

    def look(self) -> tuple[list[AnyEntry], int]:
        """Return what was kept, and how much more came before that was not; begin anew."""
        unseen, skipped = list(self.unseen), self.skipped
        self.unseen.clear()
        self.unread = self.mentions = self.skipped = 0
        self.gap = unseen[0].seq if skipped else self.gap
        return unseen, skipped

    def _note_presence(self, event: Presence, own_name: str) -> None:
        self.here = event.here
        self.names |= set(event.joined)
        self.names -= set(event.left)
        new = {one.old: one.new for one in event.renamed}
        self.people = tuple(new.get(name, name) for name in self.people)
        others = tuple(name for name in event.joined if name != own_name)
        if self.kind == "direct" and others:  # who took a name before one was told of the old one
            self.people = others

    def _note_read(self, seq: int, own_name: str) -> None:
        """Forget what was unread, as far as it was read at another of one's clients."""
        if seq >= min(self.since, self.last):
            newer = sum(_is_to_read(one, seq, own_name) for one in self.unseen)
            self.unread = min(self.unread, newer)
            self.mentions = min(self.mentions, self.unread)


def _are_names(people: tuple[str, ...]) -> bool:
    """Return whether it is known who they are: the server has other words for a guest who left."""
    return not any(" " in name for name in people)


def _is_to_read(entry: AnyEntry, read: int, own_name: str) -> bool:
    """Return whether `entry` counts as unread for who has read all up to the `seq` `read`."""
    is_said = isinstance(entry, Message) and bool(entry.text)
    return is_said and entry.seq > read and entry.name != own_name
