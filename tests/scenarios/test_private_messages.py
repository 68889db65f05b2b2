"""Private messages: a room of two, made by the first one."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from tests.scenarios.talkers import PRIVATE, TALKERS, Heard, JsonTalker, PlainTalker, Talker

from huechat import ChatServer
from huechat.config import ServerSettings
from huechat.server.commands.roles import change_administrator

pytestmark = pytest.mark.usefixtures("cheap_passwords")

Two = tuple[Talker, Talker]

GUEST_LEFT = (
    "The guest to whom you write has left: only who lost the connection, and comes back by that,"
    " will see it. /msg NAME writes to who is called so now."
)


@pytest.fixture(params=["json-json", "json-plain", "plain-json", "plain-plain"])
def two(request: pytest.FixtureRequest, port: int) -> Iterator[Two]:
    """Give ana and ben, in the lobby."""
    hers, his = request.param.split("-")
    with TALKERS[hers](port, "blue", "ana") as ana, TALKERS[his](port, "blue", "ben") as ben:
        yield ana, ben


def registered(port: int, name: str) -> JsonTalker:
    """Return somebody who has an account."""
    talker = JsonTalker(port, name=name)
    talker.token = talker.answer("token", type="register", password="correct horse")["token"]
    talker.event("you")
    return talker


def whispers(talker: Talker, name: str, text: str) -> None:
    talker.does(f"/msg {name} {text}", type="say", to=name, text=text)


def comes_in(talker: Talker, name: str) -> None:
    """Check that the next is that the talker is in the room with `name`."""
    if isinstance(talker, JsonTalker):
        place = talker.event("joined")["place"]
        assert place["with"] == [name]
        assert place["kind"] == "direct"
        assert place["room"].startswith("@")
    if isinstance(talker, PlainTalker):
        line = talker.line().decode()
        assert re.match(rf"You are (also )?in \(private\) with {name}\b", line), line


def test_it_is_heard_by_the_one_whom_it_is_for_alone(two: Two, port: int) -> None:
    ana, ben = two
    with JsonTalker(port, name="cyd") as cyd:
        whispers(ana, "ben", "shall we?")
        comes_in(ana, "ben")
        comes_in(ben, "ana")
        ben.hears_in(PRIVATE, Heard("blue", "shall we?", "ana"))
        whispers(ben, "ana", "yes")
        ana.hears_in(PRIVATE, Heard("blue", "yes", "ben"))
        cyd.hears_nothing_more()
        ana.says("aloud")
        cyd.hears(Heard("blue", "aloud", "ana"))


def test_what_is_said_next_stays_between_the_two(two: Two, port: int) -> None:
    ana, ben = two
    with JsonTalker(port, name="cyd") as cyd:
        whispers(ana, "@BEN", "one")
        comes_in(ben, "ana")
        ben.hears_in(PRIVATE, Heard("blue", "one", "ana"))
        ana.says_here("two")
        ben.hears_in(PRIVATE, Heard("blue", "two", "ana"))
        cyd.hears_nothing_more()


def test_it_is_one_room_whoever_writes_first(port: int) -> None:
    with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
        whispers(ana, "ben", "one")
        room = ana.event("joined")["place"]["room"]
        assert ben.event("joined")["place"]["room"] == room
        assert ben.event("message")["room"] == room
        whispers(ben, "ana", "two")
        assert ana.event("message")["room"] == room


REFUSED = [
    ("nobody", "no_such_person", "there is nobody called nobody here"),
    ("ana", "not_allowed", "that is yourself: write to somebody else"),
]


@pytest.mark.parametrize("wire", TALKERS)
def test_whom_one_cannot_write_to(port: int, wire: str) -> None:
    with TALKERS[wire](port, "blue", "ana") as ana:
        for name, code, sentence in REFUSED:
            whispers(ana, name, "hi")
            ana.is_refused(code, sentence)


def test_an_empty_message_makes_no_room(port: int) -> None:
    with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
        whispers(ana, "ben", " ")
        ana.is_refused("empty", "the message is empty; write something")
        ana.does("", type="say", to="ben", text="hm", reply=7)
        words = "you two have said nothing yet that could be answered"
        ana.is_refused("no_such_message", words)
        ben.hears_nothing_more()


def test_who_blocked_one_is_not_written_to_by_any_way(two: Two) -> None:
    ana, ben = two
    whispers(ana, "ben", "hi")
    comes_in(ana, "ben")
    comes_in(ben, "ana")
    ben.hears_in(PRIVATE, Heard("blue", "hi", "ana"))
    ben.does("/block ana", type="block", name="ana")
    if isinstance(ben, JsonTalker):
        ben.event("blocked")
    if isinstance(ben, PlainTalker):
        ben.reads("You have blocked ana.")
    words = "they do not want to be written to by you"
    whispers(ana, "ben", "again")
    ana.is_refused("blocked", words)
    ana.says_here("and here")
    ana.is_refused("blocked", words)
    ana.does("/edit and so", type="edit", text="and so", room=".")
    ana.is_refused("blocked", words)
    ana.does("/react 👍", type="react", emoji="👍", room=".")
    ana.is_refused("blocked", words)
    ben.hears_nothing_more()
    ben.does("/unblock ana", type="block", name="ana", on=False)
    if isinstance(ben, JsonTalker):
        ben.event("blocked")
    if isinstance(ben, PlainTalker):
        ben.reads("ana is not blocked any more.")
    ana.says_here("friends?")
    ben.hears_in(PRIVATE, Heard("blue", "friends?", "ana"))


def test_who_blocked_one_before_is_not_told_of_a_room(two: Two) -> None:
    ana, ben = two
    ben.does("/block ana", type="block", name="ana")
    if isinstance(ben, JsonTalker):
        ben.event("blocked")
    if isinstance(ben, PlainTalker):
        ben.reads("You have blocked ana.")
    whispers(ana, "ben", "hi")
    ana.is_refused("blocked", "they do not want to be written to by you")
    ben.hears_nothing_more()


def test_who_left_the_room_is_brought_in_by_the_next_message(two: Two) -> None:
    ana, ben = two
    whispers(ana, "ben", "one")
    comes_in(ana, "ben")
    comes_in(ben, "ana")
    ben.hears_in(PRIVATE, Heard("blue", "one", "ana"))
    whispers(ben, "ana", "bye")
    ana.hears_in(PRIVATE, Heard("blue", "bye", "ben"))
    ben.does("/leave", type="leave", room=".")
    if isinstance(ben, JsonTalker):
        assert ben.event("left")["with"] == ["ana"]
    if isinstance(ben, PlainTalker):
        ben.reads("You left (private) with ana.")
    ana.says_here("two")
    comes_in(ben, "ana")
    ben.hears_in(
        PRIVATE,
        Heard("blue", "one", "ana"),
        Heard("blue", "bye", "ben"),
        Heard("blue", "two", "ana"),
    )
    ben.hears_nothing_more()


def test_nobody_else_comes_in_by_whatever_name_the_room_is_called(port: int) -> None:
    with ExitStack() as leaving:
        ana, ben, cyd = (
            leaving.enter_context(JsonTalker(port, name=name)) for name in ("ana", "ben", "cyd")
        )
        whispers(ana, "ben", "secret")
        room = ana.event("joined")["place"]["room"]
        ben.event("joined")
        ben.event("message")
        cyd.does("", type="join", room=room)
        cyd.is_refused("no_such_room", "there is no room of that name")
        for command in (
            {"type": "history"},
            {"type": "who"},
            {"type": "search", "text": "secret"},
            {"type": "say", "text": "hi"},
        ):
            cyd.does("", room=room, **command)
            words = "you are not in that private room: write to the person by name"
            cyd.is_refused("not_in_room", words)
        with JsonTalker(port, name="dan", resume={room: 0}) as dan:
            assert [one["room"] for one in dan.welcome["rooms"]] == ["lobby"]
        ana.does("", type="invite", name="cyd", room=room)
        ana.is_refused("not_allowed", "a room of two has no place for a third")
        ana.does("", type="topic", text="us", room=room)
        ana.error("not_allowed")
        assert all("kind" not in one for one in cyd.answer("rooms", type="rooms")["rooms"])


def test_an_administrator_does_not_come_in_either(server: ChatServer) -> None:
    port = server.port
    with registered(port, "root") as root, JsonTalker(port, name="ana") as ana:
        account = server.hall.accounts.find("root")
        assert account
        hall = server.hall
        hall.writer.do(lambda: change_administrator(hall, account, "", administrator=True))
        with JsonTalker(port, token=root.token) as root_again, JsonTalker(port, name="ben") as ben:
            assert root_again.welcome["administrator"]
            whispers(ana, "ben", "secret")
            room = ana.event("joined")["place"]["room"]
            ben.event("joined")
            ben.event("message")
            root_again.does("", type="join", room=room)
            root_again.is_refused("no_such_room", "there is no room of that name")


def test_it_has_history_and_search_as_all_rooms_have(port: int) -> None:
    with JsonTalker(port, name="ana") as ana, PlainTalker(port, "blue", "ben") as ben:
        whispers(ana, "ben", "the cake is a lie")
        ana.event("joined")
        comes_in(ben, "ana")
        ben.hears_in(PRIVATE, Heard("blue", "the cake is a lie", "ana"))
        whispers(ben, "ana", "what cake?")
        ana.event("message")
        page = ana.answer("history", type="history", room=".")
        assert [one["text"] for one in page["messages"]] == ["the cake is a lie", "what cake?"]
        found = ana.answer("found", type="search", text="cake", room=".")
        assert [one["text"] for one in found["messages"]] == ["what cake?", "the cake is a lie"]
        ben.types("/search lie")
        assert ben.line() == b"Found in (private), newest first (in UTC):\n"
        assert b"ana [COLOR (blue)] said -> the cake is a lie" in ben.line()


def test_all_connections_of_an_account_take_part(port: int) -> None:
    with ExitStack() as leaving:
        ana = leaving.enter_context(JsonTalker(port, name="ana"))
        one = leaving.enter_context(registered(port, "ben"))
        other = leaving.enter_context(JsonTalker(port, token=one.token))
        other.hears_nothing_more()
        whispers(ana, "ben", "hi")
        for each in (one, other):
            comes_in(each, "ana")
            each.hears_in(PRIVATE, Heard("blue", "hi", "ana"))
        comes_in(ana, "ben")
        whispers(one, "ana", "hello")
        other.hears_in(PRIVATE, Heard("blue", "hello", "ben"))
        one.hears_nothing_more()
        ana.hears_in(PRIVATE, Heard("blue", "hello", "ben"))


def test_an_account_that_is_away_gets_it_when_it_comes_with_what_is_unread(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        with registered(port, "ben") as ben:
            token = ben.token
        gone(port, "ben")
        whispers(ana, "ben", "one")
        whispers(ana, "ben", "two, @ben")
        ana.event("joined")
        is_told(ana, "ben is not here now, and will see it on coming back.")
        ana.hears_nothing_more()
        with JsonTalker(port, token=token) as ben:
            place = ben.welcome["rooms"][1]
            assert (place["kind"], place["with"]) == ("direct", ["ana"])
            assert (place["unread"], place["mentions"]) == (2, 1)
            ben.hears_in(PRIVATE, Heard("blue", "one", "ana"), Heard("blue", "two, @ben", "ana"))


def test_an_account_that_left_the_room_gets_what_was_said_while_it_was_away(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        with registered(port, "ben") as ben:
            whispers(ana, "ben", "one")
            room = ben.event("joined")["place"]["room"]
            ben.event("message")
            assert ben.answer("left", type="leave", room=room)["room"] == room
        ana.event("joined")
        gone(port, "ben")
        whispers(ana, "ben", "two")
        is_told(ana, "ben is not here now, and will see it on coming back.")
        ana.hears_nothing_more()
        with JsonTalker(port, token=ben.token) as ben:
            assert [one["room"] for one in ben.welcome["rooms"]] == ["lobby", room]


def gone(port: int, name: str) -> None:
    """Wait until `name`, who closed the connection, is not here any more."""
    with JsonTalker(port, history=0) as eye:
        here = True
        while here:
            eye.ask(type="whois", name=name)
            answer = json.loads(eye.line())
            here = answer["type"] == "person" and answer["person"].get("here", True)


def is_told(talker: Talker, words: str) -> None:
    """Check that the next is these words of the server's."""
    if isinstance(talker, JsonTalker):
        assert talker.event("done")["message"] == words
    if isinstance(talker, PlainTalker):
        talker.reads(words)


