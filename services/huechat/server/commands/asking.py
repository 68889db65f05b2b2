"""Looking back: history and search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from huechat.chat.errors import RefusedError
from huechat.chat.log import text_of
from huechat.chat.rooms import Room
from huechat.chat.times import check_time
from huechat.protocol import NEWEST, AnyEntry, Edited, Found, History, Message, Page, Search
from huechat.server.connection import Connection
from huechat.server.logs.block import as_seen
from huechat.server.rooms.places import place_of
from huechat.wire.places import called

if TYPE_CHECKING:
    from huechat.server.hall import Hall

MAX_PAGE_BYTES: Final = 1024 * 1024
"""Text in one answer at the most: pages of long messages are shorter."""

MOST_LOOKS: Final = 100
"""How many pages are looked at for something that may be seen."""

SEARCH_WAITS_S: Final = 2.0
"""How long a search waits for the newest messages to be indexed."""


def history(hall: Hall, connection: Connection, history: History) -> None:
    """Tell a page of what was said."""
    room = place_of(connection, history.room).room
    at, forwards = _place(hall, connection, room, history)
    limit = min(history.limit, hall.settings.page)
    for _ in range(MOST_LOOKS):  # a page of which nothing may be seen leads nowhere
        entries, more = _page(hall, room, at, limit, forwards=forwards)
        shown = _for_eyes_of(connection, entries)
        if shown or not more:
            break
        at = entries[-1].seq if forwards else entries[0].seq
    if entries:
        connection.told_from[room.name] = entries[0].seq
    elif history.before == NEWEST:
        raise RefusedError("no_such_message", f"nothing older was said in {called(room.name)}")
    hall.tell(connection, Page(history.id, room.name, shown, more))


def search(hall: Hall, connection: Connection, search: Search) -> None:
    """Tell which messages have the words."""
    room = place_of(connection, search.room).room
    limit = min(search.limit, hall.settings.page)
    hall.indexer.catch_up(room.log, SEARCH_WAITS_S)
    words, before = _sought(connection, room, search)
    for _ in range(MOST_LOOKS):  # as above
        seqs = _find(hall, room, words, before, limit + 1)
        entries = _up_to_bytes(hall.store.pick(room.name, seqs[:limit]))
        more = len(seqs) > len(entries) > 0
        shown = _for_eyes_of(connection, _as_they_read(hall, room, entries))
        if shown or not more:
            break
        before = entries[-1].seq
    if more:
        connection.sought[room.name] = (words, entries[-1].seq)
    else:
        connection.sought.pop(room.name, None)
    hall.tell(connection, Found(search.id, room.name, shown, more))


def _page(
    hall: Hall, room: Room, at: int, limit: int, *, forwards: bool
) -> tuple[list[AnyEntry], bool]:
    """Return what comes after `at`, or before it, and whether there is more; oldest first."""
    if forwards:
        newer = hall.store.after(room.name, at, limit + 1)
        entries = _up_to_bytes(newer[:limit])
        return entries, len(newer) > len(entries)
    older = hall.store.before(room.name, at, limit + 1)
    entries = _up_to_bytes(older[::-1][:limit])[::-1]
    return entries, len(older) > len(entries)


def _sought(connection: Connection, room: Room, search: Search) -> tuple[str, int]:
    """Return the words to look for, and before which `seq`."""
    if search.before != NEWEST or search.text:
        return search.text, room.log.last + 1 if search.before is None else search.before
    last = connection.sought.get(room.name)
    if last is None:
        raise RefusedError(
            "bad_search", "there is no more of a search here: name a word, as in /search pasta"
        )
    return last


def _find(hall: Hall, room: Room, words: str, before: int, limit: int) -> list[int]:
    try:
        return hall.index.find(room.name, words, before, limit)
    except ValueError as reason:
        raise RefusedError("bad_search", str(reason)) from reason


def _place(hall: Hall, connection: Connection, room: Room, history: History) -> tuple[int, bool]:
    """Return the `seq` from which one looks, and whether forwards."""
    if history.after_time:
        return hall.store.seq_at(room.name, check_time(history.after_time)), True
    if history.after is not None:
        return history.after, True
    if history.before_time:
        return hall.store.seq_at(room.name, check_time(history.before_time)) + 1, False
    if history.before == NEWEST:
        return connection.told_from.get(room.name, room.log.last + 1), False
    return room.log.last + 1 if history.before is None else history.before, False


def _as_they_read(hall: Hall, room: Room, entries: list[AnyEntry]) -> list[AnyEntry]:
    """Return `entries` without what was edited since: another entry says how it reads now."""
    edits = hall.authors.edits(room.name, [_message_of(one) for one in entries])
    return [one for one in entries if edits.get(_message_of(one), one.seq) == one.seq]


def _message_of(entry: AnyEntry) -> int:
    """Return the `seq` of the message that has the text of `entry`: itself, or what it edits."""
    return entry.target if isinstance(entry, Edited) else entry.seq


def _for_eyes_of(connection: Connection, entries: list[AnyEntry]) -> tuple[AnyEntry, ...]:
    """Return what one is to see, who may have blocked others; nothing of what was deleted."""
    hides = connection.outlet.hides
    there = (one for one in entries if not (isinstance(one, Message | Edited) and not one.text))
    return tuple(seen for one in there if (seen := as_seen(one, hides)))


def _up_to_bytes(entries: list[AnyEntry]) -> list[AnyEntry]:
    """Return the first of `entries`, as many as one answer may carry, at least one."""
    size = 0
    for count, entry in enumerate(entries):
        size += len(text_of(entry).encode())
        if size > MAX_PAGE_BYTES and count:
            return entries[:count]
    return entries
