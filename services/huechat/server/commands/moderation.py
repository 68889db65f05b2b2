"""Putting people out, keeping them out, keeping them from speaking."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from huechat.chat.accounts import Sanction
from huechat.chat.bans import barred, check_network, network_of
from huechat.chat.errors import RefusedError
from huechat.chat.names import name_key
from huechat.chat.people import Person
from huechat.chat.roles import Role, check_role
from huechat.chat.rooms import Room
from huechat.chat.times import as_time, now
from huechat.protocol import EVERYWHERE, Ban, BanInfo, BanList, Done, Kick, ListBans, Mute, Pardon
from huechat.server.commands.rooms import part
from huechat.server.connection import Connection
from huechat.server.people.evictions import disconnect
from huechat.server.people.subjects import Subject, find_subject
from huechat.server.rooms.barring import refresh_sanctions
from huechat.server.rooms.deeds import Deed, lasts, nothing, one_line, role_of, room_meant, why
from huechat.server.rooms.places import leave as take_out
from huechat.server.rooms.places import place_of

if TYPE_CHECKING:
    from huechat.server.hall import Hall

Values = list[tuple[Literal["name", "account", "address"], str]]
"""What sanctions look at: `by` and `value`."""

NOBODY: Final = Subject("", "", None, [])


def kick(hall: Hall, connection: Connection, kick: Kick) -> None:
    """Put a person out of a room."""
    actor, room = connection.greeted, place_of(connection, kick.room).room
    hall.writer.do(lambda: _kick(hall, actor, room, kick))


def ban(hall: Hall, connection: Connection, ban: Ban) -> None:
    """Put a person out and keep them out."""
    actor, room = connection.greeted, room_meant(connection, ban.room)
    hall.writer.do(lambda: _ban(hall, actor, room, ban))
    _say_done(hall, connection, room, ban.id, f"{ban.name or ban.address} is kept out.")


def mute(hall: Hall, connection: Connection, mute: Mute) -> None:
    """Keep a person from speaking."""
    actor, room = connection.greeted, room_meant(connection, mute.room)
    hall.writer.do(lambda: _mute(hall, actor, room, mute))
    _say_done(hall, connection, room, mute.id, f"{mute.name} may not speak.")


def pardon(hall: Hall, connection: Connection, pardon: Pardon) -> None:
    """Take back bans and mutes."""
    actor, room = connection.greeted, room_meant(connection, pardon.room)
    hall.writer.do(lambda: _pardon(hall, actor, room, pardon))
    _say_done(hall, connection, room, pardon.id, f"{pardon.name} is pardoned.")


def list_bans(hall: Hall, connection: Connection, ask: ListBans) -> None:
    """Tell who is banned or muted."""
    room = room_meant(connection, ask.room)
    check_role("bans", role_of(connection.greeted, room))
    here = room.name if room else EVERYWHERE
    hall.tell(connection, BanList(ask.id, here, _each_once(hall.people.sanctions(here, now()))))


def _each_once(sanctions: Iterable[Sanction]) -> tuple[BanInfo, ...]:
    """Return what was asked for, where a ban is made of several sanctions; see `_values`."""
    asked: dict[tuple[str, ...], BanInfo] = {}
    for one in sanctions:
        info = BanInfo(one.kind, one.name, one.by, one.until, one.reason, one.moderator)
        asked.setdefault((one.kind, one.name, one.until, one.reason, one.moderator), info)
    return tuple(asked.values())


def _say_done(hall: Hall, connection: Connection, room: Room | None, id_: str, words: str) -> None:
    """Answer what has no entry in a room's log that would tell."""
    if room is None:
        hall.tell(connection, Done(id_, words))


def _check_above(hall: Hall, actor: Person, room: Room | None, action: str, name: str) -> Subject:
    """Return whom `name` means; raise `RefusedError` if `actor` may not do `action` to them."""
    role = role_of(actor, room)
    check_role(action, role)
    subject = find_subject(hall, name)
    if subject.identity == actor.identity:
        raise RefusedError("not_allowed", "that is yourself: name somebody else")
    target = subject.role_in(room) if room else _role_anywhere(subject)
    check_role(action, role, target)
    return subject


def _role_anywhere(subject: Subject) -> Role:
    administrator = subject.account is not None and subject.account.administrator
    return Role.ADMINISTRATOR if administrator else Role.MEMBER


def _kick(hall: Hall, actor: Person, room: Room, kick: Kick) -> None:
    subject = _check_above(hall, actor, room, "kick", kick.name)
    there = [one for one in subject.connections if room.name in one.places]
    if not there and not _belongs(hall, room, subject):
        raise RefusedError("not_in_room", f"{subject.name} is not in #{room.name}")
    text = f"{actor.name} put {subject.name} out of the room{why(kick.reason)}"
    deed = Deed(hall, actor, room, "kick", subject.name, text, kick.id)
    deed.do(lambda: part(hall, room, subject.identity), nothing)
    for one in there:
        words = f"You were put out of #{room.name} by {actor.name}{why(kick.reason)}"
        take_out(hall, one, room.name, words)


