"""What a client asks of the server."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field

from huechat.protocol.command import Command
from huechat.protocol.moderation import (
    AskAudit,
    Ban,
    DeleteRoom,
    Kick,
    ListBans,
    Mute,
    Pardon,
    SetRole,
    SlowMode,
)
from huechat.protocol.words import LOBBY, Count, MessageId, Short


def _silent(command: Command) -> str:
    """Write a command with a secret in it, so that none comes into a log."""
    return f"{type(command).__name__}(…)"


class Hello(Command, tag="hello", frozen=True):
    """Comes in: to the lobby, to an account's rooms, to a guest's in `resume`.

    Is answered with `welcome`. Only `login`, `register` and `ping` may come before it.
    """

    v: int
    """The version of the protocol that the client speaks."""
    name: str = ""
    """Of a guest; the server gives a name to one who brings none. An account has its own."""
    color: str = ""
    """Of a guest; an account has its own."""
    session: Annotated[str, Meta(max_length=64)] = ""
    """Of an earlier `welcome`: one is the same person as then, after a lost connection."""
    resume: dict[str, Count] = field(default_factory=dict)
    """Room to `seq`: what comes after it is told, each message once, in order."""
    presence: bool = False
    """Whether to be told, by `presence` and `typing`, who is here and who comes and goes."""
    history: Count | None = None
    """How many of each room's newest entries to be told; the server decides if it is missing."""
    token: Annotated[str, Meta(max_length=128)] = ""
    """Of an earlier `token`: one is that account."""

    __repr__ = _silent


class Login(Command, tag="login", frozen=True):
    """Makes one an account that there is. Is answered with `token`; may come before `hello`.

    One who said hello is told by `you` who one is then, and by `joined` of the account's rooms.
    """

    name: str
    password: Annotated[str, Meta(max_length=1024)]
    id: str = ""

    __repr__ = _silent


class Register(Command, tag="register", frozen=True):
    """Makes a name an account, and logs in. Is answered as `login` is, with `token`."""

    password: Annotated[str, Meta(max_length=1024)]
    name: str = ""
    """If it is missing, the name that one has."""
    invitation: Annotated[str, Meta(max_length=64)] = ""
    """The code that a server for the invited asks for, or that makes one its administrator."""
    id: str = ""
    color: str = ""
    """Of the account; if it is missing, the colour that one has."""

    __repr__ = _silent


class ChangePassword(Command, tag="password", frozen=True):
    """Changes the password of one's account. Is answered with a new `token`.

    All the account's other tokens end, and who is connected with them is told `bye`.
    """

    old: Annotated[str, Meta(max_length=1024)]
    new: Annotated[str, Meta(max_length=1024)]
    id: str = ""

    __repr__ = _silent


class Logout(Command, tag="logout", frozen=True):
    """Makes one a guest again, and ends the token. Is answered with `you`.

    Where guests are not let in, `bye` comes next.
    """

    everywhere: bool = False
    """Ends all tokens of the account; its other connections are told `bye`."""
    id: str = ""


class Rename(Command, tag="name", frozen=True):
    """Changes the name of a guest. Is answered with `you`.

    Where only accounts are let in, it may follow a refused `hello`, for `register` to take it.
    """

    name: str
    id: str = ""


class Recolor(Command, tag="color", frozen=True):
    """Changes the colour of what one says from now on. Is answered with `you`."""

    color: str
    id: str = ""


class Say(Command, tag="say", frozen=True):
    """Says `text` in a room. Is answered with `ack`."""

    id: MessageId
    """The client's own, and unique: with the same `id` and `text` it is the same message."""
    text: str
    room: str = LOBBY
    to: str = ""
    """A person's name in place of a room's: it is said in the room of the two."""
    reply: Count = 0
    """The `seq` of the message that it answers."""


class Edit(Command, tag="edit", frozen=True):
    """Says that one's message `seq` is to read `text`. Is answered with `ack`."""

    id: MessageId
    text: str
    seq: Count = 0
    """0: one's newest."""
    room: str = LOBBY


class Delete(Command, tag="delete", frozen=True):
    """Says that the message `seq`, one's own, is not to be shown any more. Is answered with `ack`.

    Moderators may delete what others said.
    """

    id: MessageId
    seq: Count = 0
    """0: one's newest."""
    room: str = LOBBY


class React(Command, tag="react", frozen=True):
    """Puts an emoji to the message `seq`, or takes it back. Is answered with `ack`."""

    id: MessageId
    emoji: Annotated[str, Meta(max_length=64)]
    """One emoji, or a word such as `:tada:`."""
    seq: Count = 0
    """0: the room's newest message."""
    room: str = LOBBY
    on: bool = True
    """Whether it is put there, or taken back."""


