"""Names: one person's at a time, kept over lost connections and restarts, and never another's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tests.scenarios.talkers import TALKERS, Heard, JsonTalker, PlainTalker, Talker

from huechat import ChatServer
from huechat.config import ServerSettings

Two = tuple[Talker, Talker]

SAME = {
    "same": "ana",
    "case": "ANA",
    "cyrillic": "\u0430n\u0430",
    "full width": "\uff41\uff4e\uff41",
    "variant": "ana\ufe0f",
}
SETTINGS = ServerSettings(messages_per_s=0, presence_s=0.05)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    """Give a server that tells soon who comes and goes."""
    with ChatServer(port=0, settings=SETTINGS) as running:
        yield running


@pytest.fixture(params=["json-json", "plain-plain", "json-plain", "plain-json"])
def two(request: pytest.FixtureRequest, port: int) -> Iterator[Two]:
    """Give ana and ben, in the lobby."""
    hers, his = request.param.split("-")
    with TALKERS[hers](port, "blue", "ana") as ana, TALKERS[his](port, "blue", "ben") as ben:
        yield ana, ben


@pytest.fixture(params=TALKERS)
def ben(request: pytest.FixtureRequest, port: int) -> Iterator[Talker]:
    with TALKERS[request.param](port, "blue", "ben") as talker:
        yield talker


def wants(talker: Talker, name: str) -> None:
    talker.does(f"/name {name}", type="name", name=name)


def is_called(talker: Talker, name: str) -> None:
    if isinstance(talker, JsonTalker):
        assert talker.event("you")["name"] == name
    elif isinstance(talker, PlainTalker):
        talker.reads(f"You are {name} now.")


def come(watcher: JsonTalker, name: str) -> None:
    """Wait until somebody of that name is here."""
    while name not in watcher.event("presence").get("joined", []):
        pass


def gone(watcher: JsonTalker, name: str) -> None:
    """Wait until nobody of that name is here any more."""
    while name not in watcher.event("presence").get("left", []):
        pass


@pytest.mark.parametrize("name", SAME.values(), ids=SAME)
def test_a_name_in_use_or_one_that_looks_like_it_cannot_be_taken(two: Two, name: str) -> None:
    ana, ben = two
    wants(ben, name)
    ben.is_refused("name_taken", f"{name}, or a name that looks like it, is in use: take another")
    ben.says("still ben")
    ana.hears(Heard("blue", "still ben", "ben"))


@pytest.mark.parametrize("name", SAME.values(), ids=SAME)
def test_nobody_comes_in_under_a_name_in_use(port: int, name: str) -> None:
    with JsonTalker(port, name="ana"), JsonTalker(port, hello=False) as other:
        other.ask(type="hello", v=1, name=name)
        other.error("name_taken")
        other.ask(type="hello", v=1, name="eve")
        assert other.event("welcome")["name"] == "eve"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("a" * 33, "a name has 1 to 32 characters, not 33"),
        ("[ana]", "a name has letters, digits and - _ . ' only, not '['"),
        ("-ana", "a name begins with a letter or a digit"),
        ("a\u200bna", "a name has letters, digits and - _ . ' only, not ZERO WIDTH SPACE"),
        ("a\u202ena", "a name has letters, digits and - _ . ' only, not RIGHT-TO-LEFT OVERRIDE"),
        ("guest-7", "names like guest-1 are for those who choose none; choose another"),
        ("GUEST-l0", "names like guest-1 are for those who choose none; choose another"),
    ],
)
def test_what_is_no_name_cannot_be_taken(ben: Talker, name: str, sentence: str) -> None:
    wants(ben, name)
    ben.is_refused("bad_name", sentence)
    ben.hears_nothing_more()


def test_who_has_a_name_may_write_it_in_capitals(ben: Talker, port: int) -> None:
    with JsonTalker(port) as listener:
        wants(ben, "BEN")
        is_called(ben, "BEN")
        ben.says("hi")
        listener.hears(Heard("blue", "hi", "BEN"))


def test_a_name_that_was_changed_is_free(two: Two) -> None:
    ana, ben = two
    wants(ana, "cyd")
    is_called(ana, "cyd")
    wants(ben, "ana")
    is_called(ben, "ana")
    wants(ana, "ben")
    is_called(ana, "ben")


@pytest.mark.parametrize("kind", TALKERS)
def test_the_name_of_one_who_left_is_free(ben: Talker, kind: str, port: int) -> None:
    with JsonTalker(port, presence=True) as watcher:
        with TALKERS[kind](port, "blue", "ana") as ana:
            ana.hears_nothing_more()
            come(watcher, "ana")
        gone(watcher, "ana")
        wants(ben, "ana")
        is_called(ben, "ana")


def test_of_twenty_who_want_a_name_at_once_one_gets_it(port: int) -> None:
    with ExitStack() as all_of_them:
        crowd: list[Talker] = [
            all_of_them.enter_context(TALKERS[kind](port)) for kind in TALKERS for _ in range(10)
        ]
        for one in crowd:
            wants(one, "zoe")
        answers = [one.line() for one in crowd]
        got = [answer for answer in answers if b"Error" not in answer and b"error" not in answer]
        assert len(got) == 1
        assert sum(b"is in use: take another" in answer for answer in answers) == 19


def test_of_twenty_who_come_in_at_once_under_a_name_one_gets_it(port: int) -> None:
    with ExitStack() as all_of_them:
        crowd = [all_of_them.enter_context(JsonTalker(port, hello=False)) for _ in range(20)]
        for one in crowd:
            one.ask(type="hello", v=1, name="zoe")
        answers = [json.loads(one.line()) for one in crowd]
        assert sorted(answer["type"] for answer in answers) == ["error"] * 19 + ["welcome"]
        assert {one["code"] for one in answers if one["type"] == "error"} == {"name_taken"}


def test_guests_who_choose_no_name_get_different_ones(port: int) -> None:
    with ExitStack() as all_of_them:
        crowd = [all_of_them.enter_context(JsonTalker(port)) for _ in range(5)]
        assert len({one.welcome["name"] for one in crowd}) == 5
        assert all(one.welcome["name"].startswith("guest-") for one in crowd)


def test_who_lost_the_connection_has_the_name_again_while_the_old_one_is_half_dead(
    port: int,
) -> None:
    with JsonTalker(port, name="ana") as half_dead:
        session = half_dead.welcome["session"]
        with JsonTalker(port, name="ana", session=session) as again:
            assert again.welcome["name"] == "ana"
            half_dead.reset()
            with JsonTalker(port, hello=False) as stranger:
                stranger.ask(type="hello", v=1, name="ana", session="guessed")
                stranger.error("name_taken")
            again.hears_nothing_more()


def test_a_stranger_does_not_get_the_name_of_one_who_is_half_dead(port: int) -> None:
    with JsonTalker(port, name="ana"), JsonTalker(port, hello=False) as stranger:
        stranger.ask(type="hello", v=1, name="ana")
        stranger.error("name_taken")


def test_the_end_of_the_old_connection_does_not_free_the_name_of_the_new(port: int) -> None:
    with (
        JsonTalker(port, presence=True) as watcher,
        JsonTalker(port, name="ana") as old,
        JsonTalker(port, name="ana", session=old.welcome["session"]) as new,
    ):
        old.close()
        with JsonTalker(port, name="eve"):
            come(watcher, "eve")
        gone(watcher, "eve")
        with JsonTalker(port, hello=False) as stranger:
            stranger.ask(type="hello", v=1, name="ana")
            stranger.error("name_taken")
        new.hears_nothing_more()


def test_a_given_name_is_brought_back_only_with_a_session(port: int) -> None:
    with JsonTalker(port, hello=False) as guest:
        guest.ask(type="hello", v=1, name="guest-70")
        assert "given by the server" in guest.error("bad_name")["message"]
        guest.ask(type="hello", v=1, name="guest-70", session="mine")
        assert guest.event("welcome")["name"] == "guest-70"


def test_a_name_that_was_brought_back_is_given_to_nobody_else(port: int) -> None:
    with ExitStack() as all_of_them:
        first = all_of_them.enter_context(JsonTalker(port, name="guest-4", session="mine"))
        others = [all_of_them.enter_context(JsonTalker(port)) for _ in range(6)]
        names = [one.welcome["name"] for one in (first, *others)]
        assert len(set(names)) == 7


def test_who_comes_back_after_a_restart_has_the_chosen_name() -> None:
    with ChatServer(port=0, settings=SETTINGS) as first, JsonTalker(first.port, name="ana") as ana:
        session = ana.welcome["session"]
    with (
        ChatServer(port=0, settings=SETTINGS) as second,
        JsonTalker(second.port, name="ana", session=session) as again,
        PlainTalker(second.port) as listener,
    ):
        again.says("back")
        listener.hears(Heard("blue", "back", "ana"))


def test_who_comes_back_after_a_restart_gets_another_given_name_if_theirs_is_in_use() -> None:
    with ChatServer(port=0, settings=SETTINGS) as first, JsonTalker(first.port) as guest:
        name, session = guest.welcome["name"], guest.welcome["session"]
    with (
        ChatServer(port=0, settings=SETTINGS) as second,
        JsonTalker(second.port) as newcomer,
        JsonTalker(second.port, name=name, session=session) as again,
    ):
        assert newcomer.welcome["name"] == name
        assert again.welcome["name"] not in ("", name)
        assert again.welcome["session"] == session


def test_who_takes_the_name_of_one_who_left_cannot_change_what_they_said(port: int) -> None:
    with JsonTalker(port, name="eve", presence=True) as eve:
        with JsonTalker(port, name="ana") as ana:
            come(eve, "ana")
            ana.says("I pay")
            eve.hears(Heard("blue", "I pay", "ana"))
            ana.hears_nothing_more()
            seq = ana.acks[0]["seq"]
        gone(eve, "ana")
        eve.answer("you", type="name", name="ana")
        eve.does("", type="edit", seq=seq, text="I do not pay")
        eve.error("not_yours")


def test_a_guest_who_resumes_keeps_saying_under_one_name_on_two_connections(port: int) -> None:
    with (
        JsonTalker(port, name="ana") as one,
        JsonTalker(port, name="ana", session=one.welcome["session"]) as two,
        PlainTalker(port) as listener,
    ):
        one.says("1")
        listener.hears(Heard("blue", "1", "ana"))
        two.ask(type="say", id="another", text="2")
        listener.hears(Heard("blue", "2", "ana"))


def test_a_name_noted_in_hello_is_kept_in_composed_form(port: int) -> None:
    with JsonTalker(port, name="zoe\u0308") as zoe:
        assert zoe.welcome["name"] == "zo\u00eb"
