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

_NAME: Final = "a name"
_ONE_NAME: Final = "it takes one name"
_PASSWORD: Final = "a password"  # noqa: S105 - what it is called
_COLOR: Final = f"a color (one of {', '.join(COLORS)})"

PEOPLE: Final = (
    Verb(
        "name",
        "NAME",
        "be called otherwise",
        "/name ana",
        lambda typed: Rename(typed.word(_NAME)),
        ("nick",),
        too_much="a name has no spaces",
    ),
    Verb(
        "color",
        "COLOR",
        "chat in another color",
        "/color light_green",
        lambda typed: Recolor(typed.word(_COLOR).casefold()),
        ("colour",),
        f"COLOR is one of {', '.join(COLORS)}.",
        "a color is one word, like light_green",
    ),
    Verb(
        "away",
        "[TEXT]",
        "tell others that you are away, and why",
        "/away at lunch",
        lambda typed: Away(typed.text_if_any()),
        ("afk",),
    ),
    Verb(
        "back",
        "",
        "tell others that you are here again",
        "/back",
        lambda _: Away(back=True),
        ("active",),
    ),
    Verb(
        "whois",
        "NAME",
        "tell about somebody",
        "/whois ana",
        lambda typed: AskPerson(typed.word(_NAME)),
        ("wi", "whowas"),
        too_much=_ONE_NAME,
    ),
    Verb(
        "block",
        "[NAME]",
        "see nothing more of somebody",
        "/block ben",
        lambda typed: Block(typed.word_if_any()),
        ("ignore",),
        "Without a name it tells whom you have blocked.",
        _ONE_NAME,
    ),
    Verb(
        "unblock",
        "NAME",
        "see again what somebody says",
        "/unblock ben",
        lambda typed: Block(typed.word(_NAME), on=False),
        ("unignore",),
        too_much=_ONE_NAME,
    ),
)

ACCOUNTS: Final = (
    Verb(
        "register",
        "PASSWORD [CODE]",
        "make your name yours alone",
        "/register correct-horse-battery",
        lambda typed: Register(typed.word(_PASSWORD), invitation=typed.word_if_any()),
        more="CODE is for a server that asks for an invitation. No spaces in the password.",
        too_much="the password must have no spaces",
    ),
    Verb(
        "login",
        "NAME PASSWORD",
        "be the one to whom a name belongs",
        "/login ana correct-horse-battery",
        lambda typed: Login(typed.word(_NAME), typed.text(_PASSWORD)),
    ),
    Verb(
        "logout",
        "[everywhere]",
        "be a guest again",
        "/logout",
        lambda typed: Logout(typed.flag("everywhere")),
        more="/logout everywhere ends all logins of the account.",
        too_much="only the word everywhere may come after it",
    ),
    Verb(
        "password",
        "OLD NEW",
        "change your password",
        "/password correct-horse-battery staple-in-the-rain",
        lambda typed: ChangePassword(
            typed.word("the old password"), typed.word("the new password")
        ),
        more="It ends all other logins of the account. No spaces in the passwords.",
        too_much="the passwords must have no spaces",
    ),
)
