"""Who may do what in a room, how often one may speak there, and what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huechat.chat.accounts import Account
from huechat.chat.errors import RefusedError
from huechat.chat.names import name_key
from huechat.chat.people import Person
from huechat.chat.roles import Role, a_role, check_role
from huechat.chat.rooms import Room
from huechat.protocol import EVERYWHERE, AskAudit, Audit, Done, SetRole, SlowMode, You
from huechat.server.connection import Connection
from huechat.server.people.subjects import Subject, find_subject
from huechat.server.rooms.deeds import Deed, role_of, room_meant
from huechat.server.rooms.places import place_of

if TYPE_CHECKING:
    from huechat.server.hall import Hall


def set_role(hall: Hall, connection: Connection, change: SetRole) -> None:
    """Change what a person may do."""
    actor, room = connection.greeted, room_meant(connection, change.room)
    if room is None:
        hall.writer.do(lambda: _set_administrator(hall, actor, change))
        hall.tell(connection, Done(change.id, f"{change.name} is {a_role(change.role)} now."))
        return
    hall.writer.do(lambda: _set_role(hall, actor, room, change))


def slow_mode(hall: Hall, connection: Connection, slow: SlowMode) -> None:
    """Change how often members may speak."""
    actor, room = connection.greeted, place_of(connection, slow.room).room
    hall.writer.do(lambda: _slow_mode(hall, actor, room, slow))


def ask_audit(hall: Hall, connection: Connection, ask: AskAudit) -> None:
    """Tell who did what."""
    room = room_meant(connection, ask.room)
    check_role("audit", role_of(connection.greeted, room))
    limit = min(ask.limit, hall.settings.page)
    before = 2**53 if ask.before is None else ask.before
    deeds = hall.people.deeds(
        room.name if room else EVERYWHERE, before, limit + 1, _made(hall, room)
    )
    hall.tell(connection, Audit(ask.id, tuple(deeds[:limit]), len(deeds) > limit))


def _made(hall: Hall, room: Room | None) -> str:
    """Return since when a room is this room: one of its name may have been deleted before."""
    row = hall.people.room(room.name) if room else None
    return row.made if row else ""


def change_administrator(hall: Hall, account: Account, text: str, *, administrator: bool) -> None:
    """Make an account an administrator's, or not any more; `text` tells so those who use it.

    For the writer's thread.
    """
    hall.people.set_administrator(account.number, administrator)
    _tell_administrator(hall, account, text, administrator=administrator)


def _tell_administrator(hall: Hall, account: Account, text: str, *, administrator: bool) -> None:
    changed = hall.accounts.note_administrator(account, administrator)
    for one in hall.crowd.of(account.identity):
        if one.person:
            one.person.account = changed
            you = You(one.person.name, one.person.color, "", True, administrator, f"{text}.")
            hall.tell(one, you)


def _set_role(hall: Hall, actor: Person, room: Room, change: SetRole) -> None:
    if room.kind == "direct":
        raise RefusedError("not_allowed", "in a room of two nobody is more than the other")
    if change.role == "administrator":
        raise RefusedError("not_allowed", "administrators are made for the server: the room *")
    role = Role[change.role.upper()]
    subject = _check_may_make(hall, actor, room, change.name, role)
    whom = subject.name if subject.identity != actor.identity else "themselves"
    text = f"{actor.name} made {whom} {a_role(role.word)} of the room"
    deed = Deed(hall, actor, room, "role", subject.name, text, change.id)
    inside = any(room.name in one.places for one in subject.connections)

    def store() -> None:
        hall.people.set_member(room.name, subject.identity, role)
        if not inside:
            hall.people.set_outside(room.name, subject.identity)

    deed.do(store, lambda: room.roles.update({subject.identity: role}))


def _check_may_make(hall: Hall, actor: Person, room: Room, name: str, role: Role) -> Subject:
    """Return whom `name` means; raise `RefusedError` if `actor` may not give them the `role`."""
    if name_key(name.removeprefix("@")) == name_key(actor.name):
        _check_may_step_down(room, actor, role)
        return find_subject(hall, name)
    action = "make_owner" if role is Role.OWNER else "make_moderator"
    check_role(action, role_of(actor, room))
    subject = find_subject(hall, name)
    check_role(action, role_of(actor, room), subject.role_in(room))
    return subject


def _check_may_step_down(room: Room, actor: Person, role: Role) -> None:
    """Raise `RefusedError` unless `actor` would be less then, and somebody owns the room still."""
    others = [one for identity, one in room.roles.items() if identity != actor.identity]
    mine = room.roles.get(actor.identity, Role.MEMBER)
    if role >= mine:
        raise RefusedError("not_allowed", "that is yourself: ask somebody else to change your role")
    if mine is Role.OWNER and Role.OWNER not in others:
        raise RefusedError(
            "not_allowed", "the room would have no owner: make somebody else one first"
        )


def _set_administrator(hall: Hall, actor: Person, change: SetRole) -> None:
    check_role("server", role_of(actor, None))  # it may have ended meanwhile
    subject = find_subject(hall, change.name)
    if subject.account is None:
        raise RefusedError("login_first", f"{subject.name} is a guest: they must register first")
    if subject.identity == actor.identity:
        raise RefusedError("not_allowed", "ask another administrator to change what you are")
    if change.role not in ("administrator", "member"):
        raise RefusedError("not_allowed", "on the server one is an administrator, or a member")
    administrator = change.role == "administrator"
    text = f"{actor.name} made {subject.name} {a_role(change.role)}"
    deed = Deed(hall, actor, None, "role", subject.name, text, change.id)
    account = subject.account
    deed.do(
        lambda: hall.people.set_administrator(account.number, administrator),
        lambda: _tell_administrator(hall, account, text, administrator=administrator),
    )


def _slow_mode(hall: Hall, actor: Person, room: Room, slow: SlowMode) -> None:
    check_role("slow", room.role_of(actor))
    every = f"lets everybody speak every {slow.every_s:g} s"
    text = f"{actor.name} {every if slow.every_s else 'lifted slow mode'}"
    deed = Deed(hall, actor, room, "slow", "", text, slow.id)
    deed.do(
        lambda: hall.people.set_slow(room.name, slow.every_s),
        lambda: setattr(room, "slow_s", slow.every_s),
    )