def test_between_two_accounts_it_outlives_the_server() -> None:
    settings = ServerSettings(messages_per_s=0)
    with ChatServer(port=0, settings=settings) as server:
        port = server.port
        with registered(port, "ana") as ana, registered(port, "ben") as ben:
            whispers(ana, "ben", "one")
            ana.event("joined")
            ana.hears_nothing_more()
    with ChatServer(port=0, settings=settings) as server:
        with JsonTalker(server.port, token=ana.token) as again:
            assert again.welcome["rooms"][1]["with"] == ["ben"]
            again.hears_in(PRIVATE, Heard("blue", "one", "ana"))
            whispers(again, "ben", "two")
            is_told(again, "ben is not here now, and will see it on coming back.")
            again.hears_nothing_more()
        with JsonTalker(server.port, token=ben.token) as ben_again:
            place = ben_again.welcome["rooms"][1]
            assert (place["with"], place["unread"]) == (["ana"], 2)


def test_who_writes_into_a_room_whose_other_account_was_deleted_is_told_so() -> None:
    settings = ServerSettings(messages_per_s=0)
    with ChatServer(port=0, settings=settings) as server:
        with registered(server.port, "ana") as ana, registered(server.port, "ben"):
            whispers(ana, "ben", "one")
            ana.event("joined")
            ana.hears_nothing_more()
        account = server.hall.accounts.find("ben")
        assert account
        server.hall.accounts.delete(account)
    with ExitStack() as leaving:
        server = leaving.enter_context(ChatServer(port=0, settings=settings))
        again = leaving.enter_context(JsonTalker(server.port, token=ana.token, history=0))
        room = again.welcome["rooms"][1]["room"]
        again.does("", type="say", room=room, text="hello?")
        words = "the other's account was deleted: nobody reads this"
        again.is_refused("no_such_person", words)
        again.hears_nothing_more()


