"""What was said and done in a room, in lines for people.

What is said has always the first client's form. What is done begins with a star: nobody can say
something that looks like it, as nobody's name has a star, and nobody's words begin a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from huechat.protocol import (
    DIRECT,
    AnyEntry,
    Deleted,
    Edited,
    Message,
    Notice,
    Reacted,
    TopicSet,
)
from huechat.wire.places import before_news, before_words, minute

_GIVEN_NAME: Final = re.compile("guest-[0-9]+")
"""The name of one who chose none. It tells others nothing, but where they may answer them alone."""

_ABOUT_ANOTHER: Final = (Edited, Deleted, Reacted)

_NO_BRACKETS: Final = str.maketrans("()", "[]")
"""For what is quoted in brackets: it is not to end them, and to go on as if it were the answer."""


def entry_line(entry: AnyEntry) -> str:
    """Return `entry` as those in the room read it; empty: they don't. It is not harmless yet."""
    if isinstance(entry, Message):
        return beginning(entry) + entry.text if entry.text else ""  # or it was deleted
    if isinstance(entry, Edited) and not entry.text:
        return ""
    return f"* {before_news(entry.room)}{done(entry)}"


def listed_entry(entry: AnyEntry) -> str:
    """Return `entry` as one who asks what was said reads it: with its time, without the room."""
    line = said(entry, entry.text) if isinstance(entry, Message) else f"* {done(entry)}"
    return f"{minute(entry.time)} {line}"


def followed(entries: Sequence[AnyEntry]) -> list[AnyEntry]:
    """Return those of `entries` that one can follow who was told nothing before them.

    Left out is what was deleted, and what is about a message that is not among them.
    """
    left = not_deleted(entries)
    shown = {one.seq for one in left if isinstance(one, Message)}
    return [one for one in left if _subject(one) in shown or not isinstance(one, _ABOUT_ANOTHER)]


def not_deleted(entries: Sequence[AnyEntry]) -> list[AnyEntry]:
    """Return `entries` without deletions, what they deleted, and what is about that."""
    gone = {one.target for one in entries if isinstance(one, Deleted)}
    gone |= {one.seq for one in entries if isinstance(one, Message) and not one.text}
    return [one for one in entries if _subject(one) not in gone and not isinstance(one, Deleted)]


def beginning(message: Message, to: str = "") -> str:
    """Return what stands before the words of a message, for those in its room.

    `to`: see `before_words`.
    """
    return f"{before_words(message.room, to)}{said(message, '')}"


def said(message: Message, text: str) -> str:
    """Return `message`, but with this text, in the first client's form."""
    answered = f"(to {message.about.translate(_NO_BRACKETS)}) " if message.about else ""
    return f"{_speaker(message)}[COLOR ({message.color})] said -> {answered}{text}"


def done(entry: AnyEntry) -> str:
    """Return what was done, in words; nothing for a message."""
    words = _WORDS.get(type(entry))
    return words(entry) if words else ""


def _subject(entry: AnyEntry) -> int:
    """Return the `seq` of the message that `entry` is about: its own, or another's."""
    return entry.target if isinstance(entry, _ABOUT_ANOTHER) else entry.seq


def _speaker(message: Message) -> str:
    name = message.name
    if not name or (_GIVEN_NAME.fullmatch(name) and not message.room.startswith(DIRECT)):
        return ""
    return f"{name} "


def _who(entry: AnyEntry) -> str:
    return entry.name or "somebody"


def _edited(edited: Edited) -> str:
    before = edited.about.removeprefix(f"{edited.name}: ")
    return f"{_who(edited)} edited: {before} -> {edited.text}"


def _deleted(deleted: Deleted) -> str:
    if deleted.about in ("", deleted.name):
        return f"{_who(deleted)} took a message back"
    return f"{_who(deleted)} deleted a message of {deleted.about}"


def _reacted(reacted: Reacted) -> str:
    about = reacted.about or "a message"
    if reacted.on:
        return f"{_who(reacted)} put {reacted.emoji} to {about}"
    return f"{_who(reacted)} took {reacted.emoji} back from {about}"


def _topic(topic: TopicSet) -> str:
    if topic.text:
        return f"{_who(topic)} set the topic: {topic.text}"
    return f"{_who(topic)} took the topic away"


def _notice(notice: Notice) -> str:
    return notice.text


_WORDS: Final[dict[type, Callable[[Any], str]]] = {
    Edited: _edited,
    Deleted: _deleted,
    Reacted: _reacted,
    TopicSet: _topic,
    Notice: _notice,
}
