"""How many rooms there may be, who makes them, and how they are listed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.scenarios.talkers import TALKERS, JsonTalker, PlainTalker, Talker

from huechat import ChatServer
from huechat.config import ServerSettings

pytestmark = pytest.mark.usefixtures("cheap_passwords")


@pytest.fixture(params=TALKERS)
def one(request: pytest.FixtureRequest, port: int) -> Iterator[Talker]:
    """Give ana, in the lobby."""
    with TALKERS[request.param](port, "blue", "ana") as ana:
        yield ana


class TestLimits:
    """Of how many rooms there may be, and who makes them."""

    @pytest.fixture
    def port(self) -> Iterator[int]:
        settings = ServerSettings(messages_per_s=0, rooms_per_person=3, page=3, rooms_by="anyone")
        with ChatServer(port=0, settings=settings) as server:
            yield server.port

    def test_one_may_be_in_so_many_rooms_at_once(self, one: Talker) -> None:
        one.joins("a")
        one.joins("b")
        one.does("/join c", type="join", room="c")
        one.is_refused("too_many", "you are in 3 rooms: leave one first")
        one.joins("a")  # one is in it: that is no further one
        one.leaves("b")
        one.joins("c")

    def test_private_messages_take_no_room_of_that_number(self, port: int) -> None:
        with JsonTalker(port, name="ana") as ana:
            strangers = [JsonTalker(port, name=f"stranger{n}") for n in range(4)]
            for each in strangers:
                each.does("", type="say", to="ana", text="hi")
                ana.event("joined")
                ana.event("message")
                each.close()
            ana.joins("a")
            ana.joins("b")

    def test_who_comes_back_comes_into_no_more_rooms(self, port: int) -> None:
        with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
            for room in ("a", "b"):
                ana.joins(room)
            for room in ("c", "d"):
                ben.joins(room)
        resume = dict.fromkeys("abcd", 0)
        with JsonTalker(port, name="cyd", resume=resume) as cyd:
            rooms = [place["room"] for place in cyd.welcome["rooms"]]
            assert rooms == ["lobby", "a", "b"]

    def test_rooms_are_listed_a_page_at_a_time(self, port: int) -> None:
        with JsonTalker(port, name="ana") as ana, PlainTalker(port, "blue", "ben") as ben:
            for room in ("d", "c", "b", "a"):
                ana.joins(room)
                ana.says_here("hi")
                ana.leaves(room)
            first = ana.answer("rooms", type="rooms", limit=100)
            assert [one["room"] for one in first["rooms"]] == ["a", "b", "c"]
            assert first["more"]
            rest = ana.answer("rooms", type="rooms", after="#C")
            assert [one["room"] for one in rest["rooms"]] == ["d", "lobby"]
            assert not rest["more"]
            ben.types("/rooms", "/rooms c", "/rooms zzz")
            ben.reads(
                "Rooms:",
                "  #a (0 here)",
                "  #b (0 here)",
                "  #c (0 here)",
                "  and more: /rooms c",
                "Rooms:",
                "  #d (0 here)",
                "  #lobby (2 here, you are in)",
                "There are no more rooms.",
            )

    def test_people_are_listed_a_page_at_a_time(self, port: int) -> None:
        with ExitStack() as leaving:
            ana, ben, cyd = (
                leaving.enter_context(JsonTalker(port, name=name)) for name in ("ana", "ben", "cyd")
            )
            dan = leaving.enter_context(PlainTalker(port, "blue", "dan"))
            for each in (ben, cyd):
                each.hears_nothing_more()  # they are in now
            page = ana.answer("who", type="who", limit=2)
            assert [one["name"] for one in page["people"]] == ["ana", "ben"]
            assert (page["here"], page["more"]) == (4, True)
            rest = ana.answer("who", type="who", after="ben", limit=2)
            assert [one["name"] for one in rest["people"]] == ["cyd", "dan"]
            assert (rest["here"], rest["more"]) == (4, False)
            dan.types("/who", "/who lobby cyd")
            dan.reads("In #lobby, 4 in all:", "  ana (blue)", "  ben (blue)", "  cyd (blue)")
            dan.reads("  and more: /who lobby cyd", "In #lobby, 4 in all:", "  dan (blue)")


def test_with_no_limit_who_comes_back_comes_into_all_rooms(tmp_path: Path) -> None:
    settings = ServerSettings(messages_per_s=0, rooms_per_person=0)
    with ChatServer(port=0, settings=settings) as server:
        with JsonTalker(server.port, name="ana") as ana:
            for room in ("a", "b"):
                ana.joins(room)
        with JsonTalker(server.port, name="ben", resume={"a": 0, "b": 0}) as ben:
            rooms = [place["room"] for place in ben.welcome["rooms"]]
            assert rooms == ["lobby", "a", "b"]


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("accounts", "there is no room called b, and here accounts alone make rooms"),
        ("moderators", "there is no room called b, and here moderators alone make rooms"),
    ],
)
@pytest.mark.parametrize("wire", TALKERS)
def test_where_not_everybody_makes_rooms_a_guest_makes_none(by: str, words: str, wire: str) -> None:
    settings = ServerSettings(messages_per_s=0, rooms_by=by)
    with ExitStack() as leaving:
        server = leaving.enter_context(ChatServer(port=0, settings=settings))
        ana = leaving.enter_context(TALKERS[wire](server.port, "blue", "ana"))
        ben = leaving.enter_context(JsonTalker(server.port, name="ben"))
        ana.does("/join b", type="join", room="b")
        ana.is_refused("not_allowed", words)
        ben.answer("token", type="register", password="correct horse")
        ben.event("you")
        ben.does("", type="join", room="b")
        if by == "moderators":
            ben.is_refused("not_allowed", words)
        else:
            assert ben.event("joined")["place"]["role"] == "owner"
            ana.joins("b")


def test_the_lobby_is_listed_from_the_beginning(port: int) -> None:
    with JsonTalker(port, name="ana") as ana, PlainTalker(port, "blue", "ben") as ben:
        listed = ana.answer("rooms", type="rooms")["rooms"]
        assert listed == [{"room": "lobby", "here": 2, "inside": True}]
        ben.types("/rooms")
        ben.reads("Rooms:", "  #lobby (2 here, you are in)")


def test_who_has_several_connections_is_listed_once(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        session = ana.welcome["session"]
        again = JsonTalker(port, name="ana", session=session)
        with again, JsonTalker(port, name="ben") as ben:
            again.hears_nothing_more()
            ben.hears_nothing_more()
            page = ben.answer("who", type="who")
            assert [one["name"] for one in page["people"]] == ["ana", "ben"]
