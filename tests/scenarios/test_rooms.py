"""Rooms: made by joining them, left, listed; who is in one hears what is said there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.talkers import TALKERS, Heard, JsonTalker, PlainTalker, Talker

from huechat import ChatServer
from huechat.config import ServerSettings

pytestmark = pytest.mark.usefixtures("cheap_passwords")

Two = tuple[Talker, Talker]


@pytest.fixture(params=["json-plain", "plain-json"])
def two(request: pytest.FixtureRequest, port: int) -> Iterator[Two]:
    """Give ana and ben, in the lobby."""
    hers, his = request.param.split("-")
    with TALKERS[hers](port, "blue", "ana") as ana, TALKERS[his](port, "blue", "ben") as ben:
        yield ana, ben


@pytest.fixture(params=TALKERS)
def one(request: pytest.FixtureRequest, port: int) -> Iterator[Talker]:
    """Give ana, in the lobby."""
    with TALKERS[request.param](port, "blue", "ana") as ana:
        yield ana


def by_ana(*texts: str) -> list[Heard]:
    return [Heard("blue", text, "ana") for text in texts]


def all_is_stored(talker: Talker) -> None:
    """Wait until all that `talker` said is in the log: leaving waits for that."""
    talker.joins("nowhere")
    talker.leaves("nowhere")


def test_what_is_said_in_a_room_is_heard_by_those_in_it(two: Two) -> None:
    ana, ben = two
    ana.joins("builds")
    ben.joins("builds")
    ana.says_here("hi")
    ben.hears_in("builds", *by_ana("hi"))
    ana.hears_nothing_more()


def test_who_is_not_in_a_room_hears_nothing_of_it(two: Two, port: int) -> None:
    ana, ben = two
    with JsonTalker(port, name="cyd") as cyd:
        ana.joins("builds")
        cyd.joins("builds")
        ana.says_here("hi")
        cyd.hears_in("builds", *by_ana("hi"))
        ben.hears_nothing_more()


def test_what_is_typed_after_joining_in_the_same_write_is_said_in_the_room(port: int) -> None:
    with JsonTalker(port, name="cyd") as cyd, PlainTalker(port, "blue", "ana") as ana:
        cyd.joins("builds")
        ana.types("/join builds", "one", "two", "/leave", "three")
        cyd.hears_in("builds", *by_ana("one", "two"))
        cyd.hears_in("lobby", *by_ana("three"))
        ana.reads("You are in #builds", "You left #builds.")


def test_what_a_program_asks_in_one_write_is_done_in_its_order(port: int) -> None:
    with JsonTalker(port, name="cyd") as cyd, JsonTalker(port, name="ana") as ana:
        cyd.joins("builds")
        ana.send(
            b'{"type":"join","room":"builds","id":"1"}\n'
            b'{"type":"say","room":"builds","text":"one","id":"2"}\n'
            b'{"type":"leave","room":"builds","id":"3"}\n'
            b'{"type":"say","room":"builds","text":"two","id":"4"}\n'
            b'{"type":"say","room":".","text":"three","id":"5"}\n'
        )
        cyd.hears_in("builds", *by_ana("one"))
        cyd.hears_in("lobby", *by_ana("three"))
        assert ana.event("joined")["id"] == "1"
        assert ana.event("left") == {"type": "left", "room": "builds", "id": "3"}
        assert [ack["id"] for ack in ana.acks] == ["2"]
        assert ana.error("not_in_room")["id"] == "4"
        ana.hears_nothing_more()
        assert [ack["id"] for ack in ana.acks] == ["2", "5"]


def test_asking_about_another_room_does_not_take_one_there(port: int) -> None:
    with JsonTalker(port, name="cyd") as cyd, PlainTalker(port, "blue", "ana") as ana:
        ana.types("/join builds", "/join lobby", "/who builds", "hi")
        ana.reads("You are in #builds (you are its owner)", "You are in #lobby")
        ana.reads("In #builds, 1 in all:", "  ana (blue, owner)")
        cyd.hears_in("lobby", *by_ana("hi"))


def test_here_stays_the_room_that_was_written_to_whatever_is_asked(port: int) -> None:
    asked = [
        {"type": "history"},
        {"type": "search", "text": "hi"},
        {"type": "who"},
        {"type": "topic"},
        {"type": "read", "seq": 1},
        {"type": "typing"},
    ]
    with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="cyd") as cyd:
        ana.joins("builds")
        ana.joins("lobby")
        for command in asked:
            ana.ask(room="builds", **command)
            ana.says_here("still here")
            cyd.hears_in("lobby", *by_ana("still here"))


def test_a_room_is_the_same_however_its_name_is_written(two: Two) -> None:
    ana, ben = two
    ana.joins("builds")
    for written in ("Builds", "#builds", "#BUILDS", "ｂｕｉｌｄｓ"):
        ben.does(f"/join {written}", type="join", room=written, history=0)
        if isinstance(ben, JsonTalker):
            assert ben.event("joined")["place"]["room"] == "builds"
        if isinstance(ben, PlainTalker):
            ben.reads("You are in #builds")
        ben.does(f"/leave {written}", type="leave", room=written)
        if isinstance(ben, JsonTalker):
            assert ben.event("left")["room"] == "builds"
        if isinstance(ben, PlainTalker):
            ben.reads("You left #builds.")


BAD_NAMES = {
    "": "a room's name has 1 to 32 characters, not 0",
    "#": "a room's name has 1 to 32 characters, not 0",
    "x" * 33: "a room's name has 1 to 32 characters, not 33",
    ".": "a room's name begins with a letter or a digit",
    "-x": "a room's name begins with a letter or a digit",
    "*": "a room's name has letters, digits and - _ . ' only, not '*'",
    "##x": "a room's name has letters, digits and - _ . ' only, not '#'",
    "a b": "a room's name has letters, digits and - _ . ' only, not a space",
    "a\nb": "a room's name has letters, digits and - _ . ' only, not U+000A",
    "@ana": "there is no room of that name",
    "@": "there is no room of that name",
}


def test_no_room_has_such_a_name(port: int) -> None:
    with JsonTalker(port, name="ana") as ana, PlainTalker(port, "blue", "ben") as ben:
        for name, words in BAD_NAMES.items():
            ana.ask(type="join", room=name)
            code = "no_such_room" if name.startswith("@") else "bad_room"
            ana.is_refused(code, words)
            if name and len(name.split()) == 1:
                ben.types(f"/join {name}")
                ben.is_refused(code, words)


def test_who_joins_is_told_the_newest_messages(two: Two) -> None:
    ana, ben = two
    ana.joins("builds")
    for number in range(25):
        ana.says_here(f"n{number}")
    all_is_stored(ana)
    ben.joins("builds")
    ben.hears_in("builds", *by_ana(*(f"n{number}" for number in range(5, 25))))
    ben.hears_nothing_more()


def test_who_joins_is_told_as_many_messages_as_they_want(port: int) -> None:
    with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
        ana.joins("builds")
        for number in range(5):
            ana.says_here(f"n{number}")
        ana.hears_nothing_more()
        for wanted, told in ((0, 0), (3, 3), (10, 5), (2**53 - 1, 5)):
            place = ben.answer("joined", type="join", room="builds", history=wanted)["place"]
            assert place == {"room": "builds", "seq": 5}
            ben.hears_in("builds", *by_ana(*(f"n{number}" for number in range(5 - told, 5))))
            ben.hears_nothing_more()
            ben.leaves("builds")


def test_who_joins_after_a_restart_is_told_the_newest_messages(tmp_path: Path) -> None:
    settings = ServerSettings(messages_per_s=0, data=str(tmp_path / "data"))
    with (
        ChatServer(port=0, settings=settings) as server,
        JsonTalker(server.port, name="ana") as ana,
    ):
        ana.joins("builds")
        for number in range(5):
            ana.says_here(f"n{number}")
        ana.hears_nothing_more()
    with (
        ChatServer(port=0, settings=settings) as server,
        JsonTalker(server.port, name="ben") as ben,
    ):
        place = ben.answer("joined", type="join", room="builds", history=2)["place"]
        assert place == {"room": "builds", "seq": 5}
        ben.hears_in("builds", *by_ana("n3", "n4"))
        ben.hears_nothing_more()


def test_the_topic_is_told_on_joining_on_asking_and_when_it_changes(two: Two) -> None:
    ana, ben = two
    ana.joins("builds")
    ben.joins("builds")
    ana.does("/topic what is  broken", type="topic", room="builds", text=" what is \n broken ")
    for each in two:
        if isinstance(each, JsonTalker):
            assert each.event("topic")["text"] == "what is broken"
            place = each.answer("joined", type="topic", room="builds")["place"]
            assert place["topic"] == "what is broken"
        if isinstance(each, PlainTalker):
            each.reads("* #builds: ana set the topic: what is broken")
            each.types("/topic")
            assert each.line().startswith(b"You are in #builds: what is broken")
    ben.leaves("builds")
    ben.does("/join builds", type="join", room="builds", history=0)
    if isinstance(ben, JsonTalker):
        assert ben.event("joined")["place"]["topic"] == "what is broken"
    if isinstance(ben, PlainTalker):
        ben.reads("You are in #builds: what is broken")


def test_the_topic_can_be_taken_away(port: int) -> None:
    with PlainTalker(port, "blue", "ana") as ana:
        ana.types("/join builds", "/topic", "/topic bread", "/topic -", "/topic")
        ana.reads(
            "You are in #builds (you are its owner)",
            "You are in #builds (you are its owner). It has no topic.",
            "* #builds: ana set the topic: bread",
            "* #builds: ana took the topic away",
            "You are in #builds (you are its owner). It has no topic.",
        )


def test_who_left_a_room_hears_nothing_more_of_it(two: Two, port: int) -> None:
    ana, ben = two
    with JsonTalker(port, name="cyd") as cyd:
        for each in (ana, ben, cyd):
            each.joins("builds")
        ben.leaves("builds")
        ana.says_here("hi")
        cyd.hears_in("builds", *by_ana("hi"))
        ben.hears_nothing_more()


def test_who_comes_again_is_told_what_was_said_meanwhile(two: Two) -> None:
    ana, ben = two
    ana.joins("builds")
    ben.joins("builds")
    ben.leaves("builds")
    ana.says_here("meanwhile")
    all_is_stored(ana)
    ben.joins("builds")
    ben.hears_in("builds", *by_ana("meanwhile"))
    ben.hears_nothing_more()


def test_joining_twice_tells_nothing_twice(two: Two) -> None:
    ana, ben = two
    ana.joins("builds")
    ben.joins("builds")
    ana.says_here("hi")
    ben.hears_in("builds", *by_ana("hi"))
    ben.joins("builds")
    ben.hears_nothing_more()
    ana.says_here("again")
    ben.hears_in("builds", *by_ana("again"))
    ben.hears_nothing_more()


NOT_IN = "you are not in #builds: join it, or another room"


def test_a_room_in_which_one_is_not_is_refused_whatever_one_wants_there(port: int) -> None:
    asked = [
        {"type": "say", "text": "hi"},
        {"type": "edit", "text": "hi"},
        {"type": "delete"},
        {"type": "react", "emoji": "👍"},
        {"type": "leave"},
        {"type": "topic"},
        {"type": "topic", "text": "mine"},
        {"type": "who"},
        {"type": "history"},
        {"type": "search", "text": "hi"},
        {"type": "typing"},
        {"type": "read", "seq": 1},
        {"type": "invite", "name": "ben"},
    ]
    with JsonTalker(port, name="ben") as ben, JsonTalker(port, name="ana") as ana:
        ben.joins("builds")
        for command in asked:
            ana.does("", room="builds", **command)
            ana.is_refused("not_in_room", NOT_IN)
        ben.hears_nothing_more()


def test_people_are_told_that_they_are_not_in_a_room(port: int) -> None:
    with PlainTalker(port, "blue", "ana") as ana:
        for line in ("/leave builds", "/who builds", "/invite ben builds"):
            ana.types(line)
            ana.is_refused("not_in_room", NOT_IN)


def test_who_left_the_lobby_speaks_nowhere_until_they_join_a_room(one: Talker, port: int) -> None:
    with JsonTalker(port, name="cyd") as cyd:
        one.leaves("lobby")
        one.says_here("anybody?")
        one.is_refused("not_in_room", "you are not in #lobby: join it, or another room")
        one.joins("lobby")
        one.says_here("hi")
        cyd.hears_in("lobby", *by_ana("hi"))


def test_rooms_are_for_those_who_said_hello(port: int) -> None:
    asked = [
        {"type": "join", "room": "x"},
        {"type": "leave", "room": "lobby"},
        {"type": "rooms"},
        {"type": "topic"},
        {"type": "invite", "name": "ana"},
        {"type": "drop", "room": "x"},
        {"type": "say", "text": "x"},
        {"type": "say", "text": "x", "to": "ana"},
        {"type": "edit", "text": "x"},
        {"type": "delete"},
        {"type": "react", "emoji": "👍"},
    ]
    with JsonTalker(port, hello=False) as nobody:
        for command in asked:
            nobody.does("", **command)
            nobody.is_refused("hello_first", "say hello first")
