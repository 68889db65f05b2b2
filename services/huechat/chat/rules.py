"""What may be said, and by whom: commands against the rules, and what comes of them."""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import Final

from huechat.chat.draft import Draft
from huechat.chat.errors import RefusedError
from huechat.chat.guests import check_not_ours
from huechat.chat.names import check_name
from huechat.chat.people import Person
from huechat.protocol import COLORS, DEFAULT_COLOR, VERSION, AnyEntry, Edited, Hello, Message

ABOUT_CHARS: Final = 60
"""How much of a message stands in an entry that is about it."""

_SHORTCODE: Final = re.compile(r":[a-z0-9_+-]{1,40}:")
_TAGS: Final = map(chr, range(0xE0020, 0xE0080))  # they make the flags of parts of a country
_JOINING: Final = frozenset(("\u200d", "\ufe0f", "\u20e3", *_TAGS))  # of several signs, one emoji
_PICTURES: Final = ("So", "Sk", "Sm", "Cn", "Po")
_LIKE_TEXT: Final = frozenset("ℹ〰")  # emoji that are, for Unicode, a letter and a dash


def check_hello(hello: Hello) -> None:
    """Raise `RefusedError` if nobody can come in with such a `hello`."""
    if hello.v != VERSION:
        raise RefusedError("bad_version", f"this server speaks version {VERSION}, not {hello.v}")
    if hello.name:
        check_name(hello.name)
    if hello.color:
        check_color(hello.color)


def guest(hello: Hello, session: str, given_name: str) -> Person:
    """Return who says `hello`, as a guest; `given_name` is theirs unless they bring one.

    `session` is theirs unless they bring the one that they had before.
    """
    name = check_name(hello.name) if hello.name else given_name
    check_not_ours(name)
    return Person(hello.session or session, name, hello.color or DEFAULT_COLOR)


def check_color(color: str) -> str:
    """Return `color`; raise `RefusedError` if it is not a known one."""
    if color not in COLORS:
        raise RefusedError("bad_color", f"use one of the colors {', '.join(COLORS)}")
    return color


def check_text(text: str) -> str:
    """Return `text`; raise `RefusedError` if it may not be said."""
    if not text.strip():
        raise RefusedError("empty", "the message is empty; write something")
    return text


def check_emoji(emoji: str) -> str:
    """Return `emoji`; raise `RefusedError` if it is neither one nor a word like `:+1:`."""
    signs = [char for char in emoji if char not in _JOINING]
    pictures = all(unicodedata.category(char) in _PICTURES for char in {*signs} - _LIKE_TEXT)
    if _SHORTCODE.fullmatch(emoji) or (
        signs and len(emoji) <= ABOUT_CHARS and pictures and not emoji.isascii()
    ):
        return emoji
    if re.fullmatch("[0-9#*]\ufe0f?\u20e3", emoji) or emoji in ("+1", "-1"):
        return emoji
    raise RefusedError("bad_emoji", "react with an emoji, or with a word like :+1:")


def plain_emoji(emoji: str) -> str:
    """Return `emoji` for comparing: ❤ and ❤\ufe0f are one, which looks otherwise."""
    return emoji.replace("\ufe0f", "")


def saying(person: Person, room: str, message_id: str, text: str) -> Draft:
    """Return what `person` says in `room`; raise `RefusedError` if it may not be said."""
    return Draft(room, person.sender, message_id, person.name, person.color, check_text(text))


def doing(person: Person, room: str, entry_id: str, kind: str, text: str) -> Draft:
    """Return what `person` does in `room`: an entry of a `kind` that `draft.as_entry` knows.

    With no `entry_id` it gets one.
    """
    id_ = entry_id or new_session()
    return Draft(room, person.sender, id_, person.name, person.color, text, kind)


def about(entry: AnyEntry) -> str:
    """Return whose message `entry` is, and how it begins."""
    text = entry.text if isinstance(entry, (Message, Edited)) else ""
    line = " ".join(text.split())
    short = line if len(line) <= ABOUT_CHARS else f"{line[: ABOUT_CHARS - 1]}…"
    return f"{entry.name}: {short}"


def new_session() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(16)
