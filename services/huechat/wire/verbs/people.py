"""What people type about themselves, and about one another."""

from __future__ import annotations

from typing import Final

from huechat.protocol import (
    COLORS,
    AskPerson,
    Away,
    Block,
    ChangePassword,
    Login,
    Logout,
    Recolor,
    Register,
    Rename,
)
from huechat.wire.verbs.verb import Verb

PEOPLE: Final = (
    Verb(
        "name",
        "NAME",
        "be called otherwise",
        "/name ana",
        lambda typed: Rename(typed.word()),
        ("nick",),
    ),
    Verb(
        "color",
        "COLOR",
        "chat in another color",
        "/color light_green",
        lambda typed: Recolor(typed.word().casefold()),
        ("colour",),
        f"COLOR is one of {', '.join(COLORS)}.",
    ),
    Verb(
        "away",
        "[TEXT]",
        "tell others that you are away, and why",
        "/away at lunch",
        lambda typed: Away(typed.text("")),
        ("afk",),
    ),
    Verb(
        "back",
        "",
        "tell others that you are here again",
        "/back",
        lambda _: Away(back=True),
    ),
    Verb(
        "whois",
        "NAME",
        "tell about somebody",
        "/whois ana",
        lambda typed: AskPerson(typed.word()),
    ),
    Verb(
        "block",
        "[NAME]",
        "see nothing more of somebody",
        "/block ben",
        lambda typed: Block(typed.word("")),
        ("ignore",),
        "Without a name it tells whom you have blocked.",
    ),
    Verb(
        "unblock",
        "NAME",
        "see again what somebody says",
        "/unblock ben",
        lambda typed: Block(typed.word(), on=False),
        ("unignore",),
    ),
)

ACCOUNTS: Final = (
    Verb(
        "register",
        "PASSWORD [CODE]",
        "make your name yours alone",
        "/register correct-horse-battery",
        lambda typed: Register(typed.word(), invitation=typed.word("")),
        more="CODE is for a server that asks for an invitation. No spaces in the password.",
    ),
    Verb(
        "login",
        "NAME PASSWORD",
        "be the one to whom a name belongs",
        "/login ana correct-horse-battery",
        lambda typed: Login(typed.word(), typed.text()),
    ),
    Verb(
        "logout",
        "[everywhere]",
        "be a guest again",
        "/logout",
        lambda typed: Logout(typed.flag("everywhere")),
        more="/logout everywhere ends all logins of the account.",
    ),
    Verb(
        "password",
        "OLD NEW",
        "change your password",
        "/password correct-horse-battery staple-in-the-rain",
        lambda typed: ChangePassword(typed.word(), typed.word()),
        more="It ends all other logins of the account.",
    ),
)
