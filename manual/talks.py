"""The conversations on the page. A test has each of them with a server that is new."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from huechat.protocol import (
    LOBBY,
    VERSION,
    Ack,
    AnyCommand,
    AnyEvent,
    Command,
    Delete,
    Deleted,
    Done,
    Edit,
    Edited,
    Error,
    Found,
    Hello,
    History,
    Invite,
    Invited,
    Join,
    Joined,
    Kick,
    Left,
    Login,
    Message,
    Notice,
    Page,
    React,
    Reacted,
    Register,
    RoomPlace,
    Say,
    Search,
    Token,
    Welcome,
)
from manual.samples import DIRECT_ROOM, PASSWORD, ROOM, SESSION, TIME, TOKEN, line, said

OF_BEN: Final = "Qm4hT7cW0pYx2kLr9sVbEg"
"""His session."""

AGAIN: Final = "h8Yd1oPz6NsKu3RfGxA0Lw"
"""Of ana's second connection."""

FIRST_TOKEN: Final = "Xv2nB6qLr8WzT0cJe4Ys1KdPfG9aHmUo7ik5-3RQxCE"  # noqa: S105 - of no server

MADE_UP: Final = frozenset({SESSION, OF_BEN, AGAIN, TOKEN, FIRST_TOKEN, DIRECT_ROOM})
"""What stands for something that the server makes up. Where it comes again, it is the same."""


class Turn(NamedTuple):
    """What somebody's client says, or is told; None: it goes away. Not all is shown."""

    who: str
    what: AnyCommand | AnyEvent | None
    shown: bool = True


class Talk(NamedTuple):
    """A conversation with a server whose HUECHAT_ACCESS is `access`."""

    turns: tuple[Turn, ...]
    access: str = "open"


def written(talk: Talk) -> str:
    """Return what is shown: > is what a client sends, < what the server does."""
    shown = [turn for turn in talk.turns if turn.shown]
    several = len({turn.who for turn in shown}) > 1
    lines = []
    for who, what, _ in shown:
        if what is not None:
            sign = ">" if isinstance(what, Command) else "<"
            lines.append(f"{f'{who} ' if several else ''}{sign} {line(what)}")
    return "\n".join(["```", *lines, "```"])


def _turns(who: str, *what: AnyCommand | AnyEvent | None) -> tuple[Turn, ...]:
    return tuple(Turn(who, one) for one in what)


def _ana(*what: AnyCommand | AnyEvent | None) -> tuple[Turn, ...]:
    return _turns("ana", *what)


def _ben(*what: AnyCommand | AnyEvent | None) -> tuple[Turn, ...]:
    return _turns("ben", *what)