class Join(Command, tag="join", frozen=True):
    """Enters a room, and makes it if there is none. Is answered with `joined`."""

    room: str
    private: bool = False
    """One that is made is for those who are invited, and not listed."""
    history: Count | None = None
    """How many of its newest entries to be told; the server decides if it is missing."""
    id: str = ""


class Leave(Command, tag="leave", frozen=True):
    """Leaves a room. Is answered with `left`."""

    room: str
    id: str = ""


class ListRooms(Command, tag="rooms", frozen=True):
    """Asks for the public rooms, and those others that one is in. Is answered with `rooms`."""

    after: str = ""
    """Only public rooms whose names come after it: for the next page."""
    limit: Annotated[int, Meta(ge=1)] = 100
    id: str = ""


class ListPeople(Command, tag="who", frozen=True):
    """Asks who is in a room. Is answered with `who`."""

    room: str = LOBBY
    after: str = ""
    """Only those whose names come after it: for the next page."""
    limit: Annotated[int, Meta(ge=1)] = 100
    id: str = ""


class AskPerson(Command, tag="whois", frozen=True):
    """Asks about a person who is here, or has an account. Is answered with `person`."""

    name: str
    id: str = ""


class SetTopic(Command, tag="topic", frozen=True):
    """Changes what a room is about. Is answered with its entry, `topic`.

    With no `text` it asks what one is to know of the room, and is answered with `joined`.
    """

    room: str = LOBBY
    text: Short | None = None
    """Empty: it is about nothing any more."""
    id: str = ""


class Mark(Command, tag="read", frozen=True):
    """Tells up to which `seq` an account has read. Is not answered; for guests it does nothing."""

    seq: Count
    room: str = LOBBY


class Away(Command, tag="away", frozen=True):
    """Tells others that one is away, and why. Is answered with `done`.

    It outlasts a lost connection, for who comes back with the `session`.
    """

    text: Short = ""
    back: bool = False
    """One is here again."""
    id: str = ""


class Typing(Command, tag="typing", frozen=True):
    """Tells others that one is writing something. Is not answered."""

    room: str = LOBBY


class Block(Command, tag="block", frozen=True):
    """Has nothing more told of what a person says, or takes that back. Is answered with `blocked`.

    With no name it only asks who is blocked.
    """

    name: str = ""
    on: bool = True
    """Whether they are blocked, or not any more."""
    id: str = ""


class Invite(Command, tag="invite", frozen=True):
    """Lets a person into a private room. Is answered with `done`; the person gets `invited`.

    With no name it makes an invitation code for the server, and is answered with `invitation`.
    That is for administrators.
    """

    name: str = ""
    room: str = ""
    """If it is missing, the room `.`."""
    id: str = ""


class History(Command, tag="history", frozen=True):
    """Asks for what was said, a page at a time. Is answered with `history`.

    One of four says where: before or after a `seq`, or a time (RFC 3339, UTC).
    With none of them it is the newest page. Before 9007199254740991: what stands before the last
    page, or before what was told when one came in.
    """

    id: str = ""
    room: str = LOBBY
    before: Count | None = None
    after: Count | None = None
    before_time: str = ""
    after_time: str = ""
    limit: Annotated[int, Meta(ge=1)] = 100


class Search(Command, tag="search", frozen=True):
    """Asks for what has all the words of `text`. Is answered with `found`."""

    text: str
    """`word*` is any word that begins so. Empty, before 9007199254740991: of the last search."""
    id: str = ""
    room: str = LOBBY
    before: Count | None = None
    """Only what was said before that `seq`: for the next page."""
    limit: Annotated[int, Meta(ge=1)] = 20


class Ping(Command, tag="ping", frozen=True):
    """Is answered with `pong`, after all that was asked before it."""

    id: str = ""


AnyCommand = (
    Hello
    | Login
    | Register
    | ChangePassword
    | Logout
    | Rename
    | Recolor
    | Say
    | Edit
    | Delete
    | React
    | Join
    | Leave
    | ListRooms
    | ListPeople
    | AskPerson
    | SetTopic
    | Mark
    | Away
    | Typing
    | Block
    | Invite
    | Kick
    | Ban
    | Mute
    | Pardon
    | ListBans
    | SetRole
    | SlowMode
    | DeleteRoom
    | AskAudit
    | History
    | Search
    | Ping
)