def _belongs(hall: Hall, room: Room, subject: Subject) -> bool:
    """Return whether somebody who is not here would be in the room again, or may come in."""
    if subject.account is None:
        return room.kind == "private" and subject.identity in room.roles
    theirs = [one for one in hall.people.memberships(subject.identity) if one.room == room.name]
    return any(one.inside or room.kind == "private" for one in theirs)


def _ban(hall: Hall, actor: Person, room: Room | None, ban: Ban) -> None:
    subject, sanctions = _banned(hall, actor, room, ban)
    name = sanctions[0].name
    until = lasts(ban.for_s)
    where = "the room" if room else "the server"
    text = f"{actor.name} keeps {name} out of {where}{until}{why(ban.reason)}"
    deed = Deed(hall, actor, room, "ban", name, text, ban.id)
    subject = subject if room else NOBODY
    deed.do(lambda: _add(hall, room, sanctions, subject), lambda: refresh_sanctions(hall, room))
    words = f"You are kept out of {f'#{room.name}' if room else 'this server'}{until}"
    _put_out(hall, actor, room, sanctions, f"{words}{why(ban.reason)}")


def _banned(
    hall: Hall, actor: Person, room: Room | None, ban: Ban
) -> tuple[Subject, list[Sanction]]:
    """Return whom a ban is for, and what it is made of."""
    if ban.address:
        check_role("ban_address", role_of(actor, room))
        network = check_network(ban.address)
        return NOBODY, _sanctions("ban", [("address", network)], network, ban, actor)
    subject = _check_above(hall, actor, room, "ban", ban.name)
    return subject, _sanctions("ban", _values(subject, ban.by), subject.name, ban, actor)


def _values(subject: Subject, by: str) -> Values:
    """Return what a sanction for `subject` looks at: `by` and value. The first tells how it is.

    The person is always meant: by their identity, which guests have as well.
    """
    if by == "address":
        found = {network_of(one.address) for one in subject.connections}
        if not found:
            raise RefusedError("no_such_person", f"{subject.name} is not here: ban the name")
        return [*(("address", one) for one in sorted(found)), ("account", subject.identity)]
    if subject.account:
        return [("account", subject.identity)]
    if by == "account":
        raise RefusedError("no_such_person", f"{subject.name} has no account: ban the name")
    return [("name", name_key(subject.name)), ("account", subject.identity)]


def _mute(hall: Hall, actor: Person, room: Room | None, mute: Mute) -> None:
    subject = _check_above(hall, actor, room, "mute", mute.name)
    sanctions = _sanctions("mute", _values(subject, "name"), subject.name, mute, actor)
    text = f"{actor.name} keeps {subject.name} from speaking{lasts(mute.for_s)}{why(mute.reason)}"
    deed = Deed(hall, actor, room, "mute", subject.name, text, mute.id)
    deed.do(lambda: _add(hall, room, sanctions, NOBODY), lambda: refresh_sanctions(hall, room))


def _pardon(hall: Hall, actor: Person, room: Room | None, pardon: Pardon) -> None:
    check_role("pardon", role_of(actor, room))
    here = room.name if room else EVERYWHERE
    key = name_key(pardon.name)
    held = hall.people.sanctions(here, now())
    values = [one.value for one in held if key == name_key(one.name) or pardon.name == one.value]
    if actor.identity in values and not actor.administrator:
        raise RefusedError("not_allowed", "that is yourself: ask somebody else to pardon you")
    if not values:
        raise RefusedError("no_such_person", f"{pardon.name} is neither banned nor muted here")
    text = f"{actor.name} pardoned {pardon.name}"
    deed = Deed(hall, actor, room, "pardon", pardon.name, text, pardon.id)
    deed.do(lambda: hall.people.drop_sanctions(here, values), lambda: refresh_sanctions(hall, room))


def _sanctions(
    kind: Literal["ban", "mute"], values: Values, name: str, asked: Ban | Mute, actor: Person
) -> list[Sanction]:
    until = as_time(datetime.now(UTC) + timedelta(seconds=asked.for_s)) if asked.for_s else ""
    return [
        Sanction(kind, by, value, name, until, one_line(asked.reason), actor.name)
        for by, value in values
    ]


def _add(hall: Hall, room: Room | None, sanctions: list[Sanction], subject: Subject) -> None:
    here = room.name if room else EVERYWHERE
    for one in sanctions:
        hall.people.add_sanction(here, one, now())
    if room and subject.identity:
        part(hall, room, subject.identity)


def _put_out(
    hall: Hall, actor: Person, room: Room | None, sanctions: list[Sanction], words: str
) -> None:
    """Put out all whom new sanctions are for, but those whose role is not below the actor's."""
    role = role_of(actor, room)
    for one in hall.crowd.all():
        person = one.person
        if person is None or not barred(sanctions, "ban", one.caller()):
            continue
        if role_of(person, room) >= role:
            continue
        if room:
            take_out(hall, one, room.name, words)
        else:
            disconnect(hall, [one], words)
