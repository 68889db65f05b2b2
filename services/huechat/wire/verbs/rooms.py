"""What people type to go from room to room."""

from __future__ import annotations

from typing import Final

from huechat.protocol import HERE, Invite, Join, Leave, ListPeople, ListRooms, SetTopic
from huechat.wire.arguments import Arguments
from huechat.wire.verbs.verb import Verb

_ROOM: Final = "a room"
_NO_SPACES: Final = "a room's name has no spaces"
_NO_SPACES_IN_NAMES: Final = "names have no spaces"


def _topic(typed: Arguments) -> SetTopic:
    text = typed.text_if_any()
    return SetTopic(HERE, "" if text == "-" else text or None)


def _invite(typed: Arguments) -> Invite:
    name = typed.word_if_any()
    return Invite(name, typed.word_if_any(HERE) if name else "")


ROOMS: Final = (
    Verb(
        "join",
        "ROOM [private]",
        "enter a room, made if there is none",
        "/join builds",
        lambda typed: Join(typed.word(_ROOM), private=typed.flag("private")),
        ("j",),
        "A room that is made private is for those who are invited, and is not listed.",
        _NO_SPACES,
    ),
    Verb(
        "leave",
        "[ROOM]",
        "leave a room: this, or another",
        "/leave builds",
        lambda typed: Leave(typed.word_if_any(HERE)),
        ("part", "close"),
        too_much=_NO_SPACES,
    ),
    Verb(
        "room",
        "",
        "tell which room you are in",
        "/room",
        lambda _: SetTopic(HERE),
        too_much="/join takes you to a room; to see where you are",
    ),
    Verb(
        "rooms",
        "[AFTER]",
        "list the rooms",
        "/rooms",
        lambda typed: ListRooms(typed.word_if_any()),
        ("list", "channels"),
        "With AFTER only those whose names come after it.",
        _NO_SPACES,
    ),
    Verb(
        "who",
        "[ROOM [AFTER]]",
        "list who is in a room: this, or another",
        "/who builds",
        lambda typed: ListPeople(typed.word_if_any(HERE), typed.word_if_any()),
        ("names", "users", "members"),
        "With AFTER only those whose names come after it.",
        _NO_SPACES_IN_NAMES,
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
        too_much=_NO_SPACES_IN_NAMES,
    ),
)
