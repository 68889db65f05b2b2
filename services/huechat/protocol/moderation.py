"""What moderators, owners and administrators ask of the server."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from huechat.protocol.command import Command
from huechat.protocol.words import LOBBY, Count, Seconds, Short


class Kick(Command, tag="kick", frozen=True):
    """Puts a person out of a room. Is answered with its entry, `notice`.

    Nothing keeps them from coming back, but that a private room wants an invitation: see `ban`.
    """

    name: str
    room: str = LOBBY
    reason: Short = ""
    id: str = ""


class Ban(Command, tag="ban", frozen=True):
    """Puts a person out of a room and keeps them out. Is answered with its entry, `notice`.

    The room `*` is the server: for administrators, and answered with `done`.
    """

    name: str = ""
    """Of somebody who is here, or of an account."""
    room: str = LOBBY
    by: Literal["name", "account", "address"] = "name"
    """What is kept out: the name (with its account, if it has one), or where they come from."""
    address: Annotated[str, Meta(max_length=64)] = ""
    """In place of a name: an address, or a network such as 10.0.0.0/8. For administrators."""
    for_s: Seconds = 0
    """For how many seconds; 0: for ever."""
    reason: Short = ""
    id: str = ""


class Mute(Command, tag="mute", frozen=True):
    """Keeps a person from speaking in a room. Is answered as `ban` is, with `notice` or `done`."""

    name: str
    room: str = LOBBY
    for_s: Seconds = 0
    """For how many seconds; 0: for ever."""
    reason: Short = ""
    id: str = ""


class Pardon(Command, tag="pardon", frozen=True):
    """Takes back a person's bans and mutes. Is answered as `ban` is, with `notice` or `done`."""

    name: str
    """Or an address, if that was banned."""
    room: str = LOBBY
    id: str = ""


class ListBans(Command, tag="bans", frozen=True):
    """Asks who is banned or muted in a room. Is answered with `bans`."""

    room: str = LOBBY
    id: str = ""


class SetRole(Command, tag="role", frozen=True):
    """Changes what a person may do in a room. Is answered with its entry, `notice`.

    In the room `*` it makes or unmakes an administrator, and is answered with `done`.
    """

    name: str
    role: Literal["member", "moderator", "owner", "administrator"]
    room: str = LOBBY
    id: str = ""


class SlowMode(Command, tag="slow", frozen=True):
    """Lets each member speak only so often. Is answered with its entry, `notice`."""

    every_s: Annotated[float, Meta(ge=0, le=86_400)]
    """Every so many seconds; 0: as they like."""
    room: str = LOBBY
    id: str = ""


class DeleteRoom(Command, tag="drop", frozen=True):
    """Ends a room: all are put out, and what was said is forgotten. Is answered with `done`."""

    room: str
    id: str = ""


class AskAudit(Command, tag="audit", frozen=True):
    """Asks who did what. Is answered with `audit`. The room `*` is all of them."""

    room: str = LOBBY
    before: Count | None = None
    """Only deeds of lower numbers: for the next page."""
    limit: Annotated[int, Meta(ge=1)] = 50
    id: str = ""
