"""Many clients at once, and clients that never read."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from tests.scenarios.talkers import TALKERS, Heard, JsonTalker, Talker

from huechat import ChatServer
from huechat.config import ServerSettings

LONG = "z" * 30_000
MANY = 600
"""So many long ones are more than the kernel's buffers take for one that does not read."""

SMALL_BUFFER = 4096


def _told(talker: Talker, number: int) -> None:
    talker.says(f"{number} {LONG}")


def test_two_hundred_clients_at_once_hear_each_other(port: int) -> None:
    with ExitStack() as leaving:
        crowd = [leaving.enter_context(JsonTalker(port, hello=False)) for _ in range(200)]
        for number, one in enumerate(crowd):
            one.ask(type="hello", v=1, name=f"n{number}")
        for one in crowd:
            one.event("welcome")
        for number, one in enumerate(crowd):
            one.says(f"I am n{number}")
        orders = []
        for number, one in enumerate(crowd):
            heard = [one.next_heard() for _ in range(199)]
            assert {said.name for said in heard} == {f"n{n}" for n in range(200)} - {f"n{number}"}
            orders.append([said.name for said in heard])
        everyone = orders[0] + ["n0"]
        assert len(set(everyone)) == 200


@pytest.mark.parametrize("wire", TALKERS)
def test_one_that_never_reads_delays_nobody(port: int, wire: str) -> None:
    with (
        TALKERS[wire](port, receive_buffer=SMALL_BUFFER),
        JsonTalker(port, "red") as red,
        TALKERS[wire](port) as listener,
    ):
        for number in range(MANY):
            _told(red, number)
            listener.hears(Heard("red", f"{number} {LONG}"))  # at once, each time


@pytest.mark.parametrize("wire", TALKERS)
def test_one_that_reads_late_still_hears_everything(port: int, wire: str) -> None:
    with (
        TALKERS[wire](port, receive_buffer=SMALL_BUFFER) as late,
        JsonTalker(port, "red") as red,
    ):
        for number in range(MANY):
            _told(red, number)
        red.hears_nothing_more()
        late.hears(*(Heard("red", f"{number} {LONG}") for number in range(MANY)))
        late.hears_nothing_more()


def test_one_that_reads_later_than_memory_reaches_is_fed_from_the_disk() -> None:
    small = ServerSettings(tail_bytes=64 * 1024, messages_per_s=0)
    with (
        ChatServer(port=0, settings=small) as forgetful,
        JsonTalker(forgetful.port, receive_buffer=SMALL_BUFFER) as late,
        JsonTalker(forgetful.port, "red") as red,
    ):
        for number in range(MANY):
            _told(red, number)
            red.hears_nothing_more()  # red takes its acks: it is not the slow one
        late.hears(*(Heard("red", f"{number} {LONG}") for number in range(MANY)))
        red.says("and on we go")
        late.hears(Heard("red", "and on we go"))


def test_a_crowd_that_never_reads_does_not_keep_the_server_from_stopping() -> None:
    with ExitStack() as leaving:
        with ChatServer(port=0, settings=ServerSettings(messages_per_s=0)) as server:
            for _ in range(20):
                leaving.enter_context(JsonTalker(server.port, receive_buffer=SMALL_BUFFER))
            red = leaving.enter_context(JsonTalker(server.port, "red"))
            for number in range(MANY // 3):
                _told(red, number)
            red.hears_nothing_more()
        assert server.clients == []
