"""What clients and servers say to one another: commands and events.

These types are the protocol's only definition; docs/protocol.md is generated from them.
On the native wire each is one JSON object a line, told apart by its `type`.
Unknown fields are ignored and unknown types answered with an error: that is how it grows.
"""

from __future__ import annotations

import re
from typing import Annotated, Final

from msgspec import Meta, Struct

VERSION: Final = 1
LOBBY: Final = "lobby"
DEFAULT_COLOR: Final = "blue"
MAX_LINE_BYTES: Final = 64 * 1024
"""The longest line of the native wire, unless the server's welcome tells another."""

COLORS: Final = (
    "black",
    "grey",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "light_grey",
    "dark_grey",
    "light_red",
    "light_green",
    "light_yellow",
    "light_blue",
    "light_magenta",
    "light_cyan",
    "white",
)
"""The colours that may be chosen: those of the package termcolor."""

SEED_LINE: Final = re.compile(r"\[COLOR \((?P<color>[a-z_]{1,32})\)\] said -> (?P<text>.*)", re.S)
"""The form in which the first client, and plain text, carry a colour and a text."""

ERRORS: Final = {
    "bad_color": "the colour is not one of the known ones",
    "bad_json": "the line is not a JSON object, or a field is not what it may be",
    "bad_name": "the name has a character, or a length, that names may not have",
    "bad_search": "there is no word to search for",
    "bad_time": "the time is not of the form 2026-11-22T19:00:00Z",
    "bad_utf8": "the bytes are not UTF-8",
    "bad_version": "the client speaks another version of the protocol",
    "empty": "there is nothing in the message",
    "hello_first": "the command needs a `hello` before it",
    "hello_twice": "`hello` was said already",
    "no_such_room": "there is no room of that name",
    "rate_limited": "too much at once; `retry_after_s` says when it may be tried again",
    "storage_busy": "another program holds the database; what was said is not stored",
    "storage_corrupt": "the database is damaged; what was said is not stored",
    "storage_failed": "the database failed; what was said is not stored",
    "storage_full": "the disk is full; what was said is not stored",
    "storage_newer": "the database was made by a newer version",
    "storage_readonly": "the database cannot be written to; what was said is not stored",
    "too_long": "the line is longer than the server takes",
    "too_many": "the server has as many connections as it takes",
    "too_late": "`hello` did not come in time",
    "unknown_type": "the server knows no command of that type",
    "unsupported": "the server does not speak what the client's first bytes ask for",
}
"""Every code that an `error` may carry. A code, once published, keeps its meaning."""


class Command(Struct, tag_field="type", frozen=True, omit_defaults=True):
    """What a client asks of the server."""


Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
"""What every language's JSON carries without loss (RFC 8259, section 6)."""

MessageId = Annotated[str, Meta(min_length=1, max_length=128)]


class Hello(Command, tag="hello", frozen=True):
    """Joins the lobby. It comes first; only `ping` may come before it."""

    v: int
    name: str = ""
    color: str = ""
    session: Annotated[str, Meta(max_length=64)] = ""
    """Of an earlier welcome: one is the same person as then, after a lost connection."""
    resume: dict[str, Count] = {}
    """Room to `seq`: what comes after it is told, each message once, in order."""
    presence: bool = False
    """Whether to be told, by `presence`, who is here and who comes and goes."""
    history: Count | None = None
    """How many of the newest messages to be told; the server's setting if it is missing."""


class Say(Command, tag="say", frozen=True):
    """Says `text` in a room. `id` is the client's own and unique."""

    id: MessageId
    text: str
    room: str = LOBBY


class Recolor(Command, tag="color", frozen=True):
    """Changes the colour of what one says from now on."""

    color: str


class History(Command, tag="history", frozen=True):
    """Asks for what was said, a page at a time; is answered with `history`.

    One of four says where: before or after a `seq`, or a time (RFC 3339, UTC).
    With none of them it is the newest page.
    """

    id: str = ""
    room: str = LOBBY
    before: Count | None = None
    after: Count | None = None
    before_time: str = ""
    after_time: str = ""
    limit: Annotated[int, Meta(ge=1)] = 100


class Search(Command, tag="search", frozen=True):
    """Asks for the messages that have all the words of `text`; `word*` is any word so begun.

    Is answered with `found`. `before`: only what was said before that `seq`.
    """

    text: str
    id: str = ""
    room: str = LOBBY
    before: Count | None = None
    limit: Annotated[int, Meta(ge=1)] = 20


class Ping(Command, tag="ping", frozen=True):
    """Is answered with `pong`, after all that was asked before it."""

    id: str = ""


class Event(Struct, tag_field="type", frozen=True):
    """What the server tells a client."""


class RoomPlace(Struct, frozen=True):
    """A room that one is in, and the `seq` of the newest entry that one is not told of again."""

    room: str
    seq: int


class Welcome(Event, tag="welcome", frozen=True):
    """Answers `hello`: who one is now, and where."""

    v: int
    name: str
    color: str
    session: str
    rooms: tuple[RoomPlace, ...]
    max_line_bytes: int = MAX_LINE_BYTES


class Message(Event, tag="message", frozen=True):
    """Something said in a room, to everybody in it but the connection that said it."""

    room: str
    seq: int
    id: str
    time: str
    name: str
    color: str
    text: str


class Ack(Event, tag="ack", frozen=True):
    """Tells the connection that said `id` which place it has in the room."""

    id: str
    room: str
    seq: int
    time: str


class Page(Event, tag="history", frozen=True):
    """Answers `history`: a page of messages, oldest first; `more`: there are more that way."""

    id: str
    room: str
    messages: tuple[Message, ...]
    more: bool


class Found(Event, tag="found", frozen=True):
    """Answers `search`: messages, newest first; `more`: there are older ones."""

    id: str
    room: str
    messages: tuple[Message, ...]
    more: bool


class You(Event, tag="you", frozen=True):
    """Answers `color`: how others see one from now on."""

    name: str
    color: str


class Presence(Event, tag="presence", frozen=True, omit_defaults=True):
    """How many are here, and who came and left since it was told last; the first time, who is here.

    Changes are told together, a moment later. Who has no name is counted only; in a large room
    everybody is.
    """

    room: str
    here: int
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


class Pong(Event, tag="pong", frozen=True):
    """Answers `ping`."""

    id: str = ""


class Bye(Event, tag="bye", frozen=True):
    """The server closes the connection; `message` is for people."""

    message: str


class Error(Event, tag="error", frozen=True):
    """A command could not be done. `code` is stable, `message` is for people."""

    code: str
    message: str
    id: str = ""
    retry_after_s: float = 0.0
    """Seconds after which the same may be tried again; 0: nothing will be different."""


AnyCommand = Hello | Say | Recolor | History | Search | Ping
AnyEvent = Welcome | Message | Ack | Page | Found | You | Presence | Pong | Bye | Error
