"""Who comes back is told all that it missed, each message once, in order; from wherever it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.reliability.conftest import Start
from tests.reliability.invariants import history
from tests.reliability.nursery import Nursery
from tests.reliability.visitors import ENOUGH, LONG, SMALL_TAIL, hello, missed, say_many
from tests.scenarios.talkers import Heard, JsonTalker


@pytest.mark.parametrize("restarted", [False, True], ids=["running", "restarted"])
@pytest.mark.parametrize("tail_bytes", [SMALL_TAIL, 64 * 1024 * 1024], ids=["store", "tail"])
def test_who_comes_back_is_told_what_it_missed_from_any_place(
    start: Start, tail_bytes: int, restarted: bool
) -> None:
    server = start(tail_bytes=tail_bytes)
    texts = [f"{number} {LONG}" for number in range(ENOUGH)]
    with hello(server.port, name="ana") as ana:
        ana_session = ana.welcome["session"]
        seqs = say_many(ana, texts)
    if restarted:
        server = start(tail_bytes=tail_bytes)
    everything = list(zip(seqs, texts, strict=True))
    for place in (0, 1, ENOUGH // 2, ENOUGH - 1, ENOUGH):
        after = seqs[place - 1] if place else 0
        resume = {"session": ana_session, "resume": {"lobby": after}}
        with hello(server.port, name="ana", **resume) as back:
            assert back.welcome["session"] == ana_session
            assert missed(back) == everything[place:]
            assert missed(back) == []


def test_one_who_resumes_beyond_the_end_is_told_what_comes(start: Start) -> None:
    server = start()
    with hello(server.port, resume={"lobby": 2**53 - 1}) as ahead, JsonTalker(server.port) as blue:
        blue.says("hi")
        ahead.hears(Heard("blue", "hi"))


@pytest.mark.parametrize("restarted", [False, True], ids=["running", "restarted"])
def test_what_is_said_again_after_coming_back_has_its_first_ack_and_is_heard_once(
    start: Start, restarted: bool
) -> None:
    server = start()
    say = {"type": "say", "id": "mine", "text": "once"}
    with hello(server.port) as nameless:
        session = nameless.welcome["session"]
        nameless.ask(**say)
        first = nameless.event("ack")
    if restarted:
        server = start()
    with (
        JsonTalker(server.port, hello=False) as blue,
        hello(server.port, session=session, resume={"lobby": first["seq"]}) as back,
    ):
        blue.ask(type="hello", v=1, history=0)
        blue.event("welcome")
        back.ask(**say)
        assert back.event("ack") == first
        back.ask(**{**say, "text": "once, in other words"})
        assert back.error("id_taken")["id"] == "mine"
        blue.hears_nothing_more()
    assert [told.text for told in history(server.port)] == ["once"]


def test_the_same_id_of_somebody_else_is_another_message(start: Start) -> None:
    server = start()
    with hello(server.port, name="ana") as ana, hello(server.port, name="bob") as bob:
        ana.ask(type="say", id="1", text="mine")
        bob.hears(Heard("blue", "mine", "ana"))
        bob.ask(type="say", id="1", text="mine too")
        ana.hears(Heard("blue", "mine too", "bob"))


@pytest.mark.parametrize("restarted", [False, True], ids=["running", "restarted"])
@pytest.mark.parametrize(
    ("wanted", "told"), [({}, 5), ({"history": 0}, 0), ({"history": 7}, 7), ({"history": 999}, 12)]
)
def test_who_joins_is_told_as_many_of_the_newest_as_it_wants(
    start: Start, wanted: dict, told: int, restarted: bool
) -> None:
    server = start(history=5)
    texts = [f"{number}" for number in range(12)]
    with hello(server.port) as ana:
        say_many(ana, texts)
    if restarted:
        server = start(history=5)
    with hello(server.port, **wanted) as new:
        assert [text for _, text in missed(new)] == texts[len(texts) - told :]


def test_who_joins_is_told_as_many_as_it_wants_though_the_tail_has_fewer(start: Start) -> None:
    server = start(history=60, tail_bytes=SMALL_TAIL)
    texts = [f"{number} {LONG}" for number in range(ENOUGH)]
    with hello(server.port) as ana:
        say_many(ana, texts)
    with hello(server.port) as new:
        assert [text for _, text in missed(new)] == texts[-60:]


def test_who_joins_after_a_crash_is_told_what_was_said_before_it(
    nursery: Nursery, tmp_path: Path
) -> None:
    texts = [f"{number}" for number in range(30)]
    with nursery.server(tmp_path) as server, hello(server.port) as ana:
        say_many(ana, texts)
    with nursery.server(tmp_path) as server, hello(server.port, history=0) as ana:
        say_many(ana, ["after the crash"])
        with hello(server.port) as new:
            assert [text for _, text in missed(new)] == [*texts[-19:], "after the crash"]
