"""How what is told looks at a terminal."""

import re

import msgspec
import pytest
from termcolor.termcolor import can_colorize

from huechat import palette
from huechat.client.conversation import Conversation
from huechat.client.form import check_format
from huechat.client.look import Look
from huechat.client.status_bar import status_line
from huechat.protocol import (
    LOBBY,
    Message,
    Pong,
    Presence,
    Renamed,
    RoomInfo,
    RoomList,
    RoomPlace,
    Welcome,
)


@pytest.fixture(autouse=True)
def colors(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    for name in ("NO_COLOR", "ANSI_COLORS_DISABLED", "TERM"):
        monkeypatch.delenv(name, raising=False)
    can_colorize.cache_clear()  # it remembers what it once saw
    yield
    can_colorize.cache_clear()


def said(text: str, room: str = LOBBY) -> Message:
    return Message(room, 1, "m", "2026-11-22T19:00:00.000Z", "ben", "blue", text)


def talk(own_name: str) -> Conversation:
    return Conversation(own_name, "red")


def in_rooms(*rooms: RoomPlace) -> Conversation:
    """Return what ana knows, who is in these rooms."""
    conversation = talk("ana")
    conversation.greet(Welcome(1, "ana", "red", "s", rooms))
    return conversation


def without_colors(line: str) -> str:
    return re.sub(r"\x1b\[\d+m", "", line)


def test_a_message_has_the_seeds_look():
    assert Look().of(said("hi"), talk("ana")) == "\x1b[36mben [COLOR (blue)] said -> hi\x1b[0m"


def test_one_who_is_called_sees_it():
    assert "\x1b[1m" in Look().of(said("hi @ana"), talk("ana"))
    assert "\x1b[1m" not in Look().of(said("hi @anabel"), talk("ana"))


def test_many_lines_are_a_block_of_which_no_line_looks_like_anothers():
    shown = Look(blocks=True).of(said("one\nmika [COLOR (red)] said -> two"), talk("ana"))
    assert shown.split("\n")[1:] == ["    one", "    mika [COLOR (red)] said -> two\x1b[0m"]
    assert "\n" not in Look().of(said("one\ntwo"), talk("ana"))


def test_a_block_is_no_longer_than_one_likes():
    message = said("\n".join(map(str, range(1, 6))))
    shown = Look(blocks=True, block_lines=3).of(message, talk("ana"))
    lines = [without_colors(line) for line in shown.split("\n")]
    left = "    … and 2 more lines; HUECHAT_BLOCK_LINES=0 shows all"
    assert lines[1:] == ["    1", "    2", "    3", left]
    for most in (0, 5):
        assert "more lines" not in Look(blocks=True, block_lines=most).of(message, talk("ana"))


def test_a_form_of_ones_own_is_used():
    shown = Look("{room} {name}: {text}").of(said("hi", "builds"), talk("ana"))
    assert shown == "#builds \x1b[34mben\x1b[0m: hi"


@pytest.mark.parametrize(("background", "code"), [("dark", "94"), ("light", "34"), ("any", "34")])
def test_a_name_can_be_read_on_the_background(background, code):
    assert Look("{name} {text}", background).of(said("x"), talk("")) == f"\x1b[{code}mben\x1b[0m x"


@pytest.mark.parametrize(
    ("form", "own", "bens"),
    [
        ("", "(private to ben) ana [COLOR (blue)] said -> hi", "(private) ben [COLOR (blue)] said"),
        ("{room} {text}", "(private to ben) hi", "(private) hi"),
    ],
)
def test_what_one_said_in_private_oneself_tells_to_whom(form, own, bens):
    conversation = in_rooms(RoomPlace("@x", 0, "direct", people=("ben",)))
    message = said("hi", "@x")
    assert bens in Look(form).of(message, conversation)
    assert own in Look(form).of(msgspec.structs.replace(message, name="ana"), conversation)


def test_listed_rooms_tell_how_one_goes_there():
    names = [LOBBY, *(f"room{number}" for number in range(2, 11))]
    listed = [RoomInfo(name, 1, inside=True) for name in names]
    shown = Look().of(
        RoomList("", (*listed, RoomInfo("else", 3)), more=False),
        in_rooms(*(RoomPlace(name, 0) for name in names)),
    )
    lines = [without_colors(line) for line in shown.split("\n")]
    assert lines[1] == "  #lobby (1 here, you are in: Alt-1)"
    assert lines[9:] == [
        "  #room9 (1 here, you are in: Alt-9)",
        "  #room10 (1 here, you are in: /go 10)",
        "  #else (3 here)",
    ]


def test_errors_and_news_of_the_link_can_be_read_on_the_background():
    assert Look("", "light").paint("gone", palette.DISCONNECTED) == "\x1b[90mgone\x1b[0m"
    assert Look("", "dark").paint("gone", palette.DISCONNECTED) == "\x1b[33mgone\x1b[0m"


def test_what_nobody_reads_is_not_shown():
    assert Look().of(Pong(), talk("ana")) == ""
    assert Look().of(Presence(LOBBY, 2, ("ben",), ("cyd",)), talk("ana")) == ""


def test_who_has_another_name_is_shown_but_not_that_oneself_has():
    both = (Renamed("ben", "bob"), Renamed("cyd\x1b[2J", "dan"))
    shown = Look().of(Presence(LOBBY, 2, renamed=both), talk("ana"))
    assert shown == "\x1b[36m* ben is now bob\x1b[0m\n\x1b[36m* cyd␛[2J is now dan\x1b[0m"
    for own in ("ben", "bob"):  # the event may come before the answer, or behind it
        assert Look().of(Presence(LOBBY, 2, renamed=both[:1]), talk(own)) == ""


@pytest.mark.parametrize("form", ["", "{text}", "{time} {name}: {text}", "{{}} {text}"])
def test_a_form_may_have_these_fields(form):
    assert check_format(form) == form


@pytest.mark.parametrize(
    "form", ["{name}", "{text} {password}", "{text", "{text.__class__}", "{0}"]
)
def test_a_form_may_have_no_others(form):
    with pytest.raises(ValueError, match="text"):
        check_format(form)


def bar(columns: int, *, connected: bool = True, waiting: int = 0, silent_s: int = 0) -> str:
    talk = Conversation("", "blue")
    builds = RoomPlace("builds", 7, unread=3, mentions=1)
    talk.greet(Welcome(1, "ana", "red", "s", (RoomPlace(LOBBY, 1), builds)))
    how = {"waiting": waiting, "silent_s": silent_s}
    return status_line(talk, connected=connected, columns=columns, **how)


def test_the_status_bar_tells_where_one_is_and_what_came_elsewhere():
    assert bar(80) == " #lobby · 2:#builds 3! · ana"


def test_on_a_narrow_screen_it_leaves_out_what_matters_less():
    assert bar(26) == " #lobby · 2:#builds 3!…"
    assert [bar(columns) for columns in (3, 2, 1)] == [" …", " …", " "]
    assert all(len(bar(columns)) < columns for columns in range(3, 60))


def test_on_a_narrow_screen_one_still_sees_that_one_is_called():
    assert bar(20) == " #lo… · 2:#bu… 3!…"
    assert bar(28, waiting=2, connected=False) == " #lobby · 2:#builds 3! · d…"


def test_rooms_in_which_one_is_called_come_before_others_that_were_not_read():
    talk = Conversation("", "blue")
    rooms = [RoomPlace(LOBBY, 1), *(RoomPlace(f"room-{n}", 7, unread=n) for n in range(1, 6))]
    called = RoomPlace("calling", 7, unread=1, mentions=1)
    talk.greet(Welcome(1, "ana", "red", "s", (*rooms, called)))
    line = status_line(talk, connected=True, waiting=0, silent_s=0, columns=40)
    assert line == " #lobby · 7:#calling 1! · 2:#room-1 1…"


def test_it_tells_that_the_link_is_lost_and_what_waits():
    assert " · disconnected, 2 waiting · " in bar(80, connected=False, waiting=2)


def test_it_tells_that_a_server_does_not_answer():
    assert bar(80, silent_s=5) == " #lobby · 2:#builds 3! · no answer for 5 s · ana"
    assert bar(80, silent_s=5, waiting=1).endswith(" · no answer for 5 s, 1 waiting · ana")
    assert bar(80, connected=False, silent_s=5).endswith(" · disconnected, 0 waiting · ana")
