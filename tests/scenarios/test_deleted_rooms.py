"""Rooms come to an end: everybody is put out, and nothing of them is left."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from tests.scenarios.talkers import TALKERS, Heard, JsonTalker, PlainTalker, Talker

from huechat import ChatServer
from huechat.chat.errors import RefusedError
from huechat.server.commands.rooms import drop

pytestmark = pytest.mark.usefixtures("cheap_passwords")

Two = tuple[Talker, Talker]


@pytest.fixture(params=["json-plain", "plain-json"])
def two(request: pytest.FixtureRequest, port: int) -> Iterator[Two]:
    """Give ana and ben, in the lobby."""
    hers, his = request.param.split("-")
    with TALKERS[hers](port, "blue", "ana") as ana, TALKERS[his](port, "blue", "ben") as ben:
        yield ana, ben


class TestDeleting:
    """Of a room, by its owner."""

    def test_everybody_is_put_out_and_told_why(self, two: Two) -> None:
        ana, ben = two
        ana.joins("plans")
        ben.joins("plans")
        ana.does("/drop plans", type="drop", room="plans")
        why = "The room #plans was deleted by ana."
        for each in (ana, ben):
            if isinstance(each, JsonTalker):
                assert each.event("left")["message"] == why
            if isinstance(each, PlainTalker):
                each.reads(why)
        if isinstance(ana, JsonTalker):
            assert ana.event("done")["message"] == "The room #plans is deleted."
        if isinstance(ana, PlainTalker):
            ana.reads("The room #plans is deleted.")
        ben.says_here("where am I?")
        ben.is_refused("not_in_room", "you are not in #plans: join it, or another room")

    def test_only_its_owner_may_and_never_the_lobby(self, two: Two, port: int) -> None:
        ana, ben = two
        ana.joins("plans")
        ben.joins("plans")
        ben.does("/drop plans", type="drop", room="plans")
        ben.is_refused("not_allowed", "that is for the room's owners; ask one of them")
        ben.does("/drop nowhere", type="drop", room="nowhere")
        ben.is_refused("no_such_room", "there is no room called nowhere")
        ben.does("/drop @x", type="drop", room="@x")
        words = "a room's name has letters, digits and - _ . ' only, not '@'"
        ben.is_refused("bad_room", words)
        ben.does("/drop lobby", type="drop", room="lobby")
        ben.is_refused("not_allowed", "that is for the room's owners; ask one of them")

    def test_nothing_of_it_comes_into_a_room_made_later_with_its_name(self, port: int) -> None:
        with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
            place = ana.answer("joined", type="join", room="plans", private=True)["place"]
            ana.ask(type="topic", room="plans", text="treason")
            ana.event("topic")
            ana.ask(type="say", id="a", room="plans", text="secret words")
            ana.ask(type="ban", room="plans", name="ben")
            ana.event("notice")
            assert ana.answer("found", type="search", room="plans", text="secret")["messages"]
            ana.ask(type="drop", room="plans")
            ana.event("left")
            ana.event("done")
            place = ben.answer("joined", type="join", room="plans")["place"]
            assert place == {"room": "plans", "seq": 3, "role": "owner"}
            assert not ben.answer("found", type="search", room="plans", text="secret")["messages"]
            assert not ben.answer("history", type="history", room="plans")["messages"]
            ben.ask(type="say", id="b", room="plans", text="new words")
            ben.hears_nothing_more()
            assert ben.acks[-1]["seq"] == 4  # numbers go on
            found = ben.answer("found", type="search", room="plans", text="words")["messages"]
            assert [one["text"] for one in found] == ["new words"]
            ana.does("", type="edit", room="plans", seq=2, text="x")
            ana.is_refused("not_in_room", "you are not in #plans: join it, or another room")
            ana.joins("plans")
            assert ana.event("message")["text"] == "new words"

    def test_who_was_in_it_and_comes_back_hears_nothing_of_it(self, port: int) -> None:
        with JsonTalker(port, name="ana") as ana:
            ana.joins("plans")
            ana.says_here("old")
            ana.hears_nothing_more()
            ana.ask(type="drop", room="plans")
            ana.event("left")
            ana.event("done")
            with JsonTalker(port, name="ben", resume={"plans": 0}) as ben:
                assert [one["room"] for one in ben.welcome["rooms"]] == ["lobby"]
            ana.joins("plans")
            ana.says_here("new")
            ana.hears_nothing_more()
            with JsonTalker(port, name="ben", resume={"plans": 0}) as ben:
                ben.hears_in("plans", Heard("blue", "new", "ana"))
                ben.hears_nothing_more()

    def test_while_others_speak_what_they_say_is_acked_or_refused(self, port: int) -> None:
        with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
            for round_ in range(5):
                ana.joins("plans")
                ben.ask(type="join", room="plans", history=0)
                ben.event("joined")
                speaking = threading.Thread(target=_says_much, args=(ben, round_))
                speaking.start()
                ana.ask(type="drop", room="plans")
                while ana.line_of("message", "left") == "message":
                    pass
                ana.event("done")
                speaking.join()
                _has_an_answer_to_each(ben, round_)
                ana.joins("plans")
                ana.hears_nothing_more()  # of what was said before
                ana.ask(type="drop", room="plans")
                ana.event("left")
                ana.event("done")


def _says_much(ben: JsonTalker, round_: int) -> None:
    for number in range(50):
        ben.ask(type="say", id=f"{round_}-{number}", room="plans", text="blah")


def _has_an_answer_to_each(ben: JsonTalker, round_: int) -> None:
    ids = {f"{round_}-{number}" for number in range(50)}
    while ids:
        kind = ben.line_of("ack", "error", "left")
        if kind != "left":
            ids.remove(ben.last["id"])
        if kind == "error":
            assert ben.last["code"] in ("no_such_room", "not_in_room")
    ben.ask(type="ping", id=f"end-{round_}")
    while ben.line_of("left", "pong") != "pong":
        pass


def test_deleting_a_room_again_leaves_the_one_made_later_alone(server: ChatServer) -> None:
    """As when two owners delete it at once, and a third makes it again."""
    with JsonTalker(server.port, name="ana") as ana:
        ana.joins("plans")
        hall = server.hall
        room = hall.rooms.get("plans")
        assert room
        ana.ask(type="drop", room="plans")
        ana.event("left")
        ana.event("done")
        ana.joins("plans")
        with pytest.raises(RefusedError) as refused:
            hall.writer.do(lambda: drop(hall, room, "somebody"))
        assert refused.value.code == "no_such_room"
        ana.says_here("still here")
        ana.hears_nothing_more()
        assert ana.acks[-1]["room"] == "plans"


@pytest.mark.parametrize(
    "command", [{"type": "topic", "text": "x"}, {"type": "slow", "every_s": 1}]
)
def test_nothing_is_done_in_a_room_that_was_just_deleted(
    server: ChatServer, command: dict[str, object]
) -> None:
    """As when the owner does it while another deletes the room."""
    with JsonTalker(server.port, name="ana") as ana:
        ana.joins("plans")
        room = server.hall.rooms.get("plans")
        assert room
        server.hall.writer.do(lambda: server.hall.people.delete_room("plans"))
        room.log.closed = True
        ana.does("", room="plans", **command)
        ana.is_refused("no_such_room", "the room was just deleted")
        assert server.hall.people.room("plans") is None
