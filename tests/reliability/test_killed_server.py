"""The server is killed in the middle of load, again and again: nothing lost, nothing twice."""

from __future__ import annotations

import random
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.reliability.invariants import check_folder, check_members
from tests.reliability.members import LinkMember, Member
from tests.reliability.nursery import ForkedServer, Nursery
from tests.reliability.raw_member import members

ROUNDS = 5
AWAY = "said while the server was away"


def _told_more(member: Member, count: int) -> None:
    """Wait until a member was told of so many more messages: all the others talk meanwhile."""
    enough = len(member.heard) + len(member.acked) + count
    member.until(lambda: len(member.heard) + len(member.acked) >= enough, "the chat to go on")


def _kill(server: ForkedServer, everybody: list[Member]) -> None:
    """Kill the server; have everybody notice, and say something all the same."""
    server.kill()
    for member in everybody:
        member.until(lambda member=member: not member.here, "the loss")
        member.say(AWAY)


@pytest.mark.parametrize("half", [1, 2])
@pytest.mark.parametrize("sync", ["full", "normal"])
def test_a_server_that_is_killed_under_load_forgets_nothing_and_repeats_nothing(
    nursery: Nursery, tmp_path: Path, rng: random.Random, sync: str, half: int
) -> None:
    settings = {"HUECHAT_SYNC": sync, "HUECHAT_MESSAGES_PER_S": "0"}
    with ExitStack() as leaving:
        server = leaving.enter_context(nursery.server(tmp_path, **settings))
        everybody = members(server.port)
        for member in everybody:
            leaving.enter_context(member)
            member.start_talking(random.Random(rng.random()))
        for _ in range(ROUNDS):
            _told_more(everybody[0], rng.randint(1, 1500))
            _kill(server, everybody)
            again = nursery.server(tmp_path, server.port, **settings)
            server = leaving.enter_context(again)
        everything = check_members(everybody, server.port)
        server.kill()
    assert [told.text for told in everything].count(AWAY) == ROUNDS * len(everybody)
    check_folder(tmp_path / "data", everything)


def test_a_server_that_is_killed_after_each_message_gives_no_number_twice(
    nursery: Nursery, tmp_path: Path
) -> None:
    with nursery.server(tmp_path) as server, LinkMember("ana", server.port) as ana:
        for number in range(5):
            ana.say(f"{number}")
            ana.confirmed()
            _kill(server, [ana])
            server.__exit__()
            server = nursery.server(tmp_path, server.port)  # noqa: PLW2901
        everything = check_members([ana], server.port)
        server.kill()
    assert len(everything) == 10
    check_folder(tmp_path / "data", everything)
