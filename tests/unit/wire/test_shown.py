"""Events as people read them."""

import pytest
from msgspec.structs import replace

from huechat.protocol import (
    Audit,
    BanInfo,
    BanList,
    Blocked,
    Deed,
    Deleted,
    Done,
    Edited,
    Found,
    Invitation,
    Invited,
    Joined,
    Left,
    Message,
    Notice,
    Page,
    People,
    Person,
    PersonInfo,
    Presence,
    Reacted,
    Renamed,
    RoomInfo,
    RoomList,
    RoomPlace,
    Token,
    TopicSet,
    Welcome,
    You,
)
from huechat.wire.plain import Plain
from huechat.wire.shown import as_text, new_names

NOON = "2026-11-22T12:00:59.123Z"
DIRECT = "@0123456789abcdef0123"


def in_room(kind, *rest, room="lobby", name="ana"):
    """An entry of that kind; `rest`: what comes after the fields that all entries have."""
    return kind(room, 7, "a", NOON, name, "red", *rest)


HI = in_room(Message, "hi")

SHOWN = {
    # What is said: always in the first client's form.
    "ana [COLOR (red)] said -> hi": HI,
    "[COLOR (red)] said -> hi there": in_room(Message, "hi there", name=""),
    "[COLOR (red)] said -> I": in_room(Message, "I", name="guest-12"),
    "guest-x [COLOR (red)] said -> I": in_room(Message, "I", name="guest-x"),
    "#builds ana [COLOR (red)] said -> hi": in_room(Message, "hi", room="builds"),
    "#builds [COLOR (red)] said -> hi": in_room(Message, "hi", room="builds", name="guest-1"),
    "(private) ana [COLOR (red)] said -> hi": in_room(Message, "hi", room=DIRECT),
    "(private) guest-1 [COLOR (red)] said -> hi": in_room(
        Message, "hi", room=DIRECT, name="guest-1"
    ),
    "ana [COLOR (red)] said -> (to ben: hello wor…) yes": in_room(
        Message, "yes", 3, "ben: hello wor…"
    ),
    # What is done: always with a star.
    "* ana edited: hello wor… -> hello world": in_room(Edited, "hello world", 3, "ana: hello wor…"),
    "* #builds: ana edited: helo -> hello": in_room(Edited, "hello", 3, "helo", room="builds"),
    "* (private) ana took a message back": in_room(Deleted, 3, "ana", room=DIRECT),
    "* ana deleted a message of ben": in_room(Deleted, 3, "ben"),
    "* ana put 👍 to ben: hello wor…": in_room(Reacted, "👍", 3, "ben: hello wor…", True),
    "* ana took 👍 back from ben: hello": in_room(Reacted, "👍", 3, "ben: hello", False),
    "* somebody put 👍 to a message": in_room(Reacted, "👍", 3, "", True, name=""),
    "* #builds: ana set the topic: bread": in_room(TopicSet, "bread", room="builds"),
    "* ana took the topic away": in_room(TopicSet, ""),
    "* #builds: ana put ben out of the room: spam": in_room(
        Notice, "kick", "ben", "ana put ben out of the room: spam", room="builds"
    ),
    # Answers on a line.
    "You are logged in as ana.": Token("", "ana", "s3cret"),
    "You are ben now.": You("ben", "red", "a", message="You are ben now."),
    "You are ana, in red.": You("ana", "red", "a"),
    "You are in #lobby": Joined("a", RoomPlace("lobby", 1)),
    "You are in #lobby. It has no topic.": Joined("a", RoomPlace("lobby", 1), asked=True),
    "You are in #builds: bread": Joined("a", RoomPlace("builds", 9, topic="bread"), asked=True),
    "You are in (private) with ben": Joined(
        "a", RoomPlace(DIRECT, 9, "direct", people=("ben",)), asked=True
    ),
    "You are in #builds: bread (3 unread)": Joined(
        "a", RoomPlace("builds", 9, topic="bread", unread=3)
    ),
    "You are in #team (private, you are its owner, one message every 5 s, "
    "3 unread, 1 with your name)": Joined(
        "a", RoomPlace("team", 9, "private", "", (), "owner", 5.0, 0, 3, 1)
    ),
    "You are also in (private) with ben": Joined(
        "", RoomPlace(DIRECT, 9, "direct", people=("ben",))
    ),
    "You left #builds.": Left("builds"),
    "You left (private).": Left(DIRECT),
    "You left (private) with ben.": Left(DIRECT, people=("ben",)),
    "You were put out of #builds by ana: spam": Left(
        "builds", message="You were put out of #builds by ana: spam"
    ),
    "ana (red, registered, moderator) is here, away: lunch": Person(
        "", PersonInfo("ana", "red", True, "moderator", away="lunch")
    ),
    "guest-1 (blue) is here": Person("", PersonInfo("guest-1", "blue")),
    "ana (red, registered) was here last on 2026-11-22 12:00 UTC": Person(
        "", PersonInfo("ana", "red", True, here=False, seen=NOON)
    ),
    "ana (red, registered) is not here": Person("", PersonInfo("ana", "red", True, here=False)),
    "You have blocked ana, ben.": Blocked("", ("ana", "ben")),
    "You have blocked nobody.": Blocked("", ()),
    "ana is not blocked any more.": Blocked("", (), "ana is not blocked any more."),
    "ana is not blocked any more. Still blocked: ben, cyd.": Blocked(
        "", ("ben", "cyd"), "ana is not blocked any more."
    ),
    "ana invites you to #team: /join team": Invited("team", "ana"),
    "Who registers with K7QM-2FXT, once and until 2026-11-22 12:00 UTC, gets in.": Invitation(
        "", "K7QM-2FXT", NOON
    ),
    "ben may join #team now.": Done("a", "ben may join #team now."),
    # Lists.
    "There are no more rooms.": RoomList("", (), False),
    "Rooms:\n"
    "  #builds (3 here): bread\n"
    "  #team (1 here, private, you are in)\n"
    "  (private) with ben (2 here, you are in)\n"
    "  and more: /rooms builds": RoomList(
        "",
        (
            RoomInfo("builds", 3, "bread"),
            RoomInfo("team", 1, kind="private", inside=True),
            RoomInfo(DIRECT, 2, kind="direct", people=("ben",), inside=True),
        ),
        True,
    ),
    "Nobody is in #builds.": People("", "builds", (), 0, False),
    "In #builds, 9 in all:\n"
    "  ana (red, registered, owner), away: lunch\n"
    "  ben (blue)\n"
    "  and more: /who builds ben": People(
        "",
        "builds",
        (PersonInfo("ana", "red", True, "owner", away="lunch"), PersonInfo("ben", "blue")),
        9,
        True,
    ),
    "Nothing was said in #builds.": Page("", "builds", (), False),
    "Said in #builds (in UTC; more: /history more):\n"
    "  2026-11-22 12:00 ana [COLOR (red)] said -> hi\n"
    "  2026-11-22 12:00 * ana edited: hi -> ho": Page(
        "",
        "builds",
        (
            in_room(Message, "hi", room="builds"),
            in_room(Edited, "ho", 7, "ana: hi", room="builds"),
        ),
        True,
    ),
    "Nothing was found in #lobby.": Found("", "lobby", (), False),
    "Found in #lobby, newest first (in UTC):\n"
    "  2026-11-22 12:00 ana [COLOR (red)] said -> hi": Found("", "lobby", (HI,), False),
    "Nobody is banned or muted in #builds.": BanList("", "builds", ()),
    "Banned or muted on the server (in UTC):\n"
    "  ben is banned (by address) until 2026-11-22 12:00 by ana: spam\n"
    "  cy is muted for good": BanList(
        "",
        "*",
        (
            BanInfo("ban", "ben", "address", NOON, "spam", "ana"),
            BanInfo("mute", "cy", "name"),
        ),
    ),
    "Nothing was done yet.": Audit("", (), False),
    "What was done, newest first (in UTC):\n"
    "  2026-11-22 12:00 #builds: ana put ben out of the room\n"
    "  2026-11-22 12:00 the server: ana: drop": Audit(
        "",
        (
            Deed(2, NOON, "builds", "ana", "kick", "ben", "ana put ben out of the room"),
            Deed(1, NOON, "*", "ana", "drop", "", ""),
        ),
        False,
    ),
    # Coming in.
    "You are ana, and in:\n  #lobby (2 unread)\n  #builds: bread": Welcome(
        1,
        "ana",
        "red",
        "s",
        (RoomPlace("lobby", 1, unread=2), RoomPlace("builds", 1, topic="bread")),
        account=True,
    ),
}


