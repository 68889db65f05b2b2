"""Answers that are lists, in lines for people: a heading, and an indented line for each thing.

Nothing that is said begins with spaces, so no list can be made to look as if it had more in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from huechat.protocol import (
    EVERYWHERE,
    Audit,
    BanInfo,
    BanList,
    Blocked,
    Deed,
    Found,
    Page,
    People,
    Person,
    PersonInfo,
    RoomInfo,
    RoomList,
    RoomPlace,
    Welcome,
)
from huechat.wire.entries import followed, listed_entry, not_deleted
from huechat.wire.places import called, minute

Lines = list[str]

_NO_WAYS: Final[Mapping[str, str]] = MappingProxyType({})


def welcome(welcome: Welcome) -> Lines:
    """Return who one is and where; nothing for a guest in the lobby, who did not ask for more."""
    if not welcome.account and len(welcome.rooms) <= 1:
        return []
    return _list(f"You are {welcome.name}, and in:", map(place, welcome.rooms))


def place(place: RoomPlace) -> str:
    """Return what there is to know of a room that one is in."""
    slow = f"one message every {place.slow_s:g} s" if place.slow_s else ""
    role = f"you are its {place.role}" if place.role else ""
    unread = f"{place.unread} unread" if place.unread else ""
    named = f"{place.mentions} with your name" if place.mentions else ""
    private = place.kind if place.kind == "private" else ""
    topic = f": {place.topic}" if place.topic else ""
    notes = _notes(private, role, slow, unread, named)
    return f"{called(place.room, place.people)}{topic}{notes}"


def rooms(answer: RoomList, ways: Mapping[str, str] = _NO_WAYS) -> Lines:
    """Return which rooms there are; `ways`: how to go to those that one is in, but by name."""
    if not answer.rooms:
        return ["There are no more rooms."]
    public = [one.room for one in answer.rooms if one.kind == "public"]
    more = [f"and more: /rooms {public[-1]}"] if answer.more and public else []
    return _list("Rooms:", [*(_room(one, ways.get(one.room, "")) for one in answer.rooms), *more])


def people(answer: People) -> Lines:
    """Return who is in a room."""
    where = called(answer.room)
    if not answer.people:
        return [f"Nobody is in {where}."]
    more = [f"and more: /who {answer.room} {answer.people[-1].name}"] if answer.more else []
    return _list(f"In {where}, {answer.here} in all:", [*map(_person, answer.people), *more])


def person(answer: Person) -> Lines:
    """Return what there is to know of somebody."""
    info = answer.person
    if info.here:
        return [f"{_known(info)} is here{_away(info)}"]
    seen = f"was here last on {minute(info.seen)} UTC" if info.seen else "is not here"
    return [f"{_known(info)} {seen}"]


def page(answer: Page) -> Lines:
    """Return what was said in a room."""
    where = called(answer.room)
    if not answer.messages:
        return [f"Nothing was said in {where}."]
    more = "; more: /history more" if answer.more else ""
    entries = followed(answer.messages) or not_deleted(answer.messages)
    if not entries:
        return [f"What was said last in {where} was deleted{more}."]
    return _list(f"Said in {where} (in UTC{more}):", map(listed_entry, entries))


def found(answer: Found) -> Lines:
    """Return what a search found."""
    where = called(answer.room)
    if not answer.messages:
        return [f"Nothing was found in {where}."]
    more = "; more: /search" if answer.more else ""
    heading = f"Found in {where}, newest first (in UTC{more}):"
    return _list(heading, map(listed_entry, answer.messages))


def bans(answer: BanList) -> Lines:
    """Return who is banned or muted."""
    where = "on the server" if answer.room == EVERYWHERE else f"in {called(answer.room)}"
    if not answer.bans:
        return [f"Nobody is banned or muted {where}."]
    return _list(f"Banned or muted {where} (in UTC):", map(_ban, answer.bans))


def audit(answer: Audit) -> Lines:
    """Return who did what."""
    if not answer.deeds:
        return ["Nothing was done yet."]
    more = "; there is more" if answer.more else ""
    return _list(f"What was done, newest first (in UTC{more}):", map(_deed, answer.deeds))


def blocked(answer: Blocked) -> Lines:
    """Return whom one has blocked, or blocks no longer."""
    if answer.message:
        still = f" Still blocked: {_all(answer.names)}." if answer.names else ""
        return [f"{answer.message}{still}"]
    return [f"You have blocked {_all(answer.names) or 'nobody'}."]


def _room(room: RoomInfo, way: str) -> str:
    private = room.kind if room.kind == "private" else ""
    inside = f"you are in{way and f': {way}'}" if room.inside else ""
    topic = f": {room.topic}" if room.topic else ""
    notes = _notes(f"{room.here} here", private, inside)
    return f"{called(room.room, room.people)}{notes}{topic}"


def _person(info: PersonInfo) -> str:
    return f"{_known(info)}{_away(info)}"


def _known(info: PersonInfo) -> str:
    return f"{info.name}{_notes(info.color, 'registered' if info.account else '', info.role)}"


def _away(info: PersonInfo) -> str:
    why = "" if info.away == "away" else f": {info.away}"  # who does not say why is "away"
    return f", away{why}" if info.away else ""


def _ban(ban: BanInfo) -> str:
    kind = "banned" if ban.kind == "ban" else "muted"
    how = f" (by {ban.by})" if ban.by != "name" else ""
    until = f"until {minute(ban.until)}" if ban.until else "for good"
    moderator = f" by {ban.moderator}" if ban.moderator else ""
    reason = f": {ban.reason}" if ban.reason else ""
    return f"{ban.name} is {kind}{how} {until}{moderator}{reason}"


def _deed(deed: Deed) -> str:
    words = deed.text or f"{deed.by}: {deed.action} {deed.about}".rstrip()
    return f"{minute(deed.time)} {called(deed.room)}: {words}"


def _notes(*notes: str) -> str:
    """Return those of `notes` that say something, in brackets."""
    told = ", ".join(filter(None, notes))
    return f" ({told})" if told else ""


def _all(names: Sequence[str]) -> str:
    return ", ".join(names)


def _list(heading: str, items: Iterable[str]) -> Lines:
    return [heading, *(f"  {item}" for item in items)]
