"""The server's container is killed in the middle of load: nothing lost, nothing twice."""

from __future__ import annotations

import random
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from tests.integration.conftest import Start
from tests.integration.output import event, lines_until, now, said
from tests.integration.project import COLORS, Project
from tests.integration.terminal import say
from tests.integration.test_breaking import signal_the_program
from tests.reliability.invariants import check_members
from tests.reliability.members import LinkMember, Member, Told
from tests.reliability.raw_member import members
from tests.scenarios.talkers import chosen

Kill = Callable[[Project], None]

ROUNDS = 3
AWAY = "said while the server was away"
THE_END = "the end"


@pytest.fixture
def project(start: Start, rng: random.Random) -> Iterator[Project]:
    """Give a demo of its own, whose server has the same port after each start.

    Whoever reads slowly may not be told that the server died: its network is gone before all that
    was sent is taken. The probes find out.
    """
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
    settings = {"HUECHAT_MESSAGES_PER_S": "0", "HUECHAT_RECONNECT_MAX_S": "0.5"}
    settings["HUECHAT_KEEPALIVE_S"] = "2"
    project = start(f"killed-{rng.randrange(10**6)}", HUECHAT_PORT=str(port), **settings)
    yield project
    project.down()


def kill_the_process(project: Project) -> None:
    """Kill the server in its container; the engine starts the container again."""
    since = now(project.engine)
    signal_the_program(project.server, "KILL")
    event(project.server, "start", since)


def kill_the_container(project: Project) -> None:
    """Kill the container, all that is in it, and start it again."""
    server = project.server
    server.kill()
    server.wait()
    server.start()


def told_more(member: Member, count: int) -> None:
    """Wait until a member was told of so many more messages: all the others talk meanwhile."""
    enough = len(member.heard) + len(member.acked) + count
    member.until(lambda: len(member.heard) + len(member.acked) >= enough, "the chat to go on")


def a_round(project: Project, kill: Kill, everybody: list[Member], typed: list[str]) -> None:
    """Kill the server; all notice, say something all the same, and come back by themselves."""
    losses = [member.losses for member in everybody]
    say(project.client("red"), typed[0])
    kill(project)
    say(project.client("red"), typed[1])
    for member, before in zip(everybody, losses, strict=True):
        member.until(lambda m=member, before=before: m.losses > before, "the loss")
        member.say(AWAY)
    for member in everybody:
        member.until(lambda member=member: member.here, "the server")


def has_heard(member: Member, text: str) -> bool:
    return any(one.text == text for one in reversed(member.heard))


def as_shown(one: Told) -> tuple[str, str]:
    return chosen(one.name), one.text


def shown(line: str) -> tuple[str, str]:
    """Return the name and the text that a client's line shows."""
    who, _, text = line.partition(" said -> ")
    name, _, _ = who.rpartition("[COLOR")
    return name.strip(), text


@pytest.mark.timeout(180, func_only=True)
@pytest.mark.parametrize("kill", [kill_the_process, kill_the_container])
def test_a_killed_server_forgets_nothing_and_repeats_nothing(
    project: Project, rng: random.Random, kill: Kill
) -> None:
    _, port = project.address
    typed: list[str] = []
    with ExitStack() as leaving:
        everybody = members(port)
        for member in everybody:
            leaving.enter_context(member)
            member.start_talking(random.Random(rng.random()))
        for number in range(ROUNDS):
            told_more(everybody[0], rng.randint(1, 300))
            now_typed = [f"typed before {number}", f"typed after {number}"]
            a_round(project, kill, everybody, now_typed)
            typed += now_typed
        everybody[0].until(lambda: has_heard(everybody[0], typed[-1]), "what red typed last")
        everything = check_members(everybody, port)
    assert [one.text for one in everything].count(AWAY) == ROUNDS * len(everybody)
    check_the_containers(project, port, everything, typed)


def check_the_containers(
    project: Project, port: int, everything: list[Told], typed: list[str]
) -> None:
    """Check what red said, what each client showed, and the database."""
    assert [one.text for one in everything if one.text.startswith("typed")] == typed
    with LinkMember("last", port) as last:
        last.say(THE_END)
        last.confirmed()
    for color in COLORS:
        *printed, end = map(shown, said(lines_until(project.client(color), THE_END)))
        own = typed if color == "red" else []
        assert printed == [as_shown(one) for one in everything if one.text not in own]
        assert end == ("last", THE_END)
    words = project.compose("exec", "-T", "server", "huechat-server", "check")
    assert words == f"The database is sound: {len(everything) + 1} messages in 1 room.\n"
