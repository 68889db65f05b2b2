"""Twenty of a hundred stop reading: that costs the others nothing, the server little, them nothing.

Nothing here looks at a clock. The eighty get each message in the same round trip in which it is
said, though the twenty take none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.reliability.nursery import ForkedServer, Nursery
from tests.scenarios.talkers import JsonTalker

MIB = 1024 * 1024
GROWTH_BYTES = 64 * MIB
LONG = "z" * 30_000
AT_ONCE = 10
SOCKETS_TAKE = int(Path("/proc/sys/net/ipv4/tcp_wmem").read_text().split()[2])
"""The most that the kernel keeps of what was sent to one who does not read."""
ROUNDS = 2 * SOCKETS_TAKE // (AT_ONCE * len(LONG))
SMALL_BUFFER = 4096


class Crowd(NamedTuple):
    """A hundred members: one talks, the slow ones stop reading, and one of those talks too."""

    server: ForkedServer
    red: JsonTalker
    quick: list[JsonTalker]
    slow: list[JsonTalker]
    slow_talker: JsonTalker


@pytest.fixture
def crowd(nursery: Nursery, tmp_path: Path) -> Iterator[Crowd]:
    settings = {"HUECHAT_TAIL_BYTES": f"{64 * 1024}", "HUECHAT_MESSAGES_PER_S": "0"}
    with nursery.server(tmp_path, **settings) as server, ExitStack() as leaving:

        def come(name: str, receive_buffer: int = 0) -> JsonTalker:
            talker = JsonTalker(server.port, "red", name, receive_buffer=receive_buffer)
            return leaving.enter_context(talker)

        slow = [come(f"slow{number}", SMALL_BUFFER) for number in range(19)]
        slow_talker = come("slow-talker", SMALL_BUFFER)
        quick = [come(f"quick{number}") for number in range(79)]
        yield Crowd(server, come("red"), quick, slow, slow_talker)


def _one_round(crowd: Crowd, number: int) -> list[bytes]:
    """Have both talkers say something; check that the quick hear it at once; return the lines."""
    crowd.slow_talker.says(f"{number}")
    assert crowd.red.event("message")["text"] == f"{number}"
    for at in range(AT_ONCE):
        crowd.red.says(f"{number} {at} {LONG}")
    first, *others = crowd.quick
    lines = [first.line() for _ in range(1 + AT_ONCE)]
    for other in others:
        assert [other.line() for _ in lines] == lines
    crowd.red.hears_nothing_more()
    return lines


def _check_slow_talker(talker: JsonTalker, lines: list[bytes]) -> None:
    """Check that it hears the others, and its acks in the places of what it said itself."""
    for message in map(json.loads, lines):
        if message["name"] == "slow-talker":
            assert json.loads(talker.line()) == {
                "type": "ack",
                **{field: message[field] for field in ("id", "room", "seq", "time")},
            }
        else:
            assert json.loads(talker.line()) == message


def test_slow_readers_hurt_nobody_and_then_catch_up(crowd: Crowd) -> None:
    lines = _one_round(crowd, 0)
    before = crowd.server.memory_bytes()
    for number in range(1, ROUNDS):
        lines += _one_round(crowd, number)
    growth = crowd.server.memory_bytes() - before
    assert growth < GROWTH_BYTES, f"{growth / MIB:.0f} MiB"
    for one in crowd.slow:
        assert [one.line() for _ in lines] == lines
        one.hears_nothing_more()
    _check_slow_talker(crowd.slow_talker, lines)
    crowd.slow_talker.hears_nothing_more()
    _one_round(crowd, ROUNDS)  # and on they go
    assert crowd.server.memory_bytes() - before < GROWTH_BYTES


def test_slow_readers_that_leave_unread_hurt_nobody(crowd: Crowd) -> None:
    for number in range(ROUNDS // 2):
        _one_round(crowd, number)
    for number, one in enumerate(crowd.slow):
        if number % 2:
            one.reset()
        else:
            one.close()
        if not number % 5:
            _one_round(crowd, ROUNDS + number)
