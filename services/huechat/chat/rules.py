"""What may be done: commands against the rules, and what comes of them."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from huechat.chat.draft import Draft
from huechat.chat.errors import RefusedError
from huechat.chat.names import check_name
from huechat.chat.people import Person
from huechat.protocol import COLORS, DEFAULT_COLOR, LOBBY, VERSION, Hello, Say


def greet(hello: Hello, session: str) -> Person:
    """Return who says `hello`; raise `RefusedError` if they cannot come in like that.

    `session` is theirs unless they bring the one that they had before.
    """
    if hello.v != VERSION:
        raise RefusedError("bad_version", f"this server speaks version {VERSION}, not {hello.v}")
    name = check_name(hello.name) if hello.name else ""
    color = check_color(hello.color) if hello.color else DEFAULT_COLOR
    return Person(hello.session or session, name, color)


def check_color(color: str) -> str:
    """Return `color`; raise `RefusedError` if it is not a known one."""
    if color not in COLORS:
        raise RefusedError("bad_color", f"use one of the colors {', '.join(COLORS)}")
    return color


def check_room(room: str) -> str:
    """Return `room`; raise `RefusedError` if there is none of that name."""
    if room != LOBBY:
        raise RefusedError("no_such_room", f"there is one room here: {LOBBY}")
    return room


def draft(person: Person, say: Say) -> Draft:
    """Return what `person` says; raise `RefusedError` if it may not be said."""
    check_room(say.room)
    if not say.text.strip():
        raise RefusedError("empty", "the message is empty; write something")
    return Draft(say.room, person.sender, say.id, person.name, person.color, say.text)


def new_session() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(16)


def now() -> str:
    """Return the time as messages carry it."""
    return as_time(datetime.now(UTC))


def as_time(moment: datetime) -> str:
    """Return `moment` as RFC 3339, in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def check_time(time: str) -> str:
    """Return `time`, any RFC 3339 time, as messages carry it; raise `RefusedError`."""
    try:
        moment = datetime.fromisoformat(time)
        return as_time(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as reason:  # the year 0, seen from UTC
        raise RefusedError("bad_time", "write a time like 2026-11-22T19:00:00Z, in UTC") from reason
