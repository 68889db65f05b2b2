"""People: names, colours, who is here, whom one does not want to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from huechat.chat import rules
from huechat.chat.bans import SERVER, Caller, check_not_barred
from huechat.chat.errors import RefusedError
from huechat.chat.guests import check_chosen_name
from huechat.chat.people import AWAY, Person
from huechat.chat.roles import Role
from huechat.chat.rooms import Room
from huechat.chat.times import now
from huechat.protocol import (
    DEFAULT_COLOR,
    AskPerson,
    Away,
    Block,
    Blocked,
    Done,
    Hello,
    ListPeople,
    People,
    PersonInfo,
    Recolor,
    Rename,
    You,
)
from huechat.protocol import Person as PersonTold
from huechat.server.connection import Connection
from huechat.server.people.blocks import blocked_by, keys_of, names_in, without
from huechat.server.people.presence import listing_key
from huechat.server.people.subjects import find_subject
from huechat.server.rooms.direct import note_back
from huechat.server.rooms.places import place_of

if TYPE_CHECKING:
    from huechat.server.hall import Hall

MOST_BLOCKED: Final = 500
"""How many names one may have blocked."""


def rename(hall: Hall, connection: Connection, rename: Rename) -> None:
    """Give a guest another name."""
    if connection.hello and not connection.person:
        _note_name(hall, connection, connection.hello, rename)
        return
    if connection.greeted.account:
        raise RefusedError("not_allowed", "an account keeps its name: log out to have another")
    name = check_chosen_name(rename.name)
    you = You(name, connection.greeted.color, rename.id, message=f"You are {name} now.")
    hall.writer.do(lambda: _rename(hall, connection, you))  # where accounts are made


def recolor(hall: Hall, connection: Connection, recolor: Recolor) -> None:
    """Change the colour: an account's on all of its connections."""
    person = connection.greeted
    color = rules.check_color(recolor.color)
    others: list[Connection] = []
    if person.account and color != person.color:
        others = hall.writer.do(lambda: _recolor_account(hall, person, color))
    person.color = color
    hall.tell(connection, _you(person, recolor.id))
    for one in others:
        if one is not connection:
            hall.tell(one, _you(person))


def away(hall: Hall, connection: Connection, away: Away) -> None:
    """Note that a person is away, or back."""
    person = connection.greeted
    text = None if away.back else " ".join(away.text.split()) or AWAY
    hall.lost_links.change_away(person.identity, text)
    for one in hall.crowd.of(person.identity):
        if one.person:
            one.person.away = text
            for room in list(one.places):
                hall.presence.changed(room, one.person, one.outlet)
    note_back(hall, connection)
    words = "You are back." if text is None else "You are marked as away."
    hall.tell(connection, Done(away.id, words))


def block(hall: Hall, connection: Connection, block: Block) -> None:
    """Have nothing more told of what a person says, or take that back."""
    connection.greeted  # noqa: B018 - only for those who said hello
    words = ""
    if block.name:
        words = hall.writer.do(lambda: _change_blocks(hall, connection, block))
    names = names_in(blocked_by(hall, connection))
    hall.tell(connection, Blocked(block.id, tuple(sorted(names, key=listing_key)), words))


def ask_person(hall: Hall, connection: Connection, ask: AskPerson) -> None:
    """Tell about a person, whether they are here or not."""
    connection.greeted  # noqa: B018 - only for those who said hello
    subject = find_subject(hall, ask.name)
    info = _info(subject.connections)
    if info is None and subject.account:
        account = subject.account
        seen = hall.notes.last_seen(account)
        info = PersonInfo(account.name, account.color, True, here=False, seen=seen)
    if info is None:
        raise RefusedError("no_such_person", f"there is nobody called {ask.name}")
    hall.tell(connection, PersonTold(ask.id, info))


def list_people(hall: Hall, connection: Connection, ask: ListPeople) -> None:
    """Tell who is in a room."""
    room = place_of(connection, ask.room).room
    names = [
        one
        for one in hall.presence.here(room.name)
        if not ask.after or listing_key(one) > listing_key(ask.after)
    ]
    page = names[: min(ask.limit, hall.settings.page)]
    infos = [_info(hall.crowd.named(name), room) for name in page]
    people = tuple(one for one in infos if one)
    here = hall.presence.count(room.name)
    hall.tell(connection, People(ask.id, room.name, people, here, len(page) < len(names)))


