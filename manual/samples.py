"""An example of each command, event and object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from huechat import protocol
from huechat.wire.jsonlines import encode_line

SESSION: Final = "kq3vZ0y1T5mJ8sW2xLbN4A"
TOKEN: Final = "Zt9cQb0mX1yUe7Kf3RwJ5aHs2LpV8nDgT4oC6iN_qEw"  # noqa: S105 - of no server
PASSWORD: Final = "blue whales sing"  # noqa: S105
ROOM: Final = "plans"
DIRECT_ROOM: Final = "@5b1f0c2e9a7d4438be60"
TIME: Final = "2026-11-22T19:00:00.123Z"
LATER: Final = "2026-11-29T19:00:00.123Z"

_OF_MESSAGE: Final = {"id": "01JDAB3", "seq": 42}
_OF_DEED: Final = {"id": "01JDABA"}
_MINE: Final = {**_OF_MESSAGE, "name": "ana", "color": "red", "target": 41, "about": "ben: done!"}
_ABOUT: Final = {"id": "7f3a-1", "seq": 43, "target": 42, "name": "ben", "color": "blue"}

MESSAGE: Final = protocol.Message(protocol.LOBBY, 42, "01JDAB3", TIME, "ana", "red", "hi")
LEFT_OUT: Final = object()
"""In place of a field's value: the example does without the field."""

COMMON: Final[Mapping[str, Any]] = {
    "v": protocol.VERSION,
    "id": "c1",
    "name": "ana",
    "color": "red",
    "text": "hi",
    "room": ROOM,
    "seq": 42,
    "time": TIME,
    "session": SESSION,
    "token": TOKEN,
    "password": PASSWORD,
    "max_line_bytes": protocol.MAX_LINE_BYTES,
    "account": True,
    "administrator": True,
    "messages": (MESSAGE,),
    "more": True,
    "limit": 50,
    "before": 43,
    "here": 3,
    "reason": "too loud",
    "for_s": 600,
    "kind": "private",
    "role": "moderator",
    "on": False,
}
"""What stands in the examples, by field."""

