"""The protocol's constants: its version, its colours, its codes of errors."""

from __future__ import annotations

import re
from typing import Annotated, Final

from msgspec import Meta

VERSION: Final = 1
LOBBY: Final = "lobby"
HERE: Final = "."
"""In place of a room's name: the room that one joined, or wrote to, last."""

EVERYWHERE: Final = "*"
"""In place of a room's name, where an administrator acts on the whole server."""

DIRECT: Final = "@"
"""Begins the name of a room of two. No other room's name has it."""

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
    "bad_code": "the invitation code is not one that may be used",
    "bad_color": "the colour is not one of the known ones",
    "bad_emoji": "the reaction is not an emoji, or a word like `:+1:`",
    "bad_json": "the line is not a JSON object, or a field is not what it may be",
    "bad_login": "there is no account of that name with that password",
    "bad_name": "the name has a character, or a length, that names may not have",
    "bad_password": "the password is too short, too long, or has characters that cannot be typed",
    "bad_room": "the name is not one that a room may have",
    "bad_search": "there is no word to search for",
    "bad_time": "the time is not of the form 2026-11-22T19:00:00Z",
    "bad_token": "the token is not known: it was revoked, or was not used for too long",
    "bad_utf8": "the bytes are not UTF-8",
    "bad_version": "the client speaks another version of the protocol",
    "banned": "one may not come in; the message says until when, and why",
    "blocked": "the other does not want to be written to",
    "busy": "too much of this is being done already; `retry_after_s` says when to try again",
    "disabled": "the account was disabled by an administrator",
    "empty": "there is nothing in the message",
    "hello_first": "the command needs a `hello` before it",
    "hello_twice": "`hello` was said already",
    "id_taken": "the id was used for something else, perhaps by another",
    "invite_only": "the room, or the server, is for those who were invited",
    "login_first": "that is for accounts: log in, or register",
    "login_twice": "one is logged in already",
    "muted": "one may not speak here; the message says until when, and why",
    "name_reserved": "the name, or one that looks like it, belongs to an account",
    "name_taken": "the name, or one that looks like it, is in use",
    "no_change": "that is so already",
    "no_such_command": "plain text knows no command of that name",
    "no_such_message": "there is no message of that number in the room",
    "no_such_person": "there is nobody of that name",
    "no_such_room": "there is no room of that name",
    "not_allowed": "one's role is not enough for that",
    "not_in_room": "one is not in that room",
    "not_yours": "the message is somebody else's",
    "rate_limited": "too much at once; `retry_after_s` says when it may be tried again",
    "slow_mode": "the room is in slow mode; `retry_after_s` says when one may speak again",
    "storage_busy": "another program holds the database; what was said is not stored",
    "storage_corrupt": "the database is damaged; what was said is not stored",
    "storage_failed": "the database failed; what was said is not stored",
    "storage_full": "the disk is full; what was said is not stored",
    "storage_newer": "the database was made by a newer version",
    "storage_readonly": "the database cannot be written to; what was said is not stored",
    "too_long": "the line, or a field of it, is longer than the server takes",
    "too_many": "the server has as many as it takes: connections, rooms, accounts",
    "too_late": "`hello` did not come in time",
    "unknown_type": "the server knows no command of that type",
    "unsupported": "the server does not speak what the client's first bytes ask for",
}
"""Every code that an `error` may carry. A code, once published, keeps its meaning."""

Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
"""What every language's JSON carries without loss (RFC 8259, section 6)."""

NEWEST: Final = 2**53 - 1
"""In place of a message's `seq`: the room's newest; to answer, that of somebody else."""

MessageId = Annotated[str, Meta(min_length=1, max_length=128)]
Seconds = Annotated[float, Meta(ge=0, le=10 * 366 * 86_400)]
Short = Annotated[str, Meta(max_length=300)]
"""A topic, a reason: what stands on one line."""
