"""What the server tells a client."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from huechat.protocol.entries import (
    AboutMessage,
    AnyEntry,
    Deleted,
    Edited,
    Event,
    Message,
    Notice,
    Reacted,
    TopicSet,
)
from huechat.protocol.words import MAX_LINE_BYTES

Role = Literal["", "member", "moderator", "owner", "administrator"]


class RoomPlace(Struct, frozen=True, omit_defaults=True):
    """A room that one is in, and the `seq` of its newest entry when one came in."""

    room: str
    seq: int
    kind: Literal["public", "private", "direct"] = "public"
    topic: str = ""
    people: tuple[str, ...] = field(default=(), name="with")
    """Of a direct room: who else it is with."""
    role: Role = ""
    """What one is there, if more than a member."""
    slow_s: float = 0
    """In slow mode: after how many seconds one may speak again."""
    read: int = 0
    """Up to which `seq` one has read, as an account."""
    unread: int = 0
    """How many messages of others came since; counting ends at 1,000."""
    mentions: int = 0
    """How many of these name one: `@ana`."""


class Welcome(Event, tag="welcome", frozen=True):
    """Answers `hello`: who one is now, and where."""

    v: int
    name: str
    color: str
    session: str
    """A secret: it makes one the same person again after a lost connection."""
    rooms: tuple[RoomPlace, ...]
    max_line_bytes: int = MAX_LINE_BYTES
    """The longest line that the server takes."""
    account: bool = False
    """Whether one has an account; else one is a guest."""
    administrator: bool = False
    """Whether one is the server's administrator."""


class Token(Event, tag="token", frozen=True, omit_defaults=True):
    """Answers `login`, `register` and `password`: `hello` with it makes one that account."""

    id: str
    name: str
    token: str
    """A secret, and the only time that it is told."""
    message: str = ""
    """What was done, where it was not logging in; for people."""

    def __repr__(self) -> str:
        return f"Token({self.name!r}, …)"


class You(Event, tag="you", frozen=True, omit_defaults=True):
    """How others see one from now on."""

    name: str
    color: str
    id: str = ""
    account: bool = False
    administrator: bool = False
    message: str = ""
    """Why, where it was not one's own wish; for people."""


class Ack(Event, tag="ack", frozen=True, omit_defaults=True):
    """Tells the connection that said or did `id` which place it has in the room: it is stored."""

    id: str
    room: str
    seq: int
    time: str
    entry: AboutMessage | None = None
    """What was done to a message, as the others are told it. Of what was said there is none."""


class Page(Event, tag="history", frozen=True):
    """Answers `history`: a page of the log, oldest first."""

    id: str
    room: str
    messages: tuple[AnyEntry, ...]
    more: bool
    """Whether there is more that way."""


class Found(Event, tag="found", frozen=True):
    """Answers `search`: what was found, newest first."""

    id: str
    room: str
    messages: tuple[AnyEntry, ...]
    more: bool
    """Whether there is older that has the words."""


class Joined(Event, tag="joined", frozen=True, omit_defaults=True):
    """One is in a room now. Answers `join`, and `topic` with no text.

    It comes unasked, with no `id`, when another connection of the account joined, when somebody
    wrote to one alone, and after `login`.
    """

    id: str
    place: RoomPlace
    asked: bool = False
    """It answers `topic`: one was in the room before."""


class Left(Event, tag="left", frozen=True, omit_defaults=True):
    """One is not in the room any more. Answers `leave`, or comes unasked."""

    room: str
    id: str = ""
    message: str = ""
    """Why, if one did not ask for it; for people."""
    people: tuple[str, ...] = field(default=(), name="with")
    """Of a direct room, where there is no `message`: who else it is with."""


class RoomInfo(Struct, frozen=True, omit_defaults=True):
    """A room as it is listed."""

    room: str
    here: int
    """How many are in it now."""
    topic: str = ""
    kind: Literal["public", "private", "direct"] = "public"
    people: tuple[str, ...] = field(default=(), name="with")
    """Of a direct room: who else it is with."""
    inside: bool = False
    """Whether one is in it."""


class RoomList(Event, tag="rooms", frozen=True):
    """Answers `rooms`: public rooms by name; the first page has one's others behind them."""

    id: str
    rooms: tuple[RoomInfo, ...]
    more: bool
    """Whether there are more public rooms."""


