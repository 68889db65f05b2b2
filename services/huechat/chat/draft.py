"""Something said or done that has no place in a log yet."""

from __future__ import annotations

from typing import NamedTuple

from huechat.protocol import AnyEntry, Deleted, Edited, Message, Notice, Reacted, TopicSet


class Draft(NamedTuple):
    """What the store makes an entry of, by giving it a `seq` and a time.

    `sender` is an account, a guest's name, or, with `~` before it, a nameless guest's session.
    A sender's message id is stored once. `kind`, `target` and `about`: see `as_entry`.
    """

    room: str
    sender: str
    id: str
    name: str
    color: str
    text: str
    kind: str = "message"
    target: int = 0
    about: str = ""


def as_entry(draft: Draft, seq: int, time: str) -> AnyEntry:
    """Return `draft` as the entry that it is at `seq`.

    `kind` says which: message, edit, delete, react, unreact, topic; any other is a notice of
    that action. `target` is the `seq` of the message that it is about, `about` says which that is.
    """
    room, _, id_, name, color, text, kind, target, about = draft
    if kind == "message":
        return Message(room, seq, id_, time, name, color, text, target, about)
    if kind == "edit":
        return Edited(room, seq, id_, time, name, color, text, target, about)
    if kind == "delete":
        return Deleted(room, seq, id_, time, name, color, target, about)
    if kind in ("react", "unreact"):
        on = kind == "react"
        return Reacted(room, seq, id_, time, name, color, text, target, about, on)
    if kind == "topic":
        return TopicSet(room, seq, id_, time, name, color, text)
    return Notice(room, seq, id_, time, name, color, kind, about, text)