@pytest.mark.parametrize(("shown", "event"), SHOWN.items(), ids=map(repr, SHOWN))
def test_an_event_is_shown_in_words(shown, event):
    assert as_text(event) == shown
    assert Plain.encode([event]) == [f"{shown}\n".encode()]


@pytest.mark.parametrize(
    "event",
    [
        Welcome(1, "guest-1", "blue", "s", (RoomPlace("lobby", 7),)),
        Welcome(1, "ana", "red", "s", ()),
        You("ana", "red"),
        Done("a", ""),
    ],
)
def test_nothing_is_shown_of_what_a_guest_in_the_lobby_did_not_ask(event):
    assert as_text(event) == ""


def at(seq, entry):
    return replace(entry, seq=seq)


DELETED = (
    in_room(Message, "oh no"),
    at(8, in_room(Edited, "oh yes", 7, "ana: oh no")),
    at(9, in_room(Reacted, "👍", 7, "ana: oh yes", True, name="ben")),
    at(10, in_room(Deleted, 7, "ana")),
)


def shown_of(*entries):
    heading, *lines = as_text(Page("", "lobby", entries, False)).split("\n")
    assert heading == "Said in #lobby (in UTC):"
    return [line.removeprefix("  2026-11-22 12:00 ") for line in lines]


