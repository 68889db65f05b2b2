"""What each command does: a table of small functions."""

from __future__ import annotations

import logging
import math
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from huechat import palette
from huechat.chat import rules
from huechat.chat.errors import RefusedError
from huechat.chat.people import Person
from huechat.protocol import (
    LOBBY,
    VERSION,
    AnyCommand,
    AnyEvent,
    Error,
    Found,
    Hello,
    History,
    Message,
    Page,
    Ping,
    Pong,
    Recolor,
    RoomPlace,
    Say,
    Search,
    Welcome,
    You,
)
from huechat.server.connection import Connection
from huechat.server.writer import Source
from huechat.store import StoreError

if TYPE_CHECKING:
    from huechat.server.chat_server import ChatServer

MAX_PAGE_BYTES: Final = 1024 * 1024
"""Text in one answer at the most: pages of long messages are shorter."""

SEARCH_WAITS_S: Final = 2.0
"""How long a search waits for the newest messages to be indexed."""

log = logging.getLogger(__name__)


def apply(server: ChatServer, connection: Connection, command: AnyCommand) -> None:
    """Do `command`, or answer with an error why it cannot be done."""
    try:
        _TABLE[type(command)](server, connection, command)
    except RefusedError as reason:
        wait_s = math.ceil(reason.retry_after_s * 1000) / 1000  # never told too early
        refused = Error(reason.code, str(reason), getattr(command, "id", ""), wait_s)
        answer(server, connection, refused)
    except StoreError as reason:
        answer(server, connection, Error(reason.code, str(reason), getattr(command, "id", "")))


def answer(server: ChatServer, connection: Connection, event: AnyEvent) -> None:
    """Send `event` to this connection alone."""
    if isinstance(event, Error):
        log.debug("%s: %s", connection, event.code)
    server.hall.delivery.post(connection.outlet, connection.encode(event))


def _hello(server: ChatServer, connection: Connection, hello: Hello) -> None:
    if connection.person:
        raise RefusedError("hello_twice", "hello was said already; connect again instead")
    person = rules.greet(hello, connection.session)
    connection.person, connection.number = person, server.next_number()
    threading.current_thread().name = f"reader-{connection.number}"
    if connection.wire.chosen:
        connection.outlet.encode = connection.wire.chosen.encode
    lobby = server.hall.lobby
    after = _place(server, hello)
    welcome = Welcome(
        VERSION,
        person.name,
        person.color,
        person.session,
        (RoomPlace(LOBBY, lobby.last),),
        server.settings.max_line_bytes,
    )
    answer(server, connection, welcome)
    own: deque[int] = deque()
    connection.source = Source(lobby, connection.outlet, own)
    server.hall.delivery.join(connection.outlet, lobby, after, own)
    server.hall.presence.enter(person, connection.outlet, curious=hello.presence)
    log.info(palette.paint(f"{connection} connected from {connection.address}", palette.CONNECTED))


def _place(server: ChatServer, hello: Hello) -> int:
    """Return the `seq` after which the lobby is told to one who comes in."""
    lobby = server.hall.lobby
    if LOBBY in hello.resume:
        return min(hello.resume[LOBBY], lobby.last)
    wanted = server.settings.history if hello.history is None else hello.history
    wanted = min(wanted, server.settings.page)
    if not lobby.has_newest(wanted):  # as after a restart
        with suppress(StoreError):  # then it is told what the tail has
            newest = server.hall.store.before(LOBBY, lobby.last + 1, wanted)
            return newest[0].seq - 1 if newest else lobby.last
    return lobby.place_of_newest(wanted)


def _say(server: ChatServer, connection: Connection, say: Say) -> None:
    draft = rules.draft(_person(connection), say)
    wait_s = connection.bucket.take()
    if wait_s:
        raise RefusedError("rate_limited", f"too fast; try again in {wait_s:.1f} s", wait_s)
    server.broadcast_message(draft, connection.sock)
    log.debug("%s said %r", connection, draft.text)


def _recolor(server: ChatServer, connection: Connection, recolor: Recolor) -> None:
    person = _person(connection)
    person.color = rules.check_color(recolor.color)
    answer(server, connection, You(person.name, person.color))


def _history(server: ChatServer, connection: Connection, history: History) -> None:
    _person(connection)
    room = rules.check_room(history.room)
    store = server.hall.store
    limit = min(history.limit, server.settings.page)
    after = history.after
    if history.after_time:
        after = store.seq_at(room, rules.check_time(history.after_time))
    if after is not None:
        newer = store.after(room, after, limit + 1)
        messages = _up_to_bytes(newer[:limit])
        more = len(newer) > len(messages)
    else:
        older = store.before(room, _before(server, history), limit + 1)
        messages = _up_to_bytes(older[::-1][:limit])[::-1]
        more = len(older) > len(messages)
    answer(server, connection, Page(history.id, room, tuple(messages), more))


def _before(server: ChatServer, history: History) -> int:
    if history.before_time:
        time = rules.check_time(history.before_time)
        return server.hall.store.seq_at(history.room, time) + 1
    return server.hall.lobby.last + 1 if history.before is None else history.before


def _search(server: ChatServer, connection: Connection, search: Search) -> None:
    _person(connection)
    room = rules.check_room(search.room)
    limit = min(search.limit, server.settings.page)
    lobby = server.hall.lobby
    server.hall.indexer.catch_up(lobby, SEARCH_WAITS_S)
    before = lobby.last + 1 if search.before is None else search.before
    try:
        seqs = server.hall.index.find(room, search.text, before, limit + 1)
    except ValueError as reason:
        raise RefusedError("bad_search", str(reason)) from reason
    messages = _up_to_bytes(server.hall.store.pick(room, seqs[:limit]))
    answer(server, connection, Found(search.id, room, tuple(messages), len(seqs) > len(messages)))


def _ping(server: ChatServer, connection: Connection, ping: Ping) -> None:
    """Answer after all that was said before is stored and told."""
    server.hall.writer.then(lambda: answer(server, connection, Pong(ping.id)))


def _person(connection: Connection) -> Person:
    if connection.person is None:
        raise RefusedError("hello_first", "say hello first")
    return connection.person


def _up_to_bytes(messages: list[Message]) -> list[Message]:
    """Return the first of `messages`, as many as one answer may carry, at least one."""
    size = 0
    for count, message in enumerate(messages):
        size += len(message.text.encode())
        if size > MAX_PAGE_BYTES and count:
            return messages[:count]
    return messages


_TABLE: Final[dict[type, Callable[[ChatServer, Connection, Any], None]]] = {
    Hello: _hello,
    Say: _say,
    Recolor: _recolor,
    History: _history,
    Search: _search,
    Ping: _ping,
}
