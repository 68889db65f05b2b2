"""Saying something, and what is done to messages later: each is an entry of the room's log."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from huechat.chat import rules
from huechat.chat.bans import SERVER, check_not_barred
from huechat.chat.draft import Draft
from huechat.chat.errors import RefusedError
from huechat.chat.log import text_of
from huechat.chat.rooms import Room
from huechat.protocol import (
    AnyEntry,
    Delete,
    Deleted,
    Edit,
    Edited,
    Mark,
    Message,
    React,
    Reacted,
    Say,
    Typing,
)
from huechat.server.connection import Connection
from huechat.server.rooms.deeds import note, nothing
from huechat.server.rooms.direct import bring_together, direct_place, tell_if_absent
from huechat.server.rooms.places import Place, place_of
from huechat.server.rooms.targets import (
    has_reacted,
    is_about,
    is_again,
    is_own,
    message,
    message_to_answer,
    message_to_delete,
    once,
    own_message,
    wait_until_all_is_stored,
)

if TYPE_CHECKING:
    from huechat.server.hall import Hall


def say(hall: Hall, connection: Connection, say: Say) -> None:
    """Put what is said on its way."""
    place = connection.places.get(say.room) if not say.to else None
    if place is None:
        place = _place(hall, connection, say)
    person, room = connection.greeted, place.room
    draft = rules.saying(person, room.name, say.id, say.text)
    connection.check_pace()
    if say.reply:
        if is_again(hall, connection, room.name, say.id, kind=Message, text=draft.text):
            return
        target = message_to_answer(hall, connection, room, say.reply)
        draft = draft._replace(target=target.seq, about=rules.about(target))
    try:
        _check_may_speak(hall, connection, room)
    except RefusedError:
        wait_until_all_is_stored(hall)  # it may be on its way
        if is_again(hall, connection, room.name, say.id, kind=Message, text=draft.text):
            return
        raise
    connection.here = room.name
    hall.writer.say(draft, place.source)


def edit(hall: Hall, connection: Connection, edit: Edit) -> None:
    """Say that a message of one's own is to read otherwise."""
    place = place_of(connection, edit.room)
    text = rules.check_text(edit.text)
    once(
        hall,
        connection,
        place.room.name,
        edit.id,
        lambda: _edit(hall, connection, place, edit, text),
        kind=Edited,
        same=lambda entry: is_about(entry, edit.seq) and text_of(entry) in ("", text),
    )


def _edit(hall: Hall, connection: Connection, place: Place, edit: Edit, text: str) -> None:
    person = connection.greeted
    target = own_message(hall, person, place.room, edit.seq)
    draft = rules.doing(person, place.room.name, edit.id, "edit", text)
    _enter(hall, connection, place, draft._replace(target=target.seq, about=rules.about(target)))


def delete(hall: Hall, connection: Connection, delete: Delete) -> None:
    """Say that a message is not to be shown: one's own, or as a moderator another's."""
    place = place_of(connection, delete.room)
    once(
        hall,
        connection,
        place.room.name,
        delete.id,
        lambda: _delete(hall, connection, place, delete),
        kind=Deleted,
        same=lambda entry: is_about(entry, delete.seq),
    )


def _delete(hall: Hall, connection: Connection, place: Place, delete: Delete) -> None:
    person = connection.greeted
    target = message_to_delete(hall, person, place.room, delete.seq)
    draft = rules.doing(person, place.room.name, delete.id, "delete", "")
    draft = draft._replace(target=target.seq, about=target.name)
    if is_own(hall, person, place.room, target):
        _enter(hall, connection, place, draft)
    else:
        hall.writer.do(lambda: _delete_anothers(hall, place, draft))


def react(hall: Hall, connection: Connection, react: React) -> None:
    """Put an emoji to a message, or take it back."""
    place = place_of(connection, react.room)
    rules.check_emoji(react.emoji)
    once(
        hall,
        connection,
        place.room.name,
        react.id,
        lambda: _react(hall, connection, place, react),
        kind=Reacted,
        same=lambda entry: is_about(entry, react.seq) and _is_the_same(entry, react),
    )


def _react(hall: Hall, connection: Connection, place: Place, react: React) -> None:
    person, emoji = connection.greeted, react.emoji
    target = message(hall, place.room, react.seq, connection.outlet.hides)
    if has_reacted(hall, person, target, emoji) == react.on:
        raise RefusedError("no_change", _no_change(emoji, on=react.on))
    kind = "react" if react.on else "unreact"
    draft = rules.doing(person, place.room.name, react.id, kind, emoji)
    _enter(hall, connection, place, draft._replace(target=target.seq, about=rules.about(target)))


def _is_the_same(entry: AnyEntry, react: React) -> bool:
    if not isinstance(entry, Reacted):
        return False
    plain = rules.plain_emoji(react.emoji)
    return (rules.plain_emoji(entry.emoji), entry.on) == (plain, react.on)


def typing(hall: Hall, connection: Connection, typing: Typing) -> None:
    """Tell those who want to know that somebody is writing, if what they write may be said.

    Nothing is answered where it may not, or comes too often: no person asked for this.
    """
    if connection.typing.take():
        return
    room = place_of(connection, typing.room).room
    with suppress(RefusedError):
        if room.sanctions or hall.sanctions:
            _check_not_muted(hall, connection)
            room.check_not_muted(connection.caller())
        hall.presence.typing(room.name, connection.greeted.name)


def mark(hall: Hall, connection: Connection, mark: Mark) -> None:
    """Note how far an account has read. Its other connections are told a moment later."""
    room = place_of(connection, mark.room).room
    person = connection.greeted
    seq = min(mark.seq, room.log.last)
    if person.account and hall.notes.read(room.name, person.identity, seq):
        others = [one for one in hall.crowd.of(person.identity) if one is not connection]
        hall.notes.share(room.name, person.identity, seq, others)


def _no_change(emoji: str, *, on: bool) -> str:
    if on:
        return f"you have put {emoji} to that already; /unreact takes it back"
    return f"you have not put {emoji} to that message"


def _place(hall: Hall, connection: Connection, say: Say) -> Place:
    if say.to:
        rules.check_text(say.text)  # before anybody is told of a new room
        _check_not_muted(hall, connection)
        return direct_place(hall, connection, say.to, make=not say.reply)
    return place_of(connection, say.room)


def _check_may_speak(
    hall: Hall, connection: Connection, room: Room, *, slowly: bool = True
) -> None:
    """Raise `RefusedError` if what is said may not be said here now."""
    if room.sanctions or room.slow_s or hall.sanctions:
        _check_not_muted(hall, connection)
        room.check_not_muted(connection.caller())
        if slowly:
            room.hear(connection.caller(), time.monotonic())
    if room.kind == "direct":
        bring_together(hall, connection, room)
        tell_if_absent(hall, connection, room)


def _check_not_muted(hall: Hall, connection: Connection) -> None:
    """Raise `RefusedError` if one may not speak anywhere."""
    if hall.sanctions and not connection.greeted.administrator:
        check_not_barred(hall.sanctions, "mute", connection.caller(), SERVER)


def _delete_anothers(hall: Hall, place: Place, draft: Draft) -> None:
    """Delete a message as one who keeps order; the audit log has that too."""
    hall.writer.record(draft, place.source, lambda: note(hall, draft), nothing)


def _enter(hall: Hall, connection: Connection, place: Place, draft: Draft) -> None:
    """Put an entry that is about a message on its way. Slow mode is for what is said alone."""
    _check_may_speak(hall, connection, place.room, slowly=False)
    connection.here = place.room.name
    hall.writer.say(draft, place.source)