OWN: Final[Mapping[type[Struct], Mapping[str, Any]]] = {
    protocol.Hello: {
        "resume": {protocol.LOBBY: 41, ROOM: 7},
        "history": 20,
        "presence": True,
        "token": LEFT_OUT,
    },
    protocol.Register: {"invitation": "K7QM-2FXT-9RWB-HC4D"},
    protocol.ChangePassword: {"old": PASSWORD, "new": "blue whales sing low"},
    protocol.Logout: {"everywhere": True},
    protocol.Say: {**_OF_MESSAGE, "to": "ben", "reply": 41, "room": LEFT_OUT},
    protocol.Edit: {"id": "01JDAB5", "text": "hi all"},
    protocol.Delete: {"id": "01JDAB6"},
    protocol.React: {"id": "01JDAB7", "emoji": "🎉"},
    protocol.Join: {"private": True, "history": 50},
    protocol.ListRooms: {"after": "music"},
    protocol.ListPeople: {"after": "dora"},
    protocol.AskPerson: {"name": "ben"},
    protocol.SetTopic: {**_OF_DEED, "text": "what we do on Monday"},
    protocol.Away: {"text": "at lunch", "back": LEFT_OUT},
    protocol.Block: {"name": "ben"},
    protocol.Invite: {"name": "ben"},
    protocol.Kick: {**_OF_DEED, "name": "ben"},
    protocol.Ban: {**_OF_DEED, "name": LEFT_OUT, "by": "address", "address": "10.0.0.0/8"},
    protocol.Mute: {**_OF_DEED, "name": "ben"},
    protocol.Pardon: {**_OF_DEED, "name": "ben"},
    protocol.SetRole: {**_OF_DEED, "name": "ben"},
    protocol.SlowMode: {**_OF_DEED, "every_s": 30},
    protocol.History: {"id": "h1", "after": None, "before_time": "", "after_time": ""},
    protocol.Search: {"id": "s1", "text": "caf* monday"},
    protocol.Welcome: {
        "rooms": (
            protocol.RoomPlace(protocol.LOBBY, 41),
            protocol.RoomPlace(ROOM, 7, "private", role="owner"),
        )
    },
    protocol.Token: {"message": LEFT_OUT},
    protocol.You: {"message": "You are logged out."},
    protocol.Message: {**_OF_MESSAGE, "reply": 41, "about": "ben: are you there?"},
    protocol.Edited: {**_OF_MESSAGE, "id": "01JDAB5", "seq": 43, "text": "hi all", "target": 42}
    | {"about": "ana: hi"},
    protocol.Deleted: {**_ABOUT, "about": "ana"},
    protocol.Reacted: {**_ABOUT, "emoji": "🎉", "about": "ana: hi", "on": True},
    protocol.TopicSet: {**_OF_DEED, "text": "what we do on Monday"},
    protocol.Notice: {**_OF_DEED, "action": "mute", "about": "ben"}
    | {"text": "ana keeps ben from speaking for 10 min: too loud"},
    protocol.Ack: _OF_MESSAGE,
    protocol.Page: {"id": "h1", "room": protocol.LOBBY},
    protocol.Found: {"id": "s1", "room": protocol.LOBBY},
    protocol.RoomPlace: {
        "topic": "what we do on Monday",
        "people": LEFT_OUT,
        "slow_s": 30.0,
        "read": 40,
        "unread": 2,
        "mentions": 1,
    },
    protocol.Joined: {
        "asked": LEFT_OUT,
        "place": protocol.RoomPlace(ROOM, 7, "private", "what we do on Monday", role="owner"),
    },
    protocol.Left: {"message": "You were put out of #plans by ana: too loud", "people": LEFT_OUT},
    protocol.RoomInfo: {
        "kind": "direct",
        "room": DIRECT_ROOM,
        "topic": LEFT_OUT,
        "people": ("ben",),
        "inside": True,
    },
    protocol.RoomList: {
        "rooms": (protocol.RoomInfo(protocol.LOBBY, 9, inside=True), protocol.RoomInfo("music", 5))
    },
    protocol.PersonInfo: {"away": "at lunch", "here": LEFT_OUT, "seen": LEFT_OUT},
    protocol.People: {
        "people": (
            protocol.PersonInfo("ana", "red", True, "owner"),
            protocol.PersonInfo("ben", "blue", away="at lunch"),
        )
    },
    protocol.Person: {"person": protocol.PersonInfo("ana", "red", True, here=False, seen=TIME)},
    protocol.Renamed: {"old": "eva", "new": "ana"},
    protocol.Presence: {
        "joined": ("ana",),
        "left": ("ben", "eva"),
        "away": ("dora",),
        "back": ("finn",),
        "renamed": (protocol.Renamed("eva", "ana"),),
    },
    protocol.TypingNow: {"names": ("ana", "ben")},
    protocol.Blocked: {"names": ("ben",), "message": LEFT_OUT},
    protocol.Invited: {"by": "ana"},
    protocol.Invitation: {"code": "K7QM-2FXT-9RWB-HC4D", "expires": LATER},
    protocol.BanInfo: {
        "kind": "ban",
        "name": "ben",
        "by": "name",
        "until": LATER,
        "moderator": "ana",
    },
    protocol.BanList: {
        "bans": (protocol.BanInfo("mute", "ben", "name", LATER, "too loud", "ana"),)
    },
    protocol.Deed: {
        "number": 12,
        "by": "ana",
        "action": "kick",
        "about": "ben",
        "text": "ana put ben out of the room: too loud",
    },
    protocol.Done: {"message": "You are marked as away."},
    protocol.Bye: {"message": "Your account was disabled by an administrator.", "put_out": True},
    protocol.Error: {
        "id": "01JDAB3",
        "code": "empty",
        "message": "the message is empty; write something",
        "retry_after_s": 0.0,
    },
}
"""Where a type's examples have something else, or something that no other has."""


def example(kind: type[Struct], **changes: Any) -> Any:
    """Return a command, event or object with something in nearly every field, or with `changes`.

    Raises `KeyError` if there is no sample of a field: it is to be put in above.
    """
    return kind(**{**dict(_values(kind)), **changes})


def line(message: Any) -> str:
    """Return a command, event or object as the native wire writes it."""
    return encode_line(message).decode().rstrip("\n")


def said(**changes: Any) -> protocol.Message:
    """Return a message of ana's with `changes`."""
    return msgspec.structs.replace(MESSAGE, **changes)


def _values(kind: type[Struct]) -> Iterator[tuple[str, Any]]:
    own = {**OWN.get(kind, {})}
    if kind is protocol.Audit:
        own["deeds"] = (example(protocol.Deed),)
    if kind is protocol.Ack:
        own["entry"] = example(protocol.Reacted, **_MINE)
    for name in kind.__struct_fields__:
        if name not in own and name not in COMMON:
            raise KeyError(f"manual/samples.py has no sample of {kind.__name__}.{name}")
        value = own[name] if name in own else COMMON[name]
        if value is not LEFT_OUT:
            yield name, value
