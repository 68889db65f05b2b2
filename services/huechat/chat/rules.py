"""What may be done: commands against the rules, and what comes of them."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from huechat.chat.errors import RefusedError
from huechat.chat.names import check_name
from huechat.chat.people import Person
from huechat.protocol import COLORS, DEFAULT_COLOR, LOBBY, VERSION, Hello, Message, Say


def greet(hello: Hello, session: str) -> Person:
    """Return who says `hello`; raise `RefusedError` if they cannot come in like that."""
    if hello.v != VERSION:
        raise RefusedError("bad_version", f"this server speaks version {VERSION}, not {hello.v}")
    name = check_name(hello.name) if hello.name else ""
    color = check_color(hello.color) if hello.color else DEFAULT_COLOR
    return Person(session, name, color)


def check_color(color: str) -> str:
    """Return `color`; raise `RefusedError` if it is not a known one."""
    if color not in COLORS:
        raise RefusedError("bad_color", f"use one of the colors {', '.join(COLORS)}")
    return color


def draft(person: Person, say: Say) -> Message:
    """Return what `person` says, not yet numbered; raise `RefusedError` if it may not be said."""
    if say.room != LOBBY:
        raise RefusedError("no_such_room", f"there is one room here: {LOBBY}")
    if not say.text.strip():
        raise RefusedError("empty", "the message is empty; write something")
    return Message(say.room, 0, say.id, now(), person.name, person.color, say.text)


def new_session() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(16)


def now() -> str:
    """Return the time, RFC 3339, UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