def _info(connections: list[Connection], room: Room | None = None) -> PersonInfo | None:
    """Return who has these connections; they are away if they are with all of these."""
    people = [one.person for one in connections if one.person]
    if not people:
        return None
    person = next((one for one in people if one.away is None), people[0])
    role = _shown_role(person, room)
    return PersonInfo(
        person.name,
        person.color,
        person.account is not None,
        role,  # type: ignore[arg-type]
        away=person.away or "",
    )


def _shown_role(person: Person, room: Room | None) -> str:
    role = room.role_of(person) if room and room.kind != "direct" else Role.MEMBER
    if room is None and person.administrator:
        role = Role.ADMINISTRATOR
    return role.word if role > Role.MEMBER else ""


def _note_name(hall: Hall, connection: Connection, hello: Hello, rename: Rename) -> None:
    """Note the name of one who is to register before coming in."""
    name = check_chosen_name(rename.name)
    hall.accounts.check_not_reserved(name)
    connection.hello = msgspec.structs.replace(hello, name=name)
    words = f"You may be {name}: make the name yours with /register."
    hall.tell(connection, You(name, hello.color or DEFAULT_COLOR, rename.id, message=words))


def _rename(hall: Hall, connection: Connection, you: You) -> None:
    """Let them be `you`. They are told before the others: then they know themselves in it."""
    person = connection.greeted
    hall.accounts.check_not_reserved(you.name)
    _check_not_kept_out(hall, connection, you.name)
    hall.crowd.rename(connection, person, you.name)
    hall.tell(connection, you)
    for room in list(connection.places):
        hall.presence.changed(room, person, connection.outlet)


def _check_not_kept_out(hall: Hall, connection: Connection, name: str) -> None:
    """Raise `RefusedError` if one of that name may not be where the connection is."""
    person = connection.greeted
    caller = Caller(Person(person.session, name, person.color), connection.address, now())
    check_not_barred(hall.sanctions, "ban", caller, SERVER)
    for place in list(connection.places.values()):
        check_not_barred(place.room.sanctions, "ban", caller, f"#{place.room.name}")


def _recolor_account(hall: Hall, person: Person, color: str) -> list[Connection]:
    """Change the colour of an account; return its connections. For the writer's thread."""
    if person.account is None:
        raise RefusedError("login_first", "your login was ended")
    account = hall.accounts.set_color(person.account, color)
    there = hall.crowd.of(person.identity)
    for one in there:
        if one.person and one.person.account:
            one.person.account, one.person.color = account, color
    return there


def _change_blocks(hall: Hall, connection: Connection, block: Block) -> str:
    """Change whom a person has blocked; for an account it is stored. In the writer's thread.

    Return what was taken back, in words.
    """
    person, before = connection.greeted, blocked_by(hall, connection)
    if block.on:
        after = before | _to_block(hall, person, block.name)
        _check_not_too_many(names_in(after))
    else:
        after = without(before, block.name.removeprefix("@"))
    if person.account:
        _store_blocks(hall, person, before, after)
    for one in hall.crowd.of(person.identity):
        if not person.account:
            one.blocked = after
        hall.blocks.put(one, after)
    return "" if block.on else _taken_back(before, after)


def _taken_back(before: dict[str, str], after: dict[str, str]) -> str:
    unblocked = sorted(set(names_in(before)) - set(names_in(after)))
    if not unblocked:
        return "Nobody of that name was blocked."
    return f"{', '.join(unblocked)} is not blocked any more."


def _to_block(hall: Hall, person: Person, name: str) -> dict[str, str]:
    subject = find_subject(hall, name)
    if subject.identity == person.identity:
        raise RefusedError("not_allowed", "that is yourself: block somebody else")
    return dict.fromkeys(keys_of(subject), subject.name)


def _check_not_too_many(names: list[str]) -> None:
    if len(names) > MOST_BLOCKED:
        words = f"you have blocked {MOST_BLOCKED} names, and that is all: unblock one first"
        raise RefusedError("too_many", words)


def _store_blocks(
    hall: Hall, person: Person, before: dict[str, str], after: dict[str, str]
) -> None:
    with hall.people.transaction():
        for key, name in after.items() - before.items():
            hall.people.block(person.identity, key, name)
        for key in before.keys() - after.keys():
            hall.people.unblock(person.identity, key)


def _you(person: Person, id_: str = "") -> You:
    return You(person.name, person.color, id_, person.account is not None, person.administrator)
