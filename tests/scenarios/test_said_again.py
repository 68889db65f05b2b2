"""An id that was used before: its ack tells nobody what they could not read anyway."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from typing import Any
from uuid import uuid4

import pytest
from tests.scenarios.talkers import JsonTalker

from huechat import ChatServer

DELETED = "words that were taken back"


def answered(talker: JsonTalker, **command: Any) -> dict[str, Any]:
    """Ask; return the first ack or error that comes."""
    talker.ask(**command)
    talker.hears_nothing_more()
    return talker.acks.pop()


def alone(talker: JsonTalker) -> None:
    """Wait until nobody else is here: a name is free then."""
    while talker.answer("who", type="who")["here"] > 1:
        pass


def comes_in(port: int, name: str) -> JsonTalker:
    """Come in as soon as the name is free."""
    while True:
        talker = JsonTalker(port, hello=False)
        for _ in range(9):
            talker.ask(type="hello", v=1, name=name, history=0)
            if talker.line_of("welcome", "error") == "welcome":
                return talker
        talker.close()


@pytest.mark.parametrize(
    "again",
    [
        {"type": "react", "id": "r", "seq": 1, "emoji": "👍"},
        {"type": "edit", "id": "e", "seq": 1, "text": f"{DELETED}, too"},
        {"type": "say", "id": "a", "reply": 1, "text": "mine"},
    ],
    ids=lambda one: one["type"],
)
def test_words_that_were_deleted_are_not_in_an_ack(port: int, again: dict[str, Any]) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.ask(type="say", id="1", text=DELETED)
        ana.ask(type="react", id="r", seq=1, emoji="👍")
        ana.ask(type="edit", id="e", seq=1, text=f"{DELETED}, too")
        ana.ask(type="say", id="a", reply=1, text="mine")
        ana.ask(type="delete", id="d", seq=1)
        ana.hears_nothing_more()
        told = answered(ana, **again)
        assert told["id"] == again["id"]
        assert DELETED not in str(told)


@pytest.mark.parametrize("name", ["ana", "bob"])
@pytest.mark.parametrize(
    "again",
    [
        {"type": "say", "id": "1", "text": "else"},
        {"type": "say", "id": "1", "reply": 1, "text": "else"},
        {"type": "say", "id": "e", "text": "two"},
        {"type": "say", "id": "e", "reply": 1, "text": "two"},
        {"type": "edit", "id": "1", "seq": 1, "text": "one"},
        {"type": "react", "id": "1", "seq": 1, "emoji": "👍"},
        {"type": "delete", "id": "1", "seq": 1},
        {"type": "slow", "id": "1", "every_s": 5},
    ],
    ids=str,
)
def test_nothing_is_lost_by_an_id_that_stands_for_something_else(
    port: int, again: dict[str, Any], name: str
) -> None:
    """Programs that number what they say from 1, each time, are told that it was not said."""
    with JsonTalker(port, name="ana") as ana:
        ana.joins("den")
        ana.ask(type="say", id="1", text="one", room="den")
        ana.ask(type="edit", id="e", seq=1, text="two", room="den")
        ana.hears_nothing_more()
        if name != "ana":  # another comes in by her name
            ana.answer("you", type="name", name="eve")
        with JsonTalker(port, name="ana") if name != "ana" else nullcontext(ana) as other:
            if other is not ana:
                other.answer("joined", type="join", room="den", history=0)
            other.ask(room="den", **again)
            assert other.error("id_taken")["id"] == again["id"]
        page = ana.answer("history", type="history", room="den")["messages"]
        assert [one["type"] for one in page] == ["message", "edit"]


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ({"type": "edit", "seq": 1, "text": "x"}, {"seq": 2}),
        ({"type": "edit", "seq": 1, "text": "x"}, {"text": "y"}),
        ({"type": "delete", "seq": 1}, {"seq": 2}),
        ({"type": "react", "seq": 1, "emoji": "👍"}, {"seq": 2}),
        ({"type": "react", "seq": 1, "emoji": "👍"}, {"emoji": "🎉"}),
        ({"type": "react", "seq": 1, "emoji": "👍"}, {"on": False}),
    ],
    ids=str,
)
def test_another_deed_of_the_same_kind_with_its_id_is_refused(
    port: int, first: dict[str, Any], other: dict[str, Any]
) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.joins("den")
        for text in ("one", "two"):
            ana.ask(type="say", id=text, text=text, room="den")
        ana.ask(room="den", id="d", **first)
        ana.ask(room="den", id="d", **first)
        ana.hears_nothing_more()  # but acks
        ana.ask(room="den", id="d", **{**first, **other})
        assert ana.error("id_taken")["id"] == "d"
        page = ana.answer("history", type="history", room="den")["messages"]
        assert len([one for one in page if one["type"] != "message"]) <= 1


@pytest.mark.parametrize(
    "again",
    [
        {"type": "say", "text": "x"},
        {"type": "say", "reply": 1, "text": "x"},
        {"type": "react", "seq": 1, "emoji": "👍"},
        {"type": "edit", "seq": 1, "text": "x"},
        {"type": "topic", "text": "x"},
        {"type": "topic", "text": "x", "room": "plans"},
    ],
    ids=str,
)
@pytest.mark.parametrize("id_", ["m", "r", "e"])
def test_who_takes_a_name_is_told_nothing_of_where_its_ids_were_used(
    port: int, again: dict[str, Any], id_: str
) -> None:
    with ExitStack() as leaving:
        eye = leaving.enter_context(JsonTalker(port, name="eye"))
        with JsonTalker(port, name="ana") as ana:
            ana.joins("plans", private=True)
            ana.ask(type="say", id="m", text="secret", room="plans")
            ana.ask(type="react", id="r", seq=1, emoji="👍", room="plans")
            ana.ask(type="edit", id="e", seq=1, text="more secret", room="plans")
            ana.hears_nothing_more()
        alone(eye)
        eye.says("one")
        eye.hears_nothing_more()
        thief = leaving.enter_context(JsonTalker(port, name="ana", history=0))
        thief.does("", **again, id=id_)
        error = thief.event("error")
        assert (error["code"], error["id"]) == ("id_taken", id_)
        assert not {"secret", "plans"} & set(str(error).split())
        thief.hears_nothing_more()


def test_a_delete_that_is_on_its_way_is_acknowledged_when_it_is_said_again(
    server: ChatServer,
) -> None:
    with JsonTalker(server.port, name="ana") as ana:
        ana.says("one")
        ana.hears_nothing_more()
        go_on = threading.Event()
        server.hall.writer.then(go_on.wait)
        ana.ask(type="delete", id="d", seq=1)
        ana.ask(type="delete", id="d", seq=1)
        go_on.set()
        ana.hears_nothing_more()
        assert [one["id"] for one in ana.acks[-2:]] == ["d", "d"]


def test_what_was_said_at_the_last_moment_is_not_the_next_ones_of_that_name(port: int) -> None:
    """Who waits for the name to be free tries it again and again."""
    with JsonTalker(port, name="eye") as eye, ThreadPoolExecutor(1) as waiting:
        for _ in range(10):
            with JsonTalker(port, name="ana", history=0) as ana:
                coming = waiting.submit(comes_in, port, "ana")
                ana.ask(type="say", id=str(uuid4()), text="one")
                ana.hears_nothing_more()
            with coming.result() as thief:
                thief.does("", type="edit", seq=eye.event("message")["seq"], text="x")
                thief.is_refused("not_yours", "only who said it may change it")
            alone(eye)


def test_a_guest_who_comes_back_may_change_what_they_said(port: int) -> None:
    with JsonTalker(port, name="eye") as eye:
        with JsonTalker(port, name="ana") as ana:
            session = ana.welcome["session"]
            ana.says("one")
            eye.event("message")
        alone(eye)
        with JsonTalker(port, name="ana", session=session, history=0) as again:
            again.does("", type="edit", text="two")
            assert eye.event("edit")["target"] == 1


def test_a_guest_whose_name_another_had_meanwhile_may_not(port: int) -> None:
    with JsonTalker(port, name="eye") as eye:
        with JsonTalker(port, name="ana") as ana:
            session = ana.welcome["session"]
            ana.says("one")
            eye.event("message")
        alone(eye)
        with JsonTalker(port, name="ana", history=0) as other:
            other.ask(type="say", id=str(uuid4()), text="two")
            eye.event("message")
        alone(eye)
        with JsonTalker(port, name="ana", session=session, history=0) as again:
            for seq in (1, 2):
                again.does("", type="edit", seq=seq, text="x")
                again.is_refused("not_yours", "only who said it may change it")
