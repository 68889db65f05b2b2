"""A room in which nothing was ever said or done goes again with the last who is in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.scenarios.keepers import SECRET, make_account
from tests.scenarios.talkers import TALKERS, JsonTalker

from huechat import ChatServer
from huechat.server.rooms import disuse
from huechat.server.rooms.disuse import forget_unused

pytestmark = pytest.mark.usefixtures("cheap_passwords")


@pytest.fixture
def ana(port: int) -> Iterator[JsonTalker]:
    with JsonTalker(port, name="ana") as talker:
        yield talker


@pytest.fixture
def ben(port: int) -> Iterator[JsonTalker]:
    with JsonTalker(port, name="ben") as talker:
        yield talker


def listed(who: JsonTalker) -> list[str]:
    return [one["room"] for one in who.answer("rooms", type="rooms")["rooms"]]


def is_there(server: ChatServer, room: str) -> bool:
    return server.hall.rooms.find(room) is not None


@pytest.mark.parametrize("wire", TALKERS)
def test_who_looks_into_many_rooms_makes_none_for_ever(
    server: ChatServer, port: int, ben: JsonTalker, wire: str
) -> None:
    with TALKERS[wire](port, "blue", "ana") as ana:
        for number in range(60):  # more than one may be in at once
            ana.joins(f"r{number}")
            ana.leaves(f"r{number}")
        ana.hears_nothing_more()
        assert listed(ben) == ["lobby"]
        assert not is_there(server, "r0")


def test_who_makes_it_anew_owns_it(ana: JsonTalker, ben: JsonTalker) -> None:
    ana.joins("den", private=True)
    ana.leaves("den")
    ana.hears_nothing_more()
    place = ben.answer("joined", type="join", room="den")["place"]
    assert place == {"room": "den", "seq": 0, "role": "owner"}


def test_it_stays_as_long_as_somebody_is_in(ana: JsonTalker, ben: JsonTalker) -> None:
    ana.joins("den")
    ben.joins("den")
    ana.leaves("den")
    assert listed(ana) == ["den", "lobby"]
    ben.leaves("den")
    ben.hears_nothing_more()
    assert listed(ana) == ["lobby"]


@pytest.mark.parametrize(
    "used",
    [
        {"type": "say", "text": "hi"},
        {"type": "topic", "text": "tea"},
        {"type": "slow", "every_s": 5},
        {"type": "ban", "name": "ben"},
        {"type": "role", "name": "ben", "role": "moderator"},
    ],
    ids=lambda used: used["type"],
)
def test_what_was_used_stays(ana: JsonTalker, ben: JsonTalker, used: dict[str, object]) -> None:
    ana.joins("den")
    ana.ask(id="u", room="den", **used)
    assert ana.line_of("ack", "topic", "notice")
    ana.ask(type="leave", room="den")
    assert "den" in listed_after(ana, "left")
    assert ana.answer("joined", type="join", room="den")["place"]["role"] == "owner"


def listed_after(who: JsonTalker, kind: str) -> list[str]:
    while who.line_of(kind, "ack", "topic", "notice") != kind:
        pass
    return listed(who)


def test_who_is_invited_finds_it(ana: JsonTalker, ben: JsonTalker) -> None:
    ana.joins("den", private=True)
    ana.answer("done", type="invite", room="den", name="ben")
    assert ben.event("invited")["room"] == "den"
    ana.leaves("den")
    ana.hears_nothing_more()
    place = ben.answer("joined", type="join", room="den")["place"]
    assert (place["kind"], place.get("role", "")) == ("private", "")


def test_an_account_that_is_in_and_not_connected_finds_it(
    server: ChatServer, ana: JsonTalker
) -> None:
    make_account(server, "eva")
    ana.joins("den")
    with JsonTalker(server.port) as eva:
        token = eva.logs_in("eva", SECRET)
        eva.joins("den")
        eva.hears_nothing_more()  # so eva is counted by now
    while server.hall.presence.count("den") > 1:
        pass  # pytest's timeout ends it
    ana.leaves("den")
    ana.hears_nothing_more()
    with JsonTalker(server.port, token=token) as eva:
        rooms = eva.welcome["rooms"]
        assert [place["room"] for place in rooms] == ["lobby", "den"]


class TestWhereTheConnectionEnded:
    """Of a guest, who did not leave: they may come back, for a while."""

    @pytest.fixture
    def made(self, server: ChatServer, port: int) -> JsonTalker:
        with JsonTalker(port, name="eva") as eva:
            eva.joins("den")
            eva.hears_nothing_more()  # so eva is counted by now
        while server.hall.presence.count("den"):
            pass  # pytest's timeout ends it
        return eva

    def test_they_find_it_at_first(self, server: ChatServer, made: JsonTalker) -> None:
        server.hall.writer.do(lambda: forget_unused(server.hall))
        session = made.welcome["session"]
        with JsonTalker(server.port, name="eva", session=session, resume={"den": 0}) as eva:
            den = eva.welcome["rooms"][1]
            assert (den["room"], den["role"]) == ("den", "owner")

    @pytest.mark.usefixtures("made")
    def test_then_it_goes(self, server: ChatServer, long_ago: None, ana: JsonTalker) -> None:
        server.hall.writer.do(lambda: forget_unused(server.hall))
        assert listed(ana) == ["lobby"]

    @pytest.mark.usefixtures("made")
    def test_but_not_as_long_as_somebody_is_in(
        self, server: ChatServer, long_ago: None, ana: JsonTalker
    ) -> None:
        ana.joins("den")
        server.hall.writer.do(lambda: forget_unused(server.hall))
        assert listed(ana) == ["den", "lobby"]

    @pytest.fixture
    def long_ago(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let all rooms have been made longer ago than they are kept."""
        monkeypatch.setattr(disuse, "KEPT_S", -60.0)
