"""One client's network is cut, or loses and delays packets: nothing is missed, nothing repeated."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from docker.models.containers import Container
from docker.models.networks import Network
from tests.integration.conftest import Start
from tests.integration.output import YELLOW, line_with, lines_until, now, painted, said
from tests.integration.project import Project
from tests.integration.terminal import say
from tests.integration.test_chatting import something_new
from tests.integration.test_keeping import said_by

NETEM = ["tc qdisc add dev {device} root netem delay 40ms 30ms loss 15% reorder 10% duplicate 5%"]
DROPS = "-m statistic --mode nth --every 5 --packet 3 -j DROP"
TBF = [
    "tc qdisc add dev {device} root tbf rate 32kbit burst 1600 latency 300ms",
    f"iptables -A INPUT -p tcp --sport 3030 {DROPS}",
    f"iptables -A OUTPUT -p tcp --dport 3030 {DROPS}",
]
"""The same with what more kernels have: packets wait for their turn, and some are dropped."""

MOST_OTHERS = 8


@pytest.fixture(scope="module")
def project(start: Start) -> Project:
    """Give a demo whose clients soon notice that the server does not answer."""
    return start("network", HUECHAT_KEEPALIVE_S="2", HUECHAT_RECONNECT_MAX_S="0.5")


@pytest.fixture
def network(project: Project) -> Network:
    """Give the network that clients and server are on."""
    return project.network("chat")


def address(network: Network, container: Container) -> str:
    container.reload()
    return container.attrs["NetworkSettings"]["Networks"][network.name]["IPAddress"]


@contextmanager
def taken(network: Network, wanted: str, by: Container) -> Iterator[None]:
    """Have others take all free addresses up to the one `wanted`; they are of the image of `by`."""
    others: list[Container] = []
    try:
        while wanted not in [address(network, one) for one in others]:
            assert len(others) < MOST_OTHERS, f"nobody gets {wanted}"
            others.append(network.client.containers.create(by.image, ["sleep", "infinity"]))
            network.connect(others[-1])
            others[-1].start()
        yield
    finally:
        for other in others:
            other.remove(force=True, v=True)


def new_texts(count: int) -> list[str]:
    return [something_new() for _ in range(count)]


def check_that_all_was_heard(
    project: Project, since: float, red: list[str], blue: list[str]
) -> None:
    """Check what each client showed since then, others' words alone, of what the two said."""
    last_red, last_blue = something_new(), something_new()
    line_with(project.client("blue"), red[-1])
    say(project.client("blue"), last_blue)
    line_with(project.client("red"), last_blue)
    say(project.client("red"), last_red)
    by_red, by_blue = said_by("red", *red, last_red), said_by("blue", *blue, last_blue)
    assert said(lines_until(project.client("blue"), last_red, since=since)) == by_red
    assert said(lines_until(project.client("red"), last_blue, since=since)) == by_blue
    both = said(lines_until(project.client("green"), last_red, since=since))
    assert [line for line in both if line in by_red] == by_red
    assert [line for line in both if line in by_blue] == by_blue
    assert len(both) == len(by_red) + len(by_blue)


def test_a_client_goes_on_after_its_network_was_cut(project: Project, network: Network) -> None:
    red, blue = new_texts(4), new_texts(4)
    since = now(project.engine)
    say(project.client("red"), red[0])
    say(project.client("blue"), blue[0])
    line_with(project.client("green"), red[0])
    network.disconnect(project.client("red"))
    say(project.client("blue"), *blue[1:])
    say(project.client("red"), *red[1:])
    line_with(project.client("green"), blue[-1])
    network.connect(project.client("red"))
    check_that_all_was_heard(project, since, red, blue)


@pytest.mark.parametrize("typed", [0, 3], ids=["silent", "talking"])
def test_a_client_comes_back_from_another_address_after_its_network_was_cut(
    project: Project, network: Network, typed: int
) -> None:
    red, blue = new_texts(1 + typed), new_texts(4)
    since = now(project.engine)
    client = project.client("red")
    say(client, red[0])
    say(project.client("blue"), blue[0])
    line_with(project.client("green"), red[0])
    line_with(client, blue[0])
    was = address(network, client)
    network.disconnect(client)
    with taken(network, was, client):
        say(project.client("blue"), *blue[1:])
        if typed:
            say(client, *red[1:])
        line_with(project.client("green"), blue[-1])
        network.connect(client)
        assert address(network, client) != was
        lost = line_with(client, "Disconnected from server", since=since)
        waiting = f"{typed or 'no'} message{'s' if typed != 1 else ''} waiting"
        assert lost == painted(f"Disconnected from server at server:3030, {waiting}", YELLOW)
        line_with(client, "Back at server at server:3030, all sent", since=since)
        check_that_all_was_heard(project, since, red, blue)


def run_in_network_of(container: Container, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of this machine's in the container's network."""
    container.reload()
    enter = ["nsenter", "--target", str(container.attrs["State"]["Pid"]), "--net"]
    return subprocess.run(
        [*enter, *command.split()], capture_output=True, text=True, timeout=30, check=False
    )


def dropped(container: Container, device: str) -> int:
    """Return how many packets its network threw away."""
    queue = run_in_network_of(container, f"tc -s qdisc show dev {device}").stdout
    rules = run_in_network_of(container, "iptables -nvxL").stdout
    by_rules = re.findall(r"^ *(\d+) +\d+ DROP ", rules, re.M)
    return sum(map(int, re.findall(r"dropped (\d+)", queue) + by_rules))


@pytest.mark.parametrize("means", [NETEM, TBF], ids=["netem", "tbf"])
def test_delayed_and_dropped_packets_lose_and_repeat_nothing(
    project: Project, means: list[str]
) -> None:
    for tool in ("nsenter", "ip", *{command.split()[0] for command in means}):
        if not shutil.which(tool):
            pytest.skip(f"no {tool} on this machine")
    client = project.client("red")
    addresses = run_in_network_of(client, "ip -o -4 addr show scope global").stdout
    device = addresses.split()[1]
    try:
        for command in means:
            done = run_in_network_of(client, command.format(device=device))
            if done.returncode:
                pytest.skip(f"{command}: {done.stderr.strip()}")
        red, blue = new_texts(40), new_texts(40)
        since = now(project.engine)
        for number in range(0, 40, 4):
            say(client, *red[number : number + 4])
            say(project.client("blue"), *blue[number : number + 4])
        check_that_all_was_heard(project, since, red, blue)
        assert dropped(client, device) > 0
    finally:
        run_in_network_of(client, f"tc qdisc del dev {device} root")
        run_in_network_of(client, "iptables --flush")