def test_a_page_does_not_show_what_was_deleted_since_nor_that_it_was():
    assert shown_of(*DELETED, at(11, HI)) == ["ana [COLOR (red)] said -> hi"]


def test_a_page_does_not_show_what_is_about_messages_that_are_on_no_page():
    thumb = in_room(Reacted, "👍", 3, "ben: hello", True)
    there = in_room(Reacted, "👍", 7, "ana: hi", True)
    gone = at(10, in_room(Deleted, 3, "ben"))
    edit = at(11, in_room(Edited, "hello world", 3, "ana: hello"))
    topic = at(12, in_room(TopicSet, "bread"))
    assert shown_of(at(6, thumb), HI, at(9, there), gone, edit, topic) == [
        "ana [COLOR (red)] said -> hi",
        "* ana put 👍 to ana: hi",
        "* ana set the topic: bread",
    ]


def test_a_page_of_nothing_but_that_shows_it():
    thumb = in_room(Reacted, "👍", 3, "ben: hello", True)
    assert shown_of(thumb) == ["* ana put 👍 to ben: hello"]


@pytest.mark.parametrize(("more", "also"), [(False, ""), (True, "; more: /history more")])
def test_a_page_of_which_nothing_is_left_says_so(more, also):
    for entries in (DELETED, DELETED[3:]):
        told = as_text(Page("", "lobby", entries, more))
        assert told == f"What was said last in #lobby was deleted{also}."


def test_a_token_is_never_shown():
    assert "s3cret" not in as_text(Token("s3cret", "ana", "s3cret"))


def test_what_the_server_says_in_lines_is_indented_after_the_first():
    said = "one\nana [COLOR (red)] said -> two\n    three\n\n"
    assert as_text(Done("", said)) == "one\n  ana [COLOR (red)] said -> two\n    three"


def test_what_is_quoted_in_an_answer_cannot_end_the_quotation():
    about = "ben: x) I agree, you are right ("
    shown = as_text(in_room(Message, "no", 3, about))
    assert shown == "ana [COLOR (red)] said -> (to ben: x] I agree, you are right [) no"


@pytest.mark.parametrize(
    ("own", "renamed", "lines"),
    [
        ("eye", ["zed guest-7", "ben zed"], ["zed is now guest-7", "ben is now zed"]),
        ("eye", ["ben cyd", "cyd ben"], ["ben is now cyd, and cyd is now ben"]),
        ("eye", ["a b", "c a", "b c"], ["a is now b, and c is now a, and b is now c"]),
        ("zed", ["zed guest-7", "ben zed"], ["zed is now guest-7"]),
        ("cyd", ["ben cyd", "cyd ben"], ["cyd is now ben"]),
        ("guest-7", ["zed guest-7", "ben zed"], ["ben is now zed"]),
    ],
)
def test_of_names_that_change_hands_one_reads_who_has_which_but_oneself(own, renamed, lines):
    told = Presence("lobby", 3, renamed=tuple(Renamed(*two.split()) for two in renamed))
    assert new_names(told, own).split("\n") == [f"* {line}" for line in lines]
