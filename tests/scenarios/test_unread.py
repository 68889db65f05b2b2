"""What came while one was away, and how far one has read: counted for accounts, in each room."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.scenarios.talkers import TALKERS, JsonTalker, PlainTalker, Talker

from huechat import ChatServer
from huechat.config import ServerSettings

pytestmark = pytest.mark.usefixtures("cheap_passwords")

PASSWORD = "correct-horse-battery"


@pytest.fixture(autouse=True)
def quick_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have notes stored, and told to others, sooner than a server has need to."""
    monkeypatch.setattr("huechat.server.people.notes.REST_S", 0.05)


@pytest.fixture
def ana(port: int) -> Iterator[JsonTalker]:
    """Give ana, who has an account."""
    with JsonTalker(port, name="ana") as talker:
        talker.token = registers(talker)  # type: ignore[attr-defined]
        yield talker


@pytest.fixture
def ben(port: int) -> Iterator[JsonTalker]:
    with JsonTalker(port, name="ben") as talker:
        yield talker


def registers(talker: JsonTalker) -> str:
    talker.ask(type="register", password=PASSWORD)
    token = str(talker.event("token")["token"])
    talker.event("you")
    return token


def token_of(talker: JsonTalker) -> str:
    return str(talker.token)  # type: ignore[attr-defined]


def marks(talker: JsonTalker, seq: int, room: str = "lobby") -> None:
    talker.ask(type="read", seq=seq, room=room)
    talker.hears_nothing_more()


def comes(port: int, token: str, room: str = "lobby") -> dict[str, Any]:
    """Come with another connection, and go again; return what was told of the room."""
    with JsonTalker(port, token=token, history=0) as talker:
        return place(talker.welcome, room)


def place(welcome: dict[str, Any], room: str = "lobby") -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in welcome["rooms"] if one["room"] == room)
    return found


def counts(told: dict[str, Any]) -> tuple[int, int, int]:
    """Return marker, unread and mentions."""
    return told.get("read", 0), told.get("unread", 0), told.get("mentions", 0)


def test_what_others_said_after_the_marker_is_unread(
    port: int, ana: JsonTalker, ben: JsonTalker
) -> None:
    for text in ("one", "two @ana", "three"):
        ben.says(text)
        ana.event("message")
    ana.says("mine, @ana")
    ben.event("message")
    marks(ana, 1)
    ben.says("four, @Ana's cat")
    ben.hears_nothing_more()
    ana.close()
    assert counts(comes(port, token_of(ana))) == (1, 3, 2)


def test_only_messages_count(port: int, ana: JsonTalker, ben: JsonTalker) -> None:
    ben.says("one")
    ana.event("message")
    marks(ana, 1)
    ana.close()
    ben.ask(type="edit", id="e", text="one @ana")
    ben.ask(type="react", id="r", emoji="👍")
    ben.says("two")
    ben.ask(type="delete", id="d", seq=1)
    ben.hears_nothing_more()
    assert counts(comes(port, token_of(ana))) == (1, 1, 0)


@pytest.mark.parametrize("wire", TALKERS)
def test_what_came_since_one_made_the_account_is_unread(
    port: int, ben: JsonTalker, wire: str
) -> None:
    """Nobody has said yet how far they read: it counts from when they came."""
    with TALKERS[wire](port, "blue", "dan") as dan:
        ben.says("before")
        dan.next_heard()
        dan.does(f"/register {PASSWORD}", type="register", password=PASSWORD)
        _has_an_account(dan)
        if isinstance(dan, JsonTalker):
            dan.reset()
        ben.says("one")
        ben.says("two @dan")
        ben.hears_nothing_more()
        if isinstance(dan, PlainTalker):
            for text in ("one", "two @dan"):
                assert dan.next_heard().text == text
    _wait_until_gone(ben, "dan")
    unread = (1, 2, 1) if wire == "json" else (3, 0, 0)  # plain text reads all that it is told
    with JsonTalker(port, hello=False) as again:
        assert counts(place(logged_in(again, "dan"))) == unread


def _has_an_account(talker: Talker) -> None:
    if isinstance(talker, JsonTalker):
        talker.event("token")
        talker.event("you")
    if isinstance(talker, PlainTalker):
        assert talker.line().startswith(b"You are logged in as ")


def logged_in(talker: JsonTalker, name: str) -> dict[str, Any]:
    """Log in before hello, and return the welcome."""
    talker.answer("token", type="login", name=name, password=PASSWORD)
    talker.ask(type="hello", v=1, history=0)
    return talker.event("welcome")


def test_in_an_empty_room_all_that_comes_is_unread(
    port: int, ana: JsonTalker, ben: JsonTalker
) -> None:
    ana.joins("builds")
    ana.close()
    _wait_until_gone(ben, "ana")
    ben.joins("builds")
    ben.says_here("one, @ana")
    ben.says("one")
    ben.hears_nothing_more()
    assert counts(comes(port, token_of(ana))) == (0, 1, 0)
    assert counts(comes(port, token_of(ana), "builds")) == (0, 1, 1)


