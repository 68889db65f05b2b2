"""Which message a command is about: one that is there, that is not deleted, as it reads now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from huechat.chat import rules
from huechat.chat.errors import RefusedError
from huechat.chat.people import Person
from huechat.chat.roles import Role, check_role
from huechat.chat.rooms import Room
from huechat.protocol import NEWEST, AnyEntry, Message
from huechat.server.logs.again import Kind, id_taken, is_the_same, said_again
from huechat.server.logs.block import as_seen

if TYPE_CHECKING:
    from huechat.server.connection import Connection
    from huechat.server.hall import Hall

LOOK_BACK: Final = 1_000
"""Among how many of a room's newest entries the newest message is looked for."""


def is_again(
    hall: Hall,
    connection: Connection,
    room: str,
    id_: str,
    *,
    kind: Kind,
    text: str | None = None,
    same: Callable[[AnyEntry], bool] = lambda _: True,
) -> bool:
    """Return whether `id_` was said already; then tell its ack, and all is done.

    `room`: where it is said now; the connection is in it. One who lost the connection says again
    what was not acknowledged: of that `kind`, with the same `text`, if one is given, and `same` in
    all else.
    """
    person = connection.greeted
    entry = hall.authors.said(person.sender, id_)
    if entry is None:
        return False
    wait_until_all_is_stored(hall)  # and seen: an ack tells that all before it was told
    if is_the_same(entry, kind, text) and same(entry):
        hall.tell(connection, said_again(hall.store, room, person, person.sender, entry))
    else:
        hall.tell(connection, id_taken(id_))
    return True


def once(
    hall: Hall,
    connection: Connection,
    room: str,
    id_: str,
    deed: Callable[[], None],
    *,
    kind: Kind,
    same: Callable[[AnyEntry], bool],
) -> None:
    """Do `deed`, which makes an entry of that `kind`, unless `id_` was said already.

    `same`: whether an entry is what `deed` would make. It must not be refused because it was done:
    a message that is deleted cannot be deleted again.
    """
    if is_again(hall, connection, room, id_, kind=kind, same=same):
        return
    try:
        deed()
    except RefusedError:
        wait_until_all_is_stored(hall)  # it may have been on its way
        if not is_again(hall, connection, room, id_, kind=kind, same=same):
            raise


def is_about(entry: AnyEntry, seq: int) -> bool:
    """Return whether `entry` is about that message; 0: the newest one, whichever that was."""
    return not seq or getattr(entry, "target", seq) == seq


def message(hall: Hall, room: Room, seq: int, hides: frozenset[str] = frozenset()) -> Message:
    """Return the message with this `seq`; with 0, or `NEWEST`, the room's newest.

    `hides`: see `Outlet`; what one does not see is not the newest. Blocks. Raises `RefusedError`
    if there is none, or not any more.
    """
    if seq in (0, NEWEST):
        wait_until_all_is_stored(hall)
        find = partial(hall.authors.newest, room.name, LOOK_BACK)
        seq = _newest_seen(hall, room, hides, find)
        if not seq:
            raise RefusedError("no_such_message", "nobody has said anything here lately")
    if seq > room.log.last:
        wait_until_all_is_stored(hall)
    for found in hall.store.pick(room.name, [seq]):
        if isinstance(found, Message) and found.text:  # else it was deleted
            text = hall.authors.edited(room.name, seq)
            return msgspec.structs.replace(found, text=text) if text else found
    raise RefusedError("no_such_message", "there is no message of that number in the room")


def message_to_answer(hall: Hall, connection: Connection, room: Room, seq: int) -> Message:
    """Return the message with this `seq`; with `NEWEST` the newest of somebody else that one sees.

    Of that one knows nothing which was said by people whom one has blocked.
    """
    if seq == NEWEST:
        wait_until_all_is_stored(hall)
        own = connection.greeted.voices
        find = partial(hall.authors.newest_but, room.name, LOOK_BACK, *own)
        seq = _newest_seen(hall, room, connection.outlet.hides, find)
        if not seq:
            raise RefusedError("no_such_message", "nobody else has said anything here lately")
    return message(hall, room, seq)


def has_reacted(hall: Hall, person: Person, target: Message, emoji: str) -> bool:
    """Return whether `person` put this emoji to a message, and did not take it back."""
    wait_until_all_is_stored(hall)
    plain = rules.plain_emoji(emoji)
    is_there = False
    for voice in person.voices:
        for one, is_on in hall.authors.reactions(target.room, target.seq, voice.sender):
            if rules.plain_emoji(one) == plain:
                is_there = is_on
    return is_there


def own_message(hall: Hall, person: Person, room: Room, seq: int) -> Message:
    """Return the message of one's own with this `seq`; with 0 one's newest; see `message`."""
    if not seq:
        seq = _newest_own(hall, room, person)
        if not seq:
            raise RefusedError("no_such_message", "you have said nothing here lately")
    found = message(hall, room, seq)
    if not is_own(hall, person, room, found):
        raise RefusedError("not_yours", "only who said it may change it")
    return found


def message_to_delete(hall: Hall, person: Person, room: Room, seq: int) -> Message:
    """Return the message with this `seq` if `person` may delete it; see `own_message`."""
    if not seq or room.role_of(person) < Role.MODERATOR:
        return own_message(hall, person, room, seq)
    found = message(hall, room, seq)
    if not is_own(hall, person, room, found):
        author = _role_of_author(hall, room, found)
        check_role("delete_others", room.role_of(person), author)
    return found


def _newest_seen(hall: Hall, room: Room, hides: frozenset[str], find: Callable[..., int]) -> int:
    """Return the newest that is to be seen of those that `find` gives; 0: there is none."""
    before = NEWEST
    while seq := find(before=before):
        if any(as_seen(one, hides) for one in hall.store.pick(room.name, [seq])):
            return seq
        before = seq
    return 0


def _newest_own(hall: Hall, room: Room, person: Person) -> int:
    wait_until_all_is_stored(hall)
    return max(hall.authors.newest_of(room.name, LOOK_BACK, *one) for one in person.voices)


def wait_until_all_is_stored(hall: Hall) -> None:
    """Wait for what was said just before: it may be what is meant."""
    hall.writer.do(lambda: None)


def is_own(hall: Hall, person: Person, room: Room, found: Message) -> bool:
    """Return whether `person` said the message `found`. Blocks."""
    return person.said(hall.authors.sender(room.name, found.seq), found.time)


def _role_of_author(hall: Hall, room: Room, found: Message) -> Role:
    sender = hall.authors.sender(room.name, found.seq)
    account = hall.accounts.of_identity(sender)
    if account is None:
        here = [one.person for one in hall.crowd.all() if one.person]
        theirs = [one for one in here if one.said(sender, found.time)]  # whatever they are called
        return max((room.role_of(one) for one in theirs), default=Role.MEMBER)
    return Role.ADMINISTRATOR if account.administrator else room.role_of_identity(account.identity)
