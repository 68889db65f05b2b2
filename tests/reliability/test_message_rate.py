"""A pasted block passes, a flood does not, and whoever waits as it is told is heard again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.reliability.invariants import history
from tests.reliability.nursery import Nursery
from tests.scenarios.processes import run_client
from tests.scenarios.talkers import Heard, JsonTalker, PlainTalker

from huechat import ChatServer
from huechat.config import ServerSettings
from huechat.server import connection

BURST = 50


@pytest.fixture
def strict() -> Iterator[ChatServer]:
    """Give a server that takes a block at once, and then one message a second."""
    limits = ServerSettings(messages_per_s=1, messages_burst=BURST)
    with ChatServer(port=0, settings=limits) as server:
        yield server


def _say_at_once(talker: JsonTalker, count: int) -> tuple[list[dict], list[dict]]:
    """Say so many at once; return the acks and the errors."""
    for number in range(count):
        talker.says(f"{number}")
    answers = [json.loads(talker.line()) for _ in range(count)]
    acks = [answer for answer in answers if answer["type"] == "ack"]
    errors = [answer for answer in answers if answer["type"] == "error"]
    assert len(acks) + len(errors) == count
    return acks, errors


def test_a_pasted_block_passes(strict: ChatServer) -> None:
    with JsonTalker(strict.port, "red") as red, JsonTalker(strict.port) as blue:
        acks, errors = _say_at_once(red, BURST)
        assert (len(acks), errors) == (BURST, [])
        blue.hears(*(Heard("red", f"{number}") for number in range(BURST)))


def test_of_a_flood_the_first_pass_and_the_rest_is_told_when_to_try_again(
    strict: ChatServer,
) -> None:
    with JsonTalker(strict.port, "red") as red, JsonTalker(strict.port) as blue:
        acks, errors = _say_at_once(red, 3 * BURST)
        heard = len(acks)
        assert BURST <= heard < 2 * BURST
        assert {error["code"] for error in errors} == {"rate_limited"}
        assert all(error["retry_after_s"] > 0 for error in errors)
        blue.hears(*(Heard("red", f"{number}") for number in range(heard)))
        blue.hears_nothing_more()
        assert [told.text for told in history(strict.port)] == [f"{n}" for n in range(heard)]


def test_after_the_time_that_it_was_told_it_is_heard_again(strict: ChatServer) -> None:
    with JsonTalker(strict.port, "red") as red, JsonTalker(strict.port) as blue:
        acks, errors = _say_at_once(red, BURST + 20)
        threading.Event().wait(errors[0]["retry_after_s"])  # as it was told
        red.says("again")
        assert json.loads(red.line())["type"] == "ack"
        blue.hears(*(Heard("red", f"{number}") for number in range(len(acks))))
        blue.hears(Heard("red", "again"))


def test_one_who_floods_takes_nothing_from_the_others(strict: ChatServer) -> None:
    with JsonTalker(strict.port, "red") as red, JsonTalker(strict.port, "green") as green:
        _say_at_once(red, 2 * BURST)
        green.says("may I")
        red.hears(Heard("green", "may I"))


def test_a_flood_of_plain_text_is_told_so_in_words(strict: ChatServer) -> None:
    with PlainTalker(strict.port, "red") as nc, JsonTalker(strict.port) as blue:
        nc.send(b"flood\n" * (BURST + 20))
        nc.send(PlainTalker.NOT_UTF8)
        told = []
        while (line := nc.line()) != PlainTalker.ANSWER:
            told.append(line)
        assert {line.rpartition(b";")[0] for line in told} == {b"Error: too fast"}
        blue.hears(*[Heard("blue", "flood")] * (BURST + 20 - len(told)))
        blue.hears_nothing_more()


def test_what_cannot_be_said_costs_nothing(strict: ChatServer) -> None:
    with JsonTalker(strict.port, "red") as red:
        for _ in range(2 * BURST):
            red.says(" ")
            red.error("empty")
        acks, _ = _say_at_once(red, BURST)
        assert len(acks) == BURST


def test_with_no_limit_any_flood_passes(server: ChatServer) -> None:
    assert server.settings.messages_per_s == 0
    with JsonTalker(server.port, "red") as red:
        acks, errors = _say_at_once(red, 3000)
        assert (len(acks), errors) == (3000, [])


def test_a_client_in_a_pipe_sends_all_in_order_in_spite_of_the_limit(
    nursery: Nursery, tmp_path: Path
) -> None:
    limits = {"HUECHAT_MESSAGES_PER_S": "200", "HUECHAT_MESSAGES_BURST": "40"}
    lines = [f"{number}" for number in range(150)]
    with nursery.server(tmp_path, **limits) as server:
        ended = run_client(
            tmp_path, "--port", str(server.port), given="\n".join(lines), HUECHAT_NAME="ana"
        )
        assert ended.returncode == 0, ended.stderr
        assert "Error" not in ended.stderr
        assert [told.text for told in history(server.port)] == lines


def test_who_sends_faster_than_is_served_is_made_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the answers would pile up: even what is refused has one."""
    waits: list[float] = []
    clock = SimpleNamespace(monotonic=lambda: 0.0, sleep=waits.append)
    monkeypatch.setattr(connection, "time", clock)
    settings = ServerSettings(messages_per_s=1, messages_burst=2)
    with ChatServer(port=0, settings=settings) as server, JsonTalker(server.port) as talker:
        for _ in range(connection.HEARD_BEFORE_WAITING * settings.messages_burst):
            talker.send(b"nonsense\n")
            talker.error("bad_json")
    assert len(waits) >= 1
    assert all(0 < wait_s <= 1 / connection.HEARD_TO_MESSAGES for wait_s in waits)