def test_what_was_said_in_a_room_before_one_joined_is_not_unread(
    server: ChatServer, ana: JsonTalker, ben: JsonTalker
) -> None:
    ben.joins("builds")
    for text in ("one", "two @ana"):
        ben.says_here(text)
    ben.hears_nothing_more()
    joined = ana.answer("joined", type="join", room="builds", history=0)["place"]
    assert counts(joined) == (2, 0, 0)
    ana.close()
    _wait_until_gone(ben, "ana")
    _store(server)
    ben.says_here("three, @ana")
    ben.hears_nothing_more()
    assert counts(comes(server.port, token_of(ana), "builds")) == (2, 1, 1)


def test_who_joins_again_has_missed_nothing_meanwhile(ana: JsonTalker, ben: JsonTalker) -> None:
    for each in (ana, ben):
        each.joins("builds")
    ana.leaves("builds")
    ben.says_here("one @ana")
    ben.hears_nothing_more()
    joined = ana.answer("joined", type="join", room="builds", history=0)["place"]
    assert counts(joined) == (1, 0, 0)


def test_a_room_that_a_guest_brings_along_counts_from_then_on(port: int, ben: JsonTalker) -> None:
    ben.joins("builds")
    for text in ("one", "two @dan"):
        ben.says_here(text)
    ben.hears_nothing_more()
    with JsonTalker(port, name="dan", history=0) as dan:
        dan.answer("joined", type="join", room="builds", history=0)
        token = registers(dan)
    _wait_until_gone(ben, "dan")
    ben.says_here("three")
    ben.hears_nothing_more()
    assert counts(comes(port, token, "builds")) == (2, 1, 0)


def test_who_logs_in_late_finds_what_came_unread(
    port: int, ana: JsonTalker, ben: JsonTalker
) -> None:
    """Logging in is not reading: what is counted from when it was first here stays so."""
    ana.close()
    _wait_until_gone(ben, "ana")
    ben.says("one")
    ben.hears_nothing_more()
    with JsonTalker(port, name="dan", history=0) as dan:
        dan.ask(type="login", name="ana", password=PASSWORD)
        dan.event("token")
        dan.event("you")
        told = dan.answer("joined", type="topic", room="lobby")["place"]
        assert counts(told) == (0, 1, 0)


def test_where_each_message_is_marked_the_others_are_told_the_last(
    port: int, ana: JsonTalker, ben: JsonTalker
) -> None:
    """They are told together: a program that marks without end is no burden."""
    many = 300
    for number in range(many):
        ben.says(f"{number}")
    ben.hears_nothing_more()
    with JsonTalker(port, token=token_of(ana), history=0) as other:
        ana.send(b"".join(b'{"type":"read","seq":%d}\n' % seq for seq in range(1, many + 1)))
        told = [other.event("read")["seq"]]
        while told[-1] != many:
            told.append(other.event("read")["seq"])
        other.hears_nothing_more()
        assert told == sorted(told)
        assert len(told) < many / 10
    assert counts(comes(port, token_of(ana))) == (many, 0, 0)


def test_counting_ends(port: int, ana: JsonTalker, ben: JsonTalker) -> None:
    ben.says("one")
    ana.event("message")
    marks(ana, 1)
    ana.close()
    for number in range(1_100):
        ben.says(f"{number} @ana")
    ben.hears_nothing_more()
    assert counts(comes(port, token_of(ana))) == (1, 1_000, 1_000)


def test_a_marker_never_goes_back(port: int, ana: JsonTalker, ben: JsonTalker) -> None:
    with JsonTalker(port, token=token_of(ana)) as other:
        for number in range(5):
            ben.says(f"{number}")
            ana.event("message")
            other.event("message")
        marks(ana, 4)
        assert other.event("read") == {"type": "read", "room": "lobby", "seq": 4}
        for seq in (2, 4, 0):
            marks(ana, seq)
            marks(other, seq)
        ana.hears_nothing_more()
        marks(other, 2**53 - 1)
        assert ana.event("read") == {"type": "read", "room": "lobby", "seq": 5}
        other.hears_nothing_more()
    assert counts(comes(port, token_of(ana))) == (5, 0, 0)


def test_a_marker_does_not_go_back_after_it_was_stored(
    server: ChatServer, ana: JsonTalker, ben: JsonTalker
) -> None:
    with JsonTalker(server.port, token=token_of(ana)) as other:
        for number in range(3):
            ben.says(f"{number}")
            ana.event("message")
            other.event("message")
        marks(ana, 3)
        other.event("read")
        _store(server)
        marks(ana, 1)
        other.hears_nothing_more()
    ana.close()
    ben.hears_nothing_more()
    assert counts(comes(server.port, token_of(ana))) == (3, 0, 0)


def _store(server: ChatServer) -> None:
    server.hall.notes.store_soon()
    server.hall.writer.do(lambda: None)