class PersonInfo(Struct, frozen=True, omit_defaults=True):
    """A person as others may know them."""

    name: str
    color: str
    account: bool = False
    """Whether they have an account."""
    role: Role = ""
    """What they are in the room, if more than a member; in `person`, on the server."""
    here: bool = True
    """Whether they are connected."""
    away: str = ""
    """Why they are away, if they are."""
    seen: str = ""
    """When they were last here, if they are not."""


class People(Event, tag="who", frozen=True):
    """Answers `who`: those who are in the room, by name."""

    id: str
    room: str
    people: tuple[PersonInfo, ...]
    here: int
    """How many there are in all."""
    more: bool
    """Whether there are more behind these."""


class Person(Event, tag="person", frozen=True):
    """Answers `whois`."""

    id: str
    person: PersonInfo


class Renamed(Struct, frozen=True):
    """Somebody who stays in the room and is called otherwise."""

    old: str
    new: str


class Presence(Event, tag="presence", frozen=True, omit_defaults=True):
    """How many are here, and who came and left since it was told last; the first time, who is here.

    Changes are told together, a moment later. In a large room people are counted only.
    """

    room: str
    here: int
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    """Who is away now."""
    back: tuple[str, ...] = ()
    """Who is not away any more."""
    renamed: tuple[Renamed, ...] = ()
    """Who stays under another name, all at once. Who takes one's old name keeps it in the list:
    then it is not in `left`, nor in `joined`."""


class TypingNow(Event, tag="typing", frozen=True):
    """Who is writing something in the room. It holds for some seconds."""

    room: str
    names: tuple[str, ...]


class Marked(Event, tag="read", frozen=True):
    """One has read the room up to `seq`, on another connection of one's account."""

    room: str
    seq: int


class Blocked(Event, tag="blocked", frozen=True, omit_defaults=True):
    """Answers `block`: all whom one has blocked."""

    id: str
    names: tuple[str, ...]
    message: str = ""
    """What was taken back, which the names do not tell; for people."""


class Invited(Event, tag="invited", frozen=True):
    """Somebody asks one into a room: it may be joined now."""

    room: str
    by: str
    """Who asks; empty if that was while one was away."""


class Invitation(Event, tag="invitation", frozen=True):
    """Answers `invite` with no name: a code to register with, once."""

    id: str
    code: str
    """Capitals and dashes do not matter in it."""
    expires: str
    """Until when it may be used."""


class BanInfo(Struct, frozen=True, omit_defaults=True):
    """A ban, or a mute."""

    kind: Literal["ban", "mute"]
    name: str
    """Whom it was meant for."""
    by: Literal["name", "account", "address"]
    """By what they are known."""
    until: str = ""
    """If it is missing, it is for ever."""
    reason: str = ""
    moderator: str = ""
    """Who did it."""


class BanList(Event, tag="bans", frozen=True):
    """Answers `bans`."""

    id: str
    room: str
    bans: tuple[BanInfo, ...]


class Deed(Struct, frozen=True):
    """Something that was done by somebody who may."""

    number: int
    """It rises with each deed."""
    time: str
    room: str
    """`*`: the server."""
    by: str
    action: str
    about: str
    """Whom it was done to."""
    text: str
    """All of it, for people."""


class Audit(Event, tag="audit", frozen=True):
    """Answers `audit`: newest first."""

    id: str
    deeds: tuple[Deed, ...]
    more: bool


class Done(Event, tag="done", frozen=True):
    """Answers a command that has no other answer; `message` is for people."""

    id: str
    message: str


class Pong(Event, tag="pong", frozen=True):
    """Answers `ping`."""

    id: str = ""


class Bye(Event, tag="bye", frozen=True, omit_defaults=True):
    """The server closes the connection; `message` is for people."""

    message: str
    put_out: bool = False
    """One is put out; the server goes on."""


class Error(Event, tag="error", frozen=True):
    """A command could not be done. `code` is stable, `message` is for people."""

    code: str
    message: str
    id: str = ""
    retry_after_s: float = 0.0
    """Seconds after which the same may be tried again; 0: nothing will be different."""


AnyEvent = (
    Welcome
    | Token
    | You
    | Message
    | Edited
    | Deleted
    | Reacted
    | TopicSet
    | Notice
    | Ack
    | Page
    | Found
    | Joined
    | Left
    | RoomList
    | People
    | Person
    | Presence
    | TypingNow
    | Marked
    | Blocked
    | Invited
    | Invitation
    | BanList
    | Audit
    | Done
    | Pong
    | Bye
    | Error
)
