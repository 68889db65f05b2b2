"""What each command does: a table of small functions, in files by what they are about."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from huechat import protocol
from huechat.chat.errors import RefusedError
from huechat.protocol import HERE, AnyCommand, Done, Error
from huechat.server.commands import (
    accounts,
    asking,
    greeting,
    moderation,
    people,
    roles,
    rooms,
    saying,
)
from huechat.server.connection import Connection
from huechat.server.rooms.targets import is_again
from huechat.store import StoreError
from huechat.wire import OneHeard

if TYPE_CHECKING:
    from huechat.server.hall import Hall

log = logging.getLogger(__name__)


def apply(hall: Hall, connection: Connection, heard: OneHeard) -> None:
    """Do what was heard, or answer with an error why it cannot be done.

    What the wire itself has an answer to is answered so. For the connection's reader.
    """
    if connection.put_out:
        return
    if isinstance(heard, Error | Done):
        _answer(hall, connection, heard)
    else:
        _obey(hall, connection, heard)


def _answer(hall: Hall, connection: Connection, ready: Error | Done) -> None:
    """Send an answer that the wire had ready; help, which is long, only to one who has patience."""
    if isinstance(ready, Error) or not connection.bucket.take():
        hall.tell(connection, ready)


def _obey(hall: Hall, connection: Connection, command: AnyCommand) -> None:
    id_ = getattr(command, "id", "")
    try:
        if type(command) not in _FREE:
            connection.check_pace()
        if (
            type(command) in _DEEDS
            and id_
            and is_again(hall, connection, _room(connection, command), id_, kind=_DONE)
        ):
            return
        _TABLE[type(command)](hall, connection, command)
    except RefusedError as reason:
        log.debug("%s may not %s: %s", connection, type(command).__name__, reason.code)
        wait_s = math.ceil(reason.retry_after_s * 1000) / 1000  # never told too early
        hall.tell(connection, Error(reason.code, str(reason), id_, wait_s))
    except StoreError as reason:
        hall.tell(connection, Error(reason.code, str(reason), id_))


def _room(connection: Connection, command: AnyCommand) -> str:
    """Return the room that `command` is about if the connection is in it; empty: it is not."""
    name: str = getattr(command, "room", HERE)
    name = connection.here if name == HERE else name
    return name if name in connection.places else ""


_DEEDS: Final = {
    protocol.SetTopic,
    protocol.Kick,
    protocol.Ban,
    protocol.Mute,
    protocol.Pardon,
    protocol.SetRole,
    protocol.SlowMode,
}
"""What changes a room and has an entry in its log: done once for each id."""

_DONE: Final = (protocol.Notice, protocol.TopicSet)
"""What these entries are."""

_FREE: Final = {protocol.Hello, protocol.Say, protocol.Ping, protocol.Mark, protocol.Typing}
"""What is not counted here: it is asked once, costs nearly nothing, or counts when it is said."""

_TABLE: Final[dict[type, Callable[[Hall, Connection, Any], None]]] = {
    protocol.Hello: greeting.hello,
    protocol.Ping: greeting.ping,
    protocol.Login: accounts.login,
    protocol.Register: accounts.register,
    protocol.ChangePassword: accounts.change_password,
    protocol.Logout: accounts.logout,
    protocol.Rename: people.rename,
    protocol.Recolor: people.recolor,
    protocol.Away: people.away,
    protocol.Block: people.block,
    protocol.AskPerson: people.ask_person,
    protocol.ListPeople: people.list_people,
    protocol.Say: saying.say,
    protocol.Edit: saying.edit,
    protocol.Delete: saying.delete,
    protocol.React: saying.react,
    protocol.Typing: saying.typing,
    protocol.Mark: saying.mark,
    protocol.Join: rooms.join,
    protocol.Leave: rooms.leave,
    protocol.ListRooms: rooms.list_rooms,
    protocol.SetTopic: rooms.set_topic,
    protocol.Invite: rooms.invite,
    protocol.DeleteRoom: rooms.delete_room,
    protocol.Kick: moderation.kick,
    protocol.Ban: moderation.ban,
    protocol.Mute: moderation.mute,
    protocol.Pardon: moderation.pardon,
    protocol.ListBans: moderation.list_bans,
    protocol.SetRole: roles.set_role,
    protocol.SlowMode: roles.slow_mode,
    protocol.AskAudit: roles.ask_audit,
    protocol.History: asking.history,
    protocol.Search: asking.search,
}
