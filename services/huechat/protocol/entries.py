"""What has a place in a room's log."""

from __future__ import annotations

from msgspec import Struct


class Event(Struct, tag_field="type", frozen=True):
    """What the server tells a client."""


class Message(Event, tag="message", frozen=True, omit_defaults=True):
    """Something said in a room, to everybody in it but the connection that said it."""

    room: str
    seq: int
    id: str
    time: str
    name: str
    color: str
    text: str
    """Empty if it was deleted before one came: its place in the log is left."""
    reply: int = 0
    """The `seq` of the message that it answers."""
    about: str = ""
    """Whose message that is, and how it begins."""


class Edited(Event, tag="edit", frozen=True):
    """The message `target` is to read `text`. Only who said it may say so."""

    room: str
    seq: int
    id: str
    time: str
    name: str
    color: str
    text: str
    target: int
    about: str
    """Whose message it is, and how it began before."""


class Deleted(Event, tag="delete", frozen=True):
    """The message `target` is not to be shown any more."""

    room: str
    seq: int
    id: str
    time: str
    name: str
    color: str
    target: int
    about: str
    """Whose message it was."""


class Reacted(Event, tag="react", frozen=True):
    """Somebody put `emoji` to the message `target`, or took it back."""

    room: str
    seq: int
    id: str
    time: str
    name: str
    color: str
    emoji: str
    target: int
    about: str
    """Whose message that is, and how it begins."""
    on: bool


class TopicSet(Event, tag="topic", frozen=True):
    """Somebody changed what the room is about."""

    room: str
    seq: int
    id: str
    time: str
    name: str
    color: str
    text: str


class Notice(Event, tag="notice", frozen=True):
    """Somebody who may did something to a person, or to the room."""

    room: str
    seq: int
    id: str
    time: str
    name: str
    color: str
    action: str
    """What it was: kick, ban, mute, pardon, role or slow."""
    about: str
    """Whom it was done to."""
    text: str
    """All of it, for people."""


AboutMessage = Edited | Deleted | Reacted
"""What is done to a message, later."""

AnyEntry = Message | AboutMessage | TopicSet | Notice
"""What has a place in a room's log."""
