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
    "bad_utf8": "the bytes are not UTF-8",
    "bad_version": "the client speaks another version of the protocol",
    "empty": "there is nothing in the message",
    "hello_first": "the command needs a `hello` before it",
    "hello_twice": "`hello` was said already",
    "no_such_room": "there is no room of that name",
    "too_long": "the line is longer than the server takes",
    "too_slow": "the client read so slowly that what it missed is no longer kept",
    "unknown_type": "the server knows no command of that type",
    "unsupported": "the server does not speak what the client's first bytes ask for",
}
"""Every code that an `error` may carry. A code, once published, keeps its meaning."""


class Command(Struct, tag_field="type", frozen=True, omit_defaults=True):
    """What a client asks of the server."""


class Hello(Command, tag="hello", frozen=True):
    """Joins the lobby. It comes first; only `ping` may come before it."""

    v: int
    name: str = ""
    color: str = ""


MessageId = Annotated[str, Meta(min_length=1, max_length=128)]


class Say(Command, tag="say", frozen=True):
    """Says `text` in a room. `id` is the client's own and unique."""

    id: MessageId
    text: str
    room: str = LOBBY


class Recolor(Command, tag="color", frozen=True):
    """Changes the colour of what one says from now on."""

    color: str


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


class You(Event, tag="you", frozen=True):
    """Answers `color`: how others see one from now on."""

    name: str
    color: str


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


AnyCommand = Hello | Say | Recolor | Ping
AnyEvent = Welcome | Message | Ack | You | Pong | Bye | Error
