"""What people type to go from room to room."""

from __future__ import annotations

from typing import Final

from huechat.protocol import HERE, Invite, Join, Leave, ListPeople, ListRooms, SetTopic
from huechat.wire.arguments import Arguments
from huechat.wire.verbs.verb import Verb


def _topic(typed: Arguments) -> SetTopic:
    text = typed.text("")
    return SetTopic(HERE, "" if text == "-" else text or None)


def _invite(typed: Arguments) -> Invite:
    name = typed.word("")
    return Invite(name, typed.word(HERE) if name else "")


ROOMS: Final = (
    Verb(
        "join",
        "ROOM [private]",
        "enter a room, made if there is none",
        "/join builds",
        lambda typed: Join(typed.word(), private=typed.flag("private")),
        ("j",),
        "A room that is made private is for those who are invited, and is not listed.",
    ),
    Verb(
        "leave",
        "[ROOM]",
        "leave a room: this, or another",
        "/leave builds",
        lambda typed: Leave(typed.word(HERE)),
        ("part",),
    ),
    Verb(
        "room",
        "",
        "tell which room you are in",
        "/room",
        lambda _: SetTopic(HERE),
    ),
    Verb(
        "rooms",
        "[AFTER]",
        "list the rooms",
        "/rooms",
        lambda typed: ListRooms(typed.word("")),
        ("list",),
        more="With AFTER only those whose names come after it.",
    ),
    Verb(
        "who",
        "[ROOM [AFTER]]",
        "list who is in a room: this, or another",
        "/who builds",
        lambda typed: ListPeople(typed.word(HERE), typed.word("")),
        ("names",),
        "With AFTER only those whose names come after it.",
    ),
    Verb(
        "topic",
        "[TEXT]",
        "tell what the room is about, or change it",
        "/topic bread and butter",
        _topic,
        more="/topic - takes the topic away.",
    ),
    Verb(
        "invite",
        "[NAME [ROOM]]",
        "let somebody into a private room",
        "/invite ana",
        _invite,
        more="Without a name it gives a code that lets somebody new register on the server.",
    ),
)
