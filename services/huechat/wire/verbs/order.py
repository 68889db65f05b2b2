"""What those type who keep order in a room, or on the server."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Final, Literal

from huechat.protocol import (
    EVERYWHERE,
    HERE,
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
from huechat.wire.arguments import TIMES, Arguments, UsageError
from huechat.wire.verbs.verb import Verb

_TIME: Final = f"TIME is like {TIMES}; without it, it is for ever."
_SERVER: Final = "With * before the name it is for the whole server."
_NAME: Final = "a name"
_ONLY_THE_SERVER: Final = "only * may come after it"


def _ban_address(typed: Arguments) -> Ban:
    room, who, for_s, reason = typed.room(), typed.word(_NAME), typed.time(), typed.text_if_any()
    try:
        ip_network(who, strict=False)
    except ValueError:
        return Ban(who, room, "address", for_s=for_s, reason=reason)
    return Ban(room=room, by="address", address=who, for_s=for_s, reason=reason)


_ROLES: Final[dict[str, Literal["member", "moderator", "owner", "administrator"]]] = {
    "member": "member",
    "moderator": "moderator",
    "owner": "owner",
    "administrator": "administrator",
}
_ROLE_NAMES: Final = ", ".join(_ROLES)


def _role(typed: Arguments) -> SetRole:
    room, name = typed.room(), typed.word(_NAME)
    role = _ROLES.get(typed.word(f"a role ({_ROLE_NAMES})").casefold())
    if role is None:
        raise UsageError(f"a role is one of {_ROLE_NAMES}")
    return SetRole(name, role, EVERYWHERE if role == "administrator" else room)


ORDER: Final = (
    Verb(
        "kick",
        "NAME [REASON]",
        "put somebody out of the room",
        "/kick ben too loud",
        lambda typed: Kick(typed.word(_NAME), HERE, typed.text_if_any()),
        ("k", "remove"),
    ),
    Verb(
        "ban",
        "[*] NAME [TIME] [REASON]",
        "put somebody out and keep them out",
        "/ban ben 2h30m spam",
        lambda typed: Ban(
            room=typed.room(),
            name=typed.word(_NAME),
            for_s=typed.time(),
            reason=typed.text_if_any(),
        ),
        ("kickban", "kb"),
        f"{_TIME} {_SERVER}",
    ),
    Verb(
        "banip",
        "[*] NAME [TIME] [REASON]",
        "keep out all who come from where they do",
        "/banip * 10.0.0.0/8 7d spam",
        _ban_address,
        more=f"In place of NAME there may be an address, or a network. {_TIME} {_SERVER}",
    ),
    Verb(
        "mute",
        "[*] NAME [TIME] [REASON]",
        "keep somebody from speaking",
        "/mute ben 10m",
        lambda typed: Mute(
            room=typed.room(),
            name=typed.word(_NAME),
            for_s=typed.time(),
            reason=typed.text_if_any(),
        ),
        ("timeout", "quiet"),
        f"{_TIME} {_SERVER}",
    ),
    Verb(
        "pardon",
        "[*] NAME",
        "take bans and mutes back",
        "/pardon ben",
        lambda typed: Pardon(room=typed.room(), name=typed.word(_NAME)),
        ("unban", "unmute", "untimeout", "unquiet"),
        f"NAME may be an address, as /bans shows it. {_SERVER}",
        "it takes one name",
    ),
    Verb(
        "bans",
        "[*]",
        "list who is banned or muted",
        "/bans",
        lambda typed: ListBans(typed.room()),
        ("banlist",),
        "/bans * lists those of the whole server.",
        _ONLY_THE_SERVER,
    ),
    Verb(
        "role",
        "[*] NAME ROLE",
        "change what somebody may do here",
        "/role ana moderator",
        _role,
        more=f"ROLE is one of {_ROLE_NAMES}. An administrator is one on the whole server; "
        "/role * NAME member takes that back.",
        too_much="nothing comes after the role",
    ),
    Verb(
        "op",
        "NAME",
        "make somebody a moderator of the room",
        "/op ana",
        lambda typed: SetRole(typed.word(_NAME), "moderator", HERE),
        ("mod",),
        "The room's owners may.",
        too_much="it takes one name",
    ),
    Verb(
        "deop",
        "NAME",
        "make somebody a plain member of it again",
        "/deop ana",
        lambda typed: SetRole(typed.word(_NAME), "member", HERE),
        ("unmod",),
        "The room's owners may.",
        too_much="it takes one name",
    ),
    Verb(
        "slow",
        "SECONDS",
        "let each speak only so often, or off",
        "/slow 30",
        lambda typed: SlowMode(typed.pause(), HERE),
        ("slowmode",),
        "A time like 1m30s may stand there, too. /slow off ends it.",
        "it takes one number, or one time",
    ),
    Verb(
        "drop",
        "ROOM",
        "delete a room and all that was said",
        "/drop builds",
        lambda typed: DeleteRoom(typed.word("a room")),
        too_much="a room's name has no spaces",
    ),
    Verb(
        "audit",
        "[*]",
        "list who did what, newest first",
        "/audit",
        lambda typed: AskAudit(typed.room()),
        more="/audit * lists what was done on the whole server.",
        too_much=_ONLY_THE_SERVER,
    ),
)