def _unseen(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    return tuple(turn._replace(shown=False) for turn in turns)


def _welcome(
    name: str, color: str, session: str, seq: int = 0, *, account: bool = False
) -> Welcome:
    rooms = (RoomPlace(LOBBY, seq),)
    return Welcome(VERSION, name, color, session, rooms, account=account)


def _by_ben(seq: int, id_: str, text: str, room: str = LOBBY) -> Message:
    return said(room=room, seq=seq, id=id_, text=text, name="ben", color="blue")


_HELLO: Final = Hello(VERSION, "ana", "red")
_ANA_COMES: Final = _ana(_HELLO, _welcome("ana", "red", SESSION))
_BEN_COMES: Final = _ben(Hello(VERSION, "ben"), _welcome("ben", "blue", OF_BEN))
_BOTH_COME: Final = _unseen(_ANA_COMES + _BEN_COMES)

SAID: Final = said(seq=1)
"""What ana says first of all, as the others get it."""

_ANSWER: Final = _by_ben(2, "7f3a-1", "hi ana")

FIRST: Final = Talk(
    (
        *_unseen(_BEN_COMES),
        *_ANA_COMES,
        *_ana(Say("01JDAB3", "hi"), Ack("01JDAB3", LOBBY, 1, TIME)),
        *_unseen(_ben(SAID, Say("7f3a-1", "hi ana"), Ack("7f3a-1", LOBBY, 2, TIME))),
        *_ana(_ANSWER),
    )
)

_MISSED: Final = _by_ben(3, "7f3a-2", "still there?")
_LOST: Final = said(seq=4, id="01JDAB4", text="this one's ack was lost")

BACK: Final = Talk(
    (
        *_unseen(
            (
                *FIRST.turns,
                *_ben(Say("7f3a-2", "still there?"), Ack("7f3a-2", LOBBY, 3, TIME)),
                *_ana(_MISSED, Say("01JDAB4", _LOST.text), Ack("01JDAB4", LOBBY, 4, TIME), None),
                *_ben(_LOST),
            )
        ),
        *_ana(
            Hello(VERSION, "ana", "red", SESSION, {LOBBY: 2}),
            _welcome("ana", "red", SESSION, 4),
            _MISSED,
            _LOST,
        ),
    )
)

_CAFE: Final = _by_ben(1, "7f3a-0", "The café opens on Monday")
_HI_LATER: Final = said(seq=2)

LOOKING_BACK: Final = Talk(
    (
        *_BOTH_COME,
        *_unseen(
            (
                *_ben(Say("7f3a-0", _CAFE.text), Ack("7f3a-0", LOBBY, 1, TIME)),
                *_ana(_CAFE, Say("01JDAB3", "hi"), Ack("01JDAB3", LOBBY, 2, TIME)),
                *_ben(_HI_LATER),
            )
        ),
        *_ana(
            History("h1", before=3, limit=1),
            Page("h1", LOBBY, (_HI_LATER,), True),
            Search("caf* monday", "s1"),
            Found("s1", LOBBY, (_CAFE,), False),
        ),
    )
)

LOGIN: Final = Talk(
    (
        *_unseen(
            _turns(
                "one who registered before",
                Register(PASSWORD, "ana"),
                Token("", "ana", FIRST_TOKEN),
                None,
            )
        ),
        *_ana(
            Hello(VERSION),
            Error(
                "login_first",
                "this server is for accounts: /login NAME PASSWORD; if you have no account,"
                " /name NAME and then /register PASSWORD",
            ),
            Login("ana", PASSWORD, "c1"),
            Token("c1", "ana", TOKEN),
            _welcome("ana", "blue", SESSION, account=True),
        ),
    ),
    access="accounts",
)

TOKEN_AGAIN: Final = Talk(
    (
        *_unseen((*LOGIN.turns, *_ana(None))),
        *_ana(Hello(VERSION, token=TOKEN), _welcome("ana", "blue", AGAIN, account=True)),
    ),
    access="accounts",
)

_IN_PLANS: Final = RoomPlace(ROOM, 0, "private")
_SAID_IN_PLANS: Final = _by_ben(1, "7f3a-3", "what is the plan?", ROOM)

INVITATION: Final = Talk(
    (
        *_BOTH_COME,
        *_ana(
            Join(ROOM, private=True, id="c1"),
            Joined("c1", RoomPlace(ROOM, 0, "private", role="owner")),
            Invite("ben", ROOM, "c2"),
            Done("c2", f"ben may join #{ROOM} now."),
        ),
        *_ben(Invited(ROOM, "ana"), Join(ROOM, id="c1"), Joined("c1", _IN_PLANS)),
        *_ben(Say("7f3a-3", _SAID_IN_PLANS.text, ROOM), Ack("7f3a-3", ROOM, 1, TIME)),
        *_ana(_SAID_IN_PLANS),
    )
)

_PRIVATE: Final = said(room=DIRECT_ROOM, seq=1, id="01JDAB8", text="just between us")
_REPLY: Final = _by_ben(2, "7f3a-4", "yes?", DIRECT_ROOM)

PRIVATE: Final = Talk(
    (
        *_BOTH_COME,
        *_ana(
            Say("01JDAB8", _PRIVATE.text, to="ben"),
            Joined("", RoomPlace(DIRECT_ROOM, 0, "direct", people=("ben",))),
            Ack("01JDAB8", DIRECT_ROOM, 1, TIME),
        ),
        *_ben(
            Joined("", RoomPlace(DIRECT_ROOM, 0, "direct", people=("ana",))),
            _PRIVATE,
            Say("7f3a-4", "yes?", DIRECT_ROOM),
            Ack("7f3a-4", DIRECT_ROOM, 2, TIME),
        ),
        *_ana(_REPLY),
    )
)

_TYPO: Final = _by_ben(1, "7f3a-5", "helo")
_EDITED: Final = Edited(LOBBY, 2, "7f3a-6", TIME, "ben", "blue", "hello", 1, "ben: helo")
_REACTED: Final = Reacted(LOBBY, 3, "01JDAB9", TIME, "ana", "red", "👋", 1, "ben: hello", True)
_DELETED: Final = Deleted(LOBBY, 4, "7f3a-7", TIME, "ben", "blue", 1, "ben")

CHANGES: Final = Talk(
    (
        *_BOTH_COME,
        *_unseen(_ben(Say("7f3a-5", "helo"), Ack("7f3a-5", LOBBY, 1, TIME))),
        *_ana(_TYPO),
        *_unseen(_ben(Edit("7f3a-6", "hello", 1), Ack("7f3a-6", LOBBY, 2, TIME, _EDITED))),
        *_ana(_EDITED, React("01JDAB9", "👋", 1), Ack("01JDAB9", LOBBY, 3, TIME, _REACTED)),
        *_unseen(_ben(_REACTED, Delete("7f3a-7"), Ack("7f3a-7", LOBBY, 4, TIME, _DELETED))),
        *_ana(_DELETED),
    )
)

_PUT_OUT: Final = Notice(
    ROOM,
    1,
    "01JDABA",
    TIME,
    "ana",
    "red",
    "kick",
    "ben",
    "ana put ben out of the room: too loud",
)

KICK: Final = Talk(
    (
        *_BOTH_COME,
        *_unseen(
            (
                *_ana(Join(ROOM, id="c1"), Joined("c1", RoomPlace(ROOM, 0, role="owner"))),
                *_ben(Join(ROOM, id="c1"), Joined("c1", RoomPlace(ROOM, 0))),
            )
        ),
        *_ana(Kick("ben", ROOM, "too loud", "01JDABA"), _PUT_OUT),
        *_ben(_PUT_OUT, Left(ROOM, message=f"You were put out of #{ROOM} by ana: too loud")),
    )
)

TALKS: Final = {
    "first": FIRST,
    "back": BACK,
    "looking_back": LOOKING_BACK,
    "login": LOGIN,
    "token_again": TOKEN_AGAIN,
    "invitation": INVITATION,
    "private": PRIVATE,
    "changes": CHANGES,
    "kick": KICK,
}
"""All of them, by how protocol.md calls them."""
