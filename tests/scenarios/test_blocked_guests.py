"""A block holds against a guest under whatever name, and against a name whoever has it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from tests.scenarios.talkers import TALKERS, Heard, JsonTalker, PlainTalker, Talker

from huechat import ChatServer
from huechat.config import ServerSettings
from huechat.server.commands.people import MOST_BLOCKED

pytestmark = pytest.mark.usefixtures("cheap_passwords")

PASSWORD = "correct-horse-battery"
UNWANTED = ("blocked", "they do not want to be written to by you")
BOTH_WIRES = {f"{one}-{two}": (one, two) for one in TALKERS for two in TALKERS}


@pytest.fixture(params=BOTH_WIRES.values(), ids=BOTH_WIRES)
def pair(request: pytest.FixtureRequest, port: int) -> Iterator[tuple[Talker, Talker]]:
    """Give ana, who has blocked ben, and ben."""
    one, two = request.param
    with TALKERS[one](port, "blue", "ana") as ana, TALKERS[two](port, "blue", "ben") as ben:
        blocks(ana, "ben", "ben")
        yield ana, ben


@pytest.fixture
def cyd(port: int) -> Iterator[JsonTalker]:
    """Give one who has blocked nobody: what she hears, ana could have heard."""
    with JsonTalker(port, name="cyd", history=0) as talker:
        yield talker


def blocks(talker: Talker, name: str, *all_names: str, on: bool = True) -> None:
    """Block somebody, or unblock; `all_names` are blocked then."""
    talker.does(f"/{'' if on else 'un'}block {name}", type="block", name=name, on=on)
    if isinstance(talker, JsonTalker):
        assert talker.event("blocked")["names"] == list(all_names)
    if isinstance(talker, PlainTalker) and on:
        talker.reads(f"You have blocked {', '.join(all_names)}.")
    if isinstance(talker, PlainTalker) and not on:
        gone = f"{name.removeprefix('@').lower()} is not blocked any more."
        talker.reads(f"{gone} Still blocked: {', '.join(all_names)}." if all_names else gone)


def renames(talker: Talker, name: str) -> None:
    talker.does(f"/name {name}", type="name", name=name)
    if isinstance(talker, JsonTalker):
        assert talker.event("you")["name"] == name
    if isinstance(talker, PlainTalker):
        talker.reads(f"You are {name} now.")


def by(name: str, text: str) -> Heard:
    return Heard("blue", text, name)


def says_unheard(talker: Talker, cyd: JsonTalker, name: str, *who: Talker) -> None:
    """Have somebody say something that cyd hears, and none of these."""
    talker.says_here("boo")
    assert cyd.next_heard().text == "boo", name
    for one in who:
        one.hears_nothing_more()


def test_who_takes_another_name_is_not_heard(pair: tuple[Talker, Talker], cyd: JsonTalker) -> None:
    ana, ben = pair
    for name in ("ben2", "eve", "ben3"):
        renames(ben, name)
        says_unheard(ben, cyd, name, ana)


def test_nor_is_what_was_said_just_before_the_name_was_changed(port: int, cyd: JsonTalker) -> None:
    with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
        blocks(ana, "ben", "ben")
        renames(ben, "eve")
        for number in range(50):
            ben.ask(type="say", id=f"s{number}", text=f"{number}")
            ben.ask(type="name", name=f"eve{number}")
        for number in range(50):
            assert cyd.next_heard().text == f"{number}"
        ana.hears_nothing_more()
        assert ana.answer("history", type="history")["messages"] == []


def test_nor_may_they_write_to_one_alone(pair: tuple[Talker, Talker]) -> None:
    ana, ben = pair
    renames(ben, "eve")
    ben.does("/msg ana hi", type="say", to="ana", text="hi")
    ben.is_refused(*UNWANTED)
    ana.hears_nothing_more()


def test_the_name_stays_blocked_for_whoever_takes_it(
    pair: tuple[Talker, Talker], port: int, cyd: JsonTalker
) -> None:
    ana, ben = pair
    renames(ben, "eve")
    with JsonTalker(port, name="ben", history=0) as other:
        says_unheard(other, cyd, "ben", ana)


def test_who_takes_a_name_that_one_who_is_blocked_gave_up_is_heard(
    pair: tuple[Talker, Talker], port: int, cyd: JsonTalker
) -> None:
    """Else they could have others silenced, by wearing their names before them."""
    ana, ben = pair
    for name in ("zoe", "eve"):
        renames(ben, name)
    with JsonTalker(port, name="zoe", history=0) as zoe:
        zoe.says("hi")
        ana.hears(by("zoe", "hi"))
        cyd.hears(by("zoe", "hi"))
        says_unheard(ben, cyd, "eve", ana)


def test_who_is_unblocked_is_heard_under_the_new_name(
    pair: tuple[Talker, Talker], cyd: JsonTalker
) -> None:
    ana, ben = pair
    renames(ben, "eve")
    says_unheard(ben, cyd, "eve", ana)
    blocks(ana, "@Ben", on=False)
    ben.says_here("hi")
    assert cyd.next_heard() == ana.next_heard() == by("eve", "hi")


def test_who_is_blocked_under_two_names_must_be_unblocked_under_the_later(
    pair: tuple[Talker, Talker], cyd: JsonTalker
) -> None:
    ana, ben = pair
    renames(ben, "eve")
    blocks(ana, "eve", "ben", "eve")
    blocks(ana, "ben", "eve", on=False)
    says_unheard(ben, cyd, "eve", ana)
    blocks(ana, "eve", on=False)
    ben.says_here("hi")
    assert cyd.next_heard() == ana.next_heard() == by("eve", "hi")


def test_who_comes_back_with_their_session_and_another_name_is_not_heard(
    port: int, cyd: JsonTalker
) -> None:
    with JsonTalker(port, name="ana") as ana:
        with JsonTalker(port, name="ben") as ben:
            blocks(ana, "ben", "ben")
            session = ben.welcome["session"]
        with JsonTalker(port, name="eve", session=session) as again:
            says_unheard(again, cyd, "eve", ana)
        with JsonTalker(port, name="eve2", history=0) as new:
            new.says("a new session is somebody new")
            ana.hears(by("eve2", "a new session is somebody new"))


def test_what_an_account_blocked_holds_after_it_was_away_and_after_a_restart(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    settings = ServerSettings(messages_per_s=0, data=str(tmp_path_factory.mktemp("data")))
    with (
        ChatServer(port=0, settings=settings) as server,
        JsonTalker(server.port, name="cyd") as cyd,
        JsonTalker(server.port, name="ben") as ben,
    ):
        with JsonTalker(server.port, name="ana") as ana:
            token = ana.registers(PASSWORD)
            blocks(ana, "ben", "ben")
            says_unheard(ben, cyd, "ben", ana)
        for name in ("eve", "eva"):
            renames(ben, name)
            says_unheard(ben, cyd, name)
        with JsonTalker(server.port, token=token) as ana:
            ana.hears_nothing_more()
            renames(ben, "bo")
            says_unheard(ben, cyd, "bo", ana)
        session = ben.welcome["session"]
    with (
        ChatServer(port=0, settings=settings) as server,
        JsonTalker(server.port, token=token, history=0) as ana,
        JsonTalker(server.port, name="cyd", history=0) as cyd,
        JsonTalker(server.port, name="zed", session=session, history=0) as ben,
    ):
        says_unheard(ben, cyd, "zed", ana)
        blocks(ana, "ben", on=False)
        ben.says("hi")
        ana.hears(by("zed", "hi"))


def test_the_account_that_a_blocked_guest_becomes_is_blocked(
    pair: tuple[Talker, Talker], port: int, cyd: JsonTalker
) -> None:
    ana, ben = pair
    renames(ben, "eve")
    says_unheard(ben, cyd, "eve", ana)
    ben.registers(PASSWORD)
    says_unheard(ben, cyd, "eve", ana)
    with JsonTalker(port, history=0) as elsewhere:
        elsewhere.logs_in("eve", PASSWORD)
        says_unheard(elsewhere, cyd, "eve", ana)
    blocks(ana, "ben", "eve", on=False)
    blocks(ana, "eve", on=False)
    ben.says("hi")
    ana.hears(by("eve", "hi"))


def test_so_it_is_by_those_who_are_away(port: int, cyd: JsonTalker) -> None:
    with JsonTalker(port, name="ben") as ben:
        with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="dan") as dan:
            for each in (ana, dan):
                blocks(each, "ben", "ben")
            session, token = ana.welcome["session"], dan.registers(PASSWORD)
        for name in ("ana", "dan"):
            _until_gone(cyd, name)
        renames(ben, "eve")
        ben.registers(PASSWORD)
        with (
            JsonTalker(port, name="ana", session=session) as ana,
            JsonTalker(port, token=token) as dan,
        ):
            says_unheard(ben, cyd, "eve", ana, dan)
            assert ana.answer("blocked", type="block")["names"] == ["ben", "eve"]


def test_an_account_has_blocked_whom_the_guest_had(
    pair: tuple[Talker, Talker], cyd: JsonTalker
) -> None:
    ana, ben = pair
    ana.registers(PASSWORD)
    says_unheard(ben, cyd, "ben", ana)
    blocks(ana, "cyd", "ben", "cyd")


def test_one_who_logs_in_from_a_guest_whom_they_blocked_has_not_blocked_themselves(
    port: int,
) -> None:
    with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
        ana.registers(PASSWORD)
        blocks(ana, "ben", "ben")
        ben.logs_in("ana", PASSWORD)
        assert ana.answer("blocked", type="block")["names"] == ["ben"]
        ben.says("hi")
        ana.hears(by("ana", "hi"))


def test_an_account_that_logs_out_is_not_heard_as_a_guest(port: int, cyd: JsonTalker) -> None:
    with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
        ben.registers(PASSWORD)
        blocks(ana, "ben", "ben")
        says_unheard(ben, cyd, "ben", ana)
        ben.logs_out()
        says_unheard(ben, cyd, "a guest", ana)
        renames(ben, "eve")
        says_unheard(ben, cyd, "eve", ana)


def test_what_a_guest_blocked_holds_when_a_lost_connection_is_back(
    port: int, cyd: JsonTalker
) -> None:
    with JsonTalker(port, name="ben") as ben:
        with JsonTalker(port, name="ana") as ana:
            blocks(ana, "ben", "ben")
            session = ana.welcome["session"]
        _until_gone(cyd, "ana")
        renames(ben, "eve")
        with JsonTalker(port, name="ana", session=session) as ana:
            says_unheard(ben, cyd, "eve", ana)
            blocks(ana, "ben", on=False)
        _until_gone(cyd, "ana")
        with JsonTalker(port, name="ana", session=session, history=0) as ana:
            ben.says("hi")
            ana.hears(by("eve", "hi"))


def _until_gone(talker: JsonTalker, name: str) -> None:
    """Wait until the server has noticed that a connection is closed."""
    while _is_here(talker, name):
        pass


def _is_here(talker: JsonTalker, name: str) -> bool:
    talker.does("", type="whois", name=name)
    answer = json.loads(talker.line())
    return answer["type"] == "person" and answer["person"].get("here", True)


@pytest.mark.parametrize("wire", TALKERS)
def test_so_many_may_be_blocked_and_no_more(
    port: int, wire: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_BLOCKED >= 100
    monkeypatch.setattr("huechat.server.commands.people.MOST_BLOCKED", 2)
    with TALKERS[wire](port, "blue", "ana") as ana, JsonTalker(port, name="ben") as ben:
        blocks(ana, "ben", "ben")
        renames(ben, "cyd")
        blocks(ana, "cyd", "ben", "cyd")
        renames(ben, "dan")
        ana.does("/block dan", type="block", name="dan")
        ana.is_refused("too_many", "you have blocked 2 names, and that is all: unblock one first")
        blocks(ana, "ben", "cyd", on=False)
        blocks(ana, "dan", "cyd", "dan")