def test_markers_are_of_each_room_and_survive_a_restart(tmp_path: Path) -> None:
    settings = ServerSettings(messages_per_s=0, data=str(tmp_path / "data"))
    with (
        ChatServer(port=0, settings=settings) as server,
        JsonTalker(server.port, name="ana") as ana,
        JsonTalker(server.port, name="ben") as ben,
    ):
        token = registers(ana)
        for each in (ana, ben):
            each.joins("builds")
        for number in range(3):
            ben.says("in the lobby")
            ben.ask(type="say", id=f"b{number}", text="there", room="builds")
            ana.event("message")
            ana.event("message")
        marks(ana, 1)
        marks(ana, 2, room="builds")
    with (
        ChatServer(port=0, settings=settings) as server,
        JsonTalker(server.port, token=token, history=0) as ana,
    ):
        read = {one["room"]: counts(one) for one in ana.welcome["rooms"]}
        assert read == {"lobby": (1, 2, 0), "builds": (2, 1, 0)}
        told = ana.answer("joined", type="topic", room="builds")["place"]
        assert counts(told) == (2, 1, 0)


def test_a_private_message_that_was_read_is_not_unread(
    port: int, ana: JsonTalker, ben: JsonTalker
) -> None:
    for text in ("one", "two"):
        ben.ask(type="say", id=text, to="ana", text=text)
    room = ben.event("joined")["place"]["room"]
    joined = ana.event("joined")["place"]
    assert joined["room"] == room
    for _ in range(2):
        ana.event("message")
    marks(ana, 1, room)
    assert counts(ana.answer("joined", type="topic", room=room)["place"]) == (1, 1, 0)
    marks(ana, 2, room)
    assert counts(ana.answer("joined", type="topic", room=room)["place"]) == (2, 0, 0)
    assert counts(comes(port, token_of(ana), room)) == (2, 0, 0)
    ana.close()
    ben.ask(type="say", id="three", to="ana", text="@ana?")
    ben.ask(type="ping", id="stored")
    while json.loads(ben.line())["type"] != "pong":
        pass  # it may be told that ana is not here
    assert counts(comes(port, token_of(ana), room)) == (2, 1, 1)


def test_what_those_say_who_are_blocked_is_not_unread(
    port: int, ana: JsonTalker, ben: JsonTalker
) -> None:
    with JsonTalker(port, name="cyd") as cyd:
        ben.says("one")
        for each in (ana, cyd):
            each.event("message")
        marks(ana, 1)
        ana.answer("blocked", type="block", name="ben")
        ana.close()
        ben.says("two @ana")
        cyd.event("message")
        cyd.says("three @ana")
        cyd.hears_nothing_more()
        assert counts(comes(port, token_of(ana))) == (1, 1, 1)


def test_what_a_guest_has_read_is_not_noted(server: ChatServer, ben: JsonTalker) -> None:
    with JsonTalker(server.port, name="cyd") as cyd:
        ben.says("one")
        cyd.event("message")
        session = cyd.welcome["session"]
        marks(cyd, 1)
        _store(server)
        told = cyd.answer("joined", type="topic", room="lobby")["place"]
        assert counts(told) == (0, 0, 0)
    with JsonTalker(server.port, name="cyd", session=session) as back:
        assert counts(place(back.welcome)) == (0, 0, 0)
    assert server.hall.people.members("lobby") == []


def test_a_room_in_which_one_is_not_cannot_be_read(ana: JsonTalker) -> None:
    ana.ask(type="read", room="builds", seq=1)
    ana.is_refused("not_in_room", "you are not in #builds: join it, or another room")


def test_on_plain_text_all_is_read_that_was_told(port: int, ben: JsonTalker) -> None:
    with PlainTalker(port, name="ana") as plain:
        plain.types(f"/register {PASSWORD}")
        plain.reads("You are logged in as ana.")
        plain.joins("builds")
        ben.joins("builds")
        ben.says_here("seen, @ana")
        plain.next_in_a_room()
        plain.types("/quit")
        plain.reads("Goodbye.")
        assert plain.line() == b""
    _wait_until_gone(ben, "ana")
    ben.says_here("not seen")
    ben.says_here("nor this, @ana")
    ben.hears_nothing_more()
    with PlainTalker(port, name="") as plain:
        plain.types(f"/login ana {PASSWORD}")
        lines = [plain.line().decode() for _ in range(2)]
        assert re.search(r"#builds.*\(.*2 unread, 1 with your name\)", "".join(lines)), lines


def _wait_until_gone(talker: JsonTalker, name: str) -> None:
    while talker.answer("person", type="whois", name=name)["person"].get("here", True):
        pass


def test_who_comes_just_after_a_mark_is_told_it_by_the_welcome_alone(
    port: int, ana: JsonTalker, ben: JsonTalker
) -> None:
    ben.says("one")
    ana.event("message")
    with JsonTalker(port, token=token_of(ana), history=0) as other:
        marks(ana, 1)
        with JsonTalker(port, token=token_of(ana), history=0) as late:
            assert counts(place(late.welcome)) == (1, 0, 0)
            assert other.event("read")["seq"] == 1
            late.hears_nothing_more()