def test_a_guest_who_comes_back_goes_on_in_the_room_of_two(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        with JsonTalker(port, name="ben") as ben:
            session = ben.welcome["session"]
            whispers(ana, "ben", "one")
            room = ben.event("joined")["place"]["room"]
            seq = ben.event("message")["seq"]
        ana.event("joined")
        gone(port, "ben")
        ana.does("", type="say", room=room, text="two")
        is_told(ana, GUEST_LEFT)
        with JsonTalker(port, name="ben", session=session, resume={room: seq}) as ben:
            assert [one["room"] for one in ben.welcome["rooms"]] == ["lobby", room]
            ben.hears_in(PRIVATE, Heard("blue", "two", "ana"))
            ben.hears_nothing_more()


def test_that_a_guest_left_is_told_with_each_message(two: Two, port: int) -> None:
    ana, ben = two
    whispers(ana, "ben", "hi")
    comes_in(ana, "ben")
    comes_in(ben, "ana")
    ben.hears_in(PRIVATE, Heard("blue", "hi", "ana"))
    ben.close()
    gone(port, "ben")
    for text in ("one", "two"):
        ana.says_here(text)
        is_told(ana, GUEST_LEFT)
    with JsonTalker(port, name="ben") as another:
        ana.says_here("three")
        is_told(ana, GUEST_LEFT)
        another.hears_nothing_more()
    ana.hears_nothing_more()


@pytest.mark.parametrize(("why", "told"), [("", "ben is away."), ("lunch", "ben is away: lunch.")])
def test_that_somebody_is_away_is_told_once_each_time(two: Two, why: str, told: str) -> None:
    ana, ben = two
    whispers(ana, "ben", "hi")
    comes_in(ana, "ben")
    comes_in(ben, "ana")
    ben.hears_in(PRIVATE, Heard("blue", "hi", "ana"))
    for _ in range(2):
        ben.does(f"/away {why}", type="away", text=why)
        is_told(ben, "You are marked as away.")
        for text in ("one", "two"):
            ana.says_here(text)
            ben.hears_in(PRIVATE, Heard("blue", text, "ana"))
        is_told(ana, told)
        ana.hears_nothing_more()
        ben.does("/back", type="away", back=True)
        is_told(ben, "You are back.")


def test_who_was_away_and_left_then_is_told_to_have_left(two: Two, port: int) -> None:
    ana, ben = two
    whispers(ana, "ben", "hi")
    comes_in(ana, "ben")
    comes_in(ben, "ana")
    ben.hears_in(PRIVATE, Heard("blue", "hi", "ana"))
    ben.does("/away", type="away")
    is_told(ben, "You are marked as away.")
    ana.says_here("zero")
    is_told(ana, "ben is away.")
    ben.close()
    gone(port, "ben")
    ana.says_here("one")
    is_told(ana, GUEST_LEFT)


def test_each_time_that_somebody_leaves_again_is_told(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        with JsonTalker(port, name="ben") as ben:
            whispers(ana, "ben", "hi")
            comes_in(ana, "ben")
            room = ben.event("joined")["place"]["room"]
            ben.event("message")  # so ana was told all that is told before it
            session = ben.welcome["session"]
        for _ in range(2):
            gone(port, "ben")
            ana.says_here("one")
            is_told(ana, GUEST_LEFT)
            ana.hears_nothing_more()
            with JsonTalker(port, name="ben", session=session, resume={room: 0}) as ben:
                ben.hears_in(PRIVATE, Heard("blue", "hi", "ana"))


def test_an_id_said_again_elsewhere_does_not_show_there_what_was_said_first(port: int) -> None:
    """A private message, said again into the lobby by mistake, is not told the lobby."""
    with ExitStack() as leaving:
        ana, ben, cyd = (
            leaving.enter_context(JsonTalker(port, name=name)) for name in ("ana", "ben", "cyd")
        )
        for number in range(3):
            ana.ask(type="say", id=f"m{number}", to="ben", text="secret")
        ana.event("joined")
        ana.ask(type="say", id="m2", text="aloud")
        assert ana.error("id_taken")["id"] == "m2"
        ana.hears_nothing_more()
        assert len(ana.acks) == 3
        cyd.hears_nothing_more()
        ben.event("joined")
        for _ in range(3):
            assert ben.event("message")["text"] == "secret"
        ben.hears_nothing_more()


def test_who_leaves_while_they_are_brought_in_is_not_there(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with JsonTalker(server.port, name="ana") as ana, JsonTalker(server.port, name="ben") as ben:
        whispers(ana, "ben", "one")
        room = ana.event("joined")["place"]["room"]
        ben.event("joined")
        ben.event("message")
        ben.answer("left", type="leave", room=room)
        writer, gone = server.hall.writer, threading.Event()
        reader = reader_of(server, "ben")
        do = writer.do

        def let_them_go_first(deed: Callable[[], object]) -> object:
            gone.set()
            return do(deed)

        monkeypatch.setattr(writer, "do", let_them_go_first)
        writer.then(gone.wait)
        ben.close()
        reader.join()  # all that ends the connection waits behind `gone` now
        whispers(ana, "ben", "two")
        is_told(ana, GUEST_LEFT)
        ana.hears_nothing_more()
        assert server.hall.presence.here(room) == ["ana"]


def reader_of(server: ChatServer, name: str) -> threading.Thread:
    """Return the thread that reads what `name` sends."""
    (connection,) = server.hall.crowd.named(name)
    (reader,) = (one for one in threading.enumerate() if one.name == f"reader-{connection.number}")
    return reader
